"""A process that has imported what every kernel needs, and is forked for each of them.

python -P -c "... from inside.zygote import main; main()" FOLDER CONTROL torch numpy ...

It runs no line of a submission and reads none: it passes two sockets on to each fork and forgets
them, so its memory stays what it was after the imports.
"""

import contextlib
import gc
import importlib
import os
import runpy
import signal
import socket
import sys
import traceback
from typing import NoReturn

from .child import become_kernel
from .privileges import set_dumpable

# What a kernel imports on its way to the first cell.
OF_KERNELS = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "sqlite3",
    "tornado.platform.asyncio",
)


def main() -> None:
    """Serve the grader at the other end of the control socket, until it is closed."""
    folder, control, *names = sys.argv[1:]
    sys.path.remove(folder)
    module, arguments = serve(socket.socket(fileno=int(control)), names)
    # From here on this is the kernel: what led to it is not to be found in its modules.
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]
    sys.argv = ["", *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def serve(control: socket.socket, names: "list[str]") -> "tuple[str, list[str]]":
    """Fork whenever two sockets come; returns the kernel's module and arguments in the forks."""
    prepare(names)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the guardians
    space = os.open("/proc/self/ns/user", os.O_RDONLY)
    set_dumpable(False)
    socket.send_fds(control, [b"ready"], [space])
    os.close(space)
    while True:
        said, sockets, _, _ = socket.recv_fds(control, 1, 2)
        if not said:
            _leave()
        if os.fork() == 0:
            control.close()
            return _become_kernel(sockets)
        for descriptor in sockets:
            os.close(descriptor)


def _leave() -> NoReturn:
    """End, but not before the last kernel: its guardian would end with this process."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)


def prepare(names: "list[str]") -> None:
    """Import them, and refuse to go on if a fork would share more than a copy of the memory."""
    # ipykernel sets it too, but only once it runs, and matplotlib reads it when imported.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in [*OF_KERNELS, *names]:
        importlib.import_module(name)
    with open("/proc/self/maps") as file:
        shared = shared_mappings(file.read())
    if shared:
        raise RuntimeError(f"Memory that forks would write to together: {shared}")
    if "torch" in sys.modules and sys.modules["torch"].cuda.is_initialized():
        raise RuntimeError("CUDA is in use after the imports; no fork could use it.")
    gc.collect()
    gc.freeze()  # or the first collection in a fork would copy all of the memory


def shared_mappings(maps: str) -> "list[str]":
    """The lines of ``/proc/PID/maps`` about memory that is shared and can be written to."""
    permissions = [(line, (*line.split(), "", "")[1]) for line in maps.splitlines()]
    return [line for line, flags in permissions if flags[1:2] == "w" and flags[3:4] == "s"]


def _become_kernel(sockets: "list[int]") -> "tuple[str, list[str]]":
    try:
        command = become_kernel(*sockets)
        at = command.index("-m")
        return command[at + 1], command[at + 2 :]
    except BaseException:  # whatever it is, this fork must not go on as the zygote
        traceback.print_exc()
        os._exit(1)
