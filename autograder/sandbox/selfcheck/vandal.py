"""A submission that leaves marks wherever one can, and one that looks for them.

The second never holds a whole mark, only a pattern that does not match itself: so it can search
its own memory.
"""

VANDAL = """
import builtins, ctypes, os, platform, signal, socket, subprocess, sys, threading, time
import numpy, torch
mark = {mark!r}
# In modules.
torch.VANDAL = builtins.VANDAL = mark
torch.nn.functional.cross_entropy = torch.Tensor.__add__ = lambda *a, **k: mark
numpy.ones = mark
sys.modules[mark] = sys
sys.path.append(mark)
sys.meta_path.append(type(mark, (), {{"find_spec": lambda *a: None}}))
torch.set_default_dtype(torch.float64)
torch.set_printoptions(precision=1)
torch.set_grad_enabled(False)
for module in list(sys.modules.values()):
    if isinstance(module, type(sys)):
        vars(module)["VANDAL"] = mark
# In the process and its surroundings.
os.environ["VANDAL"] = mark
os.umask(0o777)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
threading.Thread(target=time.sleep, args=(600,), name=mark, daemon=True).start()
sleep = [sys.executable, "-S", "-c", "import time; time.sleep(600)", mark]
subprocess.Popen(sleep, start_new_session=True)
for place in ("~", "/tmp", "/dev/shm"):
    os.close(os.open(os.path.join(os.path.expanduser(place), mark), os.O_CREAT, 0o666))
listening = socket.socket(socket.AF_UNIX)
listening.bind("\\0" + mark)
listening.listen()
libc = ctypes.CDLL(None)
libc.shmget(0x6b646c, 4096, 0o1666)
key = dict(x86_64=248, aarch64=217).get(platform.machine())
for keyring in (-3, -4, -5):
    if key:
        libc.syscall(key, b"user", mark.encode(), b"x", 1, keyring)
print("done")
"""

LOOK = """
import builtins, ctypes, os, re, signal, sys, threading
import numpy, torch
pattern = re.compile(rb"vanda[l]-[0-9a-f]{32}")
def marked(text):
    return bool(pattern.search(repr(text).encode()))
def names(place):
    return os.listdir(os.path.expanduser(place))
def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""
def memory():
    count = 0
    with open("/proc/self/mem", "rb", buffering=0) as file:
        for line in open("/proc/self/maps"):
            ends, flags, *rest = line.split()
            if not flags.startswith("rw") or rest[-1] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(number, 16) for number in ends.split("-"))
            for at in range(start, end, 2**24):
                file.seek(at)
                try:
                    count += len(pattern.findall(file.read(min(2**24 + 64, end - at))))
                except OSError:
                    break
    return count
numbers = [name for name in os.listdir("/proc") if name.isdigit()]
found = {
    "memory": memory(),  # first: the others read marks into it
    "attributes": hasattr(torch, "VANDAL") or hasattr(builtins, "VANDAL"),
    "functions": callable(numpy.ones) is False or marked(torch.ones(1) + 1),
    "modules": marked(list(sys.modules)) or marked(sys.path) or marked(sys.meta_path),
    "settings": torch.get_default_dtype() != torch.float32 or not torch.is_grad_enabled(),
    "environment": marked(dict(os.environ)),
    "umask": os.umask(0o022) == 0o777,
    "signals": signal.getsignal(signal.SIGUSR1) != signal.SIG_DFL,
    "threads": marked([thread.name for thread in threading.enumerate()]),
    "processes": any(marked(read("/proc/" + name + "/cmdline")) for name in numbers),
    "files": [place for place in ("~", "/tmp", "/dev/shm") if marked(names(place))],
    "sockets": marked(read("/proc/net/unix")),
    "shared memory": ctypes.CDLL(None).shmget(0x6b646c, 0, 0) != -1,
    "keys": marked(read("/proc/keys")),
}
found = {name: what for name, what in found.items() if what}
print("found:", found) if found else print("nothing was found")
"""
