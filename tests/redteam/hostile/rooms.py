"""Attempts to leave the room: privileges, devices, processes, limits, sockets, keys."""

from hostile.register import attack

GROUP = "rooms"
TRIES = """
import ctypes, os, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
def tried(name, succeeded):
    try:
        if succeeded():
            print("CANARY:", name)
            return
    except Exception as error:
        print(type(error).__name__)
"""


def tries(name, where, *attempts, before=""):
    """Register expressions that must not come true."""
    lines = [f"tried({attempt[:40]!r}, lambda: {attempt})" for attempt in attempts]
    attack(GROUP, name, where, "\n".join([TRIES, before.strip(), *lines]), dangerous=True)


tries("becomes-root", "more rights @ user",
      "os.setuid(0) is None and os.path.exists('/root/.bashrc')",
      "libc.setresuid(0, 0, 0) == 0 and os.access('/etc/shadow', os.R_OK)")  # fmt: skip
tries("makes-a-room-of-its-own", "more rights @ namespaces",
      "libc.unshare(0x10000000 | 0x20000) == 0 and libc.mount(b'/', b'/tmp', None, 4096, None) == 0"
      " and os.path.exists('/tmp/root')",
      "libc.chroot(b'/tmp') == 0",
      "libc.pivot_root(b'.', b'.') == 0")  # fmt: skip
tries("mounts-writable", "more rights @ mounts",
      "libc.mount(None, b'/usr', None, 32 | 4096, None) == 0",
      "libc.umount2(b'/proc', 2) == 0 and os.path.exists('/proc/1')")  # fmt: skip
tries("looks-at-devices", "looks at hardware @ devices",
      "open('/dev/mem', 'rb').read(1)", "open('/dev/kmsg', 'rb').read(1)",
      "[d for d in os.listdir('/dev') if d.startswith(('sd', 'vd', 'nvme', 'kvm'))]")  # fmt: skip
tries("changes-the-system", "changes settings @ proc and sys",
      "open('/proc/sys/kernel/core_pattern', 'w').write('|/bin/sh') and False or "
      "open('/proc/sys/kernel/core_pattern').read().startswith('|/bin/sh')",
      "open('/proc/sysrq-trigger', 'w').write('h') and False",
      "open('/proc/1/oom_score_adj', 'w').write('-1000') and False")  # fmt: skip
tries("raises-its-limits", "more rights @ resource limits",
      "r.setrlimit(r.RLIMIT_NPROC, (10**6, 10**6)) is None",
      "r.setrlimit(r.RLIMIT_CPU, (-1, -1)) is None and r.getrlimit(r.RLIMIT_CPU)[1] == -1",
      "os.nice(-10) < 0", before="import resource as r")  # fmt: skip
tries("sees-other-processes", "looks at others @ processes",
      "len([p for p in os.listdir('/proc') if p.isdigit()]) > 30",
      "[p for p in os.listdir('/proc') if p.isdigit()"
      " and b'forkserver' in open('/proc/' + p + '/cmdline', 'rb').read()]")  # fmt: skip
tries("traces-others", "controls others @ ptrace",
      "libc.ptrace(16, 1, None, None) == 0",
      "open('/proc/1/mem', 'r+b').read(0) is None")  # fmt: skip
tries("keeps-keys", "passes on to others @ keys of the system",
      "libc.syscall(248, b'user', b'kdlab', b'x', 1, -4) > 0")  # fmt: skip
tries("speaks-to-the-host", "connects out @ raw and abstract sockets",
      "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
      "[l for l in open('/proc/net/unix') if '@' in l and 'kdlab' not in l]",
      "socket.socket(40, socket.SOCK_STREAM).connect((2, 22)) is None")  # fmt: skip
tries("traps-in-the-kernel", "more rights @ system calls",
      "libc.syscall(321, 0, None, 0) > 0",
      "libc.syscall(298, None, 0, -1, -1, 0) > 0", "libc.syscall(175, None, 0, b'') == 0")
tries("a-secret-in-the-environment", "reads secrets @ environment",
      "[n for n in os.environ if 'SECRET' in n or 'TOKEN' in n or 'PASSWORD' in n]",
      "b'AUTOGRADER_COURSE_SECRET' in open('/proc/self/environ', 'rb').read()")  # fmt: skip
tries("the-memory-of-what-it-was-forked-from", "reads secrets @ own memory",
      "secret in found()", before="""
import gc
secret = "kdlab-" + "canary: a secret"
def found():
    mine = [v for v in gc.get_objects() if isinstance(v, dict) and len(v) < 100]
    return " ".join(str(x)[:99] for d in mine for x in list(d.values()) if type(x) is str
                    and x is not secret)""")  # fmt: skip
tries("types-into-the-terminal", "controls others @ terminal",
      "__import__('fcntl').ioctl(0, 0x5412, b'x') is not None and os.isatty(0)",
      "os.open('/dev/tty', os.O_RDWR) > 0")  # fmt: skip
