"""The same notebook in two kernels."""

import subprocess
import sys

import pytest

import kdlab
from kdlab import runtime
from kdlab.opened import claim
from labkit.language import set_language

HOLDS = """
import sys
from pathlib import Path
from kdlab.opened import claim
print(claim(Path(sys.argv[1]), "lab1_baseline"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def another(tmp_path):
    """Another kernel that has opened the notebook."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr("kdlab.opened._HELD", {})
    set_language("en")
    yield
    set_language("both")


def test_the_first_cell_can_be_run_again(tmp_path, capsys):
    assert claim(tmp_path, "lab1_baseline") and claim(tmp_path, "lab1_baseline")
    assert capsys.readouterr().out == ""


def test_the_second_says_that_another_one_is_writing_and_keeps_nothing(
    another, tmp_path, monkeypatch, small_data, small_network, capsys
):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(runtime, "load_data", lambda *given, **named: small_data)
    lab = kdlab.setup("lab1_baseline", language="en")
    said = capsys.readouterr().out
    assert "lab1_baseline is open somewhere else, and that one is writing" in said
    lab.fit(lambda model, x, y: model(x).square().mean(), small_network, "student", epochs=1)
    assert not (tmp_path / "checkpoints").exists()
    assert claim(tmp_path, "lab2_soft_targets")  # another notebook may be open


def test_once_the_other_one_is_closed_this_one_keeps_again(another, tmp_path):
    assert not claim(tmp_path, "lab1_baseline")
    another.kill()
    another.wait()
    assert claim(tmp_path, "lab1_baseline")


def test_where_nothing_can_be_locked_nobody_is_stopped(tmp_path, monkeypatch):
    (tmp_path / "open").write_text("a file where a folder should be")
    assert claim(tmp_path, "lab1_baseline")
