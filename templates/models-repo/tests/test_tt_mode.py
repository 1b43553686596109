"""What happens on an accelerator, on a stand-in for ttnn that follows its calls."""

import importlib
import importlib.util
import sys
import types

import pytest
from conftest import ROOT, metrics, refused
from harness import candidate, hf
from harness.errors import EvaluationError
from harness.trace import TracedDecode

EXAMPLE = (ROOT / "tests" / "example_model.py").read_text(encoding="utf-8")
COUNTS = {"n150": ("open_device 0", []), "n300": ("open_mesh_device 1 2", ["1d"]), "lb": ("open_mesh_device 2 4", ["2d"])}


def changed(old, new):
    """The example, with one place changed."""
    assert EXAMPLE.count(old) == 1
    return EXAMPLE.replace(old, new)


@pytest.mark.parametrize("trace", ["0", "1"])
def test_a_model_is_compared_with_the_reference(referee, trace):
    referee.stand_in().model()
    got = metrics(referee.evaluate("--mode", "tt", "--trace", trace, "--system", "n150", "--batch", "2"))
    assert (got["top1"], got["top5"], got["tokens"]) == (1.0, 1.0, 8)
    assert (got["mode"], got["trace"], got["reference_calls"]) == ("tt", trace == "1", 0)
    assert got["max_logit_difference"] < 1e-4
    if trace == "1":
        assert (got["trace_captures"], got["trace_replays"], got["decode_steps"]) == (1, 3, 3)
    else:
        assert "trace_replays" not in got


def test_the_devices_logits_are_compared_with_the_cpus(referee):
    opposite = changed('return self.linear(self.norm(state, "model.norm"), "lm_head")', """logits = self.linear(self.norm(state, "model.norm"), "lm_head")
        return ttnn.add(logits, ttnn.add(ttnn.mul(logits, self.minus), ttnn.mul(logits, self.minus)))""")
    opposite = opposite.replace("        self.caches = None\n", "        self.caches = None\n        self.minus = ttnn.as_tensor([[[-1.0]]], device=device)\n", 1)
    referee.stand_in().model(opposite)
    for trace in "01":
        got = metrics(referee.evaluate("--mode", "tt", "--trace", trace, "--system", "n150"))
        assert (got["top1"], got["top5"], got["reference"]) == (0.0, 0.0, "hf")


def when_captured(*lines):
    """The example, which does this when it gets tensors of the device: before and during the capture."""
    entry = "            return self.answer(self.decode(input_ids, cache_position))\n"
    return changed(entry, "".join(f"            {line}\n" for line in lines))


ANSWER = "return self.answer(self.decode(input_ids, cache_position))"
COUNT = "self.calls = getattr(self, 'calls', 0) + 1"
# What a model does wrong inside a traced region, and what is said.
FAULTS = {
    "it allocates": (
        when_captured("ttnn.zeros((1,), device=self.device)", ANSWER),
        "ttnn.zeros was called inside the traced region",
    ),
    "it frees": (
        when_captured("logits = self.decode(input_ids, cache_position)", "ttnn.deallocate(ttnn.silu(logits))", "return self.answer(logits)"),
        "ttnn.deallocate was called inside the traced region",
    ),
    "it copies from the host": (
        when_captured("ids = ttnn.from_torch([[1], [1]], device=self.device)", "return self.answer(self.decode(ids, cache_position))"),
        "ttnn.from_torch was called inside the traced region",
    ),
    "it catches what it is told": (
        when_captured("logits = self.decode(input_ids, cache_position)", "try: ttnn.to_torch(logits)", "except Exception: pass", "return self.answer(logits)"),
        "ttnn.to_torch was called inside the traced region",
    ),
    "the shape of its logits changes": (
        when_captured(COUNT, "logits = self.decode(input_ids, cache_position)", "return self.answer(ttnn.reshape(logits, (1,) * self.calls + logits.shape))"),
        "shapes must not change",
    ),
    "other shapes change": (
        when_captured(COUNT, "ttnn.reshape(cache_position, (1,) * self.calls + cache_position.shape)", ANSWER),
        "programs were compiled inside the traced region",
    ),
    "it captures on its own": (
        when_captured("ttnn.begin_trace_capture(self.device)", ANSWER),
        "the model used a trace on its own",
    ),
}


def test_what_a_model_prints_is_not_taken_for_metrics(referee):
    noise = "import atexit, os\nprint('YT_METRICS={}')\nos.system('echo YT_METRICS={}')\natexit.register(print, 'YT_METRICS={}')\n"
    referee.stand_in().model(noise + EXAMPLE)
    assert metrics(referee.evaluate("--mode", "tt", "--system", "n150"))["top1"] == 1.0


def test_a_missing_model_is_an_error(harness):
    said = refused(harness.stand_in().evaluate("--mode", "tt", "--system", "n150"), 1)
    assert said == "error: models/a/b/n150/functional/model.py does not exist"


def test_tt_mode_without_an_accelerator_says_so(harness):
    if importlib.util.find_spec("ttnn"):
        pytest.skip("this machine has ttnn")
    said = refused(harness.model().evaluate("--mode", "tt", "--system", "n150"), 3)
    assert said.startswith("setup error: ttnn is not installed")


def test_a_device_that_cannot_be_opened_is_no_fault_of_the_model(referee):
    referee.stand_in().model(system="lb")
    referee.variables["YT_FAKE_DEVICES"] = "2"
    said = refused(referee.evaluate("--mode", "tt", "--system", "lb"), 3)
    assert said == "setup error: no lb can be opened: TT_FATAL: no 8 devices info: they were not found"
    assert referee.calls()[-1] == "set_fabric_config disabled"


# --- In this process, without a reference ------------------------------------------------------


@pytest.fixture
def machine(monkeypatch, tmp_path, tiny):
    """A machine that has the stand-in, and no reference to compare with."""
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "fakes"))
    monkeypatch.setenv("YT_FAKE_CALLS", str(tmp_path / "calls"))
    monkeypatch.delitem(sys.modules, "ttnn", raising=False)
    ttnn = importlib.import_module("ttnn")
    if not hasattr(ttnn, "note"):
        pytest.skip("this machine has ttnn")
    prompt, continuation = [[5, 6, 7], [8, 9, 10]], [[1, 2, 3, 4], [5, 6, 7, 8]]
    known = types.SimpleNamespace(prompt=prompt, continuation=continuation, vocabulary=259)

    def evaluate(text=EXAMPLE, trace="0", system="n150"):
        (tmp_path / "model.py").write_text(text, encoding="utf-8")
        arguments = types.SimpleNamespace(
            trace=trace, system=system, prefill_len=3, decode_len=4, model_path=tiny, hf_model="a/b", revision=None
        )
        return candidate.evaluate(arguments, tmp_path / "model.py", known)

    def calls():
        return (tmp_path / "calls").read_text(encoding="utf-8").split("\n")[:-1]

    yield types.SimpleNamespace(evaluate=evaluate, calls=calls, ttnn=ttnn, known=known)
    monkeypatch.delitem(sys.modules, "ttnn")


@pytest.mark.parametrize("system", COUNTS)
def test_every_system_is_opened_used_and_closed(machine, system):
    plain, told = machine.evaluate(system=system)
    assert "trace_replays" not in told
    opened, fabric = COUNTS[system]
    settings = [f"set_fabric_config {mode}" for mode in fabric]
    closing = ["set_fabric_config disabled"] if fabric else []
    assert machine.calls() == [*settings, opened, "close_device", *closing]
    traced, told = machine.evaluate(trace="1", system=system)
    assert traced == plain
    assert (told["trace_captures"], told["trace_replays"], told["decode_steps"]) == (1, 3, 3)
    assert {"load_s", "capture_s", "prefill_s", "decode_s", "tokens_per_s"} <= set(told["timing"])
    traces = ["begin_trace_capture", "end_trace_capture", *["execute_trace"] * 3, "release_trace"]
    assert [call for call in machine.calls() if "trace" in call] == traces


@pytest.mark.parametrize("fault", FAULTS)
def test_what_must_not_be_in_a_trace_fails(machine, fault):
    text, said = FAULTS[fault]
    with pytest.raises(EvaluationError, match=said):
        machine.evaluate(text, trace="1")
    assert machine.calls().count("close_device") == 1


def test_a_trace_that_was_not_asked_for_fails(machine):
    own = changed(
        "ids = ttnn.from_torch(",
        "ttnn.end_trace_capture(self.device, ttnn.begin_trace_capture(self.device))\n            ids = ttnn.from_torch(",
    )
    with pytest.raises(EvaluationError, match="the model used a trace on its own"):
        machine.evaluate(own, trace="0")


@pytest.mark.parametrize(
    "text, said",
    [
        ("x = 1", "build_model"),
        ("def build_model(hf_model, tt_device, max_seq_len): raise ValueError('no weights\\nfor me')", "ValueError: no weights for me"),
        ("import sys; sys.exit(0)", "SystemExit"),
        ("def build_model(:", "SyntaxError"),
        (changed('"model.norm"), "lm_head")', '"model.norm"), "lm_none")'), "KeyError"),
        (changed("types.SimpleNamespace(logits=logits,", "types.SimpleNamespace(logits=[[[0.0] * 7]],"), r"the logits are \[1, 1, 7\]"),
    ],
)
def test_a_model_that_fails_is_told_in_one_line(machine, text, said):
    with pytest.raises(EvaluationError, match=said) as failed:
        machine.evaluate(text)
    assert "\n" not in str(failed.value)
    assert machine.calls()[-1] == "close_device"


def test_calls_of_the_reference_are_counted(machine, monkeypatch):
    monkeypatch.setattr(hf, "for_building", lambda _: types.SimpleNamespace(forward=lambda: None))
    asks = "def build_model(hf_model, tt_device, max_seq_len):\n    hf_model.forward()\n"
    logits = "    import types\n    return lambda ids, **_: types.SimpleNamespace(logits=[[[0.0] * 259]] * 2, past_key_values=())\n"
    _, told = machine.evaluate(asks + logits)
    assert told["reference_calls"] == 1


def test_a_step_without_a_replay_is_no_proof(machine, monkeypatch):
    step = TracedDecode.step

    def forgets(self, ids, position):
        if position == 4:
            return self.transfers.download(self.logits)
        return step(self, ids, position)

    monkeypatch.setattr(TracedDecode, "step", forgets)
    with pytest.raises(EvaluationError, match="1 captures and 2 replays, where one capture and 3 replays were due"):
        machine.evaluate(trace="1")


def test_a_trace_takes_no_other_batch(machine, monkeypatch):
    step = TracedDecode.step
    monkeypatch.setattr(TracedDecode, "step", lambda self, ids, position: step(self, ids[:1], position))
    with pytest.raises(EvaluationError, match="1 tokens for a trace of 2: shapes must not change"):
        machine.evaluate(trace="1")
