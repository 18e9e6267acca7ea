"""Tables and times are read as people save them; an error says file, line, column and value."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.exchange.late import read_extensions, unknown_in
from autograder.exchange.roster import read_table
from autograder.exchange.tables import read_lines
from autograder.text_encoding import encoding_of
from autograder.timestamps import read_time, read_timestamp

ROWS = [["student_id", "name", "note"], ["2026-1", "김민아", "a, b; c"], ["2026-2", "박하나", ""]]
ENCODINGS = ("utf-8", "utf-8-sig", "cp949", "utf-16")
SEPARATORS = (",", ";", "\t")


def saved(rows, separator, encoding, end="\r\n"):
    """The bytes of a table as a spreadsheet writes them."""
    quoted = [
        [f'"{cell}"' if set(cell) & set(",;\t\n") else cell for cell in row] for row in rows
    ]
    return end.join(separator.join(row) for row in quoted).encode(encoding)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_is_read_as_it_was_saved(tmp_path, encoding, separator, end):
    path = tmp_path / "students.csv"
    path.write_bytes(saved(ROWS, separator, encoding, end))
    assert [list(line.cells.values()) for line in read_lines(path, ["student_id"])] == ROWS[1:]
    text = saved(ROWS, separator, encoding, end).decode(encoding)
    path.write_bytes(f"sep={separator}{end}{text}".encode(encoding))
    assert read_table(path)["2026-1"]["name"] == "김민아"


words = st.text("가나다라마바사아자차카타파하김민박이abcxyz .-", min_size=1, max_size=8)
words = words.map(str.strip).filter(bool)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=6), st.sampled_from(SEPARATORS),
       st.sampled_from(ENCODINGS))  # fmt: skip
def test_whatever_is_in_a_table_comes_back(tmp_path_factory, rows, separator, encoding):
    path = tmp_path_factory.mktemp("table") / "x.csv"
    path.write_bytes(saved([["student_id", "name"], *map(list, rows)], separator, encoding))
    assert [tuple(line.cells.values()) for line in read_lines(path, ["name"])] == rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nx\n", "line 1 has no column 'student_id'; it has: name"),
        ("", "line 1 has no column 'student_id'; it has: none"),
        ("student_id\nx\n\nx\n", r"line 4: 'x' is there twice \(column student_id\)"),
        ("student_id,name\nx,Kim, Mina\n", "line 2, column 3: ' Mina' is one cell more"),
    ],
)
def test_an_error_says_where_it_is(tmp_path, text, said):
    path = tmp_path / "students.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        read_table(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_an_error_in_a_line(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("table") / "x.csv"
    path.write_bytes(b"student_id,days,assignment\n" + content)
    for read in (read_table, read_extensions):
        try:
            read(path)
        except UsageError as error:
            assert "\n" not in str(error)


def test_unknown_students_and_labs_are_said_with_the_nearest(tmp_path):
    path = tmp_path / "extensions.csv"
    path.write_text("student_id,assignment,days\nmna,lab1,1\nmina,lab_1,2\nmina,*,1\n")
    assert list(unknown_in(read_extensions(path), {"mina", "jun"}, {"lab1", "lab2"})) == [
        f"{path}, line 2: 'mna' is no student of the course. Did you mean 'mina'?"
        " (column student_id)",
        f"{path}, line 3: 'lab_1' is no lab of the course. Did you mean 'lab1'?"
        " (column assignment)",
    ]


NOON = datetime.datetime(2026, 3, 1, 14, 59, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-03-01 23:59+09:00", "2026-03-01T14:59:00Z", "20260301T145900Z", "2026-03-01 23:59 KST",
     "2026-03-01 오후 11:59 KST", "2026. 3. 1. 오후 11:59:00 +0900", "2026-03-01 11:59 PM KST",
     "2026년 3월 1일 오후 11시 59분 Asia/Seoul", "2026-03-01 23:59:00 (Asia/Seoul)",
     "2026/3/1 14:59:00.000 UTC", "2026-03-01 23:59 +09"],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(text):
    assert read_time(text) == NOON


@pytest.mark.parametrize(
    "text", ["2026-03-01 23:59", "2026-03-01", "yesterday", "03/01/2026 23:59 KST", "", "1" * 999,
             "2026-03-01 23:59 CST", "2026-03-01 23:59 Asia/Seol", "2026-02-30 10:00 KST",
             "2026-03-01 오후 13:00 KST", "2026-03-01 24:30 KST"],
)  # fmt: skip
def test_what_may_be_another_time_is_refused(text):
    with pytest.raises(ValueError, match="is no time with a zone"):
        read_time(text)


@given(st.text(max_size=40))
def test_no_text_is_more_than_no_time(text):
    try:
        assert read_time(text).tzinfo is not None
    except ValueError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "text", ["2026-03-01 14:59:00", "2026-03-01 오후 11:59", "2026-03-01 23:59:00 Asia/Seoul\r\n",
             "2026-03-01T14:59:00Z\n"],
)  # fmt: skip
def test_a_timestamp_is_read_in_every_encoding(tmp_path, text, encoding):
    path = tmp_path / "timestamp.txt"
    path.write_bytes(text.encode(encoding))
    assert read_timestamp(path) == NOON.replace(tzinfo=None)


def test_a_timestamp_that_is_none(tmp_path):
    path = tmp_path / "timestamp.txt"
    assert read_timestamp(path) is None
    path.write_text(" \n")
    assert read_timestamp(path) is None
    path.write_text("soon")
    with pytest.raises(UsageError, match=r"timestamp.txt: 'soon' is no time.* Write it like 2026"):
        read_timestamp(path)


@pytest.mark.parametrize(
    ("names", "encoding", "expected"),
    [
        (["김민아", "똠방"], "cp949", "cp949"),
        (["똠방각하", "뷁"], "cp949", "cp949"),
        (["Müller", "김"], "utf-8", "utf-8"),
        (["Müller"], "cp850", None),
        (["Jörg", "Ölmez Ägir", "Groß"], "cp850", None),
    ],
)
def test_what_is_korean_is_told_from_what_is_not(names, encoding, expected):
    raw = "\n".join(names).encode(encoding)
    found = encoding_of(raw, ("cp850", "cp437"))
    assert raw.decode(found).split("\n") == names
    assert expected in (None, found)
