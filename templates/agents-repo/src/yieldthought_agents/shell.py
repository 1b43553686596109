"""Running commands: no shell, no silence about what failed."""

import subprocess

TAIL_LINES = 100


class CommandFailed(RuntimeError):
    """A command could not be run, or ended with another code than 0."""

    def __init__(self, argv, code, output):
        super().__init__(f"{' '.join(argv)}: exit code {code}\n{tail(output)}".rstrip())
        self.argv = argv
        self.code = code


def tail(text):
    """The last lines of an output."""
    return "\n".join(text.splitlines()[-TAIL_LINES:])


def run(argv, cwd=None):
    """Runs a command and returns what it printed on stdout.

    Its stderr goes where ours goes. Raises CommandFailed if it does not end with 0.
    """
    try:
        done = subprocess.run(argv, cwd=cwd, stdout=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise CommandFailed(argv, 127, str(error)) from error
    if done.returncode != 0:
        raise CommandFailed(argv, done.returncode, done.stdout)
    return done.stdout
