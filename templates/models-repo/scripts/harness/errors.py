"""Why there are no metrics."""


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
