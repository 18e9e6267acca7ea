"""Google Drive behind a stand-in for Colab's package: there, refused, slow, full, gone."""

import os
import sys
import threading
import types

import pytest

from kdlab import drive as our_drive
from kdlab.drive import Mirror, open_drive
from labkit.language import set_language


class Colab:
    """Colab's ``drive``: mounts a folder of this test, or what else it is told to do."""

    def __init__(self, folder):
        self.folder, self.refusal, self.asked = folder, None, []

    def mount(self, place, timeout_ms):
        self.asked.append((place, timeout_ms))
        if self.refusal:
            raise self.refusal
        (self.folder / "MyDrive").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def colab(monkeypatch, tmp_path):
    made = Colab(tmp_path / "drive")
    package = types.ModuleType("google.colab")
    package.drive = made
    monkeypatch.setitem(sys.modules, "google.colab", package)
    monkeypatch.setattr(our_drive, "PAUSE", 0.02)
    monkeypatch.setattr(our_drive, "_OPEN", [])
    set_language("en")
    yield made
    set_language("both")


@pytest.fixture
def local(tmp_path):
    (tmp_path / "local").mkdir()
    return tmp_path / "local"


def write(root, path, text):
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


RESULT, TEACHER, END = (
    "results/digits-m-0-fast/lab1--student, CE.json", "teachers/cifar10.safetensors",
    "checkpoints/finished/student.0.safetensors",
)  # fmt: skip


def test_what_one_machine_has_the_next_one_takes_over(colab, local, tmp_path, capsys):
    mirror = open_drive(local, colab.folder)
    for path in (RESULT, TEACHER, END):
        write(local, path, path)
    write(local, "digits-m/images.safetensors", "made anew on every machine")
    assert mirror.finish()
    other = tmp_path / "tomorrow"
    assert open_drive(other, colab.folder).finish()
    assert {path: (other / path).read_text() for path in (RESULT, TEACHER, END)} == {
        path: path for path in (RESULT, TEACHER, END)
    }
    assert not (other / "digits-m").exists()
    assert "also kept in Google Drive" in capsys.readouterr().out
    assert colab.asked[0] == (str(colab.folder), 120_000)


def test_it_is_copied_beside_the_work(colab, local):
    open_drive(local, colab.folder)
    write(local, RESULT, "1")
    there = colab.folder / "MyDrive" / "kdlab" / RESULT
    wait_for(there.exists)
    write(local, RESULT, "changed")
    wait_for(lambda: there.read_text() == "changed")
    (local / RESULT).unlink()
    wait_for(lambda: not there.exists())


def wait_for(happened, seconds=20):
    again = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if happened():
            return
        again.wait(0.05)
    raise AssertionError("it did not happen")


def test_the_newer_one_wins(colab, local):
    far = colab.folder / "MyDrive" / "kdlab"
    for path, here, there in (("results/a.json", 100, 900), ("results/b.json", 900, 100)):
        write(local, path, "here")
        write(far, path, "there")
        os.utime(local / path, (here, here))
        os.utime(far / path, (there, there))
    Mirror(local, far).begin()
    found = {path.name: path.read_text() for path in (local / "results").iterdir()}
    assert found == {"a.json": "there", "b.json": "here"}


@pytest.mark.parametrize(
    "refusal",
    [
        ValueError("mount failed"),
        type("MessageError", (Exception,), {})("Error: credential propagation was unsuccessful"),
        TimeoutError("timed out"),
        NotImplementedError("Mounting drive is unsupported in this environment."),
    ],
)
def test_a_drive_that_is_refused_stops_nothing(colab, local, refusal, capsys):
    colab.refusal = refusal
    assert open_drive(local, colab.folder) is None
    said = capsys.readouterr().out
    assert f"Google Drive cannot be used ({type(refusal).__name__}: {refusal})" in said
    assert "results are kept on this machine alone" in said


def test_elsewhere_than_on_colab_that_is_said(monkeypatch, local, capsys):
    monkeypatch.setitem(sys.modules, "google.colab", None)
    assert open_drive(local) is None
    assert "works on Colab alone" in capsys.readouterr().out


def test_a_drive_that_does_not_answer_is_not_waited_for(colab, local, monkeypatch, capsys):
    never = threading.Event()
    monkeypatch.setattr(Mirror, "begin", lambda mirror: never.wait(60))
    assert open_drive(local, colab.folder, patience=0.2) is None
    assert "no answer within" in capsys.readouterr().out
    never.set()


def test_a_read_only_drive_is_seen_at_once(colab, local, monkeypatch, capsys):
    read_only(monkeypatch, "write_bytes")
    assert open_drive(local, colab.folder) is None
    assert "Read-only file system" in capsys.readouterr().out


def read_only(monkeypatch, name):
    def refuse(path, *given, **named):
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(f"pathlib.Path.{name}", refuse)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), OSError(107, "Endpoint is not connected"),
              PermissionError(13, "Permission denied"), TimeoutError("slow")],
)  # fmt: skip
def test_one_that_fails_in_the_middle_is_said_once_and_all_is_here(
    colab, local, monkeypatch, error, capsys
):
    mirror = open_drive(local, colab.folder)

    def fail(source, target):
        raise error

    monkeypatch.setattr(our_drive, "_copy", fail)
    write(local, RESULT, "1")
    assert not mirror.finish()
    mirror.tell()
    assert capsys.readouterr().out.count("Google Drive cannot be used") == 1
    assert (local / RESULT).read_text() == "1"


def test_one_that_is_unmounted_gets_no_folder_in_its_place(colab, local, capsys):
    mirror = open_drive(local, colab.folder)
    (colab.folder / "MyDrive").rename(colab.folder / "gone")
    write(local, RESULT, "1")
    assert not mirror.finish()
    assert not (colab.folder / "MyDrive").exists()
    assert "is gone" in capsys.readouterr().out


def test_one_that_hangs_in_the_middle_is_not_waited_for(colab, local, monkeypatch, capsys):
    mirror = open_drive(local, colab.folder)
    never = threading.Event()
    monkeypatch.setattr(our_drive, "_copy", lambda source, target: never.wait(60))
    write(local, RESULT, "1")
    assert not mirror.finish(patience=0.2)
    assert "no answer within" in capsys.readouterr().out
    never.set()


def test_a_copy_that_breaks_off_leaves_what_was_there(colab, local, monkeypatch):
    far = colab.folder / "MyDrive" / "kdlab"
    write(far, RESULT, "old")
    mirror = Mirror(local, far)
    write(local, RESULT, "new")

    def breaks_off(source, target):
        target.write_text("n")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kdlab.drive.shutil", types.SimpleNamespace(copyfile=breaks_off))
    mirror.push()
    assert (far / RESULT).read_text() == "old"
    assert [path.name for path in (far / RESULT).parent.iterdir()] == [(far / RESULT).name]
