"""Submissions are executed with the grading profile, unless the instructor chose another."""

import os

import pytest

from autograder.execute import ExecuteSubmission, default_environment


def test_the_profile_is_set_meanwhile_and_gone_afterwards():
    with default_environment(KDLAB_PROFILE="grading"):
        assert os.environ["KDLAB_PROFILE"] == "grading"
    assert "KDLAB_PROFILE" not in os.environ


def test_the_instructors_choice_stays(monkeypatch):
    monkeypatch.setenv("KDLAB_PROFILE", "full")
    with default_environment(KDLAB_PROFILE="grading"):
        assert os.environ["KDLAB_PROFILE"] == "full"
    assert os.environ["KDLAB_PROFILE"] == "full"


def test_the_environment_is_restored_after_an_error():
    with pytest.raises(RuntimeError), default_environment(KDLAB_PROFILE="grading"):
        raise RuntimeError
    assert "KDLAB_PROFILE" not in os.environ


def test_no_tag_that_a_student_could_guess_skips_a_cell():
    tags = {ExecuteSubmission().skip_cells_with_tag for _ in range(3)}
    assert len(tags) == 3
    assert "skip-execution" not in tags
