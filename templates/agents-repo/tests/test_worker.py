"""What starts the engine, with a stand-in for it that writes down how it was called."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from yieldthought_agents import github, shell, worker
from yieldthought_agents.tasks import functional_bringup
from yieldthought_agents.tasks.functional_bringup import FunctionalBringupTask

ROOT = Path(__file__).resolve().parent.parent
RUN = {"status": "in review", "summary": "all checks passed", "attempts": 2}


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """Puts a program on the PATH; returns a function that says what it does."""

    def says(name, script):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> {tmp_path}/calls\n{script}\n")
        program.chmod(0o755)
        return lambda: [line.split("/")[-1] for line in (tmp_path / "calls").read_text().splitlines()]

    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return says


def start(*flags):
    """Runs the entry point as an operator does."""
    argv = [sys.executable, str(ROOT / "scripts/run_worker.py"), *flags]
    return subprocess.run(argv, capture_output=True, text=True, cwd="/", check=False)


def test_a_worker_needs_no_arguments_and_passes_on_what_it_gets(engine):
    calls = engine("althing", "echo \"$YT_SYSTEM\"; exit 3")
    os.environ["YT_SYSTEM"] = "lb"
    try:
        done = start()
    finally:
        del os.environ["YT_SYSTEM"]
    assert (done.returncode, done.stdout) == (3, "lb\n")
    start("--dry-run", "--once", "--issue", "7")
    assert calls() == ["althing bringup worker", "althing bringup worker --dry-run --once --issue 7"]


def test_a_missing_engine_is_said(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert worker.main([]) == 4
    assert "althing is not on the PATH" in capsys.readouterr().err


def answering(run):
    return f"cat <<'END'\n{json.dumps({'data': {'run': run}})}\nEND"


class Watched(FunctionalBringupTask):
    """Writes down which hooks are called."""

    def __init__(self, *flags):
        super().__init__(*flags)
        self.hooks = []

    def set_up(self):
        self.hooks.append("set_up")

    def tear_down(self):
        self.hooks.append("tear_down")

    def on_success(self, result):
        self.hooks.append("on_success")

    def on_failure(self, result):
        self.hooks.append("on_failure")


@pytest.mark.parametrize(
    ("status", "hook"),
    [("in review", "on_success"), ("failed", "on_failure"), ("setup error", "on_failure")],
)
def test_a_task_is_one_run_of_the_engine_with_the_hooks_of_codexapi(engine, status, hook):
    calls = engine("althing", answering({**RUN, "status": status}))
    task = Watched("--skip-tt")
    result = task()
    assert calls() == ["althing --output json bringup worker --once --skip-tt"]
    assert task.hooks == ["set_up", hook, "tear_down"]
    assert (result.success, result.iterations) == (status == "in review", 2)
    assert result.errors == (None if result.success else f"{status}: all checks passed")


def test_no_ready_issue_is_no_result(engine):
    engine("althing", answering(None))
    task = Watched()
    assert task() is None
    assert task.hooks == ["set_up", "tear_down"]


def test_an_engine_that_cannot_work_fails_loudly(engine):
    engine("althing", "echo the board lacks a status; exit 3")
    task = Watched()
    with pytest.raises(shell.CommandFailed) as failed:
        task()
    assert failed.value.code == 3
    assert "bringup worker --once: exit code 3\nthe board lacks a status" in str(failed.value)
    assert task.hooks == ["set_up", "tear_down"]


def test_the_task_is_one_of_codexapi():
    codexapi = pytest.importorskip("codexapi")
    assert issubclass(FunctionalBringupTask, codexapi.Task)
    assert functional_bringup.TaskResult is codexapi.TaskResult


def test_github_is_reached_through_gh(engine):
    calls = engine("gh", "[ \"$2\" = status ]")
    github.check_login()
    with pytest.raises(shell.CommandFailed):
        github.gh("api", "user")
    engine("althing", "echo nothing to do")
    assert github.set_up("--dry-run") == "nothing to do\n"
    assert calls() == ["gh auth status", "gh api user", "althing bringup setup --dry-run"]


def test_a_program_that_is_not_there_fails_loudly():
    with pytest.raises(shell.CommandFailed, match="no-such-program a: exit code 127"):
        shell.run(["no-such-program", "a"])
