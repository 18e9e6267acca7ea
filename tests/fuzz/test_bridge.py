"""Generated messages of a kernel, and answers over the bridge: each is a value or a fault."""

import json
import os

import numpy as np
import zmq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jupyter_client.session import Session

from autograder.execution.believing import Believer
from autograder.execution.contents import FORMS
from autograder.execution.hearing import NOISE, read_message
from labkit.judge.case import Fault, Observation, encode
from labkit.judge.compare import Target, digest, entry_difference
from labkit.judge.explain import fault_with_line
from labkit.judge.messages import FAULTS
from labkit.wire import MessageError, pack, unpack_sized

EXAMPLES = int(os.environ.get("FUZZ", "300"))
FEW = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

NUMBERS = st.integers() | st.floats() | st.sampled_from([2**53, -(2**63), 10**400, -0.0])
TEXTS = st.text(max_size=20) | st.sampled_from(["", "\ud800", "가", "{0.__class__}", "x" * 30_000])
#: Names that mean something to whoever reads a message.
NAMES = TEXTS | st.sampled_from(
    ["array", "floats", "integers", "shape", "Case", "Observation", "Fault", "mapping", "kind",
     "details", "entries", "fault", "nonce", "answer", "self", "names", "line", "source", "type",
     "message", "name", "text", "data", "metadata", "transient", "display_id", "execution_count",
     "execution_state", "ename", "evalue", "traceback", "status", "wait", "comm_id", "msg_id"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
DETAILS = st.dictionaries(NAMES, JSON, max_size=5)
FAULT = st.builds(
    lambda kind, details: {"Fault": {"kind": kind, "details": details}},
    st.sampled_from(sorted(FAULTS)) | JSON,
    DETAILS | JSON,
)
ARRAY = st.builds(
    lambda kind, values, shape: {kind: values} | ({} if shape is None else {"shape": shape}),
    st.sampled_from(["floats", "integers"]),
    st.lists(NUMBERS, max_size=4) | NUMBERS | JSON,
    st.none() | st.lists(st.integers(-1, 4), max_size=10) | JSON,
)
ENTRIES = st.dictionaries(
    NAMES | st.sampled_from(["value", "shape", "form", "layers"]), ARRAY | FAULT | JSON, max_size=4
)
OBSERVATION = st.builds(
    lambda entries, fault: {"Observation": {"entries": entries, "fault": fault}},
    ENTRIES | JSON,
    st.none() | FAULT | JSON,
)
ANSWERS = JSON | FAULT | OBSERVATION | ARRAY | st.lists(FAULT | ARRAY, max_size=3)


def expect_usable(value):
    """It can be put into words, compared and written down."""
    if isinstance(value, Fault):
        assert fault_with_line(value).ko
        json.dumps(encode(value), allow_nan=False)
        return
    if isinstance(value, Observation):
        for name, entry in value.entries.items():
            _compared(name, entry)
        if value.fault:
            expect_usable(value.fault)


def _compared(name, entry):
    """An entry says how it differs from what is expected, in few words."""
    target = Target(np.array([[1.0, 2.0]]), np.zeros(()))
    found = entry_difference(name, entry, target)
    assert found is None or len(json.dumps(found.details)) < 20_000
    seen = digest(entry)
    if isinstance(entry, np.ndarray):
        assert seen.size <= max(6, entry.ndim + 3)


@FEW
@given(ANSWERS)
def test_an_answer_is_a_value_or_a_fault(answer):
    text = json.dumps({"plain": {"nonce": "n", "answer": answer}, "arrays": ""})
    expect_usable(Believer().read(text, "n"))


@FEW
@given(st.binary(max_size=300) | st.text(max_size=300) | JSON)
def test_any_text_is_a_message_or_a_message_error(text):
    for said in (text, json.dumps({"plain": 1, "arrays": text}) if _is_json(text) else ""):
        try:
            unpack_sized(said)
        except MessageError as error:
            assert "\n" not in str(error)


def _is_json(thing):
    return not isinstance(thing, bytes)


@FEW
@given(st.data())
def test_a_changed_message_is_a_value_or_a_fault(data):
    """An honest answer in which a few bytes were changed, arrays included."""
    honest = pack({"nonce": "n", "answer": Observation({"value": np.arange(6.0).reshape(2, 3)})})
    text = list(honest)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text[place] = data.draw(st.sampled_from('0123456789{}[]",:AZaz=+/'))
    found = Believer().read("".join(text), "n")
    assert found is None or isinstance(found, Fault | Observation | dict | list | str | int | float)
    expect_usable(found)


SESSION = Session(key=b"key")
KINDS = st.sampled_from([*FORMS, "comm_open", "comm_msg", "input_request", "debug_event"]) | TEXTS


@FEW
@given(KINDS | JSON, JSON | DETAILS, JSON, JSON, st.binary(max_size=40))
def test_a_kernels_message_is_of_a_known_form_or_noise(kind, content, parent, header, buffer):
    parts = [{"msg_id": "1", "msg_type": kind, "version": "5.3"}, parent, {}, content]
    if isinstance(header, dict) and header:
        parts[0] = header
    packed = [json.dumps(part).encode() for part in parts]
    heard = _hear([b"<IDS|MSG>", SESSION.sign(packed), *packed, buffer])
    assert heard["msg_type"] == NOISE or isinstance(heard["msg_type"], str)
    assert isinstance(heard["parent_header"]["msg_id"], str)
    # Whatever it is, it can be written into a notebook.
    json.dumps(heard["content"], allow_nan=False, ensure_ascii=False).encode()


@FEW
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_frames_are_a_message_or_noise(frames):
    assert _hear(frames)["msg_type"] == NOISE
    assert _hear([b"<IDS|MSG>", *frames])["msg_type"] == NOISE


def _hear(frames):
    return read_message(SESSION, [zmq.Frame(part) for part in frames])
