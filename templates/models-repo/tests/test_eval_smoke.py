"""The harness keeps its contract on a tiny model, on any machine, without an accelerator."""

import json
import types

import pytest
from conftest import ALTHING, HAS_TORCH, ROOT, engines, metrics, refused

import make_tiny_model
import run_eval
from harness import althing, hf, safetensors
from harness.errors import EvaluationError

# Two commits of a model on the hub.
FIRST, SECOND = "1" * 40, "2" * 40


@pytest.mark.parametrize("engine", engines())
def test_hf_mode_prints_the_metrics(harness, engine):
    got = metrics(harness.engine(engine).evaluate("--mode", "hf", "--batch", "2"))
    assert (got["top1"], got["top5"]) == (1.0, 1.0)
    assert got["tokens"] == 8
    assert got["mode"] == "hf"
    assert got["trace"] is False
    assert got["reference"] == "hf"
    assert {"load_s", "prefill_s", "decode_s", "tokens_per_s"} <= set(got["timing"])
    assert all(isinstance(value, (int, float)) for value in got["timing"].values())
    for key in ("weights", "prompt_ids_sha256", "reference_kind", "reference_version", "dtype", "threads"):
        assert got[key], key


@pytest.mark.skipif(ALTHING is None or not HAS_TORCH, reason="needs althing, torch and transformers")
def test_both_engines_give_the_same_numbers(harness, tmp_path):
    found = {}
    for engine in ("althing", "transformers"):
        file = tmp_path / f"{engine}.safetensors"
        got = metrics(harness.engine(engine).evaluate("--mode", "hf", "--batch", "2", "--save-logits", str(file)))
        found[engine] = got, safetensors.load(file)
    (ours, mine), (theirs, yours) = found.values()
    for key in ("top1", "top5", "tokens", "prompt_ids_sha256", "architecture", "prefill_len", "decode_len", "batch"):
        assert ours[key] == theirs[key], key
    assert mine["ids"].tolist() == yours["ids"].tolist()
    for name in ("full_logits", "cached_logits"):
        assert mine[name].shape == yours[name].shape == (2, 4, 259)
        assert max(abs(a - b) for a, b in zip(mine[name].values, yours[name].values)) < 1e-4


@pytest.mark.slow
def test_the_same_seed_gives_the_same_prompt_and_another_seed_another(referee):
    seeds = ["0", "0", "1"]
    hashes = [metrics(referee.evaluate("--mode", "hf", "--seed", seed))["prompt_ids_sha256"] for seed in seeds]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.fixture
def ids(tmp_path):
    """A prompt of 2 rows of 3 ids, in a file."""
    (tmp_path / "ids.json").write_text("[[5, 4, 3], [100, 200, 258]]", encoding="utf-8")
    return tmp_path / "ids.json"


@pytest.mark.slow
@pytest.mark.parametrize("lengths", [[], ["--batch", "2", "--prefill-len", "3"]])
def test_the_prompt_may_come_from_a_file(referee, tmp_path, ids, lengths):
    saved = tmp_path / "logits.safetensors"
    model = ["--hf-model", "a/b", "--model-path", str(referee.tiny), "--decode-len", "4"]
    asked = ["--mode", "hf", "--prompt-ids", str(ids), "--save-logits", str(saved)]
    got = metrics(referee.run(*model, *asked, *lengths))
    assert (got["prefill_len"], got["batch"], got["tokens"]) == (3, 2, 8)
    assert [row[:3] for row in safetensors.load(saved)["ids"].tolist()] == json.loads(ids.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "lengths, asked", [(["--batch", "1"], "1 of 3"), (["--prefill-len", "128"], "2 of 128"), (["--batch", "3", "--prefill-len", "2"], "3 of 2")]
)
def test_lengths_that_a_prompt_does_not_have_are_refused(harness, ids, lengths, asked):
    done = harness.run("--hf-model", "a/b", "--mode", "hf", "--prompt-ids", str(ids), *lengths)
    assert refused(done, 1) == f"error: {ids}: has 2 rows of 3 ids, and {asked} are asked for"


def asked_for(*arguments):
    """What these arguments ask for, filled up."""
    arguments = run_eval.parse_arguments(["--hf-model", "a/b", "--mode", "hf", *arguments])
    run_eval.prepare(arguments)
    return arguments


def test_lengths_default_to_128_and_32():
    arguments = asked_for()
    assert (arguments.prefill_len, arguments.decode_len, arguments.batch, arguments.seed) == (128, 32, 1, 0)


def pairs(arguments):
    """The flags of `althing eval`, with their values."""
    flags = althing.flags(arguments)
    return dict(zip(flags[::2], flags[1::2], strict=True))


def test_althing_is_asked_for_the_revision():
    assert "--revision" not in pairs(asked_for())
    assert pairs(asked_for("--revision", "v1"))["--revision"] == "v1"


def test_a_folder_has_no_revision(tiny):
    # A worker says both when its weights lie in a folder and the issue names a revision, and
    # `althing eval` would refuse that.
    flags = pairs(asked_for("--revision", "v1", "--model-path", str(tiny)))
    assert flags["--model-path"] == str(tiny)
    assert "--revision" not in flags


@pytest.mark.parametrize("revision, named", [([], None), (["--revision", "v1"], "v1")])
def test_transformers_is_asked_for_the_commit_of_the_revision(monkeypatch, tmp_path, tiny, revision, named):
    asked = []

    def cached_file(model, file, revision):
        asked.append((model, file, revision))
        return str(tmp_path / "snapshots" / FIRST / file)

    def from_pretrained(model, revision, **_):
        asked.append((str(model), revision))
        return types.SimpleNamespace(eval=dict)

    library = types.SimpleNamespace(
        AutoModelForCausalLM=types.SimpleNamespace(from_pretrained=from_pretrained),
        utils=types.SimpleNamespace(cached_file=cached_file),
        __version__="5.0",
    )
    monkeypatch.setattr(hf, "transformers", lambda: (types.SimpleNamespace(float32="float32"), library))
    arguments = asked_for(*revision)
    hf.load(arguments, hf.commit(arguments))
    assert asked == [("a/b", "config.json", named), ("a/b", FIRST)]
    asked.clear()
    arguments = asked_for(*revision, "--model-path", str(tiny))
    hf.load(arguments, hf.commit(arguments))
    assert asked == [(str(tiny), None)]


def test_files_that_no_commit_names_are_not_taken(monkeypatch, tmp_path):
    cached_file = lambda model, file, revision: str(tmp_path / model / file)
    library = types.SimpleNamespace(utils=types.SimpleNamespace(cached_file=cached_file))
    monkeypatch.setattr(hf, "transformers", lambda: (None, library))
    with pytest.raises(EvaluationError, match="a/b: .* not of a commit"):
        hf.commit(asked_for())


@pytest.fixture
def hub(harness):
    """What was downloaded of a model with two commits, of which the second is its default branch."""
    cache = harness.root / "hub"
    for seed, commit in enumerate([FIRST, SECOND]):
        make_tiny_model.write(cache / "models--a--b" / "snapshots" / commit, seed)
    refs = cache / "models--a--b" / "refs"
    refs.mkdir()
    (refs / "main").write_text(SECOND, encoding="utf-8")
    harness.variables |= {"HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    return harness


@pytest.mark.slow
@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize("revision, commit", [([], SECOND), (["--revision", "main"], SECOND), (["--revision", FIRST], FIRST)])
def test_the_commit_of_the_revision_is_told(hub, engine, revision, commit):
    lengths = ["--prefill-len", "8", "--decode-len", "2"]
    got = metrics(hub.engine(engine).run("--hf-model", "a/b", "--mode", "hf", *revision, *lengths))
    assert got["model_commit"] == commit
    assert "weights" not in got


@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed")
@pytest.mark.parametrize("engine", engines())
def test_the_candidate_has_the_weights_of_the_reference(hub, engine):
    """Whatever becomes of the branch meanwhile."""
    moves = f"import pathlib\npathlib.Path('hub/models--a--b/refs/main').write_text('{FIRST}')\n"
    example = (ROOT / "tests" / "example_model.py").read_text(encoding="utf-8")
    hub.engine(engine).stand_in().model(moves + example)
    lengths = ["--prefill-len", "8", "--decode-len", "2"]
    got = metrics(hub.run("--hf-model", "a/b", "--mode", "tt", "--system", "n150", *lengths))
    assert (got["model_commit"], got["top1"]) == (SECOND, 1.0)
    assert got["max_logit_difference"] < 1e-4


@pytest.mark.slow
def test_json_output_is_the_metrics_alone(referee):
    done = referee.evaluate("--mode", "hf", "--output", "json")
    metrics(done)
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mode", "hf"],
        ["--hf-model", "a/b"],
        ["--hf-model", "a/b", "--mode", "x"],
        ["--hf-model", "a/b", "--mode", "hf", "--trace", "1"],
        ["--hf-model", "a/b", "--mode", "hf", "--trace", "0"],
        ["--hf-model", "a/b", "--mode", "tt", "--system", "n150", "--trace", "2"],
        ["--hf-model", "a/b", "--mode", "tt", "--system", "n150", "--trace", "1", "--decode-len", "1"],
        ["--hf-model", "a/b", "--mode", "tt"],
        ["--hf-model", "a/b", "--mode", "tt", "--system", "n151"],
        ["--hf-model", "a/b", "--mode", "hf", "--batch", "0"],
        ["--hf-model", "a/b", "--mode", "hf", "--prefill-len", "0"],
        ["--hf-model", "a/b", "--mode", "hf", "--decode-len", "-1"],
        ["--hf-model", "a/b", "--mode", "hf", "--seed", "-1"],
    ],
)
def test_wrong_arguments_are_refused(monkeypatch, arguments):
    monkeypatch.delenv("YT_SYSTEM", raising=False)
    with pytest.raises(SystemExit) as ended:
        run_eval.parse_arguments(arguments)
    assert ended.value.code == 2


def test_a_usage_error_prints_no_metrics(harness):
    refused(harness.evaluate("--mode", "hf", "--trace", "1"), 2)


def test_a_model_that_is_not_there_is_an_error(harness, tmp_path):
    said = refused(harness.evaluate("--mode", "hf", path=tmp_path), 3)
    assert "config.json" in said


def truncated(folder):
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def infinite(folder):
    tensors = safetensors.load(folder / "model.safetensors")
    tensors["lm_head.weight"].values[7] = float("inf")
    written = {name: ("F32", tensor.shape, tensor.values) for name, tensor in tensors.items()}
    safetensors.save(folder / "model.safetensors", written)


def unknown(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "no-such-thing", "architectures": ["NoSuchThing"]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def short(folder):
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 9}), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("engine", engines())
@pytest.mark.parametrize("spoil", [truncated, infinite, short])
def test_a_model_that_is_broken_is_an_error_in_one_line(harness, tmp_path, engine, spoil):
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in harness.tiny.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    spoil(folder)
    assert refused(harness.engine(engine).evaluate("--mode", "hf", path=folder), 1).startswith("error: ")


@pytest.mark.skipif(ALTHING is None, reason="neither ALTHING_BIN nor the PATH leads to althing")
def test_what_althing_does_not_compute_is_asked_of_transformers(harness, tmp_path):
    folder = tmp_path / "unknown"
    folder.mkdir()
    for file in harness.tiny.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    unknown(folder)
    done = harness.engine("althing").evaluate("--mode", "hf", path=folder)
    assert "transformers is asked instead" in done.stderr
    refused(done, 1 if HAS_TORCH else 3)


@pytest.mark.slow
def test_ids_that_the_model_does_not_have_are_refused(referee, tmp_path):
    (tmp_path / "ids.json").write_text("[[258, 259]]", encoding="utf-8")
    model = ["--hf-model", "a/b", "--model-path", str(referee.tiny), "--decode-len", "4"]
    said = refused(referee.run(*model, "--mode", "hf", "--prompt-ids", str(tmp_path / "ids.json")), 1)
    assert "id 259 at 1 of row 0" in said


@pytest.mark.skipif(HAS_TORCH, reason="torch and transformers are installed")
def test_without_any_engine_the_harness_says_what_is_missing(harness):
    said = refused(harness.engine("transformers").evaluate("--mode", "hf"), 3)
    assert "torch" in said and "althing" in said


@pytest.mark.slow
def test_an_althing_that_is_not_there_is_said(harness):
    harness.variables["ALTHING_BIN"] = "/nowhere/althing"
    assert "ALTHING_BIN" in refused(harness.evaluate("--mode", "hf"), 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "does, said",
    [("kill -KILL $$", "was killed by SIGKILL, perhaps for memory"), ("exec sleep 60", "has not ended in 0.5 seconds")],
)
@pytest.mark.parametrize("mode", [["--mode", "hf"], ["--mode", "tt", "--system", "n150"]])
def test_a_reference_that_dies_or_takes_too_long_is_no_fault_of_the_model(harness, does, said, mode):
    program = harness.root / "althing"
    program.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    program.chmod(0o755)
    harness.stand_in().model().variables |= {"ALTHING_BIN": str(program), "YT_REFERENCE_SECONDS": "0.5"}
    done = harness.evaluate(*mode)
    assert refused(done, 3) == f"setup error: althing eval {said}"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", ["long", "0", "-1", "nan", "inf"])
def test_a_wrong_limit_of_the_reference_is_said(harness, seconds):
    harness.engine("althing").variables |= {"YT_REFERENCE_SECONDS": seconds, "ALTHING_BIN": "sh"}
    said = refused(harness.evaluate("--mode", "hf"), 3)
    assert said == f"setup error: YT_REFERENCE_SECONDS is {seconds!r}, which is no number of seconds"
