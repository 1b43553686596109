"""The harness keeps its contract on a tiny model, on any machine, without an accelerator."""

import json

import pytest
from conftest import ALTHING, HAS_TORCH, engines, metrics, refused

import run_eval
from harness import safetensors


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


def test_the_same_seed_gives_the_same_prompt_and_another_seed_another(referee):
    seeds = ["0", "0", "1"]
    hashes = [metrics(referee.evaluate("--mode", "hf", "--seed", seed))["prompt_ids_sha256"] for seed in seeds]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_prompt_may_come_from_a_file(referee, tmp_path):
    ids = [[5, 4, 3], [100, 200, 258]]
    (tmp_path / "ids.json").write_text(json.dumps(ids), encoding="utf-8")
    saved = tmp_path / "logits.safetensors"
    asked = ["--prompt-ids", str(tmp_path / "ids.json"), "--save-logits", str(saved)]
    got = metrics(referee.evaluate("--mode", "hf", *asked))
    assert (got["prefill_len"], got["batch"], got["tokens"]) == (3, 2, 8)
    assert [row[:3] for row in safetensors.load(saved)["ids"].tolist()] == ids


def test_the_revision_may_be_named(referee):
    metrics(referee.evaluate("--mode", "hf", "--revision", "abc"))


def test_lengths_default_to_128_and_32():
    arguments = run_eval.parse_arguments(["--hf-model", "a/b", "--mode", "hf"])
    assert (arguments.prefill_len, arguments.decode_len, arguments.batch, arguments.seed) == (128, 32, 1, 0)


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


def test_ids_that_the_model_does_not_have_are_refused(referee, tmp_path):
    (tmp_path / "ids.json").write_text("[[258, 259]]", encoding="utf-8")
    said = refused(referee.evaluate("--mode", "hf", "--prompt-ids", str(tmp_path / "ids.json")), 1)
    assert "id 259 at 1 of row 0" in said


@pytest.mark.skipif(HAS_TORCH, reason="torch and transformers are installed")
def test_without_any_engine_the_harness_says_what_is_missing(harness):
    said = refused(harness.engine("transformers").evaluate("--mode", "hf"), 3)
    assert "torch" in said and "althing" in said


def test_an_althing_that_is_not_there_is_said(harness):
    harness.variables["ALTHING_BIN"] = "/nowhere/althing"
    assert "ALTHING_BIN" in refused(harness.evaluate("--mode", "hf"), 3)
