"""What the course says before a run."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from autograder.classrun import run_report
from autograder.classrun.run_report import remark_of_course
from autograder.errors import GraderError
from autograder.sandbox import host
from autograder.subject import NO_SUBJECT, SubjectError


def folder(root, lab="lab"):
    return SimpleNamespace(root=str(root), assignment_id=lab)


@pytest.fixture
def course(monkeypatch):
    """Lets a course on a machine with these graphics cards say this, or fail so."""

    def says(remark, cards=()):
        subject = replace(NO_SUBJECT, remark=remark)
        monkeypatch.setattr(run_report, "find_subject", lambda root: subject)
        monkeypatch.setattr(host, "gpu_devices", lambda: list(cards))

    return says


@pytest.mark.parametrize(("cards", "device"), [((), "cpu"), (("/dev/nvidia0",), "gpu")])
def test_it_is_asked_with_the_lab_and_the_device(course, tmp_path, cards, device):
    course(lambda lab, environment, device: f"{lab} on {device}", cards)
    assert remark_of_course(folder(tmp_path, "lab2_x")) == f"lab2_x on {device}"


def test_a_course_without_a_subject_says_nothing(tmp_path):
    assert remark_of_course(folder(tmp_path)) == ""


@pytest.mark.parametrize("error", [GraderError("damaged bars"), SubjectError("no such module")])
def test_what_is_said_of_each_submission_is_not_said_twice(course, tmp_path, error):
    def fails(*_):
        raise error

    course(fails)
    assert remark_of_course(folder(tmp_path)) == ""


def test_a_fault_of_the_course_stops_no_run(course, tmp_path):
    course(lambda *_: 1 / 0)
    assert "ZeroDivisionError" in remark_of_course(folder(tmp_path))
