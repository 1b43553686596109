"""`althing eval`: the fast reference, where that program is installed."""

import json
import math
import os
import shutil
import subprocess

from harness.errors import EvaluationError, SetupError, ending

METRICS = "YT_METRICS="
# Exit codes of althing for which the machine or the hub is to blame.
SETUP_CODES = (4, 5)
# Less than the two hours that a worker gives an evaluation: a reference that takes too long is
# told as that, and not as a model that hangs.
LIMIT = 90 * 60


class Unsupported(Exception):
    """The model has something that `althing eval` does not compute."""


def find():
    """The program, from ALTHING_BIN or the PATH; None if there is none."""
    named = os.environ.get("ALTHING_BIN")
    if not named:
        return shutil.which("althing")
    found = shutil.which(named)
    if found is None:
        raise SetupError(f"ALTHING_BIN is {named}, which is no program")
    return found


def evaluate(program, arguments, *more):
    """Runs it on the same model and prompt; returns what it answers. What it says goes to stderr."""
    command, seconds = [program, "--output", "json", "eval", *flags(arguments), *more], limit()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=seconds)
    except OSError as error:
        raise SetupError(f"{program} cannot be run: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise SetupError(f"althing eval has not ended in {seconds:g} seconds") from error
    if done.returncode < 0:
        raise SetupError(f"althing eval {ending(done.returncode)}")
    answer = read(done.stdout)
    findings = answer.get("findings") or []
    if done.returncode == 0:
        return answer.get("data") or {}
    why = "; ".join(finding["message"] for finding in findings) or f"it ended with code {done.returncode}"
    if any("unsupported" in finding["code"] for finding in findings):
        raise Unsupported(why)
    if done.returncode in SETUP_CODES:
        raise SetupError(why)
    raise EvaluationError(f"althing eval: {why}")


def limit():
    """Seconds that it may take, from YT_REFERENCE_SECONDS if that is set."""
    text = os.environ.get("YT_REFERENCE_SECONDS")
    if not text:
        return LIMIT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < math.inf:
        raise SetupError(f"YT_REFERENCE_SECONDS is {text!r}, which is no number of seconds")
    return seconds


def read(stdout):
    """The one JSON object on stdout."""
    try:
        return json.loads(stdout)
    except ValueError:
        return {}


def flags(arguments):
    """The flags that say which model, which prompt and how much of it. A folder has no revision."""
    values = {
        "--mode": "hf",
        "--hf-model": arguments.hf_model,
        "--revision": None if arguments.model_path else arguments.revision,
        "--model-path": arguments.model_path,
        "--prefill-len": arguments.prefill_len,
        "--decode-len": arguments.decode_len,
        "--batch": arguments.batch,
        "--seed": arguments.seed,
        "--prompt-ids": arguments.prompt_ids,
        "--cache-dir": arguments.cache_dir,
    }
    given = [(flag, str(value)) for flag, value in values.items() if value is not None]
    return [part for pair in given for part in pair] + (["--no-cache"] if arguments.no_cache else [])
