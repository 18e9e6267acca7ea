"""What the grader believes of an answer."""

import json

import numpy as np
import pytest

from autograder.execution import believing
from autograder.execution.believing import Believer, believable
from labkit.judge.case import MOST_OBSERVED, Fault, Observation
from labkit.judge.explain import fault_with_line
from labkit.judge.messages import FAULTS
from labkit.wire import pack


def read(answer, nonce="n", believer=None):
    return (believer or Believer()).read(pack({"nonce": nonce, "answer": answer}), "n")


def test_numbers_stay_as_they_came():
    entries = read(Observation({"value": np.float32(0.5)[None], "n": np.array([3])})).entries
    assert entries["value"].tolist() == [0.5]
    assert [entry.dtype for entry in entries.values()] == [np.float32, np.int64]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (pack({"nonce": "0" * 32, "answer": 1}), None),
        (pack({"answer": Observation()}), None),
        (pack([1]), None),
        (pack({"nonce": "n"}), None),
        ("no message", "malformed"),
        (None, "malformed"),
        (json.dumps([1]), "malformed"),
        ('{"plain": {"nonce": "n", "answer": {"integers": Infinity}}, "arrays": ""}', "malformed"),
        ('{"plain": {"nonce": "n", "answer": {"Fault": {"kind": ["a"]}}}, "arrays": ""}',
         "malformed"),
    ],
)  # fmt: skip
def test_what_is_no_answer(text, kind):
    found = Believer().read(text, "n")
    assert (found if found is None else found.kind) == kind


def raised(**details):
    return Fault("raised", {"type": "E", "message": "m", **details})


@pytest.mark.parametrize(
    ("fault", "believed"),
    [
        (Fault("none"), Fault("none")),
        (raised(), raised()),
        (raised(line=3, source="x = y"), raised(line=3, source="x = y")),
        (raised(self=1, kind="x", ko="y"), raised()),  # details of which no text tells
        (Fault("changed", {"names": ["a", "b"]}), Fault("changed", {"names": ["a", "b"]})),
        (Fault("no such kind"), None),
        (Fault("time"), None),
        (raised(line="3", source=""), None),
        (raised(line=3), None),
        (raised(line=True, source=""), None),
        (raised(type=float("inf")), None),
        (raised(type={"a": 1}), None),
        (raised(type=[["a"]]), None),
        (Fault("changed", {"names": [None]}), None),
        (Fault("changed", {"names": {"two": "lists"}}), None),
    ],
)
def test_a_fault_is_of_a_known_kind_and_can_be_put_into_words(fault, believed):
    found = believable(fault)
    assert found == (believed or believing.malformed("no such fault"))
    assert fault_with_line(found).en


def test_every_kind_of_fault_needs_the_details_that_its_texts_tell():
    for kind, text in FAULTS.items():
        text.fill(**dict.fromkeys(believing._needed(kind), "x"))


@pytest.mark.parametrize(
    "entries",
    [
        {"value": "0.5"},
        {"value": [1.0]},
        {3: np.zeros(1)},
        {"x" * 201: np.zeros(1)},
        {str(n): np.zeros(1) for n in range(1001)},
        {"value": np.zeros((1,) * 9)},
        {"value": Fault("time")},
        [1, 2, 3],
    ],
    ids=lambda entries: str(entries)[:20],
)
def test_entries_that_are_no_numbers_are_refused(entries):
    assert believable(Observation(entries)).kind == "malformed"


def test_an_observation_holds_so_many_numbers_and_no_more():
    half = np.broadcast_to(np.zeros(1), (MOST_OBSERVED // 2,))
    assert believable(Observation({"a": half, "b": half})).fault is None
    more = believable(Observation({"a": half, "b": half, "c": np.zeros(1)}))
    assert more.fault.kind == "too_large" and not more.entries


def test_all_answers_of_a_submission_are_counted(monkeypatch):
    monkeypatch.setattr(believing, "MOST_ANSWERED", 10_000)
    believer = Believer()
    answer = Observation({"value": np.zeros(1000)})
    assert isinstance(read(answer, believer=believer), Observation)
    assert read(answer, believer=believer) == Fault("too_large")
