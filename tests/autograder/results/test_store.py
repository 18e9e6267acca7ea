"""A store has whole results or none, whatever happens to its disk."""

import sys
from pathlib import Path

import pytest

from autograder.results import ResultStore
from autograder.results.store import StoreError

KEY, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def store(tmp_path):
    """An empty store in a folder that does not exist yet."""
    return ResultStore(tmp_path / "results")


def test_what_was_put_is_got(store, make_record):
    assert store.get(KEY) is None
    assert not store.path(KEY).exists()
    store.put(make_record(KEY))
    assert store.path(KEY).exists()
    assert store.get(KEY) == make_record(KEY)
    assert store.get(OTHER) is None


def test_a_newer_result_takes_the_place_of_an_older_one(store, make_record):
    store.put(make_record(KEY, 1.0))
    store.put(make_record(KEY, 3.0))
    assert store.get(KEY).results[0].points == 3.0


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "exchanged"])
def test_a_damaged_entry_is_reported_and_computed_again(store, make_record, damage, caplog):
    store.put(make_record(KEY))
    path, good = store.path(KEY), store.path(KEY).read_bytes()
    bad = {"cut": good[:-9], "changed": good[:80] + b"?" + good[81:], "empty": b"",
           "exchanged": make_record(OTHER).to_bytes()}  # fmt: skip
    path.write_bytes(bad[damage])
    assert store.get(KEY) is None
    assert str(path) in caplog.text
    assert "computed again" in caplog.text


def test_a_full_disk_leaves_nothing_behind(store, make_record, stand_in, monkeypatch):
    store.put(make_record(KEY))

    def full(_):
        raise OSError(28, "No space left on device")

    stand_in("labkit.storage", "os", fsync=full)
    with pytest.raises(StoreError, match=r"No space left.*Make room.*same command goes on"):
        store.put(make_record(OTHER))
    monkeypatch.undo()
    assert store.get(KEY) is not None
    files = [path for path in store.folder.rglob("*") if path.is_file()]
    assert files == [store.path(KEY)]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc may not be written to, even by root")
def test_a_read_only_place_says_so(make_record):
    with pytest.raises(StoreError, match="cannot be stored: /proc/results"):
        ResultStore(Path("/proc/results")).put(make_record(KEY))


def test_a_file_where_the_folder_should_be_says_so(store, make_record):
    store.folder.write_text("in the way")
    with pytest.raises(StoreError, match="cannot be stored"):
        store.put(make_record(KEY))


def test_a_folder_where_a_result_should_be_says_so(store):
    store.path(KEY).mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be read"):
        store.get(KEY)


def test_results_of_an_older_version_are_told_once(store, make_record):
    assert store.begin() == ""  # a new store
    assert store.begin() == ""
    store.put(make_record(KEY))
    (store.folder / "format.txt").unlink()  # as the version before left it
    assert store.begin().startswith("1 stored results are of an older version of the grader")
    assert store.begin() == ""
