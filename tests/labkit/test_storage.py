"""Files are whole or not there: with a full disk, with an error, with two processes."""

import errno
import multiprocessing
import time

import pytest

from labkit import storage
from labkit.storage import atomic_folder, atomic_write, locked


def test_a_written_file_is_there_and_nothing_else(tmp_path):
    with atomic_write(tmp_path / "new" / "file") as partial:
        partial.write_bytes(b"content")
    assert (tmp_path / "new" / "file").read_bytes() == b"content"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["file"]


@pytest.mark.parametrize("trouble", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_after_trouble_the_old_file_stands_and_no_part_is_left(tmp_path, trouble):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(type(trouble)), atomic_write(path) as partial:
        partial.write_bytes(b"half of the n")
        raise trouble
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_is_full_at_the_flush_leaves_no_part(tmp_path, stand_in):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    stand_in(storage, "os", fsync=full)
    with pytest.raises(OSError, match="No space"), atomic_write(tmp_path / "file") as partial:
        partial.write_bytes(b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_replaces_the_old_one_only_when_it_is_whole(tmp_path):
    target = tmp_path / "folder"
    with atomic_folder(target) as partial:
        (partial / "a").write_text("1")
    with pytest.raises(RuntimeError), atomic_folder(target) as partial:
        (partial / "b").write_text("2")
        raise RuntimeError
    assert [p.name for p in target.iterdir()] == ["a"]
    with atomic_folder(target) as partial:
        (partial / "c").write_text("3")
    assert [p.name for p in tmp_path.rglob("*")] == ["folder", "c"]


def _hold(path, seconds, ready):
    with locked(path):
        ready.set()
        time.sleep(seconds)


def test_the_second_process_waits_and_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(storage, "PATIENCE", 0.05)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path / "data", 0.5, ready))
    holder.start()
    assert ready.wait(60)
    start = time.monotonic()
    with locked(tmp_path / "data"):
        waited = time.monotonic() - start
    holder.join()
    assert waited > 0.2
    assert "Another process is preparing data" in capsys.readouterr().out
