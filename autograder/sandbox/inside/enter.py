"""The last step into the room: set the limits, copy the submission, then become the kernel.

python -I -S -c "... from inside.enter import main; main()" FOLDER '{"limits": {...}}' python ...

If somebody listens on the channel, they fork a kernel into this room and this process only waits.
"""

import contextlib
import json
import os
import shutil
import socket
import stat
import sys

from .privileges import SPACES, drop_bounding_set, drop_capabilities, forbid_keys


def main() -> None:
    """Do what the orders say, then run the rest of the command line or wait for who does."""
    orders, command = json.loads(sys.argv[2]), sys.argv[3:]
    # Opened before the user changes: afterwards /proc/self belongs to somebody else.
    spaces = [os.open(f"/proc/self/ns/{name}", os.O_RDONLY) for name in _wanted(orders)]
    if orders["copy"]:
        copy_folder(orders["copy"]["source"], orders["copy"]["target"])
        os.chdir(orders["copy"]["target"])
        os.environ["PWD"] = orders["copy"]["target"]
        forbid_keys()
    set_limits(orders["limits"])
    if orders["user"] is not None:
        give_home(orders["user"])
        give_up(orders["user"])
    if orders.get("channel") is not None:
        with socket.socket(fileno=orders["channel"]) as channel:
            ask(channel, {"orders": orders, "command": command, "folder": os.getcwd()}, spaces)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.execv(command[0], command)


def _wanted(orders: "dict[str, object]") -> "tuple[str, ...]":
    return SPACES if orders.get("channel") is not None else ()


def ask(channel: socket.socket, wanted: "dict[str, object]", spaces: "list[int]") -> None:
    """Let a kernel be forked into this room and end as it does; return if nobody forks one."""
    try:
        socket.send_fds(channel, [json.dumps(wanted).encode()], [0, 1, 2, *spaces])
        answer = channel.recv(100)
    except OSError:
        return
    if answer:
        # Whoever answered waits for the kernel; if they were killed, the kernel is too.
        sys.exit(int(channel.recv(100) or b"137"))


def give_home(user: int) -> None:
    """Let that user have the home folder."""
    for folder, names, files in os.walk(os.environ["HOME"]):
        for name in [".", *names, *files]:
            with contextlib.suppress(OSError):  # some are mounted read-only
                os.chown(os.path.join(folder, name), user, user, follow_symlinks=False)


def give_up(user: "int | None") -> None:
    """Go on as that user, if it is another one, and without privileges; there is no way back."""
    drop_bounding_set()  # takes a capability itself
    if user is not None:
        os.setgroups([user])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    drop_capabilities()


def set_limits(limits: "dict[str, int]") -> None:
    """Set the limits by name, and ask to be the first that is killed when memory runs out."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # Linux
        file.write("1000")
    import resource  # not on Windows

    for name, value in limits.items():
        which = getattr(resource, "RLIMIT_" + name, None)
        if which is None:
            continue
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        # A process over its CPU time gets SIGXCPU, and SIGKILL if it does not care.
        upper = value + 5 if name == "CPU" and hard == resource.RLIM_INFINITY else value
        try:
            resource.setrlimit(which, (value, upper))
        except (OSError, ValueError) as error:  # macOS knows names that it does not support
            print("limit", name, "is not set:", error, file=sys.stderr)


def copy_folder(source: str, target: str) -> None:
    """Copy files, folders and links, small files first, up to half of the target's disk."""
    files = []
    os.makedirs(target, exist_ok=True)
    for folder, names, others in os.walk(source):
        here = os.path.join(target, os.path.relpath(folder, source))
        for name in names + others:
            path, copy = os.path.join(folder, name), os.path.normpath(os.path.join(here, name))
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                os.symlink(os.readlink(path), copy)
            elif stat.S_ISDIR(mode):
                os.mkdir(copy)
            elif stat.S_ISREG(mode):
                files.append((os.lstat(path).st_size, path, copy))
    space = shutil.disk_usage(target).total // 2
    for size, path, copy in sorted(files):
        space -= size
        if space < 0:
            print("too large for the sandbox, left out:", path, file=sys.stderr)
            continue
        shutil.copyfile(path, copy)
