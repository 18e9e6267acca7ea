"""What a forked kernel gives up, tried by processes that are root of their own namespace."""

import json
import os
import platform
import struct
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.inside.privileges import _KEYS, _X32, SPACES, key_filter

AS_ROOT = ["unshare", "--user", "--map-root-user", "--fork"]
HEAD = "import json, os, subprocess\nfrom autograder.sandbox.inside.privileges import *\n"


def ran(code: str, *prefix: str) -> str:
    done = subprocess.run(
        [*prefix, sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


NONE_LEFT = """
try: expect_no_privileges(); print("none")
except PermissionError as error: print(error)
"""


def test_privileges_that_are_left_are_noticed():
    assert "CapEff" in ran(NONE_LEFT, *AS_ROOT)
    assert "CapBnd" in ran("drop_capabilities()" + NONE_LEFT, *AS_ROOT)


def test_they_are_given_up_for_good():
    code = "drop_bounding_set(); drop_capabilities()" + NONE_LEFT
    assert ran(code, *AS_ROOT) == "none"


def test_a_powerless_process_cannot_enter_namespaces():
    code = (
        "spaces = [os.open(f'/proc/self/ns/{name}', os.O_RDONLY) for name in SPACES]\n"
        "drop_bounding_set(); drop_capabilities()\n"
        "try: enter_spaces(spaces); print('entered')\n"
        "except OSError as error: print(error.strerror)"
    )
    assert ran(code, *AS_ROOT).endswith("Operation not permitted")


def test_namespaces_of_another_process_are_entered():
    code = (
        "other = subprocess.Popen(['unshare', '--user', '--map-root-user', '--mount', '--net',"
        " '--ipc', '--uts', '--pid', '--fork', 'sh', '-c', 'echo ready; cat'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "other.stdout.readline()\n"
        "(child,) = open(f'/proc/{other.pid}/task/{other.pid}/children').read().split()\n"
        "def seen(number): return [os.readlink(f'/proc/{number}/ns/{n}') for n in SPACES]\n"
        "wanted, before = seen(child), seen('self')\n"
        "spaces = [os.open(f'/proc/{child}/ns/{name}', os.O_RDONLY) for name in SPACES]\n"
        "enter_spaces(spaces)\n"
        "at = SPACES.index('pid')  # its children are in it\n"
        "after = seen('self'); after[at] = os.readlink('/proc/self/ns/pid_for_children')\n"
        "print(json.dumps([wanted, after, before])); other.kill()"
    )
    wanted, after, before = json.loads(ran(code, *AS_ROOT))
    assert after == wanted
    changed = {name for name, a, b in zip(SPACES, after, before, strict=True) if a != b}
    assert changed == set(SPACES) - {"cgroup"}


def test_a_process_dies_with_its_parent():
    code = (
        "reading, writing = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        die_with_parent(); os.write(writing, b'x'); __import__('time').sleep(60)\n"
        "    os.read(reading, 1); os._exit(0)\n"
        "os.close(writing); os.wait(); print(os.read(reading, 1))"
    )
    assert ran(code) == "b''"


@pytest.mark.skipif(platform.machine() not in _KEYS, reason="keys have other numbers here")
def test_calls_for_keys_are_refused_and_others_are_not():
    calls = _KEYS[platform.machine()][1]
    code = (
        "import ctypes, errno; libc = ctypes.CDLL(None, use_errno=True)\n"
        "def numbers(): return [(libc.syscall(call, 0, 0, 0, 0, 0), ctypes.get_errno())[1]"
        f" for call in {calls}]\n"
        "before = numbers(); forbid_keys(); after = numbers()\n"
        "print(errno.EPERM in before, after.count(errno.EPERM), os.getpid() > 0)"
    )
    assert ran(code) == "False 3 True"


class Machine:
    """Runs a filter as Linux does."""

    def __init__(self, program: bytes) -> None:
        self.steps = list(struct.iter_unpack("@HBBI", program))

    def allows(self, kind: int, call: int) -> bool:
        at, value = 0, 0
        while True:
            code, if_true, if_false, constant = self.steps[at]
            at += 1
            if code == 0x20:
                value = {0: call, 4: kind}[constant]
            elif code == 0x06:
                return constant == 0x7FFF0000
            else:
                holds = value == constant if code == 0x15 else value >= constant
                at += if_true if holds else if_false


@given(st.sampled_from(sorted(_KEYS)), st.integers(0, 600), st.booleans())
def test_the_filter_refuses_three_calls_and_all_of_other_kinds(machine, call, x32):
    kind, refused = _KEYS[machine]
    filtering = Machine(key_filter(machine))
    assert filtering.allows(kind, call) is (call not in refused)
    assert not filtering.allows(kind, call + _X32)
    assert not filtering.allows(kind ^ 1, call)


def test_the_user_namespace_is_entered_last_and_the_mounts_just_before():
    assert SPACES[-2:] == ("mnt", "user")
    assert os.path.exists(f"/proc/self/ns/{SPACES[0]}")
