"""No temporary file outlives its process for long."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.sandbox import temporary

HOLD = (
    "from autograder.sandbox.temporary import own_folder; print(own_folder(), flush=True); input()"
)


@pytest.fixture
def here(monkeypatch):
    """A folder for temporary files of which nobody else knows."""
    with tempfile.TemporaryDirectory(prefix="kdt-", dir="/tmp") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        monkeypatch.setenv("TMPDIR", name)
        temporary._folder_of.cache_clear()
        yield Path(name)
        temporary._folder_of.cache_clear()


@pytest.fixture
def holder(here):
    """Another process with its folder."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=pipe, stdout=pipe) as process:
        process.folder = here / os.path.basename(process.stdout.readline().decode().strip())
        assert process.folder.is_dir()
        yield process


def test_a_process_has_one_folder_for_itself(here):
    folder = temporary.own_folder()
    assert folder.parent == here
    assert folder == temporary.own_folder()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_it_goes_when_the_process_ends(holder):
    holder.communicate(b"\n")
    assert not holder.folder.exists()


def test_a_living_process_keeps_its_folder(holder):
    temporary.sweep()
    assert holder.folder.is_dir()


def test_what_a_killed_process_left_is_removed_by_the_next(holder):
    (holder.folder / "deep" / "er").mkdir(parents=True)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert holder.folder.is_dir()
    temporary.own_folder()
    assert not holder.folder.exists()


def test_a_number_that_is_used_again_protects_nothing(here):
    stale = here / f"kdlab-{os.getuid()}-{os.getpid()}-12345"
    stale.mkdir()
    temporary.sweep()
    assert not stale.exists()


def test_other_files_stay(here):
    for name in ("kdlab-notes", f"kdlab-{os.getuid()}-x", "kdlab-99999-1-1"):
        (here / name).mkdir()
    temporary.sweep()
    assert len(list(here.iterdir())) == 3


def test_a_place_with_a_long_path_is_not_used(here, monkeypatch, stand_in):
    long = here / ("x" * temporary.LONGEST)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert temporary._place() == "/tmp"
    stand_in(temporary, "os", access=lambda place, mode: False)
    with pytest.raises(GraderError, match=r"at most \d+ characters.*Set TMPDIR"):
        temporary._place()
