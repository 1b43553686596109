"""The harness keeps its contract on a tiny model, on any machine."""

import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
TINY = ROOT / "tests" / "tiny-model"
sys.path.insert(0, str(ROOT / "scripts"))

import run_eval
import tiny_lm


def run(*arguments):
    command = [sys.executable, str(ROOT / "scripts" / "run_eval.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def tiny(*arguments):
    return run("--hf-model", "tests/tiny-model", "--model-path", str(TINY), *arguments)


def metrics(done):
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("YT_METRICS=")]
    assert len(lines) == 1
    assert done.stdout.splitlines()[-1] == lines[0]
    return json.loads(lines[0].removeprefix("YT_METRICS="))


def test_hf_mode_prints_the_metrics():
    got = metrics(tiny("--mode", "hf", "--prefill-len", "8", "--decode-len", "4", "--batch", "2"))
    assert (got["top1"], got["top5"]) == (1.0, 1.0)
    assert got["tokens"] == 8
    assert got["mode"] == "hf"
    assert got["trace"] is False
    assert got["reference"] == "hf"
    assert all(isinstance(value, (int, float)) for value in got["timing"].values()) and got["timing"]


def test_the_revision_may_be_named():
    metrics(tiny("--mode", "hf", "--revision", "abc", "--prefill-len", "8", "--decode-len", "4"))


def test_lengths_default_to_128_and_32():
    arguments = run_eval.parse_arguments(["--hf-model", "a/b", "--mode", "hf"])
    assert (arguments.prefill_len, arguments.decode_len, arguments.batch, arguments.seed) == (128, 32, 1, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--mode", "hf"],
        ["--hf-model", "a/b"],
        ["--hf-model", "a/b", "--mode", "x"],
        ["--hf-model", "a/b", "--mode", "hf", "--trace", "1"],
        ["--hf-model", "a/b", "--mode", "tt", "--system", "n150", "--trace", "2"],
        ["--hf-model", "a/b", "--mode", "hf", "--batch", "0"],
    ],
)
def test_wrong_arguments_are_refused(arguments):
    assert run(*arguments).returncode == 2


def test_a_model_that_is_not_there_is_an_error(tmp_path):
    done = run("--hf-model", "a/b", "--mode", "hf", "--model-path", str(tmp_path))
    assert done.returncode == 3
    assert "YT_METRICS=" not in done.stdout
    assert "config.json" in done.stderr


def test_tt_mode_without_an_accelerator_says_so():
    if run_eval.importlib.util.find_spec("ttnn"):
        pytest.skip("this machine has ttnn")
    done = tiny("--mode", "tt", "--system", "n150")
    assert done.returncode == 3
    assert "ttnn is not installed" in done.stderr


def test_decoding_with_a_cache_agrees_with_the_full_pass():
    model = tiny_lm.TinyLM.load(TINY)
    tokens = [3, 1, 4, 1, 5, 9, 2, 6]
    cache = model.new_cache()
    steps = [model.step(token, cache) for token in tokens]
    for step, full in zip(steps, model.forward(tokens)):
        assert step == pytest.approx(full)


class FakeTtnn:
    """The calls of ttnn that the harness makes, and the one by which a model replays a trace."""

    def open_device(self, device_id):
        return "device"

    def close_device(self, device):
        pass

    def execute_trace(self, device, trace):
        pass


MODEL = """
import ttnn

class Model:
    def __init__(self, hf_model):
        self.hf_model, self.left = hf_model, {replayed}

    def prefill(self, tokens):
        self.cache = self.hf_model.new_cache()
        return [self.hf_model.step(token, self.cache) for token in tokens][-1]

    def capture_decode_trace(self):
        pass

    def decode(self, token, position):
        if self.left:
            self.left -= 1
            ttnn.execute_trace("device", 0)
        return [{sign} * logit for logit in self.hf_model.step(token, self.cache)]

def build_model(hf_model, tt_device, max_seq_len):
    assert tt_device == "device"
    return Model(hf_model)
"""


@pytest.fixture
def on_device(monkeypatch, capsys, tmp_path):
    """Evaluates a model on a device that is not there, which replays some steps."""
    monkeypatch.setitem(sys.modules, "ttnn", FakeTtnn())
    monkeypatch.setattr(run_eval, "ROOT", tmp_path)
    folder = tmp_path / "models" / "a" / "b" / "n150" / "functional"
    folder.mkdir(parents=True)

    def evaluate(trace, replayed=0, sign=1):
        (folder / "model.py").write_text(MODEL.format(replayed=replayed, sign=sign), encoding="utf-8")
        model = ["--hf-model", "a/b", "--model-path", str(TINY), "--system", "n150"]
        lengths = ["--prefill-len", "8", "--decode-len", "4"]
        assert run_eval.main(["--mode", "tt", "--trace", trace, *model, *lengths]) == 0
        return json.loads(capsys.readouterr().out.removeprefix("YT_METRICS="))

    return evaluate


def test_the_devices_logits_are_compared_with_the_cpus(on_device):
    same, opposite = on_device("0"), on_device("0", sign=-1)
    assert (same["mode"], same["top1"], same["top5"]) == ("tt", 1.0, 1.0)
    assert (opposite["top1"], opposite["top5"], opposite["reference"]) == (0.0, 0.0, "hf")


@pytest.mark.parametrize("replayed", [4, 3, 0])
def test_traced_steps_are_counted_where_the_device_replays_them(on_device, replayed):
    got = on_device("1", replayed)
    assert (got["trace"], got["tokens"], got["trace_replays"]) == (True, 4, replayed)
    assert "trace_replays" not in on_device("0", replayed)


def test_agreement_counts_first_and_fifth_place():
    reference = [0, 0, 9, 0, 0, 0]
    second = [5, 4, 3, 2, 1, 0]
    sixth = [5, 4, 0, 3, 2, 1]
    assert run_eval.agreement([(reference, reference)] * 3 + [(second, reference)]) == (0.75, 1.0)
    assert run_eval.agreement([(sixth, reference)]) == (0.0, 0.0)
    fifth = [5, 4, 1, 3, 2, 0]
    assert run_eval.agreement([(fifth, reference)]) == (0.0, 1.0)
