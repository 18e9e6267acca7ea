"""Which backend is chosen, and what is said where there is none."""

import logging

import pytest

from autograder.sandbox import Sandbox, SandboxUnavailable, backends, private
from autograder.sandbox.backends import _explain, choose, what_is_missing
from autograder.sandbox.private import private_folder


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


def test_a_missing_program_is_named_with_the_command(monkeypatch):
    programs = {"apt-get": "/usr/bin/apt-get"}
    monkeypatch.setattr(backends.shutil, "which", programs.get)
    assert what_is_missing.__wrapped__() == (
        "bubblewrap is not installed. Install it: sudo apt-get install bubblewrap"
    )


def test_another_system_is_told_where_to_grade(monkeypatch):
    monkeypatch.setattr(backends.sys, "platform", "darwin")
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


def test_socket_addresses_are_short_even_where_tmpdir_is_long(monkeypatch, tmp_path):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(private.tempfile, "gettempdir", lambda: str(long))
    folder = private_folder()
    try:
        assert len(str(private.sockets(folder) / "k-5")) < 107
    finally:
        private.sockets(folder).rmdir()
        folder.rmdir()
