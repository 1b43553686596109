"""GitHub, through `gh` alone. What a run does there, the engine does through `gh` as well."""

from . import shell


def gh(*args):
    """Runs `gh` and returns what it printed."""
    return shell.run(["gh", *args])


def check_login():
    """Raises CommandFailed unless `gh` is logged in."""
    gh("auth", "status")


def set_up(*flags):
    """Makes labels, board, statuses and issue templates where they are missing.

    Returns what the engine says about it, for people.
    """
    return shell.run(["althing", "bringup", "setup", *flags])
