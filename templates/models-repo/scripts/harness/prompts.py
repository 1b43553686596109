"""What the models are given to read: token ids, one list per row, all of one length."""

import hashlib
import json

from harness.errors import EvaluationError

MASK = (1 << 64) - 1


def seeded(seed, batch, length, vocabulary):
    """The same ids as `althing eval` takes: one SplitMix64 stream fills the rows one by one."""
    numbers = split_mix(seed)
    return [[next(numbers) % vocabulary for _ in range(length)] for _ in range(batch)]


def split_mix(state):
    """The generator of Steele, Lea and Flood."""
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        mixed = state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        yield mixed ^ (mixed >> 31)


def from_file(path):
    """Rows of ids from a JSON file."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path}: {error}") from error
    whole = isinstance(rows, list) and rows and all(isinstance(row, list) and row for row in rows)
    if not whole or not all(type(id) is int and 0 <= id < 1 << 32 for row in rows for id in row):
        raise EvaluationError(f"{path}: not a JSON list of rows, each a list of token ids")
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise EvaluationError(f"{path}: row {number} has {len(row)} ids, row 0 has {len(rows[0])}")
    return rows


def check_within(rows, vocabulary):
    """Refuses ids that the model does not have."""
    for number, row in enumerate(rows):
        for at, id in enumerate(row):
            if id >= vocabulary:
                raise EvaluationError(f"id {id} at {at} of row {number} is outside the vocabulary of {vocabulary}")


def sha256(rows):
    """Hash of the ids as JSON without spaces."""
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
