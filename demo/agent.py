"""A scripted stand-in for a coding agent: reads the prompt on stdin, writes a model, says what it did.

It takes the example of the repository's tests for every model, which is a llama as the demo's
models are. For `tiny-lab/broken-2l` it forgets the entry point, however often it is told, so that
a failing run can be seen.
"""

import pathlib
import re
import sys

EXAMPLE = pathlib.Path("tests/example_model.py")
ENTRY = "\n\ndef build_model("

NOTES = """# {model} on {system}

- Status: functional bring-up by the demo's scripted agent, from `tests/example_model.py`.
- Known limitation: it has not run on an accelerator. The prompt is fed token by token.
"""


def find(pattern, prompt):
    match = re.search(pattern, prompt)
    if not match:
        sys.exit(f"the prompt does not say {pattern}")
    return match.group(1)


def main():
    prompt = sys.stdin.read()
    model = find(r"(?m)^Model: (\S+)$", prompt)
    system = find(r"(?m)^System: (\S+)$", prompt)
    folder = pathlib.Path("models") / model / system / "functional"
    folder.mkdir(parents=True, exist_ok=True)
    code = EXAMPLE.read_text(encoding="utf-8")
    if model == "tiny-lab/broken-2l":
        code = code[: code.index(ENTRY)] + "\n"
    (folder / "model.py").write_text(code, encoding="utf-8")
    (folder / "README.md").write_text(NOTES.format(model=model, system=system), encoding="utf-8")
    print(f"wrote {folder}/model.py and README.md")


main()
