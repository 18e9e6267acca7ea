"""What was stored comes back, and any damage is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results import DamagedRecordError, Record


def test_a_record_comes_back_as_it_was(make_record):
    record = make_record()
    again = Record.from_bytes(record.to_bytes())
    assert again == record
    assert again.results[0].points == 4.0
    assert again.notebook.cells[0].outputs[0].text == "제곱\n"


def test_the_same_record_is_the_same_bytes(make_record):
    assert make_record().to_bytes() == make_record().to_bytes()


def test_a_fault_of_the_grader_leaves_a_record_incomplete(make_record):
    assert make_record().is_complete
    assert not make_record(points=None).is_complete


BYTES = None


@given(st.data())
def test_any_changed_or_missing_byte_is_found(data):
    good = _bytes()
    place = data.draw(st.integers(0, len(good) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda v: v != good[place]))
    changed = good[:place] + bytes([value]) + good[place + 1 :]
    for bad in (changed, good[:place]):
        with pytest.raises(DamagedRecordError):
            Record.from_bytes(bad)


def test_another_format_is_refused(make_record, monkeypatch):
    monkeypatch.setattr("autograder.results.record.FORMAT", 99)
    old = make_record().to_bytes()
    monkeypatch.undo()
    with pytest.raises(DamagedRecordError, match="format 99, expected 2"):
        Record.from_bytes(old)


def _bytes():
    from nbformat.v4 import new_notebook

    global BYTES
    if BYTES is None:
        BYTES = Record("ab" * 32, {}, new_notebook(), {"all": 1.0, "student": 0.5}).to_bytes()
    return BYTES
