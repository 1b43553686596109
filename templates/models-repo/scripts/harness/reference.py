"""What the candidate is compared with: the continuation that the model itself chooses, and its logits.

`althing eval` computes it once and keeps it; without that program transformers does.
"""

import array
import hashlib
import pathlib
import tempfile
import time

from harness import althing, hf, prompts, safetensors
from harness.errors import EvaluationError, SetupError


class Reference:
    """Prompt, continuation, logits that chose it, and what a reader needs to trust them."""

    def __init__(self, ids, prefill_len, logits, mark, cached=None, timing=None):
        self.prompt = [row[:prefill_len] for row in ids]
        self.continuation = [row[prefill_len:] for row in ids]
        self.logits = logits
        self.mark = mark
        self.cached = cached
        self.timing = timing or {}

    @property
    def vocabulary(self):
        return len(self.logits[0][0])

    def save(self, path, cached):
        """Writes ids and logits, of the reference and of the candidate, to compare them elsewhere."""
        batch, steps = len(self.logits), len(self.logits[0])
        shape = [batch, steps, self.vocabulary]
        ids = [id for prompt, rest in zip(self.prompt, self.continuation) for id in prompt + rest]
        safetensors.save(
            path,
            {
                "ids": ("I64", [batch, len(ids) // batch], ids),
                "full_logits": ("F32", shape, flat(self.logits)),
                "cached_logits": ("F32", shape, flat(cached)),
            },
        )


def flat(logits):
    """All values of `[row][step][token]`, one after the other."""
    values = array.array("f")
    for row in logits:
        for step in row:
            values.extend(step)
    return values


def rows_of(tensor):
    """A saved `[batch, steps, vocabulary]` as arrays by row and step."""
    batch, steps, vocabulary = tensor.shape
    at = lambda row, step: (row * steps + step) * vocabulary
    return [
        [tensor.values[at(row, step) : at(row, step) + vocabulary] for step in range(steps)] for row in range(batch)
    ]


def get(arguments):
    """The reference, from `althing eval` if that can, else from transformers."""
    program = althing.find()
    if program is None:
        return by_transformers(arguments)
    try:
        return by_althing(program, arguments)
    except althing.Unsupported as unsupported:
        try:
            return by_transformers(arguments)
        except SetupError as error:
            raise SetupError(f"althing eval: {unsupported}; {error}") from error


def by_althing(program, arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "reference.safetensors"
        mark = althing.evaluate(program, arguments, "--reference", "--save-logits", str(file))
        tensors = safetensors.load(file)
    try:
        ids, logits, cached = tensors["ids"], rows_of(tensors["full_logits"]), rows_of(tensors["cached_logits"])
        if ids.shape != (len(logits), arguments.prefill_len + len(logits[0])):
            raise ValueError(f"ids of shape {ids.shape}")
    except (KeyError, ValueError, IndexError) as error:
        raise EvaluationError(f"althing eval: the reference is not what it must be: {error}") from error
    return Reference(ids.tolist(), arguments.prefill_len, logits, mark, cached)


def by_transformers(arguments):
    """Greedy decoding with a cache, then one full pass over what it chose."""
    began = time.perf_counter()
    torch, library = hf.transformers()
    commit = hf.commit(arguments)
    model = hf.load(arguments, commit)
    vocabulary = model.config.get_text_config().vocab_size
    rows = prompt(arguments, vocabulary)
    check_positions(model.config.get_text_config(), arguments)
    loaded = time.perf_counter()
    with torch.inference_mode():
        ids = torch.tensor(rows)
        steps, chosen, cache, prefilled = [], [], None, None
        for _ in range(arguments.decode_len):
            fed = ids if not chosen else chosen[-1][:, None]
            out = model(fed, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            steps.append(out.logits[:, -1])
            chosen.append(steps[-1].argmax(-1))
            prefilled = prefilled or time.perf_counter()
        decoded = time.perf_counter()
        continuation = torch.stack(chosen, 1)
        whole = model(torch.cat([ids, continuation[:, :-1]], 1), use_cache=False).logits
        full = whole[:, arguments.prefill_len - 1 :]
    mark = describe(arguments, commit, model, rows, torch, library)
    timing = {
        "load_s": loaded - began,
        "prefill_s": prefilled - loaded,
        "decode_s": decoded - prefilled,
        "tokens_per_s": speed(arguments, decoded - prefilled),
    }
    ids = [row + rest for row, rest in zip(rows, continuation.tolist())]
    cached = to_rows(torch.stack(steps, 1))
    return Reference(ids, arguments.prefill_len, to_rows(full), mark, cached, timing)


def to_rows(logits):
    """A torch tensor `[batch, steps, vocabulary]` as arrays by row and step."""
    return [[array.array("f", step.float().tolist()) for step in row] for row in logits]


def speed(arguments, seconds):
    """Tokens of all rows per second of decoding; the first one belongs to the prompt."""
    steps = arguments.batch * (arguments.decode_len - 1)
    return steps / seconds if steps and seconds else 0.0


def prompt(arguments, vocabulary):
    """The ids to read."""
    if arguments.prompt_ids is None:
        return prompts.seeded(arguments.seed, arguments.batch, arguments.prefill_len, vocabulary)
    rows = prompts.from_file(arguments.prompt_ids)
    prompts.check_within(rows, vocabulary)
    return rows


def check_positions(config, arguments):
    # The last token is compared, not read.
    wanted, there = arguments.prefill_len + arguments.decode_len - 1, getattr(config, "max_position_embeddings", None)
    if there is not None and wanted > there:
        raise EvaluationError(f"{wanted} positions are needed, and the model has {there}")


def describe(arguments, commit, model, rows, torch, library):
    """What the metrics say of the reference."""
    which = {"model_commit": commit} if commit else {"weights": weights_hash(arguments.model_path)}
    return {
        "hf_model": arguments.hf_model,
        **which,
        "architecture": model.config.model_type,
        "prompt_ids_sha256": prompts.sha256(rows),
        "prefill_len": arguments.prefill_len,
        "decode_len": arguments.decode_len,
        "batch": arguments.batch,
        "reference": "hf",
        "reference_kind": "full forward pass on the CPU",
        "reference_engine": "transformers",
        "reference_version": f"{library.__version__}, torch {torch.__version__}",
        "dtype": "float32",
        "threads": torch.get_num_threads(),
        "cache": "off",
    }


def weights_hash(folder):
    """SHA-256 over config and weights of a folder."""
    digest = hashlib.sha256()
    for path in sorted(pathlib.Path(folder).glob("*")):
        if path.name == "config.json" or path.suffix == ".safetensors":
            digest.update(path.name.encode() + b"\0")
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return f"sha256:{digest.hexdigest()}"
