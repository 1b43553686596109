"""Every model compiles and has the entry point that the harness calls.

The files are read, not run: a test must not execute what it judges.
"""

import ast
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = sorted(ROOT.glob("models/*/*/*/functional/model.py"))
PARAMETERS = ["hf_model", "tt_device", "max_seq_len"]


def build_model(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build_model"]
    return named[-1] if named else None


@pytest.mark.parametrize("path", MODELS, ids=lambda path: str(path.relative_to(ROOT / "models")))
def test_a_model_defines_build_model(path):
    function = build_model(path)
    assert function is not None, f"{path.relative_to(ROOT)} defines no function build_model"
    names = [argument.arg for argument in function.args.args]
    assert names[:3] == PARAMETERS, f"build_model({', '.join(names)}) must begin with {', '.join(PARAMETERS)}"


def test_models_lie_where_the_harness_looks_for_them():
    lost = [path for path in ROOT.glob("models/**/model.py") if path not in MODELS]
    assert not lost, f"expected models/ORG/NAME/SYSTEM/functional/model.py: {lost}"
