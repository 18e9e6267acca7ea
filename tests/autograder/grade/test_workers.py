"""The workers of this machine: what they have before there is anything to do."""

import json
import subprocess
import sys

import pytest

from autograder.grade.handed_in import has_news
from autograder.results import Booking, Bookings
from autograder.results.store import store_folder

CODE = """
import json, sys
from autograder.grade.workers import local_workers
from autograder.sandbox import Sandbox

def facts():
    import os, sys
    from autograder.sandbox import shared, zygote
    from autograder.sandbox.zygote import purpose_of
    from autograder.execution.kernel_view import common_mounts
    from autograder.subject import find_subject
    borrowed = shared.borrow(purpose_of(Sandbox(), common_mounts(os.environ, find_subject())))
    return dict(
        pid=os.getpid(), parent=os.getppid(), torch="torch" in sys.modules,
        threads=os.environ["OMP_NUM_THREADS"], folder=os.getcwd() in sys.path,
        kernels=type(borrowed).__name__,
    )

if __name__ == "__main__":
    with local_workers(2, Sandbox, sys.argv[1] == "busy") as client:
        found = list(client.run(facts).values())  # once in each of them
    print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["busy", "perhaps nothing"])
def test_workers_have_their_imports_and_one_source_of_kernels(tmp_path, plan):
    (tmp_path / "start.py").write_text(CODE)
    course = '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n'
    (tmp_path / "pyproject.toml").write_text(course)
    command = [sys.executable, "start.py", plan]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len({each.pop("pid") for each in found}) == 2
    assert len({each.pop("parent") for each in found}) == 1  # it imported for both of them
    (facts,) = {json.dumps(each) for each in found}
    expected = {"torch": True, "threads": "1", "folder": True, "kernels": "Forks"}
    assert json.loads(facts) == expected


def test_there_is_news_until_everybody_is_booked(tmp_path):
    assert not has_news(tmp_path, ["lab1"])
    for student in ("ara", "bora"):
        (tmp_path / "submitted" / student / "lab1").mkdir(parents=True)
        assert has_news(tmp_path, ["lab1"])
        Bookings(store_folder(tmp_path)).put(Booking("lab1", student, "digest", {}, (), ()))
        assert not has_news(tmp_path, ["lab1", "lab2"])
