"""The accelerator: one device, or a mesh of them, as the system has it."""

import contextlib
import importlib
import importlib.util
import os

from harness.errors import SetupError

MESHES = {"n150": (1, 1), "n300": (1, 2), "lb": (2, 4)}
# Bytes of DRAM that are kept for the commands of a captured trace.
TRACE_REGION_SIZE = 64 << 20


def check():
    """Says early what would prevent that a device is opened, as far as it shows without ttnn:
    only the candidate's process loads that."""
    if importlib.util.find_spec("ttnn") is None:
        raise SetupError("ttnn is not installed: --mode tt needs an accelerator machine")
    trace_region_size()


def trace_region_size():
    """Bytes, from TTNN_TRACE_REGION_SIZE if that is set."""
    text = os.environ.get("TTNN_TRACE_REGION_SIZE")
    if not text:
        return TRACE_REGION_SIZE
    if not (text.isascii() and text.isdigit()):
        raise SetupError(f"TTNN_TRACE_REGION_SIZE is {text!r}, which is no number of bytes")
    return int(text)


def load_ttnn():
    """The library, or the reason why this machine has no use of it."""
    try:
        return importlib.import_module("ttnn")
    except Exception as error:
        raise SetupError(f"ttnn cannot be loaded: {' '.join(str(error).split())}") from error


@contextlib.contextmanager
def opened(ttnn, system):
    """Opens what the system has, and closes it whatever happens."""
    shape, region = MESHES[system], trace_region_size()
    try:
        device, close = open_one(ttnn, region) if shape == (1, 1) else open_mesh(ttnn, shape, region)
    except Exception as error:
        raise SetupError(f"no {system} can be opened: {' '.join(str(error).split())}") from error
    try:
        yield device
    finally:
        close()


def open_one(ttnn, region):
    device = ttnn.open_device(device_id=0, trace_region_size=region)
    return device, lambda: ttnn.close_device(device)


def open_mesh(ttnn, shape, region):
    """A mesh, whose devices talk to each other through the fabric."""
    both = min(shape) > 1
    ttnn.set_fabric_config(ttnn.FabricConfig.FABRIC_2D if both else ttnn.FabricConfig.FABRIC_1D)

    def off():
        ttnn.set_fabric_config(ttnn.FabricConfig.DISABLED)

    try:
        mesh = ttnn.open_mesh_device(ttnn.MeshShape(*shape), trace_region_size=region)
    except Exception:
        off()
        raise

    def close():
        ttnn.close_mesh_device(mesh)
        off()

    return mesh, close


class Transfers:
    """Copies between host and device, the same for one device and for a mesh, where every device
    has all of it."""

    def __init__(self, ttnn, device, system):
        self.ttnn = ttnn
        self.device = device
        self.mesh = MESHES[system] != (1, 1)

    def host(self, rows, dtype):
        """Whole numbers as a tensor on the host."""
        return self.ttnn.from_torch(numbers(rows), dtype=dtype, layout=self.ttnn.ROW_MAJOR_LAYOUT, **self.everywhere())

    def upload(self, rows, dtype):
        """The same on the device."""
        return self.ttnn.from_torch(
            numbers(rows),
            dtype=dtype,
            layout=self.ttnn.ROW_MAJOR_LAYOUT,
            device=self.device,
            memory_config=self.ttnn.DRAM_MEMORY_CONFIG,
            **self.everywhere(),
        )

    def everywhere(self):
        return {"mesh_mapper": self.ttnn.ReplicateTensorToMesh(self.device)} if self.mesh else {}

    def download(self, tensor):
        """A tensor that every device has, on the host."""
        return self.ttnn.to_torch(self.ttnn.get_device_tensors(tensor)[0] if self.mesh else tensor)


def numbers(rows):
    """As torch has them; without torch, as lists, which only a stand-in for ttnn takes."""
    try:
        import torch
    except ImportError:
        return rows
    return torch.tensor(rows, dtype=torch.int32)


def token_ids(rows):
    """`input_ids` as a model of transformers takes them."""
    try:
        import torch
    except ImportError:
        return rows
    return torch.tensor(rows, dtype=torch.long)
