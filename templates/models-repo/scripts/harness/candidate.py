"""The model of this repository, in a process of its own that never has the reference.

It is told the prompt, and what the reference chose at a step only after its own logits of that
step are here: whatever code runs there finds nothing to copy and nothing to replace. What it
sends is read as from a stranger.
"""

import array
import json
import math
import os
import pathlib
import socket
import subprocess
import sys

from harness.errors import EvaluationError, SetupError, ending

SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "run_candidate.py"
# Of a line that the process sends, in bytes.
LONGEST = 1 << 16
TASK = ("hf_model", "revision", "model_path", "system", "trace", "prefill_len", "decode_len")
TIMES = {"load_s", "capture_s", "prefill_s", "decode_s", "tokens_per_s"}


def evaluate(arguments, path, reference):
    """Feeds the model what the reference read and chose. Returns its logits by row and step, and
    what the metrics say of it."""
    batch, vocabulary = len(reference.prompt), reference.vocabulary
    with Process(path.name) as process:
        task = {name: getattr(arguments, name) for name in TASK}
        # The reference's own weights: a branch may have moved since it was computed.
        task["revision"] = reference.mark.get("model_commit", arguments.revision)
        process.send({**task, "path": path, "prompt": reference.prompt, "vocabulary": vocabulary})
        steps = []
        for step in range(arguments.decode_len):
            steps.append(process.logits(batch, vocabulary))
            process.send([row[step] for row in reference.continuation])
        told = process.account(arguments)
    return [[step[row] for step in steps] for row in range(batch)], told


class Process:
    """Runs `run_candidate.py`, and talks with it through a socket."""

    def __init__(self, name):
        self.name = name
        self.socket, theirs = socket.socketpair()
        self.file = self.socket.makefile("rb")
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, SCRIPT, str(theirs.fileno())],
                # The metrics are all that is ever on this process's stdout.
                stdout=2,
                env=environment(),
                pass_fds=[theirs.fileno()],
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Its device is closed, and what it prints is out, before the reason is told.
        self.end()

    def end(self):
        """Stops talking, and waits for the end; returns how it ended."""
        self.file.close()
        self.socket.close()
        return self.process.wait()

    def fail(self, why):
        return EvaluationError(f"{self.name}: {why}")

    def gone(self):
        return self.fail(f"its process {ending(self.end())} before it was done")

    def send(self, message):
        """One line of JSON."""
        try:
            self.socket.sendall(json.dumps(message, default=str).encode() + b"\n")
        except OSError as error:
            raise self.gone() from error

    def receive(self):
        """The next message: a line that is a JSON object, or else the reason why it ends."""
        line = heard(self.file.readline, LONGEST)
        if not line:
            raise self.gone()
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise self.fail("what its process sent cannot be read")
        for key, kind in (("setup error", SetupError), ("error", EvaluationError)):
            if key in message:
                raise kind(str(message[key]))
        return message

    def logits(self, batch, vocabulary):
        """Those of one step, an array per row."""
        shape = self.receive().get("logits")
        if shape != [batch, vocabulary]:
            raise self.fail(f"the logits of a step are {str(shape)[:80]}, where {[batch, vocabulary]} is expected")
        size = batch * vocabulary * 4
        data = heard(self.file.read, size)
        if len(data) < size:
            raise self.gone()
        values = array.array("f", data)
        return [values[row * vocabulary : (row + 1) * vocabulary] for row in range(batch)]

    def account(self, arguments):
        """What it tells of itself when all is done, if that can be."""
        told = self.receive().get("told")
        code = self.end()
        if code:
            raise self.fail(f"its process {ending(code)} after it was done")
        steps = arguments.decode_len - 1
        proof = {"trace_captures": 1, "trace_replays": steps, "decode_steps": steps} if arguments.trace == "1" else {}
        if not believable(told, proof):
            raise self.fail(f"what its process told of itself is not believable: {str(told)[:400]}")
        if calls := told["reference_calls"]:
            what = "only config and weights are to be taken from it"
            raise self.fail(f"it had hf_model compute on the CPU, {calls} calls of it or its parts: {what}")
        return told | proof


def heard(read, size):
    """At most so many bytes, and none when there is nobody any more."""
    try:
        return read(size)
    except OSError:
        return b""


def believable(told, proof):
    """Nothing but times, a number of calls, and this proof."""
    if not isinstance(told, dict) or told.keys() != {"timing", "reference_calls"} | proof.keys():
        return False
    timing, calls = told["timing"], told["reference_calls"]
    times = isinstance(timing, dict) and timing and timing.keys() <= TIMES
    finite = times and all(type(value) is float and math.isfinite(value) for value in timing.values())
    return finite and type(calls) is int and calls >= 0 and proof.items() <= told.items()


def environment():
    """Without what leads to kept references, or to the program that computes them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ALTHING_")}
