"""On a cluster: workers without the course's disk, of which one dies in the middle."""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from distributed import Client

from autograder.errors import UsageError
from autograder.grade import pool, workers

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
MARK = "cluster"


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, address, folder, run):
        self.address, self.folder, self.run = address, folder, run
        self.workers = []

    def worker(self, number, *options):
        """Start a worker with a folder of its own."""
        command = ("dask_worker", self.address, "--nthreads", "1", "--no-dashboard",
                   "--no-nanny", "--death-timeout", "60", *options)  # fmt: skip
        self.workers.append(self.run(*command, folder=self.folder / f"w{number}"))
        return self.workers[-1]


@pytest.fixture
def cluster(tmp_path, toy_checks, short_tmp, processes):
    """A scheduler, and a way to start workers that see nothing of the course."""
    with ExitStack() as stack:

        def run(*command, folder):
            folder.mkdir(exist_ok=True)
            environment = {**os.environ, "KDLAB_MARK": MARK, "HOME": str(folder),
                           "PYTHONPATH": os.pathsep.join([str(ROOT), str(toy_checks)]),
                           "OMP_NUM_THREADS": "1"}  # fmt: skip
            return stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
                    cwd=folder,
                    env=environment,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )

        where = tmp_path / "scheduler.json"
        scheduler = run("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file",
                        str(where), folder=tmp_path / "s")  # fmt: skip
        until = time.monotonic() + 60
        while not where.exists() and time.monotonic() < until:
            time.sleep(0.1)

        found = Cluster(json.loads(where.read_text())["address"], tmp_path, run)
        yield found
        for process in [scheduler, *found.workers]:
            process.kill()


@pytest.fixture
def toy_checks(tmp_path, make_class):
    """A folder with the course's own checks, as they would be installed on every machine."""
    folder = tmp_path / "installed"
    folder.mkdir()
    source = make_class(tmp_path / "other").root / "toy_checks.py"
    (folder / "toy_checks.py").write_text(source.read_text("utf-8"), "utf-8")
    return folder


def test_a_worker_that_dies_has_its_work_given_to_another(cluster, make_class, tmp_path, kill):
    room = make_class(tmp_path / "class", [f"student{number}" for number in range(8)])
    first, _, _ = (cluster.worker(number) for number in range(3))
    process = room.start("--scheduler", cluster.address)
    until = time.monotonic() + 120
    while not room.stored() and time.monotonic() < until:
        time.sleep(0.1)
    assert 0 < len(room.stored()) < 8
    kill(first)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert "8 executed" in said
    assert room.scores() == {(4.0, False)}


def test_workers_need_neither_the_secret_nor_the_gradebook(cluster, make_class, tmp_path):
    room = make_class(tmp_path / "class", ["ara"])
    cluster.worker(0)
    process = room.start("--scheduler", cluster.address)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    left = [path.name for path in (tmp_path / "w0").rglob("*")]
    assert not {".course-secret", "gradebook.db"} & set(left)


def test_a_cluster_without_workers_is_a_wrong_use(cluster, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 2)
    with pytest.raises(UsageError, match="has no worker after 2 s"):
        workers.cluster_workers(cluster.address).__enter__()


def test_no_scheduler_is_a_wrong_use(monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", 1)
    with pytest.raises(UsageError, match=r"No Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        workers.cluster_workers("tcp://127.0.0.1:9").__enter__()


def test_jobs_with_a_gpu_go_to_workers_with_that_tag(cluster, job_of):
    cluster.worker(0)
    with Client(cluster.address) as client:
        client.wait_for_workers(1, timeout=60)
        asked = pool.Pool(lambda: client)
        asked.submit(job_of(device="gpu"))
        time.sleep(2)
        assert not asked._finished.has_ready()
        tagged = cluster.worker(1, "--resources", "gpu=1")
        key, found = asked.next_finished()
    assert tagged.poll() is None
    # It came to the worker with the tag, which refuses the versions that this job names.
    assert key == job_of(device="gpu").key
    assert "has other checks" in str(found)
