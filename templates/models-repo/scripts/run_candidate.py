"""The process of a candidate: `run_eval.py` starts it, with a socket as its only argument.

In comes a line of JSON with the task, and after each step a line with the ids that come next. Out
goes for each step a line with the shape of its logits, and then these, as float32; at last a line
with what the metrics say, or with the reason why there are none.
"""

import json
import os
import socket
import sys
import types

from harness import runner
from harness.errors import EvaluationError, SetupError, one_line

# Characters of a reason: more of it stands in the traceback.
ENOUGH = 8000


class Harness:
    """Who started this process, and listens."""

    def __init__(self, descriptor):
        # Not for what the model may start.
        os.set_inheritable(descriptor, False)
        self.socket = socket.socket(fileno=descriptor)
        self.file = self.socket.makefile("rb")

    def send(self, message, values=b""):
        self.socket.sendall(json.dumps(message).encode() + b"\n" + values)

    def receive(self):
        return json.loads(self.file.readline())

    def exchange(self, rows):
        """Logits of a step for the ids that come next."""
        try:
            self.send({"logits": [len(rows), len(rows[0])]}, b"".join(row.tobytes() for row in rows))
            return self.receive()
        except (OSError, ValueError) as error:
            raise EvaluationError("the harness does not listen any more") from error


def main(descriptor):
    harness = Harness(descriptor)
    task = types.SimpleNamespace(**harness.receive())
    try:
        last = {"told": runner.evaluate(task, harness.exchange)}
    except SetupError as error:
        last = {"setup error": one_line(error)[:ENOUGH]}
    except Exception as error:
        last = {"error": one_line(error)[:ENOUGH]}
    harness.send(last)


if __name__ == "__main__":
    main(int(sys.argv[1]))
