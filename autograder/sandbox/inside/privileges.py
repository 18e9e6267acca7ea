"""System calls of Linux that Python 3.11 has no functions for: namespaces and capabilities."""

import ctypes
import os
import platform
import signal
import struct

# In this order: without the mounts this process is not in /proc any more, and the user namespace
# takes away what entering the others needs.
SPACES = ("net", "ipc", "uts", "cgroup", "pid", "mnt", "user")

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_CLEAR_ALL = 4
_CAPABILITIES = 64  # at most: the kernel keeps them in two words
_VERSION = 0x20080522
# For each machine: what the kernel calls it, and add_key, request_key, keyctl.
_KEYS = {
    "x86_64": (0xC000003E, (248, 249, 250)),
    "aarch64": (0xC00000B7, (217, 218, 219)),
    "riscv64": (0xC00000F3, (217, 218, 219)),
}
_PR_SET_SECCOMP = 22
_FILTER = 2
_X32 = 0x40000000  # another way to number the calls of x86_64
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # the latter with EPERM


def enter_spaces(spaces: "list[int]") -> None:
    """Move this process (its future children, for pid) into the namespaces of ``SPACES``."""
    for name, space in zip(SPACES, spaces, strict=True):
        if name == "cgroup" and _same(name, space):
            continue  # bubblewrap makes a new one only where it can
        _call("setns", space, 0)


def _same(name: str, space: int) -> bool:
    return os.stat(f"/proc/self/ns/{name}").st_ino == os.fstat(space).st_ino


def drop_bounding_set() -> None:
    """Give up the chance to get capabilities back from a program that is started."""
    for number in range(_CAPABILITIES):
        if _libc().prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break  # this kernel knows no more of them; `expect_no_privileges` would find them


def drop_capabilities() -> None:
    """Give up every capability, for this process and all that it starts."""
    _call("prctl", _PR_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("capset", (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)())


def expect_no_privileges() -> None:
    """Raise ``PermissionError`` if this process, or one that it starts, could have any."""
    with open("/proc/self/status") as file:
        status = dict(line.split(":", 1) for line in file)
    sets = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
    left = [f"{name} {status[name].strip()}" for name in sets if int(status[name], 16)]
    if left or status["NoNewPrivs"].strip() != "1":
        raise PermissionError(f"There are privileges left: {left}.")


def die_with_parent() -> None:
    """Ask to be killed when the parent ends; forgotten whenever the user changes."""
    _call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


def set_dumpable(value: bool) -> None:
    """Whether other processes of this user may look into this one (and it into /proc/self)."""
    _call("prctl", _PR_SET_DUMPABLE, int(value), 0, 0, 0)


def forbid_keys() -> None:
    """Refuse the calls that keep keys in the kernel: no namespace divides those of one user."""
    if platform.machine() not in _KEYS:
        return
    program = key_filter(platform.machine())
    steps = ctypes.create_string_buffer(program)
    about = struct.pack("@HP", len(program) // 8, ctypes.addressof(steps))
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _call("prctl", _PR_SET_SECCOMP, _FILTER, ctypes.create_string_buffer(about), 0, 0)


def key_filter(machine: str) -> bytes:
    """A program for the kernel's filter of system calls (BPF): code, if true, if false, value."""
    kind, calls = _KEYS[machine]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    end = len(calls) + 2  # where the refusal is, counted from the number of the call
    steps = [(load, 0, 0, 4), (equal, 0, end + 1, kind)]
    steps += [(load, 0, 0, 0), (at_least, end - 1, 0, _X32)]
    steps += [(equal, end - 2 - at, 0, call) for at, call in enumerate(calls)]
    steps += [(answer, 0, 0, _ALLOW), (answer, 0, 0, _REFUSE)]
    return b"".join(struct.pack("@HBBI", *step) for step in steps)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc(), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
