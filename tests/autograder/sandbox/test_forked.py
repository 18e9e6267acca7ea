"""Forked kernels: like one that started by itself, whatever they look at, and each its own."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from traitlets.config import Config

from autograder.sandbox import backends, zygote
from autograder.sandbox.selfcheck.trial import trial

pytestmark = pytest.mark.slow

# What a program can see of its process; nothing of it may tell how that was started.
ABOUT = """
import builtins, gc, json, locale, logging, os, resource, signal, socket, sys, threading, warnings
import matplotlib, numpy, torch, labkit.answer, matplotlib.pyplot
status = dict(line.rstrip().split(":\\t", 1) for line in open("/proc/self/status"))
opened = set()
for name in os.listdir("/proc/self/fd"):
    if os.path.lexists(f"/proc/self/fd/{name}"):  # not that of the list itself
        opened.add(os.readlink(f"/proc/self/fd/{name}").split(":")[0])
print(json.dumps({
    "status": {name: status[name] for name in status if name.startswith(
        ("Cap", "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "Sig", "Shd", "Umask",
         "Cpus_allowed", "CoreDumping", "TracerPid"))},
    "files": sorted(opened),
    "rights": [os.access(path, os.W_OK) for path in ("/proc/self/mem", "/proc/self/oom_score_adj")],
    "oom": open("/proc/self/oom_score_adj").read(),
    "folder": os.getcwd(),
    "limits": {name: resource.getrlimit(getattr(resource, name))
               for name in dir(resource) if name.startswith("RLIMIT")},
    "environment": dict(os.environ),
    "argv": sys.argv[1:2], "path": sys.path, "flags": list(sys.flags)[:6] + [sys.flags.safe_path],
    "prefixes": [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable],
    "signals": {str(each): repr(signal.getsignal(each)).split(" at ")[0]
                for each in sorted(signal.valid_signals())},
    "main": sorted(name for name in vars(sys.modules["__main__"]) if not name.startswith("_i")),
    "inside": [name for name in sys.modules if name.split(".")[0] in ("inside", "autograder")],
    "threads": sorted(thread.name.split("-")[0] for thread in threading.enumerate()),
    "hooks": [len(sys.meta_path), len(sys.path_hooks), len(logging.root.handlers)],
    "locale": [locale.getlocale(), sys.getdefaultencoding(), sys.getfilesystemencoding()],
    "torch": [torch.get_num_threads(),
              torch.get_num_interop_threads(), str(torch.get_default_dtype()),
              torch.is_grad_enabled(), torch.cuda.is_initialized()],
    "matplotlib": [matplotlib.get_backend(), matplotlib.get_cachedir(), matplotlib.get_configdir(),
                   {name: str(value) for name, value in matplotlib.rcParams.items()}],
    "numpy": numpy.geterr(),
    "host": [os.uname().nodename, socket.gethostname()],
    "builtins": sorted(dir(builtins)),
}))
"""


@contextmanager
def kernel(fork=True, **environment):
    if missing := backends.what_is_missing():
        pytest.fail(f"The sandbox cannot be tested. {missing}")
    with trial(Config(Sandbox={"backend": "bubblewrap", "fork": fork}), memory=4 * 2**30) as room:
        assert (room.guardian is not None) is fork, zygote.why_not()
        yield room


def said(room, code):
    reply = room.run(code)
    assert not (reply.error or reply.died or reply.late), reply
    return reply.text


@pytest.fixture(scope="module")
def about():
    """What a forked kernel sees of itself, and what one sees that was not."""
    seen = {}
    for fork in (True, False):
        with kernel(fork) as room:
            seen[fork] = json.loads(said(room, ABOUT).splitlines()[-1])  # a note may come before
    return seen


def test_a_forked_kernel_looks_like_one_that_started_by_itself(about):
    differences = {
        name: (about[True][name], about[False][name])
        for name in about[False]
        if about[True][name] != about[False][name]
    }
    assert differences == {}


def test_it_has_no_descriptor_of_a_namespace_or_of_a_file(about):
    assert about[True]["files"] == ["anon_inode", "pipe", "socket"]


def test_a_signal_to_its_group_reaches_nobody_else():
    with kernel() as room:
        code = "import os; print(os.getpid() == os.getpgrp() == os.getsid(0))"
        assert said(room, code).strip() == "True"


def test_a_figure_is_shown_in_the_notebook():
    with kernel() as room:
        number = room._client.execute(
            "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()"
        )
        kinds = set()
        while True:
            message = room._client.get_iopub_msg(timeout=30)
            if message["parent_header"].get("msg_id") != number:
                continue
            kinds |= set(message["content"].get("data", {}))
            if message["content"].get("execution_state") == "idle":
                break
    assert "image/png" in kinds


def test_threads_of_torch_and_of_the_blas_work_though_they_began_elsewhere(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    code = (
        "import torch, numpy; torch.set_num_threads(2)\n"
        "x = torch.rand(2, 3, 64, 64, requires_grad=True)\n"
        "net = torch.nn.Sequential(torch.nn.Conv2d(3, 16, 3), torch.nn.ReLU())\n"
        "net(x).sum().backward()\n"
        "y = numpy.ones((600, 600)); print(x.grad.shape[0], (y @ y).sum())"
    )
    with kernel() as room:
        assert said(room, code).split() == ["2", f"{600.0**3}"]


def test_how_a_kernel_ends_is_told_by_its_sandbox():
    with kernel() as room:
        room.run("import os; os._exit(7)", seconds=20)
        assert room.manager.provisioner.process.wait(60) == 7
    with kernel() as room:
        room.run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", seconds=20)
        assert room.manager.provisioner.process.wait(60) == 128 + 11


@pytest.mark.parametrize("whom", ["kernel", "guardian", "zygote"])
def test_a_kernel_that_somebody_kills_counts_as_killed(whom):
    with kernel() as room:
        guardian = psutil.Process(room.guardian)
        victims = {"kernel": guardian.children()[0], "zygote": guardian.parent()}
        victims.get(whom, guardian).kill()
        assert room.manager.provisioner.process.wait(60) == 128 + 9
        assert psutil.wait_procs([guardian, victims["kernel"]], 10)[1] == []


def test_processes_that_a_kernel_starts_can_look_at_it():
    code = (
        "import subprocess; print(subprocess.run(['ls', '-l', '/proc/self/cwd',"
        " f'/proc/{__import__(\"os\").getpid()}/fd/0'], capture_output=True, text=True).stdout)"
    )
    with kernel() as room:
        assert "/dev/null" in said(room, code) or "pipe" in said(room, code)


def test_the_program_itself_cannot_be_opened_for_writing():
    code = (
        "import os\n"
        "try: os.open('/proc/self/exe', os.O_RDWR)\n"
        "except OSError as error: print(error.strerror)"
    )
    with kernel() as room:
        assert said(room, code).strip() in ("Permission denied", "Read-only file system")


def test_submissions_in_a_row_are_forked_from_one_process():
    origins = []
    for _ in range(2):
        with kernel() as room:
            origins.append(psutil.Process(room.guardian).parent())
    assert origins[0] == origins[1]


# Folders that only root may enter become empty ones, with what is needed put back in its place.
AS_NOBODY = """
import os, subprocess, sys
closed, held, *rest = sys.argv[1:]
below, command = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
def mount(*options):
    subprocess.run(["mount", *options], check=True)
for number, path in enumerate(below):
    os.mkdir(f"{held}/{number}")
    mount("--bind", path, f"{held}/{number}")
if closed:
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", closed)
for number, path in enumerate(below):
    os.makedirs(path)
    mount("--bind", f"{held}/{number}", path)
nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
os.execvp(nobody[0], [*nobody, *command])
"""


@pytest.fixture
def as_an_ordinary_user(tmp_path):
    """The beginning of a command line; root becomes nobody, who gets to see this Python."""
    if os.getuid() != 0:
        yield []
        return
    needed = {Path(sys.base_prefix).resolve(), Path(sys.prefix), Path(__file__).parents[3]}
    parents = [parent for path in sorted(needed) for parent in reversed(path.parents)]
    closed = next((path for path in parents if path.stat().st_mode & 0o005 != 0o005), None)
    below = [str(path) for path in sorted(needed) if closed and path.is_relative_to(closed)]
    line = ["unshare", "--mount", sys.executable, "-c", AS_NOBODY]
    line += [str(closed or ""), str(tmp_path), *below, "--"]
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        os.chown(home, 65534, 65534)
        yield [*line, "env", f"HOME={home}", "USER=nobody", f"TMPDIR={home}"]


def test_an_ordinary_user_gets_all_of_the_promises_too(as_an_ordinary_user):
    done = subprocess.run(
        [*as_an_ordinary_user, sys.executable, "-m", "autograder", "selfcheck"],
        capture_output=True,
        text=True,
        timeout=600,
        env=os.environ | {"COLUMNS": "200"},
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it was forked from a process that has torch" in done.stdout
