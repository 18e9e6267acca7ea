"""The last step into the room: set the limits, copy the submission, then become the kernel.

python -I -S enter.py '{"limits": {"NOFILE": 64}, ...}' python -m ipykernel_launcher ...

Standard library only, and nothing of ``autograder``: inside the sandbox this file stands alone.
"""

import contextlib
import json
import os
import shutil
import stat
import sys


def main() -> None:
    """Do what the first argument says, then run the rest."""
    orders = json.loads(sys.argv[1])
    if orders["copy"]:
        copy_folder(orders["copy"]["source"], orders["copy"]["target"])
        os.chdir(orders["copy"]["target"])
        os.environ["PWD"] = orders["copy"]["target"]
    set_limits(orders["limits"])
    if orders["user"] is not None:
        become(orders["user"])
    os.execv(sys.argv[2], sys.argv[2:])


def become(user: int) -> None:
    """Give the home folder to that user and go on as it, without any way back."""
    for folder, names, files in os.walk(os.environ["HOME"]):
        for name in [".", *names, *files]:
            with contextlib.suppress(OSError):  # some are mounted read-only
                os.chown(os.path.join(folder, name), user, user, follow_symlinks=False)
    os.setgroups([user])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


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
    room = shutil.disk_usage(target).total // 2
    for size, path, copy in sorted(files):
        room -= size
        if room < 0:
            print("too large for the sandbox, left out:", path, file=sys.stderr)
            continue
        shutil.copyfile(path, copy)


if __name__ == "__main__":
    main()
