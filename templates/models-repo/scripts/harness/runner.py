"""The model on the accelerator, in the candidate's process: built, fed, timed.

Nothing of the reference is here. The ids that it chose come one step at a time, each when the
model's own logits of that step are out.
"""

import array
import contextlib
import importlib.util
import math
import pathlib
import sys
import time
import traceback

from harness import device as devices
from harness import hf
from harness.errors import EvaluationError, SetupError, one_line
from harness.trace import TracedDecode, Watch

TILE = 32


def load_module(path):
    """Runs `model.py`."""
    spec = importlib.util.spec_from_file_location("bringup_model", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if not hasattr(module, "build_model"):
        raise EvaluationError(f"{path.name} has no build_model(hf_model, tt_device, max_seq_len)")
    return module


def evaluate(task, exchange):
    """Feeds the model of the task, and returns what the metrics say of it. `exchange` takes the
    logits of a step, one array per row, and gives the ids to read next, one per row."""
    ttnn = devices.load_ttnn()
    watch = Watch(ttnn)
    path = pathlib.Path(task.path)
    with devices.opened(ttnn, task.system) as device, models_trouble(path):
        began = time.perf_counter()
        module = load_module(path)
        hf_model = hf.for_building(task)
        calls = hf.count_calls(hf_model)
        length = task.prefill_len + task.decode_len
        model = module.build_model(hf_model, device, math.ceil(length / TILE) * TILE)
        timing = {"load_s": time.perf_counter() - began}
        run = Run(ttnn, device, watch, model, task, exchange)
        with without_gradients():
            run.feed(timing)
    return {"timing": timing, "reference_calls": len(calls), **run.proof()}


@contextlib.contextmanager
def models_trouble(path):
    """Whatever a model raises is a failure of the model, told in one line; where it arose, above it."""
    try:
        yield
    except (EvaluationError, SetupError):
        raise
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        raise EvaluationError(f"{path.name}: {one_line(error)}") from error


def without_gradients():
    try:
        import torch
    except ImportError:
        return contextlib.nullcontext()
    return torch.no_grad()


class Run:
    """Prefill, then decoding, by the reference's own tokens."""

    def __init__(self, ttnn, device, watch, model, task, exchange):
        self.ttnn, self.device, self.watch, self.model = ttnn, device, watch, model
        self.exchange = exchange
        self.prompt, self.vocabulary = task.prompt, task.vocabulary
        self.traced = task.trace == "1"
        self.transfers = devices.Transfers(ttnn, device, task.system)
        self.batch = len(task.prompt)
        self.steps = task.decode_len - 1
        self.replayed = 0
        self.waited = 0.0

    def feed(self, timing):
        """Every step: the first logits come with the prompt, each further ones cost a decode."""
        begin = time.perf_counter()
        out = self.model(devices.token_ids(self.prompt), past_key_values=None, use_cache=True)
        ids = self.answer(out.logits)
        timing["prefill_s"] = time.perf_counter() - begin - self.waited
        begin, self.waited = time.perf_counter(), 0.0
        decode = self.decode_traced if self.traced else self.decode_plainly
        decode(ids, out.past_key_values, timing)
        timing["decode_s"] = time.perf_counter() - begin - self.waited - timing.get("capture_s", 0.0)
        tokens = self.steps * self.batch
        timing["tokens_per_s"] = tokens / timing["decode_s"] if tokens else 0.0

    def answer(self, logits):
        """Hands over the logits of a step; returns the ids that come next."""
        rows = self.read(logits)
        begin = time.perf_counter()
        ids = self.exchange(rows)
        self.waited += time.perf_counter() - begin
        return ids

    def decode_plainly(self, ids, past, _timing):
        """One call of the model per step, as with a model of transformers."""
        for _ in range(self.steps):
            out = self.model(devices.token_ids([[id] for id in ids]), past_key_values=past, use_cache=True)
            past = out.past_key_values
            ids = self.answer(out.logits)
        self.watch.check_untraced()

    def decode_traced(self, ids, past, timing):
        """One call to capture it, then one replay per step."""
        self.watch.check_untraced()
        start = len(self.prompt[0])
        begin = time.perf_counter()
        trace = TracedDecode(
            self.ttnn, self.device, self.transfers, self.watch, self.model, past, self.batch, start
        )
        timing["capture_s"] = time.perf_counter() - begin
        for step in range(self.steps):
            before = self.watch.replays
            ids = self.answer(trace.step(ids, start + step))
            self.replayed += self.watch.replays == before + 1
        trace.release()

    def read(self, logits):
        """Logits after the last position, one array per row, from `[batch, positions, vocabulary]`
        or, as decode on a device has it, `[1, 1, batch, vocabulary]`."""
        if isinstance(logits, getattr(self.ttnn, "Tensor", ())):
            logits = self.transfers.download(logits)
        sizes = shape_of(logits)
        count = math.prod(sizes[:-1])
        by_row = count == self.batch or self.batch == 1 or sizes[-3:-2] == [self.batch]
        if sizes[-1] != self.vocabulary or not by_row:
            wanted = f"[{self.batch}, positions, {self.vocabulary}]"
            raise EvaluationError(f"the logits are {sizes}, where {wanted} is expected")
        if hasattr(logits, "float"):
            # Without the other positions of a long prompt, which would only be thrown away.
            logits = (logits if count == self.batch else logits[..., -1, :]).float().tolist()
        rows = rows_of(logits)
        each = len(rows) // self.batch
        return [array.array("f", rows[(row + 1) * each - 1]) for row in range(self.batch)]

    def proof(self):
        """That a traced run was one."""
        if not self.traced:
            return {}
        if (self.watch.captures, self.replayed) != (1, self.steps):
            raise EvaluationError(
                f"{self.watch.captures} captures and {self.replayed} replays, where one capture and {self.steps} replays were due"
            )
        return {"trace_captures": 1, "trace_replays": self.replayed, "decode_steps": self.steps}


def shape_of(values):
    """Sizes of a tensor or of nested lists."""
    if hasattr(values, "shape"):
        return list(values.shape)
    sizes = []
    while isinstance(values, (list, tuple)):
        sizes.append(len(values))
        values = values[0] if values else None
    return sizes or [0]


def rows_of(values):
    """Nested lists without their outer dimensions: a list of rows of logits."""
    sizes = shape_of(values)
    rows = [values] if len(sizes) == 1 else values
    for _ in sizes[2:]:
        rows = [inner for outer in rows for inner in outer]
    return rows
