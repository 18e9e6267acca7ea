"""What a person gave is found again by place, kind and text, whoever wrote it, whatever tore."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.marks.journal import Entry, Journal, Place, journal_of

MINA = Place("mina", "lab1", "lab1", "1-w")


def mark(points, text="answer", place=MINA, extra=None):
    return Entry(place, text, "mark", points=points, extra=extra)


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path)


def test_the_newest_for_the_same_text_is_found(journal):
    journal.add([mark(1.0), mark(3.0, "other"), mark(2.0)])
    assert journal.newest(MINA, "mark", "answer").points == 2.0
    assert journal.newest(MINA, "mark", "other").points == 3.0
    assert journal.newest(MINA, "mark").points == 2.0
    assert journal.newest(MINA, "mark", "nothing") is None
    assert journal.newest(MINA, "comment") is None


def test_every_place_has_its_own(journal):
    places = [
        MINA,
        Place("jun", "lab1", "lab1", "1-w"),
        Place("mina", "lab2", "lab1", "1-w"),
        Place("mina", "lab1", "lab2", "1-w"),
        Place("mina", "lab1", "lab1", "2-w"),
    ]
    journal.add(mark(float(number), place=place) for number, place in enumerate(places))
    assert [journal.newest(place, "mark").points for place in places] == [0, 1, 2, 3, 4]


def test_a_comment_is_no_mark(journal):
    journal.add([Entry(MINA, "answer", "comment", comment="자세히\n쓰세요")])
    assert journal.newest(MINA, "comment", "answer").comment == "자세히\n쓰세요"
    assert journal.newest(MINA, "mark") is None


def test_the_same_again_is_no_new_line(journal):
    for _ in range(3):
        journal.add([mark(1.0)])
    journal.add([mark(2.0), mark(1.0)])
    lines = journal.path.read_text("utf-8").splitlines()
    assert [json.loads(line)["points"] for line in lines] == [1.0, 2.0, 1.0]
    assert json.loads(lines[0]).keys() >= {"when", "student", "assignment", "cell", "text"}


def test_what_others_write_is_read(journal, tmp_path):
    journal.add([mark(1.0)])
    Journal(tmp_path).add([mark(4.0)])
    assert journal.newest(MINA, "mark").points == 4.0
    journal.add([mark(1.0)])  # new again: somebody gave another one meanwhile
    assert Journal(tmp_path).newest(MINA, "mark").points == 1.0


@pytest.mark.parametrize(
    "torn",
    [b'{"student": "mi', b"\xff\xfe\x00", b"[]", b'"mark"', b"null", b'{"student": "mina"}'],
)
def test_a_line_that_was_torn_costs_itself_alone(journal, tmp_path, torn):
    journal.add([mark(1.0)])
    with journal.path.open("ab") as file:
        file.write(torn)
    other = Journal(tmp_path)
    assert other.newest(MINA, "mark").points == 1.0
    other.add([mark(2.0)])
    assert Journal(tmp_path).newest(MINA, "mark").points == 2.0
    assert journal.newest(MINA, "mark").points == 2.0


def test_another_file_in_its_place_is_read_from_its_beginning(journal, tmp_path):
    journal.add([mark(1.0), mark(2.0)])
    journal.path.unlink()
    assert journal.newest(MINA, "mark") is None
    Journal(tmp_path).add([mark(5.0)])
    assert journal.newest(MINA, "mark").points == 5.0


def test_a_process_reads_a_course_once(tmp_path):
    assert journal_of(tmp_path) is journal_of(tmp_path)


TEXTS, POINTS = st.sampled_from("abc"), st.none() | st.floats(0, 9)
PLACES = st.sampled_from([MINA, Place("jun", "lab1", "lab1", "1-w")])


@given(st.lists(st.tuples(st.integers(0, 1), PLACES, TEXTS, POINTS), max_size=12))
def test_two_writers_agree_with_a_plain_list(tmp_path_factory, given_marks):
    folder = tmp_path_factory.mktemp("journal")
    writers = Journal(folder), Journal(folder)
    for who, place, text, points in given_marks:
        writers[who].add([mark(points, text, place)])
    for journal in (*writers, Journal(folder)):
        for wanted in ("a", "b", "c"):
            known = [p for _, place, text, p in given_marks if (place, text) == (MINA, wanted)]
            found = journal.newest(MINA, "mark", wanted)
            assert (found and (found.points,)) == ((known[-1],) if known else None)
