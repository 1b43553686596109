"""The safetensors format as far as the harness needs it, so that it runs without torch and numpy."""

import array
import json
import math
import struct
import sys

from harness.errors import EvaluationError

TYPES = {"F32": ("f", 4), "I64": ("q", 8), "BF16": ("H", 2)}


class Tensor:
    """A shape and its values, row-major, as an array."""

    def __init__(self, shape, values):
        self.shape = tuple(shape)
        self.values = values

    def tolist(self):
        """Nested lists, as torch and numpy give them."""
        return nested(list(self.values), self.shape)


def nested(values, shape):
    """A flat list as nested lists of this shape."""
    if len(shape) <= 1:
        return values
    step = math.prod(shape[1:])
    return [nested(values[at * step : (at + 1) * step], shape[1:]) for at in range(shape[0])]


def load(path):
    """All tensors of a file by name: float32, bfloat16 (as float32) and int64."""
    try:
        with open(path, "rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            header = json.loads(file.read(length))
            data = file.read()
        header.pop("__metadata__", None)
        return {name: tensor(data, entry) for name, entry in header.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, MemoryError, struct.error) as error:
        raise EvaluationError(f"{path}: no safetensors file that can be read: {error}") from error


def tensor(data, entry):
    kind, size = TYPES[entry["dtype"]]
    begin, end = entry["data_offsets"]
    if not 0 <= begin <= end <= len(data) or end - begin != math.prod(entry["shape"]) * size:
        raise ValueError(f"a tensor of shape {entry['shape']} does not fit bytes {begin} to {end}")
    values = array.array(kind, data[begin:end])
    if sys.byteorder == "big":
        values.byteswap()
    if entry["dtype"] == "BF16":
        # The upper half of a float32.
        values = array.array("f", array.array("I", [half << 16 for half in values]).tobytes())
    return Tensor(entry["shape"], values)


def save(path, tensors):
    """Writes tensors, each `(dtype, shape, flat values)`, with dtype F32 or I64."""
    header, parts, end = {}, [], 0
    for name, (dtype, shape, values) in tensors.items():
        values = array.array(TYPES[dtype][0], values)
        if sys.byteorder == "big":
            values.byteswap()
        begin, end = end, end + len(values) * values.itemsize
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
        parts.append(values.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.writelines(parts)
