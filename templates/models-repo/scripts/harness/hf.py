"""The model as transformers computes it, in float32 on the CPU."""

import contextlib
import importlib
import json
import pathlib
import re
import types

from harness import safetensors
from harness.errors import EvaluationError, SetupError

COMMIT = re.compile("[0-9a-f]{40}")
WAY_OUT = "`pip install torch transformers` (a reference may come from `althing`, too)"


def transformers():
    """torch and transformers, imported when they are needed: that takes seconds."""
    try:
        import torch
        import transformers
    except ImportError as error:
        raise SetupError(f"{error.name} is not installed: {WAY_OUT}") from error
    transformers.utils.logging.disable_progress_bar()
    return torch, transformers


def commit(arguments):
    """What the revision, or else the default branch, is as a commit on the hub; None of a folder.
    Not every transformers tells this of a model that it loaded."""
    if arguments.model_path is not None:
        return None
    _, library = transformers()
    with trouble(arguments.hf_model):
        config = library.utils.cached_file(arguments.hf_model, "config.json", revision=arguments.revision)
    # In the hub's cache each commit has a folder, SNAPSHOTS/COMMIT/config.json.
    found = pathlib.Path(config).parent.name
    if not COMMIT.fullmatch(found):
        raise EvaluationError(f"{arguments.hf_model}: {config} is not of a commit on the hub: name folders with --model-path")
    return found


def load(arguments, commit):
    """The model at this commit, or from a folder, with float32 weights whatever the checkpoint has."""
    torch, library = transformers()
    source = arguments.model_path or arguments.hf_model
    with trouble(source):
        model = library.AutoModelForCausalLM.from_pretrained(source, revision=commit, **float32(torch, library))
    return model.eval()


@contextlib.contextmanager
def trouble(source):
    """What transformers raises of a model, in one line."""
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EvaluationError(f"{source}: {' '.join(str(error).split())}") from error


def float32(torch, library):
    """The argument that asks for it; it was renamed in transformers 4.56."""
    version = tuple(int(part) for part in library.__version__.split(".")[:2])
    return {"dtype" if version >= (4, 56) else "torch_dtype": torch.float32}


def count_calls(model):
    """Counts how often a model or a part of it computes, in the list that is returned: whoever
    calls its layers one by one has the CPU compute just as well. Its weights can be taken."""
    calls = []
    # Hooks hold no part, where another `forward` would: one that `model.py` drops is freed at once.
    for part in model.modules() if hasattr(model, "modules") else ():
        part.register_forward_pre_hook(lambda *_: calls.append(1))
    return calls


def for_building(arguments):
    """What `build_model` gets as `hf_model`: transformers' model, or where nothing but a stand-in
    for ttnn can run a Checkpoint."""
    if arguments.model_path is not None and not has_torch():
        return Checkpoint(arguments.model_path)
    return load(arguments, commit(arguments))


def has_torch():
    """ttnn itself needs it: without torch there is no accelerator."""
    try:
        importlib.import_module("torch")
    except ImportError:
        return False
    return True


class Checkpoint:
    """Config and weights of a folder in plain Python, for machines on which something stands in
    for ttnn and there is no torch. It has no arithmetic."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.config = types.SimpleNamespace(**config)
        self.weights = safetensors.load(folder / "model.safetensors")

    def state_dict(self):
        """Tensors by name; each has `shape` and `tolist()`."""
        return self.weights

    def forward(self, *_, **__):
        raise EvaluationError("the reference cannot be called here: transformers is not installed")

    __call__ = forward
