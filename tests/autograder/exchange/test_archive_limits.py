"""Archives are read within limits, on the account of whoever's files they are."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import limits
from autograder.exchange import archives, filenames
from autograder.exchange.archives import Limits, Reader
from autograder.exchange.collection import Collection
from autograder.exchange.filenames import is_notebook

NOTEBOOK = b'{"cells": []}'


def zipped(files, compression=zipfile.ZIP_STORED):
    """An archive with these files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


SMALL = Limits(file=1000, student=2000, files=50, depth=2)


@pytest.fixture
def read(tmp_path):
    """Reads an archive within small limits; gives the files' paths and what was left out.

    Everybody has a folder or an archive.
    """

    def run(content, limits=SMALL):
        (tmp_path / "x.zip").write_bytes(content)
        left_out = []

        def tell(*told):
            left_out.append(told)

        reader = Reader(is_notebook, lambda parts: parts[1], tell, limits)
        return ["/".join(entry.parts) for entry in reader.walk(tmp_path)], left_out

    return run


def test_a_bomb_is_stopped_while_it_is_unpacked(read):
    bomb = zipped({"a/big.ipynb": b"0" * 10**7, "b/ok.ipynb": b"1"}, zipfile.ZIP_DEFLATED)
    found, (told,) = read(bomb)
    assert found == ["x/b/ok.ipynb"]
    assert told == ("a", "x/a/big.ipynb", "it has 10 MiB; at most 0 are read")


def test_a_student_has_a_budget_and_the_next_one_too(read):
    own = {f"a/{n}.ipynb": b"0" * 900 for n in range(9)}
    many = {f"b/{n}.ipynb": b"0" for n in range(60)}
    found, left_out = read(zipped({**own, **many, "c/ok.ipynb": b"1"}))
    assert sorted({path.split("/")[1] for path in found}) == ["a", "b", "c"]
    assert len([path for path in found if path.startswith("x/a/")]) == 2
    assert len([path for path in found if path.startswith("x/b/")]) == 50
    assert {told[0::2] for told in left_out} == {
        ("a", "too much of a once it is unpacked"),
        ("b", "more than 50 files of b"),
    }
    assert len({where for _, where, _ in left_out}) == len(left_out) == 17  # one each


@pytest.mark.parametrize("names", ["own", "of others"])
def test_what_is_in_a_students_archive_is_on_that_students_account(read, names):
    own = {f"{'b/' * (names != 'own')}{n}.ipynb": b"0" * 900 for n in range(40)}
    bomb = zipped(own, zipfile.ZIP_DEFLATED)
    found, left_out = read(
        zipped({"a/bomb.zip": bomb, "b/1.ipynb": b"0" * 900, "b/2.ipynb": b"1" * 900}),
        Limits(file=1000, student=len(bomb) + 1800, files=50, depth=2),
    )
    assert len(found) == 4 and found[-2:] == ["x/b/1.ipynb", "x/b/2.ipynb"]
    assert {who for who, _, _ in left_out} == {"a"}


@pytest.mark.parametrize("is_large", [False, True])
def test_a_list_of_very_many_files_is_not_read(read, is_large, monkeypatch):
    inner = zipped({f"{n:060}.ipynb": b"" for n in range(40)})
    if is_large:  # the record of archives above 4 GiB says how long the list is
        at = inner.rindex(b"PK\5\6")
        length = int.from_bytes(inner[at + 12 : at + 16], "little")
        record = b"PK\6\6" + bytes(36) + length.to_bytes(8, "little") + bytes(8)
        end = inner[at : at + 12] + bytes(4) + inner[at + 16 :]
        inner = inner[:at] + record + b"PK\6\7" + bytes(16) + end
    limits = Limits(file=10**5, student=10**5, own_list=1000)
    found, (told,) = read(zipped({"a/many.zip": inner, "b/ok.ipynb": b"1"}), limits)
    assert found == ["x/b/ok.ipynb"]
    assert told == ("a", "x/a/many.zip", "its list of files has more than 1000 bytes")


def test_archives_in_archives_end_somewhere(read):
    inner = zipped({"deep.ipynb": b"1"})
    for _ in range(5):
        inner = zipped({"n.zip": inner, "here.ipynb": b"1"})
    found, (told,) = read(inner)
    assert found == ["x/n/here.ipynb", "x/here.ipynb"]
    assert told == ("n", "x/n/n.zip", "archives in archives, deeper than 2")


WHOLE = zipped({"a/x.ipynb": NOTEBOOK, "b.zip": zipped({"y.ipynb": b"1"})}, zipfile.ZIP_DEFLATED)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=5),
       st.integers(0, len(WHOLE)))  # fmt: skip
def test_no_damage_to_an_archive_stops_the_reader(tmp_path_factory, changes, length):
    damaged = bytearray(WHOLE[:length])
    for place, value in changes:
        damaged[place : place + 1] = [value]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "x.zip").write_bytes(damaged)
    left_out = []
    reader = Reader(is_notebook, lambda parts: "x", lambda *told: left_out.append(told), SMALL)
    found = list(reader.walk(folder))
    assert found or left_out or len(damaged) == len(WHOLE)


ERRORS = (ValueError("x"), RecursionError("x"), MemoryError(), KeyError("x"), OSError(5, "x"),
          UnicodeDecodeError("utf-8", b"x", 0, 1, "x"))  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    ("place", "name", "at"),
    [(archives, "parts_of", 0), (archives, "length_of_list", 0), (Collection, "take", 2)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_error_over_one_file_costs_nobody_else_anything(
    collect, monkeypatch, error, place, name, at
):
    function = getattr(place, name)

    def raise_over_mina(*arguments):
        about = arguments[at]
        is_hers = "mina" in str(getattr(about, "parts", about)) or name == "length_of_list"
        if is_hers and not (isinstance(about, zipfile.ZipInfo) and about.filename.endswith("zip")):
            raise error
        return function(*arguments)

    monkeypatch.setattr(place, name, raise_over_mina)
    inner = zipped({"mina/lab1.ipynb": NOTEBOOK})
    files = {"ara/lab1.ipynb": NOTEBOOK, "mina.zip": inner, "zoe/lab1.ipynb": NOTEBOOK}
    assert {student for student, _ in collect({"all.zip": zipped(files)})} == {"ara", "zoe"}
    assert collect.said.count("LEFT OUT") == 1 and "mina" in collect.said


def test_of_one_students_many_files_a_few_lines_are_logged(collect):
    files = {f"mina/{n}/lab1.ipynb": NOTEBOOK for n in range(40)}
    files |= {f"mina/{n}.7z": b"7z" for n in range(40)}
    found = collect({"all.zip": zipped({**files, "zoe/lab1.ipynb": NOTEBOOK, "zoe/a.7z": b""})})
    assert {student for student, _ in found} >= {"zoe"}
    lines = [line for line in collect.said.splitlines() if "zoe" not in line]
    assert len(lines) <= 2 * (limits.STUDENT_LINES + 1)
    assert "more lines like these" in lines[-1]


@pytest.mark.parametrize("sign", ["가", "a", "🎓"])
def test_a_name_is_short_enough_for_every_file_system(collect, sign):
    archive = zipped({f"{sign * 200}/lab1.ipynb": NOTEBOOK, "zoe/lab1.ipynb": NOTEBOOK})
    found = collect({"all.zip": archive})
    assert len(found) == (2 if sign.isalnum() else 1)
    assert all(len(student.encode()) <= filenames.LONGEST_ID for student, _ in found)
