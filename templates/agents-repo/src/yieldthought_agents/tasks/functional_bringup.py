"""One bring-up, as a task of codexapi."""

import json

from .. import shell

try:
    from codexapi import Task, TaskResult
except ImportError:
    # The same for whoever only calls the task: `pip install codexapi` brings the real ones.
    class Task:
        """What codexapi calls a task, without an agent of its own."""

        def __init__(self, prompt, max_iterations=10, cwd=None):
            self.prompt = prompt
            self.max_iterations = max_iterations
            self.cwd = cwd

        def set_up(self):
            """Nothing; the engine makes its own folder."""

        def tear_down(self):
            """Nothing; the engine removes its folder, whatever happens."""

        def on_success(self, result):
            """Called after a bring-up that is in review."""

        def on_failure(self, result):
            """Called after any other."""

    class TaskResult:
        """How a task ended."""

        def __init__(self, success, summary, iterations, errors, thread_id):
            self.success = success
            self.summary = summary
            self.iterations = iterations
            self.errors = errors
            self.thread_id = thread_id


PROMPT = "Bring up the oldest ready model for this machine."


class FunctionalBringupTask(Task):
    """Takes one ready issue, if there is one, through agent and checks to its pull request.

    The retries that the checker drives happen in the engine: `althing bringup worker --once` runs
    the agent, runs the checks from the base commit, hands their report back to the agent, and so
    on up to YT_MAX_ATTEMPTS. Hooks are called as codexapi calls them. `flags` go to the engine.
    """

    def __init__(self, *flags, cwd=None):
        super().__init__(PROMPT, cwd=cwd)
        self.flags = flags

    def __call__(self, debug=False, progress=False):
        """Returns a TaskResult; None when no issue was ready. Raises CommandFailed if the engine
        could not work at all."""
        argv = ["althing", "--output", "json", "bringup", "worker", "--once", *self.flags]
        if debug:
            argv.insert(1, "--verbose")
        self.set_up()
        try:
            run = json.loads(shell.run(argv, self.cwd))["data"]["run"]
            if run is None:
                return None
            result = result_of(run)
            (self.on_success if result.success else self.on_failure)(result)
            return result
        finally:
            self.tear_down()


def result_of(run):
    """What the record of a run means."""
    success = run["status"] == "in review"
    errors = None if success else f"{run['status']}: {run['summary']}"
    return TaskResult(success, run["summary"], run["attempts"], errors, None)
