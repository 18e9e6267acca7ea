"""Whatever students, groups and files are called: nobody's file is ever somebody else's."""

import logging
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograder.exchange.collection import Collection
from autograder.exchange.left_out import LeftOut
from autograder.exchange.names import AmbiguousError, whose
from autograder.exchange.people import People

pytestmark = pytest.mark.slow

LAB = "lab1"
WORDS = ("kim", "mina", "Kim", "ab", "abc", "c", "a", "b", "12", "34", "5", "LATE", "late", "anon",
         "김민아", "lab1", "attempt", "work", "Group A")  # fmt: skip
SIGNS = ("_", "-", " ", ", ", "", ".")
called = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SIGNS)), min_size=1, max_size=4)
names = called.map(lambda parts: "".join(word + sign for word, sign in parts).strip(" .,_-("))
names = names.filter(lambda name: any(map(str.isalnum, name)))
numbers = st.sampled_from(["12", "34", "5", "47", "900", "12345"])
own_files = st.one_of(
    st.just("lab1.ipynb"), st.just("lab1-2.ipynb"), names.map(lambda name: f"{name}_lab1.ipynb"),
    st.tuples(names, numbers, numbers).map(lambda some: "_".join([*some, "lab1.ipynb"])),
    st.tuples(names, numbers).map(lambda some: "_".join([*some, "assignsubmission_file_x.ipynb"])),
)  # fmt: skip


@st.composite
def classes(draw):
    """Students as (id, name, account), no two of one id, name or account."""
    students = draw(st.lists(st.tuples(names, names, numbers), min_size=2, max_size=4))
    for column in range(3):
        assume(len({student[column] for student in students}) == len(students))
    return students


def of_canvas(name):
    """What Canvas makes of a name."""
    return re.sub(r"\W", "", re.sub(r"_(\d+)_", r"\1", name)).lower()


def paths(student, group, late, upload, file):
    """How platforms call a student's file, by platform."""
    own, name, number = student
    mark, folder = "_LATE" * late, name.replace("/", "-")
    grouped = f"{group}-{name}" if group else name
    return {
        "Canvas": [f"{of_canvas(name)}{mark}_{number}_{upload}_{file}"],
        "Moodle": [f"{grouped}_{number}_assignsubmission_file_", file],
        "Moodle, no folders": [f"{grouped}_{number}_assignsubmission_file_{file}"],
        "Blackboard": [f"Lab 1_{own}_attempt_2026-03-01-23-59-59_{file}"],
        "Blackboard, our name": [f"lab1_{own}_attempt_2026-03-01-23-59-59_{file}"],
        "Classroom": [f"{name} - lab1.ipynb"],
        "Drive": [f"{folder}({own})", file],
        "folder": [own, file],
        "own": [f"{own}_lab1.ipynb"],
    }


PLATFORMS = tuple(paths(("", "", ""), "", False, "", ""))


def owner(path, people):
    """Whose it is taken for; None where it is left out."""
    try:
        claim = whose(path, [LAB], people)
    except AmbiguousError:
        return None
    return claim and claim.student


@pytest.mark.parametrize("has_accounts", [True, False], ids=["accounts", "names alone"])
@given(classes(), st.sampled_from(PLATFORMS), st.sampled_from(["", "Group A", "kim", "a-b"]),
       st.booleans(), numbers, own_files)  # fmt: skip
@settings(max_examples=150)
def test_of_a_class_in_the_table_each_gets_the_own_or_nothing(
    has_accounts, students, platform, group, late, upload, file
):
    known = [(own, name) for own, name, _ in students] + [(own, own) for own, _, _ in students]
    accounts = {number: own for own, _, number in students}
    people = People(tuple(known), {"ID": accounts, "Identifier": accounts} if has_accounts else {})
    for student in students:
        found = owner(paths(student, group, late, upload, file)[platform], people)
        assert found in (student[0], None)


lettered = names.filter(lambda name: not re.search(r"\d", name))


@given(classes(), lettered, st.sampled_from(["Canvas", "Moodle", "Moodle, no folders"]), lettered)
@settings(max_examples=80)
def test_who_is_missing_in_a_table_with_accounts_is_nobody_else(
    students, name, platform, file
):
    (_, _, number), *known = students
    accounts = {number: own for own, _, number in known}
    pairs = [pair for own, name, _ in known for pair in ((own, own), (own, name))]
    people = People(tuple(pairs), {"ID": accounts, "Identifier": accounts})
    stranger = ("stranger", name, number)
    found = owner(paths(stranger, "", False, "900000", f"{file}_lab1.ipynb")[platform], people)
    assert found not in {own for own, _, _ in known}


@given(classes(), st.lists(st.sampled_from(PLATFORMS), min_size=1, max_size=2), st.booleans())
@settings(max_examples=50, deadline=None)
def test_without_a_table_no_folder_gets_files_of_two(tmp_path_factory, students, chosen, late):
    top = tmp_path_factory.mktemp("class")
    archive, target = top / "archive", top / "extracted"
    target.mkdir()
    for own, student in enumerate(students):
        for platform in chosen:
            for file in ("lab1.ipynb", "lab1-2.ipynb", "x(1).ipynb"):
                path = archive.joinpath(*paths(student, "", late, "901", file)[platform])
                assume(not path.exists() and len(path.name) < 200)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(str(own))
    left_out = LeftOut(logging.getLogger("quiet"), top / "left-out.csv")
    Collection(target, [LAB], People(), left_out).read(archive)
    for folder in target.iterdir():
        assert len({path.read_text() for path in folder.iterdir()}) == 1
