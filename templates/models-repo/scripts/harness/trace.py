"""Traces: captured once on the decode path, replayed for every further token, and proven.

The harness itself captures and replays. While it replays, no Python of the model runs, so a
traced run cannot be anything else.
"""

import contextlib
import functools

from harness.errors import EvaluationError

# What allocates or frees buffers of the device, or copies between it and the host. None of it can
# be replayed, or it would be replayed with the values of the first time.
FORBIDDEN = (
    "allocate_tensor_on_device",
    "arange",
    "as_tensor",
    "copy_device_to_host_tensor",
    "copy_host_to_device_tensor",
    "deallocate",
    "empty",
    "empty_like",
    "from_device",
    "from_torch",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "reallocate",
    "synchronize_device",
    "to_device",
    "to_torch",
    "zeros",
    "zeros_like",
)


class Watch:
    """Stands between everybody and ttnn's calls that matter to a trace."""

    def __init__(self, ttnn):
        self.captures = 0
        self.replays = 0
        self.inside = False
        self.broken = None
        for name in FORBIDDEN:
            self.wrap(ttnn, name, self.check_outside)
        self.wrap(ttnn, "begin_trace_capture", self.on_begin)
        self.wrap(ttnn, "execute_trace", self.on_execute)

    def wrap(self, ttnn, name, before):
        original = getattr(ttnn, name, None)
        if original is None:
            return

        @functools.wraps(original, updated=())
        def watched(*arguments, **named):
            before(name)
            return original(*arguments, **named)

        setattr(ttnn, name, watched)

    def check_outside(self, name):
        if self.inside:
            self.broken = self.broken or f"ttnn.{name} was called inside the traced region"
            raise EvaluationError(self.broken)

    def on_begin(self, name):
        self.check_outside(name)
        self.captures += 1

    def on_execute(self, name):
        self.check_outside(name)
        self.replays += 1

    @contextlib.contextmanager
    def region(self):
        """Between begin and end of a capture."""
        self.inside = True
        try:
            yield
        finally:
            self.inside = False
        if self.broken:
            # Even if the model caught the error.
            raise EvaluationError(self.broken)

    def check_untraced(self):
        """Nothing was captured or replayed yet: models leave that to the harness."""
        if self.captures or self.replays:
            raise EvaluationError("the model used a trace on its own: only the harness captures one, and only with --trace 1")


class TracedDecode:
    """One decode step of a model as a trace."""

    def __init__(self, ttnn, device, transfers, watch, model, past, batch, position):
        self.ttnn, self.device, self.transfers, self.watch = ttnn, device, transfers, watch
        self.batch = batch
        self.ids = transfers.upload([[0]] * batch, ttnn.uint32)
        self.position = transfers.upload([position] * batch, ttnn.int32)

        def decode():
            out = model(self.ids, past_key_values=past, use_cache=True, cache_position=self.position)
            return out.logits

        # Compiles every program. What it writes to the cache, the first replay writes again.
        warm = shape(decode())
        watch.check_untraced()
        compiled = programs(device)
        self.trace = ttnn.begin_trace_capture(device, cq_id=0)
        try:
            with watch.region():
                self.logits = decode()
            self.check(warm, compiled)
        except Exception:
            self.end()
            raise
        ttnn.end_trace_capture(device, self.trace, cq_id=0)

    def check(self, warm, compiled):
        """The captured step has the shapes of the one before."""
        if shape(self.logits) != warm:
            raise EvaluationError(f"the logits are {shape(self.logits)} in the trace and were {warm} before: shapes must not change")
        if programs(self.device) != compiled:
            raise EvaluationError("programs were compiled inside the traced region: shapes must not change between steps")

    def step(self, ids, position):
        """Replays the step for the next tokens; returns the logits, on the host."""
        if len(ids) != self.batch:
            raise EvaluationError(f"{len(ids)} tokens for a trace of {self.batch}: shapes must not change")
        ttnn, transfers = self.ttnn, self.transfers
        ttnn.copy_host_to_device_tensor(transfers.host([[id] for id in ids], ttnn.uint32), self.ids)
        ttnn.copy_host_to_device_tensor(transfers.host([position] * self.batch, ttnn.int32), self.position)
        ttnn.execute_trace(self.device, self.trace, cq_id=0, blocking=True)
        return transfers.download(self.logits)

    def end(self):
        """Leaves the device usable after a capture that went wrong, as far as it can."""
        with contextlib.suppress(Exception):
            self.ttnn.end_trace_capture(self.device, self.trace, cq_id=0)
        with contextlib.suppress(Exception):
            self.release()

    def release(self):
        self.ttnn.release_trace(self.device, self.trace)


def shape(tensor):
    return tuple(tensor.shape)


def programs(device):
    """How many programs the device has compiled, where it tells."""
    count = getattr(device, "num_program_cache_entries", None)
    return count() if count else None
