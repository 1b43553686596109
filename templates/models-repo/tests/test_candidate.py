"""The candidate's process: what is out of its reach, and what is made of what it sends."""

import json
import pathlib
import types

import pytest
from conftest import ROOT, metrics, refused
from harness import candidate
from harness.errors import EvaluationError, SetupError, ending

pytestmark = pytest.mark.slow

EXAMPLE = (ROOT / "tests" / "example_model.py").read_text(encoding="utf-8")
TT = ["--mode", "tt", "--system", "n150"]
# A model that is wrong at every step: the worst token first.
WRONG = """
class Wrong(Llama):
    def answer(self, logits):
        values = ttnn.to_torch(logits)
        values = values.tolist() if hasattr(values, "tolist") else values
        return super().answer([[[-value for value in row] for row in rows] for rows in values])

def build_model(hf_model, tt_device, max_seq_len):
    return Wrong(hf_model, tt_device, max_seq_len)
"""
# Puts perfect functions in the place of those that compare.
PATCHES = """
import sys
import harness.accuracy
for module in list(sys.modules.values()):
    for name in ("agreement", "best", "place"):
        if hasattr(module, name):
            setattr(module, name, lambda *_: (1.0, 1.0))
"""
# Looks at its environment, at all objects there are, and at what its callers hold.
LOOKS = """
import gc, os, sys

def held():
    frame = sys._getframe()
    while frame:
        for name, value in frame.f_locals.items():
            yield name
            yield from getattr(value, "__dict__", ())
        frame = frame.f_back

class Looks(Wrong):
    def answer(self, logits):
        found = [name for name in os.environ if "ALTHING" in name]
        found += [type(one) for one in gc.get_objects() if getattr(type(one), "__module__", "") == "harness.reference"]
        found += {"reference", "known", "continuation"}.intersection(held())
        if found:
            raise ValueError(f"found {found}")
        return super().answer(logits)

def build_model(hf_model, tt_device, max_seq_len):
    return Looks(hf_model, tt_device, max_seq_len)
"""
# Writes to whatever is open, ends well, and says nothing else.
LINE = json.dumps({"top1": 1.0, "top5": 1.0, "tokens": 4, "mode": "tt", "trace": False, "timing": {"load_s": 1.0}})
FAKES_THE_LINE = f"""
import os
for descriptor in range(1, 32):
    try:
        os.write(descriptor, b'YT_METRICS={LINE}\\n')
    except OSError:
        pass
os._exit(0)
"""


def test_a_model_that_replaces_the_comparison_gets_what_it_deserves(referee):
    referee.stand_in().model(EXAMPLE + WRONG + PATCHES)
    got = metrics(referee.evaluate(*TT))
    assert (got["top1"], got["top5"]) == (0.0, 0.0)


def test_a_model_finds_no_reference(referee):
    referee.stand_in().model(EXAMPLE + WRONG + LOOKS)
    got = metrics(referee.evaluate(*TT))
    assert (got["top1"], got["top5"]) == (0.0, 0.0)


def test_a_line_that_the_model_prints_is_no_metrics(referee):
    referee.stand_in().model(FAKES_THE_LINE)
    said = refused(referee.evaluate(*TT), 1)
    assert said == "error: model.py: what its process sent cannot be read"


@pytest.mark.parametrize("name", ["SEGV", "KILL"])
def test_a_model_that_dies_by_a_signal_is_told(referee, name):
    referee.stand_in().model(f"import os, signal\nos.kill(os.getpid(), signal.SIG{name})\n")
    said = refused(referee.evaluate(*TT), 1)
    assert said.startswith(f"error: model.py: its process was killed by SIG{name}")


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_logits_that_are_no_numbers_are_refused(referee, value):
    text = EXAMPLE + WRONG.replace("-value for", f"float('{value}') for")
    referee.stand_in().model(text)
    said = refused(referee.evaluate(*TT), 1)
    assert said == f"error: candidate: the logit of token 0 is {value} in row 0 at step 0"


def test_a_model_that_leaves_is_told(referee):
    referee.stand_in().model("import os\nos._exit(0)\n")
    said = refused(referee.evaluate(*TT), 1)
    assert said == "error: model.py: its process ended with code 0 before it was done"


# --- Another process in its place, without a reference -----------------------------------------

# Two rows, three tokens, two steps.
KNOWN = types.SimpleNamespace(prompt=[[1], [2]], continuation=[[0, 1], [2, 0]], vocabulary=3, mark={})
ZEROS = [[[0.0] * 3] * 2] * 2
START = """
import json, os, signal, socket, sys
harness = socket.socket(fileno=int(sys.argv[1]))
file = harness.makefile("rb")
task = json.loads(file.readline())
def send(message, values=b""):
    harness.sendall((message if isinstance(message, str) else json.dumps(message)).encode() + b"\\n" + values)
def step():
    send({"logits": [2, 3]}, bytes(24))
    return json.loads(file.readline())
told = {"timing": {"load_s": 1.0, "decode_s": 0.5}, "reference_calls": 0}
proof = {"trace_captures": 1, "trace_replays": 1, "decode_steps": 1}
"""


@pytest.fixture
def talk(monkeypatch, tmp_path):
    """What is made of a process that talks like this after it was told its task."""
    script = tmp_path / "script.py"
    monkeypatch.setattr(candidate, "SCRIPT", script)

    def evaluate(text, trace="0", known=KNOWN):
        script.write_text(START + text, encoding="utf-8")
        arguments = types.SimpleNamespace(
            hf_model="a/b", revision=None, model_path=tmp_path, system="n150", trace=trace, prefill_len=1, decode_len=2,
            cache_dir=tmp_path / "cache", save_logits=tmp_path / "logits",
        )
        return candidate.evaluate(arguments, pathlib.Path("model.py"), known)

    return evaluate


def test_a_step_is_told_when_its_logits_are_there(talk):
    waits = """
def nothing():
    harness.settimeout(0.3)
    try:
        send({"error": f"was told {harness.recv(1, socket.MSG_PEEK)}"})
    except TimeoutError:
        harness.settimeout(None)
nothing()
assert step() == [0, 2]
nothing()
assert step() == [1, 0]
nothing()
send({"told": told})
"""
    logits, told = talk(waits)
    assert [[list(step) for step in row] for row in logits] == ZEROS
    assert told == {"timing": {"load_s": 1.0, "decode_s": 0.5}, "reference_calls": 0}


def test_the_task_names_nothing_of_the_reference(talk):
    with pytest.raises(EvaluationError) as told:
        talk("send({'error': ' '.join(sorted(task))})")
    keys = "decode_len hf_model model_path path prefill_len prompt revision system trace vocabulary"
    assert str(told.value) == keys


def test_the_model_is_of_the_references_commit(talk):
    known = types.SimpleNamespace(**{**vars(KNOWN), "mark": {"model_commit": "c0ffee"}})
    with pytest.raises(EvaluationError, match="^c0ffee$"):
        talk("send({'error': task['revision']})", known=known)


def test_a_traced_run_has_its_proof(talk):
    _, told = talk("step(), step(), send({'told': told | proof})", trace="1")
    assert (told["trace_captures"], told["trace_replays"], told["decode_steps"]) == (1, 1, 1)


BELIEVE = "not believable"
# What the process does, and what is said of it.
TALK = {
    "garbage": ("harness.sendall(b'\\xff\\x00garbage\\n')", "cannot be read"),
    "no object": ("send([1])", "cannot be read"),
    "a line without an end": ("harness.sendall(b'{' + b' ' * 70000)", "cannot be read"),
    "too deep": ("send('[' * 60000)", "cannot be read"),
    "nothing": ("", "ended with code 0 before it was done"),
    "its end": ("sys.exit(4)", "ended with code 4 before it was done"),
    "half a step": ("send({'logits': [2, 3]}, bytes(23))", "ended with code 0 before it was done"),
    "a step, and no more": ("step()", "ended with code 0 before it was done"),
    "half a step, and death": ("send({'logits': [2, 3]}, bytes(8)); os.kill(os.getpid(), signal.SIGABRT)", "killed by SIGABRT"),
    "a row too many": ("send({'logits': [3, 3]}, bytes(36))", r"are \[3, 3\], where \[2, 3\] is expected"),
    "another vocabulary": ("send({'logits': [2, 4]}, bytes(32))", r"are \[2, 4\], where"),
    "more values than it says": ("send({'logits': [2, 3]}, bytes(28)); file.readline(); send({'logits': [2, 3]}, bytes(24))", "cannot be read"),
    "the end too early": ("step(); send({'told': told})", "are None, where"),
    "a step too many": ("step(); step(); send({'logits': [2, 3]}, bytes(24))", BELIEVE),
    "nothing of itself": ("step(); step()", "ended with code 0 before it was done"),
    "calls of the reference": ("step(); step(); send({'told': {**told, 'reference_calls': 2}})", "model.py: it had hf_model compute on the CPU, 2 calls"),
    "a fraction of its own": ("step(); step(); send({'told': {**told, 'top1': 1.0}})", BELIEVE),
    "a trace that was not asked for": ("step(); step(); send({'told': told | proof})", BELIEVE),
    "no times": ("step(); step(); send({'told': {**told, 'timing': {}}})", BELIEVE),
    "other times": ("step(); step(); send({'told': {**told, 'timing': {'total_s': 1.0}}})", BELIEVE),
    "a time that is no number": ("step(); step(); send({'told': {**told, 'timing': {'load_s': float('nan')}}})", BELIEVE),
    "calls that are no number": ("step(); step(); send({'told': {**told, 'reference_calls': None}})", BELIEVE),
    "an end that fails": ("step(); step(); send({'told': told}); sys.stdout.flush(); os._exit(7)", "ended with code 7 after it was done"),
}


@pytest.mark.parametrize("what", TALK)
def test_what_is_not_as_it_must_be_is_refused_in_one_line(talk, what):
    text, said = TALK[what]
    with pytest.raises(EvaluationError, match=said) as refusal:
        talk(text)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 500


@pytest.mark.parametrize("replays", ["'trace_replays': 0", "'trace_captures': 2", "'decode_steps': 0"])
def test_a_trace_without_its_proof_is_refused(talk, replays):
    with pytest.raises(EvaluationError, match=BELIEVE):
        talk(f"step(), step(), send({{'told': {{**told, **proof, {replays}}}}})", trace="1")


@pytest.mark.parametrize("key, kind", [("error", EvaluationError), ("setup error", SetupError)])
def test_a_reason_keeps_its_class(talk, key, kind):
    with pytest.raises(kind, match="^no device$"):
        talk(f"send({{{key!r}: 'no device'}})")


@pytest.mark.parametrize(
    "code, said",
    [
        (1, "ended with code 1"),
        (-11, "was killed by SIGSEGV"),
        (-9, "was killed by SIGKILL, perhaps for memory"),
        (-63, "was killed by signal 63"),
    ],
)
def test_the_end_of_a_process_in_words(code, said):
    assert ending(code) == said
