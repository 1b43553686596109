"""The bootstrap script on a machine that has only what a test gives it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "scripts/bootstrap_machine.sh"
# What the script itself is made of.
BASE = ["bash", "cat", "chmod", "env", "grep", "tail", "timeout"]
SCOPES = "  - Token scopes: 'gist', 'project', 'repo'"
TTNN = "import ttnn; print(ttnn.__version__)"
PACKAGES = ["codexapi", "pytest", "torch", "transformers"]


class Machine:
    """Programs in a folder that is all of the PATH, and what was called of them."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.packages = folder / "packages"
        self.bin.mkdir()
        self.packages.mkdir()
        self.variables = {"HF_TOKEN": "hf_something"}
        for program in BASE:
            (self.bin / program).symlink_to(shutil.which(program))

    def real(self, program):
        (self.bin / program).symlink_to(shutil.which(program))

    def stand_in(self, program, script="exit 0"):
        path = self.bin / program
        path.write_text(f"#!/bin/bash\necho \"{program} $*\" >> {self.folder}/calls\n{script}\n")
        path.chmod(0o755)

    def python(self):
        """The Python of this test, which finds its packages in a folder of this machine, and
        whose pip only pretends."""
        install = f"""
if [[ "$1 $2" == "-m pip" ]]; then
    shift 3
    case "$1" in
        tt-smi) printf '#!/bin/bash\\n' > {self.bin}/tt-smi; chmod +x {self.bin}/tt-smi ;;
        huggingface_hub) printf '#!/bin/bash\\n' > {self.bin}/hf; chmod +x {self.bin}/hf ;;
        *) echo > {self.packages}/$1.py ;;
    esac
    exit 0
fi
PYTHONPATH={self.packages} exec {sys.executable} -S "$@"
"""
        self.stand_in("python3", install)

    def package(self, name, text=""):
        (self.packages / f"{name}.py").write_text(text)

    def everything(self):
        """A machine that lacks nothing."""
        self.real("git")
        self.python()
        self.stand_in("gh", f"echo \"{SCOPES}\"")
        for program in ["codex", "hf", "tt-smi", "althing"]:
            self.stand_in(program)
        for package in PACKAGES:
            self.package(package)
        self.package("ttnn", "__version__ = '0.62.1'\n")

    def run(self, *flags):
        environment = {"PATH": str(self.bin), "HOME": str(self.folder), **self.variables}
        argv = [shutil.which("bash"), str(SCRIPT), *flags]
        return subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)

    def calls(self):
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    def state(self):
        """Everything that a run could change."""
        files = [path for path in self.folder.rglob("*") if path.name not in ("calls", "__pycache__")]
        return sorted(str(path) for path in files if "__pycache__" not in path.parts)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def test_the_script_can_be_read():
    assert subprocess.run(["bash", "-n", SCRIPT], check=False).returncode == 0
    assert os.access(SCRIPT, os.X_OK)


@pytest.mark.parametrize("flags", [[], ["--check"]])
def test_a_machine_that_lacks_nothing_is_left_as_it_is(machine, flags):
    machine.everything()
    before = machine.state()
    for _ in range(2):
        done = machine.run(*flags)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1] == "ready for a worker"
        assert "problem" not in done.stdout
    assert machine.state() == before
    calls = machine.calls()
    assert "gh auth status" in calls
    assert "codex login status" in calls
    assert "tt-smi -ls" in calls
    assert f"python3 -c {TTNN}" in calls
    assert not any("install" in call for call in calls)


@pytest.mark.parametrize(
    ("program", "help"),
    [
        ("git", "apt-get install git"),
        ("gh", "apt-get install gh"),
        ("python3", "apt-get install python3"),
        ("codex", "npm install --global @openai/codex"),
        ("hf", "pip install huggingface_hub"),
        ("tt-smi", "pip install tt-smi"),
        ("althing", "cargo install"),
    ],
)
def test_a_missing_tool_is_named_with_the_way_out(machine, program, help):
    machine.everything()
    (machine.bin / program).unlink()
    before = machine.state()
    done = machine.run("--check")
    assert done.returncode == 1
    assert f"problem: {program} is missing" in done.stdout
    assert help in done.stdout
    assert machine.state() == before


@pytest.mark.parametrize("package", PACKAGES)
def test_a_missing_python_package_is_named(machine, package):
    machine.everything()
    (machine.packages / f"{package}.py").unlink()
    done = machine.run("--check")
    assert done.returncode == 1
    assert f"problem: python package {package} is missing" in done.stdout
    assert f"python3 -m pip install {package};" in done.stdout


def test_the_older_name_of_the_hubs_client_will_do(machine):
    machine.everything()
    (machine.bin / "hf").rename(machine.bin / "huggingface-cli")
    done = machine.run()
    assert done.returncode == 0
    assert "ok: huggingface-cli" in done.stdout
    assert not any("install" in call for call in machine.calls())


def test_what_is_missing_is_installed_and_the_next_run_changes_nothing(machine):
    machine.everything()
    for program in ["gh", "codex", "hf", "tt-smi"]:
        (machine.bin / program).unlink()
    for package in PACKAGES:
        (machine.packages / f"{package}.py").unlink()
    gh = f"printf '#!/bin/bash\\necho \"{SCOPES}\"\\n' > {machine.bin}/gh; chmod +x {machine.bin}/gh"
    machine.stand_in("apt-get", f'[[ "$*" == *" gh" ]] && {gh}; exit 0')
    codex = f"printf '#!/bin/bash\\n' > {machine.bin}/codex; chmod +x {machine.bin}/codex"
    machine.stand_in("npm", codex)
    machine.stand_in("sudo", '"$@"')
    done = machine.run()
    assert (done.returncode, done.stderr) == (0, "")
    calls = machine.calls()
    assert any("apt-get install" in call and call.endswith(" gh") for call in calls)
    assert "npm install --global @openai/codex" in calls
    for package in [*PACKAGES, "huggingface_hub", "tt-smi"]:
        assert f"python3 -m pip install {package}" in calls

    before, said = machine.state(), len(machine.calls())
    assert machine.run().returncode == 0
    assert machine.state() == before
    assert not any("install" in call for call in machine.calls()[said:])


def test_an_installation_that_fails_is_shown_and_named(machine):
    machine.everything()
    (machine.bin / "codex").unlink()
    machine.stand_in("npm", "echo no network; exit 7")
    done = machine.run()
    assert done.returncode == 1
    assert "failed with 7: npm install --global @openai/codex\nno network" in done.stderr
    assert "problem: codex is missing" in done.stdout


@pytest.mark.parametrize("gh", ["exit 1", "echo '  X Failed to log in to github.com'"])
def test_no_login_is_a_problem(machine, gh):
    machine.everything()
    machine.stand_in("gh", gh)
    done = machine.run("--check")
    assert done.returncode == 1
    assert "problem: gh is not logged in" in done.stdout
    assert "gh auth login -s project" in done.stdout


@pytest.mark.skipif(shutil.which("gh") is None, reason="needs gh")
def test_the_real_gh_without_a_login_is_a_problem(machine):
    machine.everything()
    (machine.bin / "gh").unlink()
    machine.real("gh")
    done = machine.run("--check")
    assert done.returncode == 1
    assert "problem: gh is not logged in" in done.stdout


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ("Token scopes: 'gist', 'repo'", ["project"]),
        ("Token scopes: 'read:project', 'repo'", ["project"]),
        ("Token scopes: project, public_repo", ["repo"]),
        ("Token scopes: none", ["repo", "project"]),
        ("Token scopes: delete_repo, project, repo", []),
        ("Token: github_pat_****", []),
    ],
)
def test_a_missing_scope_prints_the_command_that_adds_it(machine, scopes, missing):
    machine.everything()
    machine.stand_in("gh", f"echo \"  - {scopes}\"")
    done = machine.run("--check")
    assert done.returncode == (1 if missing else 0)
    for scope in ["repo", "project"]:
        assert (f"run: gh auth refresh -s {scope}\n" in done.stdout) == (scope in missing)


def test_ttnn_must_be_importable_but_needs_no_version(machine):
    machine.everything()
    assert "ok: ttnn 0.62.1" in machine.run("--check").stdout
    machine.package("ttnn")
    assert "ok: ttnn of unknown version" in machine.run("--check").stdout
    machine.package("ttnn", "raise ImportError('no driver')\n")
    done = machine.run("--check")
    assert done.returncode == 1
    assert "cannot import ttnn" in done.stdout


def test_a_missing_hub_token_is_only_a_warning(machine):
    machine.everything()
    machine.variables = {}
    done = machine.run("--check")
    assert done.returncode == 0
    assert "warning: HF_TOKEN is not set" in done.stdout


def test_an_accelerator_that_does_not_answer_is_a_problem(machine):
    machine.everything()
    machine.stand_in("tt-smi", "echo no devices; exit 1")
    done = machine.run("--check")
    assert done.returncode == 1
    assert "problem: tt-smi does not answer" in done.stdout
    assert "no devices" in done.stderr


def test_the_agent_may_be_another_program(machine):
    machine.everything()
    machine.variables["CODEX_BIN"] = "/opt/none/codex"
    done = machine.run("--check")
    assert done.returncode == 1
    assert "CODEX_BIN names a program that is not there" in done.stdout


def test_an_agent_without_a_login_is_a_problem_unless_there_is_a_key(machine):
    machine.everything()
    machine.stand_in("codex", "echo Not logged in >&2; exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert "problem: codex is not logged in\n         run: codex login;" in done.stdout
    machine.variables["CODEX_API_KEY"] = "sk-something"
    assert machine.run().returncode == 0


def git(machine, script):
    (machine.bin / "git").unlink()
    machine.stand_in("git", f"[[ $1 != config ]] || exit 1\n{script}")


def test_the_models_repository_must_be_readable_without_questions(machine):
    machine.everything()
    git(machine, f'echo "$GIT_TERMINAL_PROMPT $GIT_SSH_COMMAND" > {machine.folder}/asked')
    machine.variables |= {"YT_OWNER": "lab", "YT_REPO_MODELS": "models"}
    assert machine.run("--check").returncode == 0
    assert "git ls-remote git@github.com:lab/models.git HEAD" in machine.calls()
    assert (machine.folder / "asked").read_text() == "0 ssh -o BatchMode=yes\n"
    machine.variables["GH_HOST"] = "git.lab.org"
    del machine.variables["YT_REPO_MODELS"]
    assert "ok: git@git.lab.org:lab/ttnn_models.git\n" in machine.run("--check").stdout


def test_a_models_repository_that_cannot_be_read_is_a_problem(machine):
    machine.everything()
    git(machine, "echo 'Permission denied (publickey).' >&2; exit 128")
    machine.variables |= {"YT_OWNER": "lab", "YT_REPO_MODELS": "models"}
    done = machine.run()
    assert done.returncode == 1
    assert "problem: git@github.com:lab/models.git cannot be read\n" in done.stdout
    assert "Permission denied" in done.stderr


def test_no_repository_is_asked_for_that_nobody_named(machine):
    machine.everything()
    done = machine.run("--check")
    assert done.returncode == 0
    assert "warning: neither YT_OWNER nor YT_REPO_MODELS is set" in done.stdout


def test_anything_else_is_no_flag(machine):
    assert machine.run("--fix").returncode == 2
