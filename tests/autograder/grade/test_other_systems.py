"""The command line does without what Linux alone has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import host

ROOT = Path(__file__).resolve().parents[3]
#: Of `os`, `signal` and `socket`: not on macOS.
LINUX_ONLY = {
    "os": ("sched_getaffinity", "sched_setaffinity", "pidfd_open", "memfd_create", "eventfd",
           "posix_fadvise", "posix_fallocate", "sched_getscheduler", "setresuid", "getresuid",
           "getrandom", "splice", "copy_file_range", "getxattr"),
    "signal": ("pidfd_send_signal", "sigtimedwait", "sigwaitinfo"),
    "socket": ("SO_PEERCRED", "AF_VSOCK", "AF_NETLINK", "SOCK_CLOEXEC"),
    "select": ("epoll",),
}  # fmt: skip
#: Runs a command as on a Mac, as far as the grader asks: without these, and without a sandbox.
RUN = f"""
import importlib, sys, types
for module, names in {LINUX_ONLY!r}.items():
    for name in names:
        if hasattr(importlib.import_module(module), name):
            delattr(sys.modules[module], name)
from autograder.cli import main
import autograder.grade.workers, autograder.sandbox.backends
mac = types.SimpleNamespace(**{{name: getattr(sys, name) for name in dir(sys)}})
mac.platform = "darwin"
autograder.grade.workers.sys = autograder.sandbox.backends.sys = mac
main(sys.argv[1:])
"""


def on_a_mac(folder, *arguments):
    """What a command prints there."""
    paths = os.pathsep.join([str(ROOT), str(folder)])
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "150"}, timeout=600,
    )  # fmt: skip


def test_the_cores_are_counted_on_every_system(monkeypatch):
    assert host.cores() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert host.cores() == os.cpu_count()


@pytest.mark.slow
def test_the_command_line_starts_without_what_linux_alone_has(tmp_path):
    for verb in ("grade", "penalties", "report"):
        done = on_a_mac(tmp_path, verb, "--help")
        assert done.returncode == 0, done.stderr
