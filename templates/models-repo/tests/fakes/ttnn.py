"""A stand-in for an accelerator: the calls of ttnn that the harness and the example model make.

It follows ttnn in what can go wrong there. Operations take tensors of an open device. While a
trace is captured, operations are recorded and not carried out, and nothing can be copied to or
from the device; `execute_trace` carries out what was recorded, on the same buffers. Numbers are
Python's own, whatever data type is named: this computes slowly, exactly, and proves nothing about
hardware.

YT_FAKE_DEVICES says how many devices the machine has (default 8); each call is appended to the
file that YT_FAKE_CALLS names.
"""

import itertools
import math
import operator
import os
import types

bfloat16, bfloat8_b, float32, uint32, int32 = "bfloat16", "bfloat8_b", "float32", "uint32", "int32"
TILE_LAYOUT, ROW_MAJOR_LAYOUT = "tile", "row major"
DRAM_MEMORY_CONFIG, L1_MEMORY_CONFIG = "dram", "l1"
FabricConfig = types.SimpleNamespace(DISABLED="disabled", FABRIC_1D="1d", FABRIC_2D="2d")


def note(name, *details):
    """Appends a call to the log of calls."""
    if "YT_FAKE_CALLS" in os.environ:
        with open(os.environ["YT_FAKE_CALLS"], "a", encoding="utf-8") as log:
            print(name, *details, file=log)


# --- Devices ------------------------------------------------------------------------------------


class Device:
    """One device, or a mesh whose devices all have the same."""

    def __init__(self, count, trace_region_size):
        if count > int(os.environ.get("YT_FAKE_DEVICES", "8")):
            raise RuntimeError(f"TT_FATAL: no {count} devices\ninfo: they were not found")
        self.count = count
        self.trace_region_size = trace_region_size
        self.is_open = True
        self.traces = {}
        self.capturing = None
        self.programs = set()

    def num_program_cache_entries(self):
        return len(self.programs)


class MeshShape:
    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns


fabric = FabricConfig.DISABLED


def set_fabric_config(config):
    global fabric
    note("set_fabric_config", config)
    fabric = config


def open_device(*, device_id, trace_region_size=0):
    note("open_device", device_id)
    return Device(1, trace_region_size)


def open_mesh_device(mesh_shape, *, trace_region_size=0):
    note("open_mesh_device", mesh_shape.rows, mesh_shape.columns)
    if fabric == FabricConfig.DISABLED:
        raise RuntimeError("TT_FATAL: the fabric must be configured before a mesh is opened")
    return Device(mesh_shape.rows * mesh_shape.columns, trace_region_size)


def close_device(device):
    note("close_device")
    if not device.is_open:
        raise RuntimeError("TT_FATAL: the device is closed")
    device.is_open = False


def close_mesh_device(device):
    close_device(device)


# --- Tensors ------------------------------------------------------------------------------------


class Tensor:
    """A shape and a buffer, on the host or on a device."""

    def __init__(self, shape, buffer, device=None):
        self.shape = tuple(shape)
        self.buffer = buffer
        self.device = device


def flatten(values):
    """Shape and flat values of nested lists, or of what has `tolist()`."""
    values = values.tolist() if hasattr(values, "tolist") else values
    shape = []
    while isinstance(values, list) and values and isinstance(values[0], list):
        shape.append(len(values))
        values = list(itertools.chain.from_iterable(values))
    return [*shape, len(values) // max(1, math.prod(shape))], values


def on(device, what):
    """Refuses host and device to meet while a trace is captured."""
    if not device.is_open:
        raise RuntimeError("TT_FATAL: the device is closed")
    if device.capturing is not None:
        raise RuntimeError(f"TT_FATAL: {what} are not supported during trace capture")


def from_torch(values, *, dtype=None, layout=None, device=None, memory_config=None, mesh_mapper=None):
    shape, buffer = flatten(values)
    if device is not None:
        on(device, "writes")
    return Tensor(shape, buffer, device)


as_tensor = from_torch


def ReplicateTensorToMesh(device):
    return ("replicate", device)


def get_device_tensors(tensor):
    return [tensor] * tensor.device.count


def to_torch(tensor):
    if tensor.device is not None:
        on(tensor.device, "reads")
    if tensor.buffer is None:
        raise RuntimeError("TT_FATAL: the buffer is not allocated")
    values = tensor.buffer
    for size in reversed(tensor.shape[1:]):
        values = [values[at : at + size] for at in range(0, len(values), size)]
    try:
        import torch
    except ImportError:
        return values
    return torch.tensor(values)


def copy_host_to_device_tensor(host, tensor):
    on(tensor.device, "writes")
    if host.device is not None or host.shape != tensor.shape:
        raise RuntimeError(f"TT_FATAL: {host.shape} cannot be written to {tensor.shape}")
    tensor.buffer[:] = host.buffer


def deallocate(tensor):
    tensor.buffer = None


def zeros(shape, *, dtype=None, layout=None, device=None, memory_config=None):
    return Tensor(shape, [0.0] * math.prod(shape), device)


def synchronize_device(device):
    on(device, "synchronizations")


# --- Traces -------------------------------------------------------------------------------------


def begin_trace_capture(device, *, cq_id=0):
    note("begin_trace_capture")
    on(device, "further captures")
    if not device.trace_region_size:
        raise RuntimeError("TT_FATAL: the device was opened without a trace region")
    device.capturing = len(device.traces)
    device.traces[device.capturing] = []
    return device.capturing


def end_trace_capture(device, trace_id, *, cq_id=0):
    note("end_trace_capture")
    if device.capturing != trace_id:
        raise RuntimeError("TT_FATAL: this trace is not being captured")
    device.capturing = None


def execute_trace(device, trace_id, *, cq_id=0, blocking=True):
    note("execute_trace")
    on(device, "replays")
    for operation in device.traces[trace_id]:
        operation()


def release_trace(device, trace_id):
    note("release_trace")
    del device.traces[trace_id]


# --- Operations ---------------------------------------------------------------------------------


def operation(name, shape, inputs, compute):
    """A tensor of this shape whose buffer `compute` fills: now, or when the trace is replayed."""
    for tensor in inputs:
        if tensor.device is None or tensor.buffer is None:
            raise RuntimeError(f"TT_FATAL: {name} takes tensors that are allocated on a device")
    device = inputs[0].device
    if not device.is_open:
        raise RuntimeError("TT_FATAL: the device is closed")
    device.programs.add((name, *(tensor.shape for tensor in inputs), tuple(shape)))
    result = Tensor(shape, [0.0] * math.prod(shape), device)

    def carry_out():
        result.buffer[:] = compute(*(tensor.buffer for tensor in inputs))

    if device.capturing is None:
        carry_out()
    else:
        device.traces[device.capturing].append(carry_out)
    return result


def rows(values, width):
    return [values[at : at + width] for at in range(0, len(values), width)]


def dot(left, right):
    return sum(map(operator.mul, left, right))


def embedding(ids, table, *, layout=None, memory_config=None):
    width = table.shape[-1]

    def compute(ids, table):
        return [value for id in ids for value in table[int(id) * width : (int(id) + 1) * width]]

    return operation("embedding", (*ids.shape, width), [ids, table], compute)


def linear(tensor, weight, *, bias=None, dtype=None, memory_config=None):
    inner, outer = weight.shape[-2:]
    if tensor.shape[-1] != inner or bias is not None:
        raise RuntimeError(f"TT_FATAL: {tensor.shape} cannot be multiplied with {weight.shape}")

    def compute(values, weight):
        columns = [weight[column::outer] for column in range(outer)]
        return [dot(row, column) for row in rows(values, inner) for column in columns]

    return operation("linear", (*tensor.shape[:-1], outer), [tensor, weight], compute)


matmul = linear


def rms_norm(tensor, *, epsilon, weight):
    width = tensor.shape[-1]

    def compute(values, weight):
        for row in rows(values, width):
            scale = (dot(row, row) / width + epsilon) ** -0.5
            yield from (value * scale * by for value, by in zip(row, weight))

    return operation("rms_norm", tensor.shape, [tensor, weight], compute)


def elementwise(name, combine):
    """An operation on two tensors, of which the second may have ones where the first has more."""

    def apply(left, right, *, memory_config=None):
        places = itertools.product(*(range(size) for size in left.shape))
        if len(left.shape) != len(right.shape):
            raise RuntimeError(f"TT_FATAL: {name} of {left.shape} and {right.shape}")
        steps = [math.prod(right.shape[at + 1 :]) * (size > 1) for at, size in enumerate(right.shape)]
        order = [dot(place, steps) for place in places]

        def compute(ours, theirs):
            return [combine(value, theirs[at]) for value, at in zip(ours, order)]

        return operation(name, left.shape, [left, right], compute)

    return apply


add = elementwise("add", operator.add)
multiply = mul = elementwise("multiply", operator.mul)


def silu(tensor, *, memory_config=None):
    return operation("silu", tensor.shape, [tensor], lambda values: [x / (1 + math.exp(-x)) for x in values])


def reshape(tensor, shape):
    if math.prod(shape) != math.prod(tensor.shape):
        raise RuntimeError(f"TT_FATAL: {tensor.shape} cannot become {shape}")
    return operation("reshape", shape, [tensor], list)


def paged_update_cache(cache, tensor, *, update_idxs_tensor):
    """Writes one position of each row, [batch, heads, size], into [batch, heads, positions, size]."""
    batch, heads, positions, size = cache.shape

    def compute(_, values, index):
        for row, head in itertools.product(range(batch), range(heads)):
            at = (row * heads + head) * size
            to = ((row * heads + head) * positions + int(index[row])) * size
            cache.buffer[to : to + size] = values[at : at + size]
        return [0.0]

    operation("paged_update_cache", (1,), [cache, tensor, update_idxs_tensor], compute)


def scaled_dot_product_attention_decode(query, keys, values, *, cur_pos_tensor, scale):
    """Attention of one position of each row, [batch, heads, size], over what the caches have."""
    batch, heads, size = query.shape
    kv_heads, positions = keys.shape[1:3]

    def compute(query, keys, values, current):
        for row, head in itertools.product(range(batch), range(heads)):
            asked = query[(row * heads + head) * size :][:size]
            begin = (row * kv_heads + head * kv_heads // heads) * positions * size
            end = begin + (int(current[row]) + 1) * size
            scores = [scale * dot(asked, key) for key in rows(keys[begin:end], size)]
            powers = [math.exp(score - max(scores)) for score in scores]
            seen = values[begin:end]
            yield from (dot(powers, seen[at::size]) / sum(powers) for at in range(size))

    tensors = [query, keys, values, cur_pos_tensor]
    return operation("scaled_dot_product_attention_decode", query.shape, tensors, compute)


experimental = types.SimpleNamespace(paged_update_cache=paged_update_cache)
transformer = types.SimpleNamespace(scaled_dot_product_attention_decode=scaled_dot_product_attention_decode)
