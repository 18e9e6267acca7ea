"""Attacks on files and on the network: the gradebook, solutions, other students, the outside."""

import os

from hostile.register import attack

FILES, NETWORK = "files", "network"
#: Reads everything below the places that it is told, and says what it found.
SEARCH = """
import os
for top in {places}:
    for folder, folders, names in os.walk(top):
        folders[:] = set(folders) - {{"proc", "sys", "usr", "lib", "lib64", "python3.11", "share"}}
        for name in names:
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as file:
                    text = file.read(1 << 16)
            except OSError:
                continue
            if b"kdlab-" + b"canary" in text:
                print("CANARY in", path)
"""


def search(name, where, *places):
    """Register a search for what a submission must not see; ``{root}`` is the course's folder."""
    attack(FILES, name, where, SEARCH.format(places=list(places)))


search("reads-the-course", "searches files @ course folder", "{root}")
search("reads-the-folders-above", "searches files @ folders above",
       "..", "../..", "../../..", "../../../..")
search("reads-home-and-temporary-folders", "searches files @ home and temporary folders",
       "/root", "/home", "/tmp", "/var/tmp")
attack(FILES, "reads-the-graders-memory", "reads the grader @ proc", """
import glob
for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
    try:
        text = open(path, "rb").read()
    except OSError:
        continue
    if b"AUTOGRADER_COURSE_SECRET" in text or b"nbgrader" in text:
        print("CANARY in", path)""")
attack(FILES, "imports-the-grader", "imports what is hidden @ grader's half", """
try:
    import kdcourse.references.losses
    print("CANARY: the references can be imported")
except ImportError:
    print("no grader here")""")
attack(FILES, "imports-the-methods", "imports what is hidden @ library's methods", """
try:
    import kdlab.methods.response
    print("CANARY: the methods can be imported")
except ImportError:
    print("no methods here")""")
attack(FILES, "changes-the-library", "changes files @ installed packages", """
import kdlab, torch, os
for module in (kdlab, torch):
    try:
        with open(os.path.join(os.path.dirname(module.__file__), "kdlab-planted.py"), "w") as file:
            file.write("x = 1")
        print("CANARY: wrote beside", module.__name__)
    except OSError as error:
        print(type(error).__name__)""", dangerous=True)
attack(FILES, "changes-the-training-set", "changes files @ training set", """
import glob, os
for folder, _, names in os.walk("/"):
    if folder.startswith(("/proc", "/sys")):
        continue
    for name in names:
        if folder.endswith("training-sets"):
            try:
                open(os.path.join(folder, name), "r+b").write(b"x")
                print("CANARY: changed", name)
            except OSError:
                pass""", dangerous=True)
attack(FILES, "writes-where-the-next-one-runs", "plants files @ shared folders", """
for folder in ("/tmp", ".", "..", "/dev/shm", "/var/tmp", "/usr", "/etc"):
    try:
        open(folder + "/kdlab-planted.py", "w").write("planted")
    except OSError:
        pass""", dangerous=True)
attack(FILES, "links-to-the-gradebook", "symbolic link @ files beside", """
try:
    print(open("book", "rb").read())
except OSError as error:
    print(type(error).__name__)""",
       files=lambda folder: os.symlink("../../../gradebook.db", folder / "book"))  # fmt: skip
attack(FILES, "a-pipe-among-the-files", "named pipe @ files beside",
       files=lambda folder: os.mkfifo(folder / "pipe"))
attack(FILES, "a-loop-of-links", "loop of links @ files beside",
       files=lambda folder: os.symlink(".", folder / "again"))
ODD_NAME = "a\n\x1b[2J'\"; rm.txt"
attack(FILES, "names-with-line-breaks", "line breaks and escapes @ file name",
       files=lambda folder: (folder / ODD_NAME).touch())
attack(NETWORK, "calls-home", "connects out @ internet sockets", """
import socket
for host, port in (("1.1.1.1", 53), ("127.0.0.1", 22), ("example.org", 80)):
    try:
        socket.create_connection((host, port), timeout=1).close()
        print("CANARY: reached", host)
    except OSError as error:
        print(type(error).__name__)""")
attack(NETWORK, "talks-to-the-graders-sockets", "connects out @ local sockets", """
import socket
try:
    for line in open("/proc/net/unix"):
        path = line.split()[-1]
        if "kernel" in path or "docker" in path or "bus" in path:
            try:
                other = socket.socket(socket.AF_UNIX)
                other.settimeout(1)
                other.connect(path)
                print("CANARY: connected to", path)
            except OSError:
                pass
except OSError as error:
    print(type(error).__name__)""")
attack(NETWORK, "an-interface-to-the-outside", "looks for a network @ interfaces", """
import os
names = os.listdir("/sys/class/net") if os.path.isdir("/sys/class/net") else []
if set(names) - {"lo"}:
    print("CANARY: interfaces", names)""")
