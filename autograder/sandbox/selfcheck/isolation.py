"""Promises about what a kernel cannot reach."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import uuid
from pathlib import Path

from autograder.sandbox import host
from autograder.sandbox.selfcheck.promises import Broken, expect, promise
from autograder.sandbox.selfcheck.trial import SECRET, Trial, course_mounts


@promise("no network, not even to this host")
def network(trial: Trial) -> str:
    """Knock at an open port of this host, at an abstract socket and at the internet."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        addresses = [
            ("INET", server.getsockname()),
            ("INET", ("1.1.1.1", 53)),
            ("INET6", ("2606:4700:4700::1111", 53)),
        ]
        with socket.socket(socket.AF_UNIX if hasattr(socket, "AF_UNIX") else 0) as local:
            if sys.platform.startswith("linux"):
                name = f"\0selfcheck-{uuid.uuid4()}"
                local.bind(name)
                local.listen()
                addresses.append(("UNIX", name))
            return expect(trial.run(_KNOCK.format(addresses=addresses)), "not one was reached")


_KNOCK = """
import socket
reached = []
for family, address in {addresses!r}:
    with socket.socket(getattr(socket, "AF_" + family)) as knocking:
        knocking.settimeout(3)
        try:
            knocking.connect(address)
            reached.append(address)
        except OSError:
            pass
print("reached:", reached) if reached else print("not one was reached")
"""


@promise("no file of this host but the system's, Python's and the students' packages")
def files(trial: Trial) -> str:
    """Look for a file beside the submission, the home folder, the repository and passwords."""
    with tempfile.NamedTemporaryFile(prefix="other-submission-") as other:
        unwanted = [
            other.name,
            str(trial.folder),
            str(Path.home() / ".bashrc"),
            str(Path.home() / ".ssh"),
            str(host.package_folder("autograder")),
            str(host.package_folder("autograder").parent / "nbgrader_config.py"),
            "/etc/shadow",
            "/etc/hostname",
            "/var",
            "/boot",
        ]
        return expect(trial.run(_SEEN.format(paths=unwanted)), "nothing is seen")


_SEEN = """
import os
seen = [path for path in {paths!r}
        if os.path.lexists(path) and not (os.path.isdir(path) and not os.listdir(path))]
print("seen:", seen) if seen else print("nothing is seen")
"""


@promise("nothing can be written but to the home folder, /tmp and /dev/shm")
def writing(trial: Trial) -> str:
    """Try to make a file in every folder that is not too deep."""
    return expect(trial.run(_WRITE.format(prefix=sys.prefix)), "nowhere else")


_WRITE = """
import os
allowed = (os.path.expanduser("~"), "/tmp", "/dev/shm", "/proc/")
written = []
def attempt(folder):
    try:
        with open(os.path.join(folder, "selfcheck-written"), "w"):
            written.append(folder)
        os.remove(os.path.join(folder, "selfcheck-written"))
    except OSError:
        pass
for top in ("/", {prefix!r}):
    for folder, names, _ in os.walk(top):
        if folder.startswith(allowed) or folder.count("/") > top.count("/") + 3:
            names.clear()
        else:
            attempt(folder)
print("written to:", written) if written else print("nowhere else")
"""


@promise("the submission is a copy: what the kernel changes stays inside")
def submission(trial: Trial) -> str:
    """Change the submission's file and add one."""
    code = (
        "print(open('hello.txt', encoding='utf-8').read().strip())\n"
        "open('hello.txt', 'w').write('changed'); open('new.txt', 'w').write('new')"
    )
    text = expect(trial.run(code), "안녕, 🌍")
    names = sorted(path.name for path in trial.folder.iterdir())
    if names != ["hello.txt"]:
        raise Broken(f"the folder now holds {names}")
    expect_unchanged = (trial.folder / "hello.txt").read_text(encoding="utf-8").strip()
    if expect_unchanged != text:
        raise Broken("the submitted file was changed")
    return "read, changed inside, unchanged outside"


@promise("the grader and the hidden half of the course cannot be imported; the rest can")
def packages(trial: Trial) -> str:
    """Import them, their folders on the path, in a process beside the kernel."""
    seen = course_mounts()
    hidden = ["autograder", *seen.private, *seen.hidden_modules]
    tops = {name.partition(".")[0] for name in hidden}
    places = sorted({str(host.package_folder(name).parent) for name in tops})
    asked = _IMPORT.format(places=places, packages=list(seen.packages), hidden=hidden)
    code = f"import subprocess, sys; code = {asked!r}\n"
    code += "done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)\n"
    code += "print(done.stdout, done.stderr)"
    return expect(trial.run(code, seconds=180), "hidden")


_IMPORT = """
import importlib, os, sys
for name in {packages!r}:
    importlib.import_module(name)
sys.path[:0] = {places!r}
found = []
for name in {hidden!r}:
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    if module.__file__ or any(os.listdir(place) for place in module.__path__):
        found.append(name)
print("found:", found) if found else print("hidden")
"""


@promise("no process of this host is seen, nor signalled")
def processes(trial: Trial) -> str:
    """Look for the grader's process, by its number and by its command line."""
    return expect(trial.run(_SIGNAL.format(grader=os.getpid())), "alone")


_SIGNAL = """
import os
numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()] \
    if os.path.isdir("/proc") else [{grader}]
try:
    os.kill({grader}, 0)
    reached = {grader} not in numbers or len(numbers) > 20
except OSError:
    reached = False
print(len(numbers), "processes are seen") if reached or len(numbers) > 20 else print("alone")
"""


@promise("nothing of the grader's environment")
def environment(trial: Trial) -> str:
    """Look for a variable of the grader in every process that can be seen."""
    return expect(trial.run(_ENVIRONMENT.format(secret=SECRET)), "not found")


_ENVIRONMENT = """
import glob, os
found = [name for name in [{secret!r}] if name in os.environ]
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        found += [path] * ({secret!r}.encode() in open(path, "rb").read())
    except OSError:
        pass
print("found:", found) if found else print("not found")
"""


@promise("no privileges, and no way to get some")
def privileges(trial: Trial) -> str:
    """Look at the capabilities, and try to make a namespace in which there are some."""
    if not sys.platform.startswith("linux"):
        raise Broken("an ordinary process of this user")
    return expect(trial.run(_PRIVILEGES), "none")


_PRIVILEGES = """
import os, subprocess
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
wrong = [name for name in ("CapPrm", "CapEff", "CapAmb") if int(status[name], 16)]
wrong += ["NoNewPrivs"] * (status["NoNewPrivs"].strip() != "1") + ["root"] * (os.getuid() == 0)
if not subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode:
    wrong.append("user namespace")
print("wrong:", wrong) if wrong else print("none")
"""
