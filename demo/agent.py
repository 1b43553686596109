"""A scripted stand-in for a coding agent: reads the prompt on stdin, writes a model, says what it did.

It writes honest but minimal code for every model, except for `tiny-lab/broken-2l`: there it
forgets the entry point, however often it is told, so that a failing run can be seen.
"""

import pathlib
import re
import sys

MODEL = '''"""{model} on {system}: the reference's own arithmetic, one step at a time.

Written by the demo's scripted agent. It has not run on an accelerator.
"""


class Model:
    def __init__(self, hf_model, max_seq_len):
        self.hf_model = hf_model
        self.max_seq_len = max_seq_len
        self.cache = hf_model.new_cache()

    def prefill(self, tokens):
        for token in tokens:
            logits = self.hf_model.step(token, self.cache)
        return logits

    def decode(self, token, position):
        if position >= self.max_seq_len:
            raise ValueError(f"position {{position}} is beyond max_seq_len {{self.max_seq_len}}")
        return self.hf_model.step(token, self.cache)

    def capture_decode_trace(self):
        raise NotImplementedError("a trace needs an accelerator")
'''

ENTRY = '''

def build_model(hf_model, tt_device, max_seq_len):
    return Model(hf_model, max_seq_len)
'''

NOTES = """# {model} on {system}

- Status: functional bring-up by the demo's scripted agent, checked on the CPU only.
- Known limitation: no trace and no accelerator kernels yet.
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
    code = MODEL.format(model=model, system=system)
    if model != "tiny-lab/broken-2l":
        code += ENTRY
    (folder / "model.py").write_text(code, encoding="utf-8")
    (folder / "README.md").write_text(NOTES.format(model=model, system=system), encoding="utf-8")
    print(f"wrote {folder}/model.py and README.md")


main()
