"""Accuracy of a model by teacher forcing: the one entry point of the evaluation harness.

    python scripts/run_eval.py --mode hf --hf-model ORG/NAME
    python scripts/run_eval.py --mode tt --hf-model ORG/NAME --trace 1

The last line on stdout is `YT_METRICS=` followed by one JSON object. Exit codes: 0 evaluated,
1 the evaluation went wrong, 2 wrong arguments, 3 this machine lacks something it needs.

In hf mode the reference is the full forward pass and the candidate is decoding with a key-value
cache: two ways to compute the same thing that must agree. In tt mode the reference is the model
on the CPU and the candidate is `models/ORG/NAME/SYSTEM/functional/model.py` on the accelerator.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import pathlib
import random
import sys
import time

import tiny_lm

ROOT = pathlib.Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """This machine lacks something; the model is not to blame."""


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hf-model", required=True, metavar="ID", help="ORG/NAME on the hub")
    parser.add_argument("--revision", help="branch, tag or commit on the hub")
    parser.add_argument("--mode", required=True, choices=["hf", "tt"])
    parser.add_argument("--trace", choices=["0", "1"], help="tt mode only: replay a captured decode trace (default 0)")
    parser.add_argument("--prefill-len", type=positive, default=128, metavar="N", help="default %(default)s")
    parser.add_argument("--decode-len", type=positive, default=32, metavar="N", help="default %(default)s")
    parser.add_argument("--batch", type=positive, default=1, metavar="N", help="default %(default)s")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="default %(default)s")
    parser.add_argument("--model-path", type=pathlib.Path, metavar="DIR", help="folder of the model, instead of the hub")
    parser.add_argument("--system", default=os.environ.get("YT_SYSTEM"), help="tt mode: n150, n300 or lb (default: YT_SYSTEM)")
    arguments = parser.parse_args(argv)
    if arguments.mode == "hf" and arguments.trace is not None:
        parser.error("--trace is only valid with --mode tt")
    if arguments.mode == "tt" and not arguments.system:
        parser.error("--mode tt needs --system or YT_SYSTEM")
    return arguments


class TinyReference:
    """The plain-Python model, for machines without torch."""

    def __init__(self, folder):
        self.model = tiny_lm.TinyLM.load(folder)
        self.vocab_size = self.model.vocab_size

    def forward(self, tokens):
        return self.model.forward(tokens)

    def start(self, tokens):
        """Feeds the prompt; returns its last logits and a function for further tokens."""
        cache = self.model.new_cache()
        for token in tokens:
            logits = self.model.step(token, cache)
        return logits, lambda token: self.model.step(token, cache)


class TransformersReference:
    """A model of the hub or of a folder, on the CPU in float32."""

    def __init__(self, source, revision):
        try:
            import torch
            import transformers
        except ImportError as error:
            raise SetupError(f"{error.name} is not installed: `pip install torch transformers`") from error
        self.torch = torch
        self.model = transformers.AutoModelForCausalLM.from_pretrained(
            source, revision=revision, torch_dtype=torch.float32
        ).eval()
        self.vocab_size = self.model.config.vocab_size

    def forward(self, tokens):
        with self.torch.no_grad():
            return self.model(self.torch.tensor([tokens])).logits[0].tolist()

    def start(self, tokens):
        state = {"cache": None}

        def feed(ids):
            with self.torch.no_grad():
                out = self.model(self.torch.tensor([ids]), past_key_values=state["cache"], use_cache=True)
            state["cache"] = out.past_key_values
            return out.logits[0, -1].tolist()

        return feed(tokens), lambda token: feed([token])


def load_reference(arguments):
    folder = arguments.model_path
    if folder is None:
        return TransformersReference(arguments.hf_model, arguments.revision)
    config = folder / "config.json"
    if not config.is_file():
        raise SetupError(f"{folder} is no model folder: it has no config.json")
    if json.loads(config.read_text(encoding="utf-8")).get("model_type") == tiny_lm.MODEL_TYPE:
        return TinyReference(folder)
    return TransformersReference(str(folder), None)


class Replays:
    """Counts the traces that the device replays: what proves that a traced run was one."""

    def __init__(self, ttnn):
        self.count = 0
        original = ttnn.execute_trace

        def execute_trace(*arguments, **named):
            self.count += 1
            return original(*arguments, **named)

        # Before the model is loaded, so that it finds no other.
        ttnn.execute_trace = execute_trace


class TtCandidate:
    """The model of this repository on the accelerator."""

    def __init__(self, arguments, reference, device, replays):
        path = ROOT / "models" / arguments.hf_model / arguments.system / "functional" / "model.py"
        if not path.is_file():
            raise FileNotFoundError(f"{path.relative_to(ROOT)} does not exist")
        spec = importlib.util.spec_from_file_location("bringup_model", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.trace = arguments.trace == "1"
        self.replays = replays
        self.replayed_steps = 0
        self.model = module.build_model(reference.model, device, arguments.prefill_len + arguments.decode_len)

    def start(self, tokens):
        logits = self.model.prefill(tokens)
        position = len(tokens)
        if self.trace:
            # Capture after prefill and before the first decode step: from here on every shape
            # is fixed and nothing is allocated.
            self.model.capture_decode_trace()

        def step(token):
            nonlocal position
            position += 1
            before = self.replays.count
            logits = self.model.decode(token, position - 1)
            self.replayed_steps += self.replays.count > before
            return logits

        return logits, step


@contextlib.contextmanager
def accelerator():
    try:
        import ttnn
    except ImportError as error:
        raise SetupError("ttnn is not installed: --mode tt needs an accelerator machine") from error
    replays = Replays(ttnn)
    device = ttnn.open_device(device_id=0)
    try:
        yield device, replays
    finally:
        ttnn.close_device(device)


def argmax(logits):
    return max(range(len(logits)), key=logits.__getitem__)


def top5(logits):
    return sorted(range(len(logits)), key=lambda token: (-logits[token], token))[:5]


def agreement(pairs):
    """Fractions of (candidate, reference) logits whose candidate ranks the reference's best token first, or in its best five."""
    first = sum(argmax(candidate) == argmax(reference) for candidate, reference in pairs)
    five = sum(argmax(reference) in top5(candidate) for candidate, reference in pairs)
    return first / len(pairs), five / len(pairs)


def evaluate(arguments, reference, candidate):
    """Feeds both the same tokens (the reference's own choices) and compares every decode step."""
    rng = random.Random(arguments.seed)
    pairs, prefill_s, decode_s = [], 0.0, 0.0
    for _ in range(arguments.batch):
        prompt = [rng.randrange(reference.vocab_size) for _ in range(arguments.prefill_len)]
        teacher = continuation(reference, prompt, arguments.decode_len)
        expected = reference.forward(prompt + teacher)[arguments.prefill_len :]
        begin = time.perf_counter()
        _, step = candidate.start(prompt)
        prefilled = time.perf_counter()
        got = [step(token) for token in teacher]
        decode_s += time.perf_counter() - prefilled
        prefill_s += prefilled - begin
        pairs += list(zip(got, expected))
    first, five = agreement(pairs)
    metrics = {
        "top1": first,
        "top5": five,
        "tokens": len(pairs),
        "mode": arguments.mode,
        "trace": arguments.trace == "1",
        "reference": "hf",
        "timing": {
            "prefill_s": round(prefill_s, 6),
            "decode_s": round(decode_s, 6),
            "tokens_per_s": round(len(pairs) / decode_s, 3) if decode_s else 0.0,
        },
    }
    return metrics


def continuation(reference, prompt, length):
    """The tokens that the reference itself would say after the prompt."""
    logits, step = reference.start(prompt)
    tokens = []
    for _ in range(length):
        tokens.append(argmax(logits))
        logits = step(tokens[-1])
    return tokens


def run(arguments):
    if arguments.mode == "hf":
        reference = load_reference(arguments)
        return evaluate(arguments, reference, reference)
    with accelerator() as (device, replays):
        reference = load_reference(arguments)
        candidate = TtCandidate(arguments, reference, device, replays)
        metrics = evaluate(arguments, reference, candidate)
    if candidate.trace:
        metrics["trace_replays"] = candidate.replayed_steps
    return metrics


def main(argv=None):
    arguments = parse_arguments(argv)
    try:
        metrics = run(arguments)
    except SetupError as error:
        print(f"setup error: {error}", file=sys.stderr)
        return 3
    except (OSError, ValueError, KeyError, IndexError, AttributeError) as error:
        print(f"error: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print("YT_METRICS=" + json.dumps(metrics, allow_nan=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
