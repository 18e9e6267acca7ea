"""Whose file it is follows from the platform's names, never from what a student calls a file."""

import pytest

from autograder.exchange.filenames import is_notebook, named
from autograder.exchange.names import AmbiguousError, whose
from autograder.exchange.people import People

LAB = ["lab1_baseline"]
NAMES = (
    *(("mina", "mina"), ("mina", "Kim, Mina"), ("mina", "김민아"), ("mina", "20261234")),
    *(("mina", "Mina Kim"), ("jun", "jun"), ("jun", "Lee, Jun"), ("jun", "Jun Lee")),
)
ACCOUNTS = {"4711": "mina", "88": "jun"}
BY_NAME, BY_NUMBER = People(NAMES), People(NAMES, {"ID": ACCOUNTS, "Identifier": ACCOUNTS})
NOBODY = People()


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("kimmina_12_900_lab1_baseline.ipynb", "mina"),
        ("kimmina_LATE_12_900_lab1_baseline-2.ipynb", "mina"),
        ("submissions/leejun_4_5_answers/x/lab1_baseline.ipynb", "jun"),
        ("Kim, Mina_9_assignsubmission_file_lab1_baseline.ipynb", "mina"),
        ("Lab 1-20260301T101112Z-001/김민아/lab1_baseline.ipynb", "mina"),
        ("Classroom/김민아 - lab1_baseline.ipynb", "mina"),
        ("Copy of mina_lab1_baseline (1).ipynb", "mina"),
        ("김 민아.ipynb", "mina"),
    ],
)
def test_a_student_of_the_roster_is_found_under_every_name(path, student):
    claim = whose(path.split("/"), LAB, BY_NAME)
    assert (claim.student, claim.known) == (student, True)


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("other_4711_900_homework.ipynb", "mina"),
        ("_4711_900_homework.ipynb", "mina"),  # of a name, Canvas leaves letters alone
        ("M_4711_assignsubmission_file_/lab1_baseline.ipynb", "mina"),
        ("Participant_88_assignsubmission_file_/a/b.ipynb", "jun"),
    ],
)
def test_where_numbers_are_known_the_number_counts_and_not_the_name(path, student):
    claim = whose(path.split("/"), LAB, BY_NUMBER)
    assert (claim and claim.student) == student


@pytest.mark.parametrize(
    "path", ["mina_77_5_lab1_baseline.ipynb", "Kim Mina_77_assignsubmission_file_/x.ipynb",
             "김 민아_77_assignsubmission_file_/x.ipynb"],
)  # fmt: skip
def test_an_unknown_account_with_a_students_name_is_nobodys(path):
    with pytest.raises(AmbiguousError, match="its name is of mina, its account 77 of nobody"):
        whose(path.split("/"), LAB, BY_NUMBER)


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("kimmina_LATE_12_900_lab1_baseline.ipynb", "kimmina"),
        ("Mina Kim_9_assignsubmission_file_/x.ipynb", "Mina-Kim"),
        ("박하나_9_assignsubmission_file_/x.ipynb", "박하나"),
        ("2026-1234_lab1_baseline.ipynb", "2026-1234"),
        ("하나_lab1_baseline의 사본.ipynb", "하나"),
        ("Mina Kim - lab1_baseline.ipynb", "Mina-Kim"),
        ("Lab 1/soo/lab1_baseline.ipynb", "soo"),
        ("drive-download-20260301T101112Z-001/soo/lab1_baseline (1).ipynb", "soo"),
        ("soo/lab1_baseline/lab1_baseline.ipynb", "soo"),
    ],
)
def test_without_a_roster_the_platforms_name_becomes_the_id(path, student):
    claim = whose(path.split("/"), LAB, NOBODY)
    assert (claim.student, claim.known) == (student, False)


@pytest.mark.parametrize(
    "path",
    [
        "leejun_88_5_leejun_88_4_lab1_baseline.ipynb",
        "leejun_88_5_mina_lab1_baseline.ipynb",
        "leejun_88_5_x/mina/lab1_baseline.ipynb",
        "Jun Lee_88_assignsubmission_file_/mina_lab1_baseline.ipynb",
        "jun/Mina Kim_4711_assignsubmission_file_/lab1_baseline.ipynb",
    ],
)
def test_nobody_hands_in_for_somebody_else_by_a_name(path):
    assert whose(path.split("/"), LAB, BY_NUMBER).student == "jun"


def test_an_unknown_account_never_becomes_a_known_student():
    claim = whose(["new_77_5_x", "mina", "lab1_baseline.ipynb"], LAB, BY_NUMBER)
    assert (claim.student, claim.account, claim.known) == ("new", "77", False)


@pytest.mark.parametrize(
    "path",
    [
        "lab1_baseline.ipynb",
        "Copy of lab1_baseline (3).ipynb",
        "Lab 1-20260301T101112Z-001/lab1_baseline.ipynb",
        "lab1_baseline/lab1_baseline.ipynb",
        "submissions/lab1_baseline.ipynb",
        "../lab1_baseline.ipynb",
        "___/x.ipynb",
    ],
)
def test_what_names_nobody_is_nobodys(path):
    assert whose(path.split("/"), LAB, NOBODY) is None


@pytest.mark.parametrize("folder", ["../../etc", "..", "a/b", "x\0y", "a b\nc", "*?[", "-rf", "~"])
def test_an_id_is_a_harmless_name_of_a_folder(folder):
    claim = whose([f"{folder}_1_assignsubmission_file_", "x.ipynb"], LAB, NOBODY)
    assert claim is None or not set(claim.student) & set("/\\\0\n*?[]~ ")
    assert claim is None or claim.student[0] not in "-."


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lab1_baseline.ipynb", ("lab1_baseline.ipynb", 0, 0)),
        ("LAB1_BASELINE-2.ipynb", ("lab1_baseline.ipynb", 0, 2)),
        ("kim_LATE_1_900_lab1_baseline-1.ipynb", ("lab1_baseline.ipynb", 900, 1)),
        ("Copy of Copy of mina_lab1_baseline (12).ipynb", ("lab1_baseline.ipynb", 0, 12)),
        ("mina_lab1_baseline copy.ipynb.txt", ("lab1_baseline.ipynb", 0, 0)),
        ("lab1_baseline_draft.ipynb", ("lab1_baseline_draft.ipynb", 0, 0)),
        ("K_1_assignsubmission_file_my answer.json", ("my-answer.ipynb", 0, 0)),
        ("mylab1_baseline.ipynb", ("mylab1_baseline.ipynb", 0, 0)),
    ],
)
def test_a_file_gets_the_notebooks_name_only_if_it_is_meant_for_it(name, expected):
    found = named(name, LAB)
    assert (found.name, found.upload, found.copy) == expected


def test_what_may_be_a_notebook():
    assert all(map(is_notebook, ["a.ipynb", "a.IPYNB", "a.ipynb.txt", "a.json"]))
    assert not any(map(is_notebook, ["a.py", "a.txt", "ipynb", "a.ipynb.d/x.png"]))
