"""The key changes with everything that can change the result, and with nothing else."""

import base64
import os
from dataclasses import fields, replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.results import job as jobs
from autograder.results.job import (
    Job,
    JobError,
    code_text,
    files_beside,
)

OTHER = {
    "notebook": code_text(new_notebook(cells=[new_code_cell("1 + 1")])),
    "files": {},
    "seed": 1,
    "test_seed": 1,
    "environment": {"KDLAB_PROFILE": "full"},
    "config": {"ExecuteSubmission": {"timeout": 5}},
    "checks": "another version",
    "libraries": "python 4",
    "device": "gpu",
    "course": "other modules",
    "data": "other images",
}


@pytest.mark.parametrize("name", OTHER)
def test_what_decides_the_result_decides_the_key(job, name):
    assert replace(job, **{name: OTHER[name]}).key != job.key


def test_every_field_is_either_in_the_key_or_known_not_to_matter(job):
    assert {field.name for field in fields(Job)} - set(OTHER) == {"assignment", "subject"}


def test_the_number_of_threads_does_not_matter(job):
    four = {**job.environment, "OMP_NUM_THREADS": "4"}
    assert replace(job, environment=four).key == job.key


def test_seeds_are_not_written_into_what_is_stored(job):
    secret = replace(job, seed=123456789)
    assert "123456789" not in str(secret.about)


def test_a_job_comes_back_from_its_bytes(job):
    again = Job.from_bytes(job.to_bytes())
    assert again == job
    assert again.key == job.key


def test_cell_ids_and_old_outputs_do_not_matter():
    cells = [new_code_cell("x = 1", id="a"), new_code_cell("x", id="b")]
    others = [new_code_cell("x = 1", id="c", execution_count=3), new_code_cell("x", id="d")]
    assert code_text(new_notebook(cells=cells)) == code_text(new_notebook(cells=others))


def test_the_files_travel_with_the_job(job, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "더 많은" / "files").mkdir(parents=True)
    (here / "더 많은" / "files" / "a.bin").write_bytes(bytes(range(256)))
    (here / "lab.ipynb").write_text("{}")
    os.symlink("/etc/passwd", here / "link")
    os.mkfifo(here / "pipe")
    found = files_beside(here, "lab.ipynb")
    assert list(found) == ["더 많은/files/a.bin"]
    there.mkdir()
    replace(job, files=found).lay_out(there)
    assert (there / "더 많은/files/a.bin").read_bytes() == bytes(range(256))


def test_files_that_are_too_large_are_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "LARGEST", 1000)
    (tmp_path / "weights.pt").write_bytes(b"0" * 1001)
    with pytest.raises(JobError, match=r"weights\.pt is too much\. Remove"):
        files_beside(tmp_path, "lab.ipynb")


def test_prose_and_points_do_not_matter():
    def text(prose, points, **more):
        grading = {"grade": True, "grade_id": "test-1-1", "points": points, **more}
        grading["checksum"] = f"of {points} points"  # by nbgrader
        source = f"# 1-1 · {points} points\ngrade('1-1')"
        test = new_code_cell(source, metadata={"nbgrader": grading})
        return code_text(new_notebook(cells=[new_markdown_cell(prose), test]))

    assert text("A typo is hear.", 4) == text("A typo was here.", 10)
    assert text("", 4, solution=False) != text("", 4, solution=True)


def test_files_are_in_base64(tmp_path):
    (tmp_path / "a.txt").write_text("abc")
    assert base64.b64decode(files_beside(tmp_path, "x.ipynb")["a.txt"]) == b"abc"
