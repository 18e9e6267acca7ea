"""Cases, faults and observations come back from JSON as they went in."""

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labkit.judge.case import (
    MOST_DETAIL,
    MOST_LISTED,
    Case,
    Fault,
    Observation,
    decode,
    encode,
    numbers_of,
)

quick = settings(max_examples=25, deadline=None)
shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
float32s = arrays.arrays(
    np.float32, shapes, elements=st.floats(width=32, allow_nan=True, allow_infinity=True)
).map(lambda a: a.astype(np.float64))
integers = arrays.arrays(np.int64, shapes, elements=st.integers(-(2**40), 2**40))
names = st.text("abcxyz_", min_size=1, max_size=6)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | names
values = plain | float32s | integers | st.builds(lambda n: {"loss": n, "margin": 0.5}, names)
cases = st.builds(
    Case,
    kind=st.sampled_from(["call", "module"]),
    arguments=st.dictionaries(names, values, max_size=3),
    keywords=st.lists(names, max_size=2).map(tuple),
    gradients=st.lists(names, max_size=2).map(tuple),
    cotangent=st.none() | float32s,
    returns=st.sampled_from(["tensor", "number", ("logits", "hidden")]),
    dtype=st.sampled_from(["float32", "float64"]),
    layout=st.sampled_from(["contiguous", "strided"]),
    forbidden=st.lists(names, max_size=2).map(tuple),
    options=st.dictionaries(names, values, max_size=2),
    seed=st.integers(0, 2**31),
)
faults = st.builds(Fault, kind=names, details=st.dictionaries(names, plain, max_size=2))


def through_json(thing):
    return decode(json.loads(json.dumps(encode(thing))))


def alike(one, other):
    """Equal, arrays and NaN included."""
    if isinstance(one, np.ndarray):
        same_kind = isinstance(other, np.ndarray) and one.dtype == other.dtype
        if not same_kind or one.shape != other.shape:
            return False
        if one.dtype == np.float64:  # nine digits keep what float32 can hold
            one, other = one.astype(np.float32), other.astype(np.float32)
        return np.array_equal(one, other, equal_nan=one.dtype == np.float32)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(v, other[n]) for n, v in one.items())
    if isinstance(one, Case | Observation | Fault):
        return type(one) is type(other) and alike(vars(one), vars(other))
    return one == other or one == pytest.approx(other, rel=1e-8)


@quick
@given(array=float32s | integers)
def test_arrays_come_back_exactly(array):
    assert alike(array, through_json(array))


@quick
@given(case=cases)
def test_cases_come_back(case):
    assert alike(case, through_json(case))


@quick
@given(entries=st.dictionaries(names, float32s | faults, max_size=3), fault=st.none() | faults)
def test_observations_come_back(entries, fault):
    assert alike(Observation(entries, fault), through_json(Observation(entries, fault)))


@quick
@given(array=float32s, digits=st.integers(3, 8))
def test_fewer_digits_are_as_near_as_they_say(array, digits):
    finite = np.nan_to_num(array, nan=0.0, posinf=1.0, neginf=-1.0)
    back = decode(encode(finite, partial(numbers_of, digits=digits)))
    assert np.allclose(back, finite, rtol=10.0 ** (1 - digits), atol=0)


def test_what_says_nothing_is_not_written():
    assert encode(Case("call", {"x": 1}))["Case"].keys() <= {
        "kind", "arguments", "returns", "dtype", "layout", "seed",
    }  # fmt: skip


def test_an_entry_that_was_not_seen_is_a_fault():
    assert Observation().entry("value").kind == "absent"
    assert Observation(fault=Fault("none")).entry("value") == Fault("none")
    seen = Observation({"value": np.ones(1)}, Fault("none"))
    assert seen.entry("value") == np.ones(1)


def test_what_a_fault_tells_is_short_and_can_be_written_down():
    """Names, messages and shapes are the student's, and end in feedback and notebooks."""
    fault = Fault("raised", {"type": "E" * 10**6, "message": "가\ud800", "shape": [7] * 10**6})
    assert len(fault.details["type"]) == MOST_DETAIL + 1
    assert fault.details["message"] == "가?"
    assert len(fault.details["shape"]) == MOST_LISTED
    assert Fault("raised", {"type": "E", "line": 3}).details == {"type": "E", "line": 3}


@pytest.mark.parametrize(("kind", "details"), [(["time"], {}), (None, {}), ("time", []), ("a", 1)])
def test_a_fault_of_another_form_is_none(kind, details):
    with pytest.raises(TypeError):
        Fault(kind, details)
