"""The model as transformers computes it, in float32 on the CPU."""

import json
import pathlib
import types

from harness import safetensors
from harness.errors import EvaluationError, SetupError

WAY_OUT = "install `althing`, or `pip install torch transformers`"


def transformers():
    """torch and transformers, imported when they are needed: that takes seconds."""
    try:
        import torch
        import transformers
    except ImportError as error:
        raise SetupError(f"{error.name} is not installed: {WAY_OUT}") from error
    transformers.utils.logging.disable_progress_bar()
    return torch, transformers


def load(arguments):
    """The model, with float32 weights whatever the checkpoint has."""
    torch, library = transformers()
    source = arguments.model_path or arguments.hf_model
    revision = None if arguments.model_path else arguments.revision
    try:
        model = library.AutoModelForCausalLM.from_pretrained(source, revision=revision, **float32(torch, library))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EvaluationError(f"{source}: {' '.join(str(error).split())}") from error
    return model.eval()


def float32(torch, library):
    """The argument that asks for it; it was renamed in transformers 4.56."""
    version = tuple(int(part) for part in library.__version__.split(".")[:2])
    return {"dtype" if version >= (4, 56) else "torch_dtype": torch.float32}


def count_calls(model):
    """Counts how often a model is asked for logits, in the list that is returned."""
    calls = []
    forward = model.forward

    def counted(*arguments, **named):
        calls.append(1)
        return forward(*arguments, **named)

    model.forward = counted
    return calls


def for_building(arguments):
    """What `build_model` gets as `hf_model`: transformers' model, or without transformers a Checkpoint."""
    try:
        return load(arguments)
    except SetupError:
        if arguments.model_path is None:
            raise
        return Checkpoint(arguments.model_path)


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
