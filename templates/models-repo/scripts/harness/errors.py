"""Why there are no metrics."""

import signal


class EvaluationError(Exception):
    """The evaluation went wrong; the message is one line for people."""


class SetupError(Exception):
    """This machine lacks something; the model is not to blame."""


def one_line(error):
    """An exception as one line, however many it has."""
    text = " ".join(str(error).split())
    if isinstance(error, (EvaluationError, SetupError)):
        return text
    return f"{type(error).__name__}: {text}"


def ending(code):
    """How a process ended, in words, from its return code: negative ones are signals."""
    if code >= 0:
        return f"ended with code {code}"
    names = {one.value: one.name for one in signal.Signals}
    name = names.get(-code, f"signal {-code}")
    return f"was killed by {name}, perhaps for memory" if name == "SIGKILL" else f"was killed by {name}"
