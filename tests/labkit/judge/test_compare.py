"""Differences are found where they are, and mistakes are recognised by their digests."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labkit.judge import compare
from labkit.judge.case import Fault
from labkit.judge.compare import Target, common_ratio, difference, digest, entry_difference, same

quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**9)


def target(value, tolerance=1e-5):
    value = np.asarray(value, dtype=np.float64)
    return Target(value, np.full(value.shape, tolerance))


def normal(seed, *shape):
    return np.random.RandomState(seed).normal(size=shape)


@quick
@given(seed=seeds, share=st.floats(-0.99, 0.99))
def test_within_the_tolerance_there_is_no_difference(seed, share):
    value = normal(seed, 3, 4)
    assert difference(value + share * 1e-5, target(value)) is None


@quick
@given(seed=seeds, row=st.integers(0, 2), column=st.integers(0, 3))
def test_the_first_place_is_named(seed, row, column):
    value = normal(seed, 3, 4)
    off = value.copy()
    off[row, column] += 1
    found = difference(off, target(value))
    assert (found.kind, found.place) == ("value", (row, column))
    assert found.got == found.expected + 1 or found.got == pytest.approx(found.expected + 1)


@quick
@given(seed=seeds, factor=st.sampled_from([-1.0, 0.25, 2.0, 10.0]))
def test_one_factor_everywhere_is_told(seed, factor):
    value = normal(seed, 5)
    assert difference(factor * value, target(value)).ratio == pytest.approx(factor)
    mixed = value * np.array([1, 2, 3, 4, 5])
    assert common_ratio(mixed, target(value)) is None


def test_kinds_of_differences():
    wanted = target(np.ones((2, 2)))
    assert difference(np.ones(3), wanted).kind == "shape"
    assert difference(np.ones(3), wanted).details == {"got": [3], "expected": [2, 2]}
    assert difference(np.zeros((2, 2)), wanted).kind == "zero"
    assert difference(np.array([[1, np.nan], [1, 1]]), wanted).kind == "not_finite"
    assert difference(np.array([[1, np.inf], [1, 1]]), wanted).place == (0, 1)
    assert difference(Fault("none"), wanted).kind == "none"


def test_shapes_are_told_as_shapes():
    scalar, batch = target(np.zeros(0), 0.0), target([4.0, 5.0], 0.0)
    assert entry_difference("shape", np.zeros(0), scalar) is None
    found = entry_difference("shape", np.ones(1), scalar)
    assert (found.kind, found.details) == ("shape", {"got": [1], "expected": []})
    found = entry_difference("shape:logits", np.array([4.0, 2.0]), batch)
    assert found.details == {"got": [4, 2], "expected": [4, 5]}
    assert entry_difference("shape", Fault("none"), scalar).kind == "none"
    layers = target([[2, 0, 0, 0], [3, 2, 0, 0]], 0.0)
    found = entry_difference("layers", np.array([[2.0, 0, 0, 0], [2.0, 0, 0, 0]]), layers)
    assert (found.kind, found.details) == ("layers", {"missing": "[3, 2]", "extra": "[2]"})


def test_one_number_may_have_any_shape():
    assert difference(np.array([[2.0]]), target(2.0)) is None
    assert difference(np.array([[3.0]]), target(2.0)).place == ()


@quick
@given(seed=seeds, size=st.integers(1, 30))
def test_digests_tell_arrays_apart(seed, size):
    one = normal(seed, size)
    other = one.copy()
    other[size // 2] += 0.1
    assert same(digest(one), digest(one + 1e-8), target(one))
    assert not same(digest(one), digest(other), target(one))
    assert not same(digest(one), digest(np.append(one, 1)), target(one))


def test_digests_of_nan_and_faults():
    wanted = target(np.ones(2))
    nan = np.array([np.nan, 1])
    assert same(digest(nan), digest(nan), wanted)
    assert not same(digest(nan), digest(np.ones(2)), wanted)
    raised = Fault("raised", {"type": "ValueError", "message": "a"})
    other = Fault("raised", {"type": "ValueError", "message": "b"})
    assert same(raised, other, wanted)
    assert not same(raised, Fault("raised", {"type": "TypeError"}), wanted)
    assert not same(raised, np.ones(2), wanted)


@quick
@given(seed=seeds, size=st.integers(7, 400))
def test_a_digest_stays_small(seed, size):
    assert digest(normal(seed, size)).size <= 6


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int64, np.uint8, np.bool_])
def test_entries_are_compared_as_float64_whatever_they_came_as(dtype):
    value = np.array([[1.0, 0.0], [1.0, 1.0]])
    assert difference(value.astype(dtype), target(value)) is None
    seen, wanted = (digest(normal(3, 4, 5).astype(kind)) for kind in (np.float32, np.float64))
    assert np.allclose(seen, wanted, rtol=1e-5)
    assert seen.dtype == np.float64


@pytest.mark.parametrize("name", ["shape", "layers"])
@pytest.mark.parametrize("number", [7.0, 1e300, np.nan, -np.inf])
def test_a_shape_of_five_million_numbers_is_told_in_a_few(name, number):
    seen = np.full((5_000_000,) if name == "shape" else (5_000_000, 1), number)
    wanted = target([3.0, 4.0]) if name == "shape" else target([[3.0, 4.0, 0, 0]])
    found = entry_difference(name, seen, wanted)
    assert len(str(found.details)) < 3000


def test_large_entries_leave_nothing_behind():
    """Each size had its directions kept: three numbers for each of the entry's."""
    before = compare._kept_directions.cache_info().currsize
    digest(np.ones(compare.MOST_KEPT + 1))
    assert compare._kept_directions.cache_info().currsize == before
    digest(np.ones(compare.MOST_KEPT - 7))
    assert compare._kept_directions.cache_info().currsize == before + 1
