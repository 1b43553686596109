"""Teacher forcing: how often a candidate agrees with the reference."""

import math

from harness.errors import EvaluationError


def best(logits):
    """The token with the largest logit; of equal ones, the lowest id."""
    return logits.index(max(logits))


def place(logits, token):
    """How many tokens come before this one; of equal ones, the lower id comes first."""
    value = logits[token]
    higher = sum(1 for other in logits if other > value)
    return higher + sum(1 for other in logits[:token] if other == value)


def check_finite(logits, whose, row, step):
    """Refuses NaN and infinities: nothing can be concluded from them."""
    # An infinity or NaN makes the sum one, and so may large numbers: only then it is searched.
    if math.isfinite(sum(logits)):
        return
    for token, value in enumerate(logits):
        if not math.isfinite(value):
            raise EvaluationError(f"{whose}: the logit of token {token} is {value} in row {row} at step {step}")


def agreement(candidate, reference):
    """Fractions of steps, over all rows, in which the candidate ranks the reference's best token
    first, and among its best five. Both are indexed `[row][step][token]`."""
    first = five = steps = 0
    for row, (ours, theirs) in enumerate(zip(candidate, reference, strict=True)):
        for step, (got, expected) in enumerate(zip(ours, theirs, strict=True)):
            if len(got) != len(expected):
                raise EvaluationError(f"candidate: {len(got)} logits in a step, the reference has {len(expected)}")
            check_finite(got, "candidate", row, step)
            check_finite(expected, "reference", row, step)
            found = place(got, best(expected))
            first += found == 0
            five += found < 5
            steps += 1
    return first / steps, five / steps


def distance(candidate, reference):
    """The largest difference between two logits for the same token."""
    return max(
        abs(a - b)
        for ours, theirs in zip(candidate, reference)
        for got, expected in zip(ours, theirs)
        for a, b in zip(got, expected)
    )
