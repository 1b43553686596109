"""Accuracy of a model by teacher forcing: the one entry point of the evaluation harness.

    python scripts/run_eval.py --mode hf --hf-model ORG/NAME
    python scripts/run_eval.py --mode tt --hf-model ORG/NAME --system n150 --trace 1

The last line on stdout is `YT_METRICS=` followed by one JSON object. Exit codes: 0 evaluated,
1 the evaluation went wrong, 2 wrong arguments, 3 this machine lacks something it needs.

In hf mode the reference is the full forward pass and the candidate is decoding with a key-value
cache: two ways to compute the same thing that must agree. In tt mode the reference is the model
on the CPU and the candidate is `models/ORG/NAME/SYSTEM/functional/model.py` on the accelerator,
in a process of its own, which never has the reference.
"""

import argparse
import contextlib
import json
import math
import os
import pathlib
import sys
import time

from harness import accuracy, althing, candidate, device, reference
from harness.errors import EvaluationError, SetupError, one_line
from harness.prompts import from_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
PREFILL_LEN, BATCH = 128, 1


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def seed(text):
    number = int(text)
    if not 0 <= number < 1 << 64:
        raise argparse.ArgumentTypeError("must be from 0 to 2^64 - 1")
    return number


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hf-model", required=True, metavar="ID", help="ORG/NAME on the hub")
    parser.add_argument("--revision", help="branch, tag or commit on the hub; a folder has none")
    parser.add_argument("--mode", required=True, choices=["hf", "tt"])
    parser.add_argument("--trace", choices=["0", "1"], help="tt mode only: replay a captured decode trace (default 0)")
    of_file = "or what the file of --prompt-ids has"
    parser.add_argument("--prefill-len", type=positive, metavar="N", help=f"default {PREFILL_LEN}, {of_file}")
    parser.add_argument("--decode-len", type=positive, default=32, metavar="N", help="default %(default)s")
    parser.add_argument("--batch", type=positive, metavar="N", help=f"default {BATCH}, {of_file}")
    parser.add_argument("--seed", type=seed, default=0, metavar="N", help="default %(default)s")
    parser.add_argument("--system", choices=list(device.MESHES), help="tt mode: what to run on (default: YT_SYSTEM)")
    parser.add_argument("--model-path", type=pathlib.Path, metavar="DIR", help="folder of the model, instead of the hub")
    parser.add_argument("--prompt-ids", type=pathlib.Path, metavar="FILE", help="JSON, one list of ids per row, instead of ids by --seed")
    parser.add_argument("--cache-dir", type=pathlib.Path, metavar="DIR", help="where `althing` keeps references (default: ALTHING_EVAL_CACHE)")
    parser.add_argument("--no-cache", action="store_true", help="compute the reference even if it is kept")
    parser.add_argument("--save-logits", type=pathlib.Path, metavar="FILE", help="write ids and logits as safetensors")
    parser.add_argument("--output", choices=["text", "json"], default="text", help="json: nothing on stdout but the metrics")
    arguments = parser.parse_args(argv)
    if arguments.mode == "hf" and arguments.trace is not None:
        parser.error("--trace is only valid with --mode tt")
    if arguments.mode == "tt":
        check_tt(parser, arguments)
    return arguments


def check_tt(parser, arguments):
    if arguments.system is None:
        arguments.system = os.environ.get("YT_SYSTEM")
    if arguments.system not in device.MESHES:
        parser.error(f"--mode tt needs --system or YT_SYSTEM, one of {', '.join(device.MESHES)}")
    if arguments.trace == "1" and arguments.decode_len < 2:
        parser.error("--trace 1 needs --decode-len of 2 or more: the first token comes with the prompt")


def prepare(arguments):
    """Looks at what is given, and fills up what is not, before anything slow happens."""
    folder = arguments.model_path
    if folder is not None and not (folder / "config.json").is_file():
        raise SetupError(f"{folder} is no model folder: it has no config.json")
    settle_lengths(arguments)


def settle_lengths(arguments):
    """Rows, and ids of each: as they are said, else as a file has them, else the defaults."""
    file, (batch, length) = arguments.prompt_ids, (BATCH, PREFILL_LEN)
    if file is not None:
        rows = from_file(file)
        batch, length = len(rows), len(rows[0])
    arguments.batch, arguments.prefill_len = arguments.batch or batch, arguments.prefill_len or length
    if file is not None and (arguments.batch, arguments.prefill_len) != (batch, length):
        asked = f"{arguments.batch} of {arguments.prefill_len}"
        raise EvaluationError(f"{file}: has {batch} rows of {length} ids, and {asked} are asked for")


def evaluate_hf(arguments):
    """By `althing eval` if that can, else by transformers; both give the same numbers."""
    program = althing.find()
    if program is not None:
        more = ["--save-logits", str(arguments.save_logits)] if arguments.save_logits else []
        try:
            return althing.evaluate(program, arguments, *more)
        except althing.Unsupported as unsupported:
            print(f"althing eval: {unsupported}; transformers is asked instead", file=sys.stderr)
    known = reference.by_transformers(arguments)
    return compare(arguments, known, known.cached, {"timing": known.timing})


def evaluate_tt(arguments):
    """The model of this repository, against the reference."""
    path = ROOT / "models" / arguments.hf_model / arguments.system / "functional" / "model.py"
    if not path.is_file():
        raise EvaluationError(f"{path.relative_to(ROOT)} does not exist")
    device.check()
    known = reference.get(arguments)
    logits, told = candidate.evaluate(arguments, path, known)
    return compare(arguments, known, logits, told)


def compare(arguments, known, logits, told):
    first, five = accuracy.agreement(logits, known.logits)
    if arguments.save_logits:
        known.save(arguments.save_logits, logits)
    return {
        "top1": first,
        "top5": five,
        "tokens": len(logits) * len(logits[0]),
        "mode": arguments.mode,
        "trace": arguments.trace == "1",
        **told,
        "max_logit_difference": accuracy.distance(logits, known.logits),
        **known.mark,
    }


def check(metrics, arguments):
    """The line says what was asked for, or it is not printed."""
    for name in ("top1", "top5", "tokens", "mode", "trace", "timing"):
        if name not in metrics:
            raise EvaluationError(f"the metrics have no {name}")
    if not all(math.isfinite(metrics[name]) and 0 <= metrics[name] <= 1 for name in ("top1", "top5")):
        raise EvaluationError("the metrics are no fractions")
    expected = (arguments.mode, arguments.trace == "1", arguments.batch * arguments.decode_len)
    if (metrics["mode"], metrics["trace"], metrics["tokens"]) != expected:
        raise EvaluationError(f"the metrics are not of what was asked for: {metrics}")


def summary(metrics):
    """What people want to read first."""
    parts = [f"top1 {metrics['top1']:.4f}, top5 {metrics['top5']:.4f} over {metrics['tokens']} tokens"]
    parts += [f"{metrics['trace_replays']} replays of a trace"] if "trace_replays" in metrics else []
    engine = " ".join(str(metrics[key]) for key in ("reference_engine", "reference_version") if key in metrics)
    return "; ".join([*parts, f"reference {engine}"] if engine else parts)


@contextlib.contextmanager
def stdout_for_metrics():
    """Yields stdout; whatever else is printed from now on, by libraries and other processes, goes to stderr."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    with open(kept, "w", encoding="utf-8") as stdout:
        yield stdout


def run(arguments):
    began = time.perf_counter()
    prepare(arguments)
    metrics = evaluate_hf(arguments) if arguments.mode == "hf" else evaluate_tt(arguments)
    check(metrics, arguments)
    metrics["timing"].setdefault("total_s", time.perf_counter() - began)
    return metrics


def main(argv=None):
    arguments = parse_arguments(argv)
    with stdout_for_metrics() as stdout:
        try:
            metrics = run(arguments)
            line = json.dumps(metrics, allow_nan=False)
        except SetupError as error:
            print(f"setup error: {one_line(error)}", file=sys.stderr)
            return 3
        except Exception as error:
            print(f"error: {one_line(error)}", file=sys.stderr)
            return 1
        if arguments.output == "text":
            print(summary(metrics), file=stdout)
        print("YT_METRICS=" + line, file=stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
