"""Grades a made-up class in one way or another, and takes the time, for `one_class.py`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click
import psutil
from made_up_class import hand_in

from autograder.results import ResultStore

ROOT = Path(__file__).resolve().parents[1]
STOCK_NAME = "stock nbgrader autograde"
#: nbgrader as it comes, in our layout: hidden tests run in the kernel of the submission.
STOCK = """
from nbgrader.converters import Autograde
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "knowledge-distillation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "labs"
c.Execute.timeout = 600
"""


@dataclass
class Run:
    """One run over the class.

    Attributes
    ----------
    seconds : float
        From the command to its end.
    workers : int
        Submissions that run at a time.
    own : float
        Seconds that the submissions' own code took, all together; 0 where nobody knows.
    peak : float
        MiB of the coordinating process at most.
    """

    name: str
    seconds: float
    workers: int
    own: float = 0.0
    peak: float = 0.0

    def others(self, students: int) -> float:
        """Seconds of a worker for each submission in which its own code did not run."""
        # Workers side by side: what they did together took `workers` times the wall time.
        return (self.seconds * self.workers - self.own) / students


def make_course(course: Path, lab: str, students: int) -> None:
    """A course folder with a class; the images are there before anybody grades."""
    course.mkdir()
    build = "from kdcourse.end_to_end.stage import stage; stage()"
    subprocess.run([sys.executable, "-c", build], env=environment(course), check=True)
    for name in ("nbgrader_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, course)
    shutil.copytree(ROOT / "solutions" / lab, course / "solutions" / lab)
    nbgrader(course, "generate_assignment", lab)
    hand_in(course, lab, students)


def nbgrader(course: Path, *command: str) -> None:
    """Run a command of nbgrader; a class with hostile notebooks may end with exit code 1."""
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *command, "--log-level=ERROR"],
        cwd=course, env=environment(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def environment(course: Path) -> dict[str, str]:
    """Where to find the packages, and the images that are built once for all ways."""
    data = os.environ.get("KDLAB_DATA_ROOT", str(ROOT / "data"))
    return {**os.environ, "PYTHONPATH": str(ROOT), "KDLAB_DATA_ROOT": data}


def forget(course: Path, lab: str) -> None:
    """Leave nothing of an earlier run, and release the lab: that comes long before grading."""
    for name in ("autograded", "results", "gradebook.db"):
        path = course / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    nbgrader(course, "generate_assignment", lab)


def forget_grades(course: Path) -> None:
    """Leave what was executed, so that everybody is booked anew."""
    shutil.rmtree(course / "autograded")
    (course / "gradebook.db").unlink()


def grade_with_stock(course: Path, lab: str) -> Run:
    """The unmodified command, its own steps, one submission after the other."""
    forget(course, lab)
    kept = (course / "nbgrader_config.py").read_text("utf-8")
    (course / "nbgrader_config.py").write_text(STOCK.format(root=str(course)), "utf-8")
    started = time.perf_counter()
    nbgrader(course, "autograde", lab)
    seconds = time.perf_counter() - started
    (course / "nbgrader_config.py").write_text(kept, "utf-8")
    return Run(STOCK_NAME, seconds, workers=1)


def grade(course: Path, lab: str, name: str, workers: int, *options: str) -> Run:
    """Our command; watches the memory of its own process meanwhile."""
    started, peak = time.perf_counter(), 0.0
    with subprocess.Popen(
        [sys.executable, "-m", "autograder", "grade", lab, *options],
        cwd=course, env=environment(course), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            try:
                peak = max(peak, watched.memory_info().rss / 2**20)
            except psutil.NoSuchProcess:
                break
            time.sleep(0.2)
    if process.returncode not in (0, 1):
        raise click.ClickException(f"{name}: exit code {process.returncode}")
    return Run(name, time.perf_counter() - started, workers, own_seconds(course), peak)


def own_seconds(course: Path) -> float:
    """What the submissions' own code took, from the stored results."""
    store = ResultStore(course / "results")
    records = [store.get(path.stem) for path in (course / "results").glob("*/*.result")]
    return sum(record.seconds["student"] for record in records if record)


def grade_on_cluster(course: Path, lab: str, workers: int) -> Run:
    """The same through a Dask scheduler and so many worker processes."""
    here = {**environment(course), "OMP_NUM_THREADS": "1"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": here, "cwd": course}
    where = course / "scheduler.json"
    where.unlink(missing_ok=True)
    dask = [sys.executable, "-m"]
    command = ["distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    started = [subprocess.Popen([*dask, *command, "--scheduler-file", str(where)], **quiet)]
    while not where.exists():
        time.sleep(0.1)
    worker = ["distributed.cli.dask_worker", "--scheduler-file", str(where), "--nthreads", "1"]
    for _ in range(workers):
        started.append(subprocess.Popen([*dask, *worker, "--no-dashboard"], **quiet))
    try:
        address = json.loads(where.read_text())["address"]
        forget(course, lab)
        return grade(course, lab, "cluster", workers, "--scheduler", address)
    finally:
        for process in started:
            process.kill()
            process.wait()
