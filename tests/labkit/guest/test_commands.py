"""Commands for another machine: left out or failed, said, and the cell goes on."""

import atexit
import os
import subprocess
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from labkit.guest import commands


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """A shell as in a kernel; nothing of it stays."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    monkeypatch.setattr(subprocess.Popen, "__init__", subprocess.Popen.__init__)
    monkeypatch.setattr(InteractiveShell, "_instance", None)
    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    atexit.unregister(shell.atexit_operations)
    commands.survive_commands(shell)
    return shell


def goes_on(shell, command):
    """Whether a cell goes on after a command in it."""
    shell.user_ns.pop("end", None)
    shell.user_ns["shell"] = shell
    shell.run_cell(f"get_ipython = lambda: shell\n{command}\nend = True", silent=True)
    return shell.user_ns.get("end", False)


COMMANDS = [
    "!pip install nosuch", "!pip3 -q install nosuch", "%pip install nosuch", "!apt-get install x",
    "!sudo apt-get -y install x", "!python -m pip install nosuch", "!conda install x", "!uv add x",
    "x = !pip install nosuch", "%conda install x", "%nosuchmagic", "%load_ext nosuch",
    "%cd /no/such/folder", "%matplotlib nosuch", "!no-such-program", "x = !no-such-program",
    "get_ipython().run_line_magic('nosuch', '')", "get_ipython().system('pip install nosuch')",
    "get_ipython().run_cell_magic('nosuch', '', 'text')", "!exit 3",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_the_cell_goes_on(shell, command):
    assert goes_on(shell, command)


def test_what_is_left_out_is_said(shell, capsys):
    goes_on(shell, "!pip install nosuch")
    assert "`!pip install nosuch` is left out when grading" in capsys.readouterr().out


PROCESSES = [
    [sys.executable, "-m", "pip", "install", "nosuch"],
    ["pip", "install", "nosuch"],
    "pip install nosuch",
    ["apt-get", "install", "-y", "nosuch"],
]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_that_installs_ends_well(shell, process, capsys):
    several = isinstance(process, str)
    subprocess.run(process, check=True, shell=several)
    subprocess.check_output(process, shell=several)
    assert "is left out when grading" in capsys.readouterr().out


def test_other_processes_and_commands_are_what_they_are(shell, capfd):
    said = subprocess.check_output([sys.executable, "-c", "print('pip install')"], text=True)
    assert said.strip() == "pip install"
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run([sys.executable, "-c", "exit(3)"], check=True)
    shell.run_cell("!echo hello\nx = !echo there", silent=True)
    assert "hello" in capfd.readouterr().out
    assert list(shell.user_ns["x"]) == ["there"]


def test_an_error_of_the_students_own_code_stays_one(shell):
    assert not goes_on(shell, "%time 1 / 0")
    assert goes_on(shell, "%time x = 3") and shell.user_ns["x"] == 3
    assert os.environ["PIP_NO_INDEX"] == "1"
