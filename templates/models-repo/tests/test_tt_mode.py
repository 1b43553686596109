"""What happens on an accelerator, on a stand-in for ttnn that follows its calls."""

import copy
import importlib
import importlib.util
import sys
import types

import pytest
from conftest import HAS_TORCH, ROOT, metrics, needs_a_model, refused
from harness import device, hf, runner
from harness.errors import EvaluationError, SetupError
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_device_that_cannot_be_opened_is_no_fault_of_the_model(referee):
    referee.stand_in().model(system="lb")
    referee.variables["YT_FAKE_DEVICES"] = "2"
    said = refused(referee.evaluate("--mode", "tt", "--system", "lb"), 3)
    assert said == "setup error: no lb can be opened: TT_FATAL: no 8 devices info: they were not found"
    assert referee.calls()[-1] == "set_fabric_config disabled"


@pytest.mark.slow
@pytest.mark.parametrize("size", ["64M", "-1", "1.5"])
def test_a_wrong_size_of_the_trace_region_is_told_before_anything_is_computed(harness, size):
    harness.stand_in().model().variables |= {"TTNN_TRACE_REGION_SIZE": size, "ALTHING_BIN": "/nowhere/althing"}
    said = refused(harness.evaluate("--mode", "tt", "--system", "n150"), 3)
    assert said == f"setup error: TTNN_TRACE_REGION_SIZE is {size!r}, which is no number of bytes"


@pytest.mark.slow
def test_the_trace_region_is_no_matter_of_hf_mode(referee):
    referee.variables["TTNN_TRACE_REGION_SIZE"] = "64M"
    metrics(referee.evaluate("--mode", "hf"))


# --- In this process, without a reference ------------------------------------------------------


@pytest.fixture
def machine(monkeypatch, tmp_path, tiny):
    """A machine that has the stand-in, and no reference to compare with."""
    needs_a_model()
    monkeypatch.syspath_prepend(str(ROOT / "tests" / "fakes"))
    monkeypatch.setenv("YT_FAKE_CALLS", str(tmp_path / "calls"))
    monkeypatch.delitem(sys.modules, "ttnn", raising=False)
    ttnn = importlib.import_module("ttnn")
    if not hasattr(ttnn, "note"):
        pytest.skip("this machine has ttnn")
    prompt, continuation = [[5, 6, 7], [8, 9, 10]], [[1, 2, 3, 4], [5, 6, 7, 8]]

    def evaluate(text=EXAMPLE, trace="0", system="n150"):
        (tmp_path / "model.py").write_text(text, encoding="utf-8")
        task = types.SimpleNamespace(
            trace=trace, system=system, prefill_len=3, decode_len=4, model_path=tiny, hf_model="a/b", revision=None,
            path=tmp_path / "model.py", prompt=prompt, vocabulary=259,
        )
        steps = []

        def exchange(rows):
            steps.append(rows)
            return [row[len(steps) - 1] for row in continuation]

        told = runner.evaluate(task, exchange)
        assert [len(rows) for rows in steps] == [2] * 4
        return steps, told

    def calls():
        return (tmp_path / "calls").read_text(encoding="utf-8").split("\n")[:-1]

    yield types.SimpleNamespace(evaluate=evaluate, calls=calls, ttnn=ttnn)
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


@pytest.mark.parametrize("said, size", [(None, 64 << 20), ("", 64 << 20), ("4096", 4096)])
@pytest.mark.parametrize("system", ["n150", "n300"])
def test_the_trace_region_has_the_size_that_is_asked_for(machine, monkeypatch, system, said, size):
    monkeypatch.delenv("TTNN_TRACE_REGION_SIZE", raising=False)
    if said is not None:
        monkeypatch.setenv("TTNN_TRACE_REGION_SIZE", said)
    with device.opened(machine.ttnn, system) as opened:
        assert opened.trace_region_size == size


def test_a_wrong_size_of_the_trace_region_opens_nothing(machine, monkeypatch):
    monkeypatch.setenv("TTNN_TRACE_REGION_SIZE", "64M")
    with pytest.raises(SetupError, match="^TTNN_TRACE_REGION_SIZE is '64M', which is no number of bytes$"):
        machine.evaluate()


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


# What has the model of transformers compute, and what only takes from it.
COMPUTES = [
    "hf_model(ids)",
    "hf_model.forward(ids)",
    "hf_model.lm_head(hf_model.model(ids))",
    "hf_model.model.layers[1](state)",
    "hf_model.model.layers[1].forward(state)",
    "hf_model.model.embed_tokens(ids)",
    "copy.deepcopy(hf_model.model.layers[0])(state)",
]
TAKES = [
    "hf_model.state_dict()",
    "hf_model.lm_head.weight.tolist()",
    "torch.nn.functional.embedding(ids, hf_model.model.embed_tokens.weight)",
    "dict(hf_model.named_parameters())",
]


def of_torch(torch):
    """A model built as those of transformers are."""

    class Body(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed_tokens = torch.nn.Embedding(7, 4)
            self.layers = torch.nn.ModuleList(torch.nn.Sequential(torch.nn.Linear(4, 4)) for _ in range(2))

        def forward(self, ids):
            state = self.embed_tokens(ids)
            for layer in self.layers:
                state = layer(state)
            return state

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = Body()
            self.lm_head = torch.nn.Linear(4, 7, bias=False)

        def forward(self, ids):
            return self.lm_head(self.model(ids))

    return Whole()


@pytest.mark.parametrize("code, counted", [(code, True) for code in COMPUTES] + [(code, False) for code in TAKES])
def test_every_part_of_the_reference_that_computes_is_counted(code, counted):
    torch = pytest.importorskip("torch")
    names = {"hf_model": of_torch(torch), "ids": torch.tensor([[1, 2]]), "state": torch.ones(1, 4), "torch": torch, "copy": copy}
    calls = hf.count_calls(names["hf_model"])
    eval(code, names)
    assert bool(calls) == counted


def test_calls_of_the_reference_are_counted(machine, monkeypatch):
    hooks = []
    part = types.SimpleNamespace(register_forward_pre_hook=hooks.append, call=lambda: [hook(part, ()) for hook in hooks])
    monkeypatch.setattr(hf, "for_building", lambda _: types.SimpleNamespace(modules=lambda: [part], part=part))
    asks = "def build_model(hf_model, tt_device, max_seq_len):\n    hf_model.part.call()\n"
    logits = "    import types\n    return lambda ids, **_: types.SimpleNamespace(logits=[[[0.0] * 259]] * 2, past_key_values=())\n"
    _, told = machine.evaluate(asks + logits)
    assert told["reference_calls"] == 1


@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed")
def test_a_model_that_computes_on_the_cpu_is_refused(referee):
    falls_back = """
class FallsBack(Llama):
    def __init__(self, hf_model, *rest):
        super().__init__(hf_model, *rest)
        import torch
        hf_model.lm_head(hf_model.model(torch.tensor([[1, 2]])).last_hidden_state)

def build_model(hf_model, tt_device, max_seq_len):
    return FallsBack(hf_model, tt_device, max_seq_len)
"""
    referee.stand_in().model(EXAMPLE + falls_back)
    said = refused(referee.evaluate("--mode", "tt", "--system", "n150"), 1)
    assert said.startswith("error: model.py: it had hf_model compute on the CPU")


# --- What hf_model is --------------------------------------------------------------------------


def test_torch_without_transformers_is_no_machine_for_stand_ins(monkeypatch, tiny):
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))
    monkeypatch.setitem(sys.modules, "transformers", None)
    task = types.SimpleNamespace(hf_model="a/b", model_path=tiny, revision=None)
    with pytest.raises(SetupError, match="^transformers is not installed"):
        hf.for_building(task)


def test_without_torch_hf_model_has_config_and_weights_alone(monkeypatch, tiny):
    monkeypatch.setitem(sys.modules, "torch", None)
    hf_model = hf.for_building(types.SimpleNamespace(hf_model="a/b", model_path=tiny, revision=None))
    assert hf_model.config.model_type == "llama"
    assert hf_model.state_dict()["lm_head.weight"].shape == (259, 32)
    with pytest.raises(EvaluationError, match="cannot be called"):
        hf_model([[1]])


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
