"""Archives as Canvas, Moodle and Drive make them, and as nobody should: read, or said why not."""

import io
import json
import os
import unicodedata
import zipfile

import pytest

from autograder.errors import UsageError

LAB = "lab1"
NOTEBOOK = b'{"cells": []}'


def zipped(files, compression=zipfile.ZIP_STORED, date=(2026, 3, 1, 0, 0, 0)):
    """An archive with these files; a name may be a `ZipInfo`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content in files.items():
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, date)
            info.compress_type = compression
            archive.writestr(info, content)
    return packed.getvalue()


class RawName(zipfile.ZipInfo):
    """A member whose name is bytes in an encoding that the archive does not tell."""

    def _encodeFilenameFlags(self):
        return self.comment, 0


def raw_named(raw):
    info = RawName("x")
    info.comment = raw
    return info


def test_canvas_one_archive_with_resubmissions_the_last_upload_counts(collect):
    first, second = b'{"cells": ["1"]}', b'{"cells": ["2"]}'
    files = {
        "kimmina_LATE_47_902_lab1-1.ipynb": second,
        "kimmina_47_901_lab1.ipynb": first,
        "leejun_48_903_lab1.ipynb": first,
        "leejun_48_904_figure.png": b"x",
    }
    assert collect({"submissions.zip": zipped(files)}) == {
        ("kimmina", LAB): second,
        ("leejun", LAB): first,
    }
    assert "Handed in more than once: kimmina, lab1.ipynb: took submissions/kimmina_LATE" in (
        collect.said
    )


def test_canvas_two_people_of_one_name_are_never_merged(collect, tmp_path):
    files = {"kim_47_901_lab1.ipynb": NOTEBOOK, "kim_48_902_lab1.ipynb": NOTEBOOK}
    assert collect({"submissions.zip": zipped(files)}) == {}
    assert "LEFT OUT: kim (47, 48): a name of several people; students.csv" in collect.said


def test_canvas_with_the_table_everybody_gets_the_id_of_the_course(collect, tmp_path):
    (tmp_path / "students.csv").write_text(
        'student_id,Student,ID\n2026-1,"Kim, M",47\n2026-2,"Kim, M",48\n', "utf-8"
    )
    files = {
        "kim_47_901_lab1.ipynb": NOTEBOOK,
        "kim_48_902_lab1.ipynb": NOTEBOOK,
        "guest_49_903_lab1.ipynb": NOTEBOOK,
    }
    found = collect({"submissions.zip": zipped(files)})
    assert {student for student, _ in found} == {"2026-1", "2026-2", "guest"}
    assert "Not in students.csv: guest" in collect.said


def test_a_table_that_gives_one_account_to_two_is_refused(collect, tmp_path):
    (tmp_path / "students.csv").write_text("student_id,ID\n2026-1,47\n2026-2,47\n", "utf-8")
    with pytest.raises(UsageError, match="2026-1 and 2026-2 have one ID"):
        collect({"kim_47_901_lab1.ipynb": NOTEBOOK})


def test_moodle_folders_with_archives_in_them(collect):
    mine = zipped({"work/lab1.ipynb": NOTEBOOK, "work/__MACOSX/._lab1.ipynb": b"\0\5\x16\7"})
    files = {
        "Mina Kim_12_assignsubmission_file_/lab1.ipynb": NOTEBOOK,
        "박하나_13_assignsubmission_file_/제출.zip": mine,
        "박하나_13_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
        "__MACOSX/Mina Kim_12_assignsubmission_file_/._lab1.ipynb": b"\0\5\x16\7",
    }
    found = collect({"KD-Lab 1-99.zip": zipped(files)})
    assert set(found) == {("Mina-Kim", LAB), ("박하나", LAB)}
    assert collect.said.count("LEFT OUT") == 1
    assert "onlinetext.html (of 박하나): it is no notebook" in collect.said


def test_drive_a_folder_or_an_archive_for_each(collect):
    files = {
        "Lab 1-20260301T101112Z-001.zip": zipped({"Lab 1/이준/Copy of lab1 (1).ipynb": NOTEBOOK}),
        "김민아.zip": zipped({"lab1의 사본.ipynb": NOTEBOOK}),
        "hana/lab1.ipynb": NOTEBOOK,
        "Soo Park - lab1.ipynb": NOTEBOOK,
        "Copy of lab1.ipynb": NOTEBOOK,
    }
    found = collect(files)
    assert {student for student, _ in found} == {"이준", "김민아", "hana", "Soo-Park"}
    assert "LEFT OUT: Copy of lab1.ipynb: nothing in its name tells whose it is" in collect.said


def test_the_newest_by_date_counts_where_no_number_tells(collect):
    old, new = b'{"cells": ["1"]}', b'{"cells": ["2"]}'
    files = {
        "a.zip": zipped({"mina/lab1 (5).ipynb": old}, date=(2026, 1, 1, 0, 0, 0)),
        "b.zip": zipped({"mina/lab1.ipynb": new}, date=(2026, 2, 1, 0, 0, 0)),
        "c.zip": zipped({"mina/lab1 (1).ipynb": old}, date=(2026, 2, 1, 0, 0, 0)),
    }
    found = collect(files)
    assert found["mina", LAB] == old  # of the same date, the one with the larger number
    assert collect.said.count("Handed in more than once") == 2


@pytest.mark.parametrize(
    "raw",
    [
        "김민아/lab1.ipynb".encode(),
        "김민아/lab1.ipynb".encode("cp949"),
        unicodedata.normalize("NFD", "김민아/lab1.ipynb").encode(),
        "김민아\\lab1.ipynb".encode("cp949"),
    ],
    ids=["utf-8", "cp949", "macos", "backslash"],
)
def test_korean_names_are_read_in_whatever_encoding_they_are(collect, raw):
    assert set(collect({"x.zip": zipped({raw_named(raw): NOTEBOOK})})) == {("김민아", LAB)}


@pytest.mark.parametrize(
    "name", ["../../mina/evil.ipynb", "mina/../../evil.ipynb", "mina\\..\\..\\evil.ipynb"]
)
def test_a_name_that_climbs_out_is_left_out(collect, name):
    assert collect({"x.zip": zipped({name: NOTEBOOK, "jun/lab1.ipynb": NOTEBOOK})}) == {
        ("jun", LAB): NOTEBOOK
    }
    assert "leads out of the archive" in collect.said


def test_an_absolute_name_lands_with_its_student(collect):
    found = collect({"x.zip": zipped({"/mina/lab1.ipynb": NOTEBOOK})})
    assert set(found) == {("mina", LAB)}


def test_links_are_left_out(collect, tmp_path):
    link = zipfile.ZipInfo("mina/lab1.ipynb")
    link.external_attr = 0o120777 << 16
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(b"secret")
    archive = tmp_path / "downloaded" / LAB / "archive"
    archive.mkdir(parents=True)
    os.symlink(secret, archive / "jun_lab1.ipynb")
    os.symlink(tmp_path, archive / "folder")
    os.mkfifo(archive / "pipe_lab1.ipynb")
    assert collect({"x.zip": zipped({link: b"/etc/passwd"})}) == {}
    assert collect.said.count("LEFT OUT") == 4


def test_a_damaged_archive_costs_nobody_else_anything(collect):
    whole = zipped({"mina/lab1.ipynb": NOTEBOOK, "jun/lab1.ipynb": NOTEBOOK * 9})
    torn = bytearray(whole)
    torn[50] ^= 255  # within the first file's content
    encrypted = bytearray(whole)
    for start in (whole.index(b"PK\1\2"), 0):
        encrypted[start + (8 if start else 6)] |= 1
    other = {
        "cut.zip": whole[:50],
        "empty.zip": b"",
        "hana.zip": zipped({"lab1.ipynb": NOTEBOOK}),
        "soo.7z": b"7z",
        "torn.zip": bytes(torn),
        "locked.zip": bytes(encrypted),
    }
    assert {student for student, _ in collect(other)} == {"hana", "jun"}
    for said in ("cut.zip", "empty.zip", "soo.7z: only zip files", "Bad CRC-32", "has a password"):
        assert said in collect.said


def test_the_time_of_handing_in_comes_from_a_table(collect):
    collect.folder.mkdir(parents=True)
    (collect.folder / "times.csv").write_text("student_id,timestamp\nmina,2026-03-02 01:00+09:00\n")
    collect({"mina_lab1.ipynb": NOTEBOOK, "jun_lab1.ipynb": NOTEBOOK})
    assert collect.times == {"mina": "2026-03-01 16:00:00 UTC", "jun": None}


@pytest.mark.parametrize("time", ["2026-03-02 01:00", "2026-03-02 01:00 CST", "yesterday"])
def test_a_time_of_no_zone_is_refused_since_it_would_be_wrong_by_hours(collect, time):
    collect.folder.mkdir(parents=True)
    (collect.folder / "times.csv").write_text(f"student_id,timestamp\nmina,{time}\n")
    with pytest.raises(UsageError, match="is no time with a zone"):
        collect({"mina_lab1.ipynb": NOTEBOOK})


@pytest.mark.slow
def test_the_stock_command_collects_a_class(make_course, tmp_path, toy):
    course = make_course(tmp_path)
    course.run("generate_assignment", toy.lab)
    notebook = json.dumps(course.solved()).encode()
    archive = course.root / "downloaded" / toy.lab / "archive"
    archive.mkdir(parents=True)
    files = {
        "kimmina_LATE_47_902_lab1_toy-1.ipynb": notebook,
        "kimmina_47_901_lab1_toy.ipynb": b"{}",
        "박하나_13_assignsubmission_file_/제출.zip": zipped({"answers.ipynb": notebook}),
    }
    (archive / "submissions.zip").write_bytes(zipped(files))
    times = "student_id,timestamp\nkimmina,2026-03-02 10:00+09:00"
    (archive.parent / "times.csv").write_text(times)
    done = course.run("zip_collect", toy.lab)
    submitted = course.root / "submitted"
    assert (submitted / "kimmina" / toy.lab / f"{toy.lab}.ipynb").read_bytes() == notebook
    assert (submitted / "박하나" / toy.lab / "answers.ipynb").read_bytes() == notebook
    time = (submitted / "kimmina" / toy.lab / "timestamp.txt").read_text()
    assert time == "2026-03-02 01:00:00"
    assert "Handed in more than once: kimmina" in done.stderr
