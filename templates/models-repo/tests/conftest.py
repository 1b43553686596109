"""What the tests share: a tiny model made from a seed, and the harness as a process."""

import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import make_tiny_model

ALTHING = shutil.which(os.environ.get("ALTHING_BIN") or "althing")
HAS_TORCH = all(importlib.util.find_spec(name) for name in ("torch", "transformers"))
TORCH_ALONE = importlib.util.find_spec("torch") is not None and not HAS_TORCH
ENGINES = {
    "althing": pytest.mark.skipif(ALTHING is None, reason="neither ALTHING_BIN nor the PATH leads to althing"),
    "transformers": pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed"),
}


def engines():
    """Parameters of a test that runs with each engine that is there."""
    return [pytest.param(name, marks=mark) for name, mark in ENGINES.items()]


def needs_a_model():
    """Leaves a test out where `build_model` cannot be given anything: where there is torch,
    `hf_model` is the model of transformers, or nothing."""
    if TORCH_ALONE:
        pytest.skip("torch is installed without transformers")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The folder of a tiny llama."""
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_model.write(folder)
    return folder


class Harness:
    """A copy of this repository's scripts, run as a user would."""

    def __init__(self, root, tiny):
        self.root = root
        self.tiny = tiny
        # A folder that is not there is a cache that is empty.
        self.variables = {"ALTHING_EVAL_CACHE": str(root / "cache"), "HF_HUB_OFFLINE": "1"}
        shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))

    def engine(self, name):
        """Lets the reference come from `althing` or from transformers alone."""
        keep = [folder for folder in os.environ["PATH"].split(os.pathsep) if not (pathlib.Path(folder) / "althing").exists()]
        self.variables["ALTHING_BIN"] = ALTHING if name == "althing" else ""
        self.variables["PATH"] = os.pathsep.join(keep)
        return self

    def stand_in(self):
        """Puts the stand-in for ttnn where Python finds it."""
        needs_a_model()
        self.variables["PYTHONPATH"] = str(ROOT / "tests" / "fakes")
        self.variables["YT_FAKE_CALLS"] = str(self.root / "calls")
        return self

    def calls(self):
        """The calls that the stand-in noted."""
        return (self.root / "calls").read_text(encoding="utf-8").split("\n")[:-1]

    def model(self, text=None, system="n150"):
        """Writes the model a/b, by default the example."""
        folder = self.root / "models" / "a" / "b" / system / "functional"
        folder.mkdir(parents=True, exist_ok=True)
        text = text or (ROOT / "tests" / "example_model.py").read_text(encoding="utf-8")
        (folder / "model.py").write_text(text, encoding="utf-8")
        return self

    def run(self, *arguments):
        """Runs the entry point with these arguments alone."""
        command = [sys.executable, str(self.root / "scripts" / "run_eval.py"), *arguments]
        environment = {name: value for name, value in os.environ.items() if name != "YT_SYSTEM"} | self.variables
        return subprocess.run(command, capture_output=True, text=True, cwd=self.root, env=environment)

    def evaluate(self, *arguments, path=None):
        """Runs it on the tiny model, 8 tokens and 4 more unless the arguments say otherwise."""
        model = ["--hf-model", "a/b", "--model-path", str(path or self.tiny)]
        return self.run(*model, "--prefill-len", "8", "--decode-len", "4", *arguments)


@pytest.fixture
def harness(tmp_path, tiny):
    return Harness(tmp_path, tiny)


@pytest.fixture
def referee(harness):
    """The harness with whatever engine is there, for tests to which it does not matter which."""
    if ALTHING is None and not HAS_TORCH:
        pytest.skip("no reference can be computed: neither althing nor torch and transformers are there")
    return harness.engine("althing" if ALTHING else "transformers")


def metrics(done):
    """The metrics of a run that must have succeeded."""
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("YT_METRICS=")]
    assert len(lines) == 1 and done.stdout.splitlines()[-1] == lines[0]
    return json.loads(lines[0].removeprefix("YT_METRICS="))


def refused(done, code):
    """What a run says that must have failed with this code, in one line and without metrics."""
    assert done.returncode == code, done.stderr
    assert "YT_METRICS=" not in done.stdout
    return done.stderr.splitlines()[-1]
