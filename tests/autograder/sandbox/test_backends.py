"""Which backend is chosen, and what is said where there is none."""

import contextlib
import errno
import logging
import os
import signal
import subprocess
from types import SimpleNamespace

import pytest

from autograder.sandbox import Sandbox, SandboxUnavailable, backends, private, temporary, userns
from autograder.sandbox.backends import _explain, choose, what_is_missing
from autograder.sandbox.private import private_folder
from autograder.sandbox.settings import SandboxRefused


@pytest.fixture
def no_bubblewrap(monkeypatch):
    monkeypatch.setattr(
        backends, "what_is_missing", lambda: "bubblewrap is not installed. Install it: sudo apt"
    )
    monkeypatch.setattr(backends, "_warned", set())


def test_bubblewrap_is_chosen_where_it_works(monkeypatch):
    monkeypatch.setattr(backends, "what_is_missing", lambda: None)
    assert choose(Sandbox()) == "bubblewrap"
    assert choose(Sandbox(required=True)) == "bubblewrap"


def test_a_plain_process_can_be_asked_for(monkeypatch):
    monkeypatch.setattr(backends, "what_is_missing", lambda: pytest.fail("nobody has to look"))
    assert choose(Sandbox(backend="process")) == "process"


def test_without_bubblewrap_one_warning_says_how_to_get_it(no_bubblewrap, caplog):
    log = logging.getLogger("sandbox")
    with caplog.at_level(logging.WARNING):
        assert [choose(Sandbox(log=log)) for _ in range(3)] == ["process"] * 3
    assert len(caplog.records) == 1
    assert "WITHOUT a sandbox" in caplog.text and "sudo apt" in caplog.text


@pytest.mark.parametrize("settings", [{"required": True}, {"backend": "bubblewrap"}])
def test_without_bubblewrap_a_required_sandbox_refuses(no_bubblewrap, settings):
    with pytest.raises(SandboxUnavailable, match=r"not run without a sandbox.*sudo apt"):
        choose(Sandbox(**settings))


def test_required_and_a_plain_process_contradict_each_other():
    with pytest.raises(SandboxUnavailable, match="contradict"):
        choose(Sandbox(required=True, backend="process"))


def test_a_missing_program_is_named_with_the_command(stand_in):
    programs = {"apt-get": "/usr/bin/apt-get"}
    stand_in(backends, "shutil", which=programs.get)
    assert what_is_missing.__wrapped__() == (
        "bubblewrap is not installed. Install it: sudo apt-get install bubblewrap"
    )


def test_another_system_is_told_where_to_grade(stand_in):
    stand_in(backends, "sys", platform="darwin")
    assert "needs Linux" in what_is_missing.__wrapped__()


@pytest.mark.parametrize(
    ("complaint", "advice"),
    [
        ("bwrap: setting up uid map: Permission denied", "apparmor_restrict_unprivileged_userns"),
        ("bwrap: No permissions to create new namespace", "unprivileged_userns_clone"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "systempaths"),
        ("bwrap: Unknown option --size", "0.8 or later"),
        ("bwrap: something new", "something new"),
    ],
)
def test_what_bubblewrap_complains_of_becomes_advice(complaint, advice):
    assert advice in _explain(complaint)
    assert complaint in _explain(complaint)


def ended(status, complaint=""):
    return lambda: subprocess.CompletedProcess([], status, "", complaint)


def raising(error):
    def attempt():
        raise error

    return attempt


PASSING = {
    "killed": ended(-signal.SIGKILL),
    "killed inside": ended(128 + signal.SIGKILL),
    "hangs": raising(subprocess.TimeoutExpired("bwrap", 60)),
    "no process can be started": raising(OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))),
    "no memory": ended(1, f"bwrap: Creating namespace failed: {os.strerror(errno.ENOMEM)}"),
    "no memory of its own": ended(1, "bwrap: Out of memory"),
    "no file": ended(1, f"bwrap: Can't open: {os.strerror(errno.EMFILE)}"),
    "no file on this machine": ended(1, f"bwrap: Can't open: {os.strerror(errno.ENFILE)}"),
    "no process inside": ended(1, f"bwrap: Can't fork: {os.strerror(errno.EAGAIN)}"),
    "what is inside fails": ended(1, "Traceback (most recent call last):"),
    "the namespace's holder is killed": raising(SandboxUnavailable("No user namespace: ")),
}
REFUSALS = {
    "a complaint": ended(1, "bwrap: No permissions to create new namespace"),
    "no namespace": raising(SandboxRefused("No user namespace: unshare: EPERM")),
}


@pytest.fixture
def attempts(monkeypatch, stand_in):
    """Lets attempts to use bubblewrap, which is installed, end one after the other like this."""

    @contextlib.contextmanager
    def in_bubblewrap(*_):
        yield SimpleNamespace(command=[], environment={}, cwd="/", descriptors=())

    def these(*ends):
        left = iter(ends)
        stand_in(backends, "subprocess", run=lambda *_, **__: next(left)())
        return left

    monkeypatch.setattr(backends, "in_bubblewrap", in_bubblewrap)
    stand_in(backends, "sys", platform="linux")
    stand_in(backends, "shutil", which=lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(backends, "_warned", set())
    what_is_missing.cache_clear()
    yield these
    what_is_missing.cache_clear()


@pytest.mark.parametrize("passing", PASSING)
def test_what_came_between_is_tried_again(attempts, passing):
    attempts(PASSING[passing], PASSING[passing], ended(0))
    assert choose(Sandbox()) == "bubblewrap"


@pytest.mark.parametrize("passing", PASSING)
def test_what_cannot_be_found_out_is_not_taken_for_a_host_without_sandbox(attempts, passing):
    attempts(*[PASSING[passing]] * 3, ended(0))
    with pytest.raises(SandboxUnavailable, match="3 attempts to use it came to nothing"):
        choose(Sandbox())
    assert choose(Sandbox()) == "bubblewrap"  # asked again, it works


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_host_that_refuses_is_asked_once(attempts, refusal):
    left = attempts(REFUSALS[refusal], ended(0))
    assert [choose(Sandbox()) for _ in range(2)] == ["process"] * 2
    assert len(list(left)) == 1


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (PermissionError(errno.EPERM, "uid_map"), True),
        (subprocess.CalledProcessError(1, "nsenter"), True),
        (subprocess.CalledProcessError(-signal.SIGKILL, "nsenter"), False),
        (subprocess.TimeoutExpired("nsenter", 30), False),
        (ProcessLookupError(errno.ESRCH, "the holder"), False),
        (OSError(errno.EAGAIN, "fork"), False),
    ],
)
def test_a_namespace_that_is_refused_is_told_from_one_that_failed(error, refused):
    assert userns._is_refusal(error) is refused


def test_socket_addresses_are_short_even_where_tmpdir_is_long(monkeypatch, stand_in, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    stand_in(temporary, "tempfile", gettempdir=lambda: str(long))
    monkeypatch.setattr(temporary, "_folder_of", temporary._folder_of.__wrapped__)  # asked anew
    folder = private_folder()
    try:
        assert len(str(private.sockets(folder) / "k-5")) < 107
    finally:
        private.sockets(folder).rmdir()
        folder.rmdir()
