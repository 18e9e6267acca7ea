"""Control groups by systemd, with a stand-in for it: few test machines run systemd."""

import os
import subprocess
from pathlib import Path

import pytest

from autograder.sandbox import cgroup


@pytest.fixture
def systemd(tmp_path, monkeypatch, stand_in):
    """A ``systemd-run`` that notes its options and answers for the command, or runs it."""

    def make(script: str) -> None:
        program = tmp_path / "systemd-run"
        program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/options\n{script}\n')
        program.chmod(0o755)

    stand_in(cgroup, "os", defpath=f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return make


def test_limits_that_are_in_force_are_used(systemd, tmp_path):
    systemd("echo 67108864; echo 58")
    assert cgroup.available.__wrapped__()
    options = (tmp_path / "options").read_text()
    assert "MemoryMax=67108864" in options and "TasksMax=58" in options


@pytest.mark.parametrize(
    "script", ["exit 1", "echo max; echo max", "echo 'cat: memory.max: No such file' >&2; exit 1"]
)
def test_limits_that_are_not_in_force_are_not_relied_on(systemd, script):
    systemd(script)
    assert not cgroup.available.__wrapped__()


def test_without_systemd_there_are_none(stand_in):
    stand_in(cgroup, "shutil", which=lambda name: None)
    assert not cgroup.available.__wrapped__()


def test_a_systemd_that_does_not_answer_is_left_alone(stand_in):
    def silent(*args, timeout, **kwargs):
        raise subprocess.TimeoutExpired("systemd-run", timeout)

    stand_in(cgroup, "shutil", which=lambda name: name)
    stand_in(cgroup, "subprocess", run=silent)
    assert not cgroup.available.__wrapped__()


@pytest.mark.parametrize(("user", "flag"), [(0, False), (1000, True)])
def test_an_ordinary_user_asks_their_own_systemd(stand_in, user, flag):
    stand_in(cgroup, "os", getuid=lambda: user)
    assert ("--user" in cgroup.scope(100, 5)) is flag


def test_only_the_address_of_systemd_is_passed_on(monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("SECRET", "value")
    assert cgroup.environment() == {"XDG_RUNTIME_DIR": "/run/user/1000"}


@pytest.mark.parametrize(("user", "line"), [(0, 4), (1000, 5)])
def test_what_kernels_are_forked_from_has_a_group_without_limits(stand_in, user, line):
    stand_in(cgroup, "os", getuid=lambda: user)
    assert len(cgroup.scope_without_limits()) == line
    assert not any("Max" in word for word in cgroup.scope_without_limits())


def test_a_process_is_moved_to_the_group_of_another(monkeypatch, tmp_path):
    here = Path("/proc/self/cgroup").read_text().splitlines()
    (place,) = [line.removeprefix("0::/") for line in here if line.startswith("0::/")] or [None]
    if place is None:
        pytest.fail("This kernel of Linux has no control groups of version 2.")
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(cgroup, "_HIERARCHY", tmp_path)
    cgroup.move(12345, beside=os.getpid())
    assert (tmp_path / place / "cgroup.procs").read_text() == "12345"


def test_a_group_that_may_not_be_joined_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(cgroup, "_HIERARCHY", tmp_path / "nothing")
    with pytest.raises(OSError):
        cgroup.move(12345, beside=os.getpid())
