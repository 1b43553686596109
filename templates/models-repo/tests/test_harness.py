"""The parts of the harness that only compute."""

import array

import pytest
from harness import accuracy, prompts, safetensors
from harness.errors import EvaluationError


def test_agreement_counts_first_and_fifth_place():
    reference = [0, 0, 9, 0, 0, 0]
    second = [5, 4, 3, 2, 1, 0]
    assert accuracy.agreement([[reference] * 3 + [second]], [[reference] * 4]) == (0.75, 1.0)
    sixth = [5, 4, 0, 3, 2, 1]
    assert accuracy.agreement([[sixth]], [[reference]]) == (0.0, 0.0)
    fifth = [5, 4, 1, 3, 2, 0]
    assert accuracy.agreement([[fifth]], [[reference]]) == (0.0, 1.0)
    rows = accuracy.agreement([[reference], [second]], [[reference], [second]])
    assert rows == (1.0, 1.0)


@pytest.mark.parametrize(
    "logits, token, place",
    [([0, 3, 1], 1, 0), ([2, 3, 3], 1, 0), ([2, 3, 3], 2, 1), ([1] * 6, 5, 5), ([-0.0, 0.0], 0, 0)],
)
def test_of_equal_logits_the_lower_id_comes_first(logits, token, place):
    assert accuracy.place(logits, token) == place
    assert (accuracy.best(logits) == token) == (place == 0)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_nothing_is_concluded_from_what_is_not_finite(value):
    with pytest.raises(EvaluationError, match="candidate: the logit of token 1 is .* in row 0 at step 0"):
        accuracy.agreement([[[0, value]]], [[[0, 1]]])


def test_large_logits_are_finite():
    accuracy.check_finite([3e38] * 4, "reference", 0, 0)


def test_another_vocabulary_is_not_compared():
    with pytest.raises(EvaluationError, match="3 logits in a step, the reference has 2"):
        accuracy.agreement([[[0, 1, 2]]], [[[0, 1]]])


def test_the_ids_of_a_seed_are_those_of_althing():
    numbers = prompts.split_mix(1234567)
    assert [next(numbers), next(numbers)] == [6457827717110365317, 3203168211198807973]
    assert prompts.seeded(0, 2, 4, 320)[0] == prompts.seeded(0, 1, 4, 320)[0] == [175, 180, 79, 44]


def test_the_hash_of_ids_is_that_of_althing():
    expected = "03a4cc702aa6e4f169ff34dd055714141eae3d2d7c50f6f053150cc72ef12638"
    assert prompts.sha256([[1, 2], [3, 4]]) == expected


@pytest.mark.parametrize("ids", ["[[1, 2], [3]]", "[]", "[[]]", "[[-1]]", "[[1.5]]", "[[true]]", "[1]", "[[1", "{}"])
def test_wrong_ids_are_refused(tmp_path, ids):
    (tmp_path / "ids.json").write_text(ids, encoding="utf-8")
    with pytest.raises(EvaluationError, match="ids.json"):
        prompts.from_file(tmp_path / "ids.json")


def test_tensors_come_back_as_they_were_saved(tmp_path):
    file = tmp_path / "t.safetensors"
    safetensors.save(file, {"a": ("F32", [2, 2], [1.5, -2, 0, 4]), "b": ("I64", [1, 2], [1, 1 << 40])})
    found = safetensors.load(file)
    assert found["a"].tolist() == [[1.5, -2, 0, 4][:2], [0, 4]]
    assert found["b"].tolist() == [[1, 1 << 40]]


def test_bfloat16_is_the_upper_half_of_float32():
    entry = {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}
    halves = array.array("H", [0x3F80, 0xC000]).tobytes()
    assert safetensors.tensor(halves, entry).tolist() == [1.0, -2.0]


@pytest.mark.parametrize("cut", [0, 7, 20, -1])
def test_a_file_that_was_cut_is_refused(tmp_path, cut):
    file = tmp_path / "t.safetensors"
    safetensors.save(file, {"a": ("F32", [2], [1, 2])})
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(EvaluationError, match="t.safetensors"):
        safetensors.load(file)
