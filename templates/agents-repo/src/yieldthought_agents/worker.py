"""The worker loop: `althing bringup worker`, which polls, claims, works and reports."""

import os
import sys

MISSING = (
    "althing is not on the PATH; scripts/bootstrap_machine.sh --check says what this machine lacks"
)


def main(flags):
    """Becomes the engine, so that signals and exit codes are its own.

    Returns an exit code only when there is no engine.
    """
    argv = ["althing", "bringup", "worker", *flags]
    try:
        os.execvp(argv[0], argv)
    except FileNotFoundError:
        print(MISSING, file=sys.stderr)
        return 4
