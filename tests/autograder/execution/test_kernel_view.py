"""What a submission's kernel gets of the machine that it runs on."""

import os
from pathlib import Path

import nbformat
import pytest

from autograder.execution.kernel_view import environment, kernel_environment, mounts
from autograder.execution.stored import ExecuteSubmission
from autograder.results.job import Job, code_text
from autograder.subject import NO_SUBJECT
from kdcourse.course import SUBJECT
from kdlab.data import digits_m_cache


def test_the_kernel_gets_settings_and_no_secrets():
    outside = {
        "KDLAB_DATASET": "digits-m",
        "AUTOGRADER_COURSE_SECRET": "x" * 40,
        "KDLAB_DATA_ROOT": "/somewhere",
        "AUTOGRADER_RELEASE_LANGUAGE": "ko",
        "OMP_NUM_THREADS": "1",
        "LANG": "ko_KR.UTF-8",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "KDLAB_DATA_URL": "",
        "LABKIT_LANGUAGE": "ko",
    }
    assert kernel_environment(outside, SUBJECT) == {
        "KDLAB_PROFILE": "grading",
        "KDLAB_DATASET": "digits-m",
        "LABKIT_LANGUAGE": "ko",
    }
    assert kernel_environment(outside, NO_SUBJECT) == {"LABKIT_LANGUAGE": "ko"}


def test_the_instructors_choice_of_profile_stays():
    assert kernel_environment({"KDLAB_PROFILE": "full"}, SUBJECT) == {"KDLAB_PROFILE": "full"}


def test_no_tag_that_a_student_could_guess_skips_a_cell():
    tags = {ExecuteSubmission().skip_cells_with_tag for _ in range(3)}
    assert len(tags) == 3
    assert "skip-execution" not in tags


def job_of(source: str) -> Job:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    notebook.metadata["labkit"] = {"language": "ko"}  # every release has it
    return Job(
        assignment="", notebook=code_text(notebook), files={}, seed=0, test_seed=0,
        environment={"A": "1"}, config={}, checks="", libraries="", device="cpu",
    )  # fmt: skip


@pytest.fixture
def job(monkeypatch, tmp_path):
    """Of a submission of a lab, on a machine whose data lie in a folder of their own."""
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path / "data"))
    return job_of("import kdlab")


def test_a_kernel_reads_the_images_that_the_grader_made(job, tmp_path):
    seen = mounts(job, SUBJECT, tmp_path / "work", tmp_path / "course")
    made = digits_m_cache(tmp_path / "data")
    assert made.exists()
    place = Path("/home/student/.cache/kdlab")  # `kdlab`'s own choice in that home
    assert seen.read_only[made] == str(digits_m_cache(place))


def test_for_a_lab_without_kdlab_nothing_is_made(job, tmp_path):
    seen = mounts(job_of("import math"), SUBJECT, tmp_path / "work", tmp_path / "course")
    assert seen.read_only == {}
    assert not digits_m_cache(tmp_path / "data").exists()


def test_where_they_cannot_be_kept_each_kernel_makes_them(job, tmp_path, monkeypatch):
    monkeypatch.setattr("kdcourse.end_to_end.visible.load_data", lambda name, root: None)
    seen = mounts(job, SUBJECT, tmp_path / "work", tmp_path / "course")
    assert [path.name for path in seen.read_only] == ["training-sets"]


def test_it_sees_its_files_the_training_sets_and_not_the_course(job, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    seen = mounts(job, SUBJECT, tmp_path / "work", tmp_path / "course")
    assert seen.working_folder == tmp_path / "work"
    assert seen.hidden == (tmp_path / "course",)
    assert tmp_path / "data" / "training-sets" in seen.read_only
    assert seen.environment["A"] == "1"
    assert seen.environment["OMP_NUM_THREADS"] == "2"


def test_inside_only_the_jobs_own_settings_hold(monkeypatch):
    monkeypatch.setenv("KDLAB_PROFILE", "full")
    monkeypatch.setenv("KDLAB_DATASET", "cifar10")
    monkeypatch.setenv("KDLAB_DATA_ROOT", "/somewhere")
    before = dict(os.environ)
    with environment({"KDLAB_PROFILE": "grading", "PATH": "/nowhere"}, SUBJECT):
        assert os.environ["KDLAB_PROFILE"] == "grading"
        assert "KDLAB_DATASET" not in os.environ
        assert os.environ["KDLAB_DATA_ROOT"] == "/somewhere"  # a matter of the machine
        assert os.environ["PATH"] == before["PATH"]
        os.environ["KDLAB_DATA_URL"] = "set inside"
    assert dict(os.environ) == before
