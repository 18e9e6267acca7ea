"""Messages survive the way there and back, and nothing else is taken for one."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labkit import wire
from labkit.judge.case import Case, Fault, Observation
from labkit.wire import MessageError, pack, parts_at_most, unpack, unpack_sized

KINDS = st.sampled_from([np.float32, np.float64, np.int64, np.uint8, np.bool_])
ARRAYS = KINDS.flatmap(
    lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, max_dims=4, max_side=4))
)
PLAIN = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=50)
#: Names that mean something to the reader.
TAGS = ("array", "floats", "integers", "Case", "Observation", "Fault", "mapping")
KEYS = st.text(max_size=8) | st.sampled_from(TAGS)
THINGS = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def same(one, other):
    if isinstance(one, np.ndarray):
        nan = one.dtype.kind == "f"
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=nan)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(THINGS)
def test_what_was_packed_comes_out(thing):
    assert same(thing, unpack(pack(thing)))


def test_cases_observations_and_faults_travel():
    case = Case("call", {"x": np.ones((2, 3)), "T": 4.0}, keywords=("T",), gradients=("x",))
    back = unpack(pack(case))
    assert back.keywords == ("T",)
    assert np.array_equal(back.arguments["x"], np.ones((2, 3)))
    fault = Fault("raised", {"line": 3})
    seen = Observation({"value": np.array(0.1), "form": Fault("none")}, fault)
    back = unpack(pack(seen))
    assert back.entries["value"] == 0.1
    assert back.entries["form"] == Fault("none")
    assert back.fault == fault


@given(st.text(max_size=200) | st.binary(max_size=50) | st.none() | st.integers())
def test_noise_is_no_message(noise):
    with pytest.raises(MessageError):
        unpack(noise)


JSON = st.recursive(
    PLAIN | st.floats() | st.just(float("inf")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_a_message_or_none_and_never_another_error(plain):
    """As ``{"integers": Infinity}`` or ``{"Case": 3}``, which strangers send."""
    try:
        unpack(json.dumps({"plain": plain, "arrays": ""}))
    except MessageError as error:
        assert "\n" not in str(error)


def message(plain, arrays=""):
    return json.dumps({"plain": plain, "arrays": arrays})


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"plain": 1}',
        message(1, "not base64!"),
        message(1, base64.b64encode(b"not safetensors").decode()),
        message(1, base64.b64encode(b"\xff" * 64).decode()),
        message({"array": "7"}),
        message({"array": ["0"]}),
        message({"Case": {"nonsense": 1}}),
        message({"Observation": 3}),
        message({"Fault": {}}),
        message({"floats": "abc"}),
        message({"floats": [1, 2], "shape": [5]}),
        message({"integers": [10**30]}),
        message("x" * (wire.MOST_TEXT + 1)),
        message(10**20),
        message(list(range(wire.MOST_PARTS))),
        f'{{"arrays": "", "plain": {nested(wire.MOST_DEPTH + 5)}}}',
        f'{{"arrays": "", "plain": {nested(100_000)}}}',
    ],
    ids=lambda text: text[:40],
)
def test_forged_messages_are_refused(text):
    with pytest.raises(MessageError):
        unpack(text)


def test_what_is_too_large_is_neither_sent_nor_read(monkeypatch):
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)
    with pytest.raises(MessageError, match="may be sent"):
        pack(np.zeros(1000))
    with pytest.raises(MessageError, match="1,001 bytes; at most 1,000 may be sent"):
        unpack(" " * 1001)
    monkeypatch.setattr(wire, "MOST_ELEMENTS", 100)
    with pytest.raises(MessageError, match="101 numbers"):
        pack(np.zeros(101, np.uint8))


def test_an_array_counts_each_time_that_it_is_named(monkeypatch):
    """Twenty entries that name one array of 8 MiB are 160 MiB, whoever converts them."""
    block = json.loads(pack({"one": np.zeros(100)}))["arrays"]
    twice = {"a": {"array": "0"}, "b": [{"array": "0"}]}
    _, size = unpack_sized(message(twice, block))
    assert (size.elements, size.bytes >= 1600) == (200, True)
    monkeypatch.setattr(wire, "MOST_ELEMENTS", 199)
    with pytest.raises(MessageError, match="200 numbers"):
        unpack(message(twice, block))
    # With a second key it stands for no array, and nothing is let past by it.
    with pytest.raises(MessageError):
        unpack(message([{"array": "0", "more": 1}] * 2 + [{"array": "9"}], block))


def test_a_message_is_counted_before_it_is_read(stand_in):
    """Four million empty lists are 12 MB of text, and 660 MB as lists."""
    text = message([[] for _ in range(2 * wire.MOST_PARTS)])
    stand_in(wire, "json", loads=None)
    with pytest.raises(MessageError, match="parts"):
        unpack(text)


def test_arrays_are_counted_before_they_are_made(monkeypatch):
    header = json.dumps({str(n): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]}
                         for n in range(6000)}).encode()  # fmt: skip
    block = base64.b64encode(len(header).to_bytes(8, "little") + header).decode()
    monkeypatch.setattr(wire, "load", None)
    with pytest.raises(MessageError, match="bytes that tell of arrays"):
        unpack(message(1, block))


@given(JSON)
def test_no_text_stands_for_more_values_than_are_counted(plain):
    def values(thing):
        if isinstance(thing, dict):
            return 1 + sum(values(name) + values(value) for name, value in thing.items())
        return 1 + sum(map(values, thing)) if isinstance(thing, list) else 1

    text = json.dumps(plain)
    assert values(plain) <= 1 + parts_at_most(text) == 1 + parts_at_most(text.encode())


def test_objects_are_not_packed():
    with pytest.raises(TypeError):
        pack({"code": lambda: 1})
