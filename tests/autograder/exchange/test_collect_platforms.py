"""Blackboard, anonymous assignments, names that fit two, and names in zip files."""

import io
import struct
import zipfile
import zlib

import pytest

NOTEBOOK = b'{"cells": []}'
DATE = "attempt_2026-03-01-23-59-59"


class Raw(zipfile.ZipInfo):
    """A member whose name is the bytes in its comment."""

    def _encodeFilenameFlags(self):
        return self.comment, 0


def packed(names, field=None):
    """An archive with these names, as bytes; `field` makes a Unicode Path field of one."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for raw in names:
            info = Raw("x")
            info.comment = raw
            if field:
                told = struct.pack("<BL", 1, zlib.crc32(raw)) + field.encode()
                info.extra = struct.pack("<HH", 0x7075, len(told)) + told
            archive.writestr(info, NOTEBOOK)
    return target.getvalue()


def students(found):
    """Whose files were taken."""
    return {student for student, _ in found}


def test_each_anonymous_student_is_one(collect):
    files = ["anon_Yb3cd_901_lab1.ipynb", "LATE_anon_Zc4de_902_lab1.ipynb"]
    assert students(collect(dict.fromkeys(files, NOTEBOOK))) == {"anon-Yb3cd", "anon-Zc4de"}


def test_a_table_joins_the_anonymous_to_people(collect):
    collect.folder.mkdir(parents=True)
    (collect.folder / "anonymous.csv").write_text("anon,student_id\nYb3cd,mina\n")
    files = ["anon_Yb3cd_901_lab1.ipynb", "anon_Zc4de_902_lab1.ipynb"]
    assert students(collect(dict.fromkeys(files, NOTEBOOK))) == {"mina", "anon-Zc4de"}


def test_blackboard(collect):
    files = [f"Lab 1_{who}_{DATE}_lab1.ipynb" for who in ("mina", "kim_soo")]
    files.append(f"Lab 1_mina_{DATE}.txt")
    assert students(collect(dict.fromkeys(files, NOTEBOOK))) == {"mina", "kim_soo"}
    assert "LEFT OUT" not in collect.said


def test_what_names_nobody_is_left_out(collect):
    files = ["Lab 1/x.ipynb", "Lab 1/x(1).ipynb", "Lab 1/x(2).ipynb"]
    assert collect(dict.fromkeys(files, NOTEBOOK)) == {}
    assert collect.said.count("LEFT OUT") == 3


def test_folders_that_become_one_id_are_left_out_with_both(collect):
    assert collect({"a b/lab1.ipynb": NOTEBOOK, "a-b/lab1.ipynb": NOTEBOOK}) == {}
    assert "a-b (a b, a-b): a name of several people" in collect.said


def test_every_file_that_is_not_taken_is_named(collect):
    names = ("x.pdf", "x.py", "x.html", "x.7z", "lab1")
    collect({f"mina/{name}": b"x" for name in names} | {"mina/lab1.ipynb": NOTEBOOK})
    table = (collect.folder / "left-out.csv").read_text("utf-8-sig")
    for name in names:
        assert f"LEFT OUT: mina/{name}: " in collect.said and f"mina/{name}" in table


def test_a_unicode_path_field_counts(collect):
    archive = packed([b"???/lab1.ipynb"], field="김민아/lab1.ipynb")
    assert students(collect({"x.zip": archive})) == {"김민아"}


@pytest.mark.parametrize("who", ["Müller", "Jörg"])
def test_a_german_archive_has_no_hangul(collect, who):
    archive = packed([f"{who}/lab1.ipynb".encode("cp850")])
    assert students(collect({"x.zip": archive})) == {who}
