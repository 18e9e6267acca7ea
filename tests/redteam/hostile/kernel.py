"""Attacks on the kernel's process and on the machine: exits, bombs, floods, loops, daemons."""

from hostile.register import WRONG, attack

GROUP = "kernel"


def shadow(name, text):
    """Puts a file beside the notebook."""
    return lambda folder: (folder / name).write_text(text, "utf-8")


attack(GROUP, "exits-in-a-cell", "exit @ own cell", "import os; os._exit(0)")
attack(GROUP, "exits-in-the-function", "exit @ answer", softmax="""
import os
def softmax_with_temperature(logits, T):
    os._exit(0)""")
attack(GROUP, "kills-itself", "kill signal @ answer", softmax="""
import os, signal
def softmax_with_temperature(logits, T):
    os.kill(os.getpid(), signal.SIGKILL)""")
attack(GROUP, "kills-its-parents", "signals to others @ own cell", """
import os, signal
for number in (os.getppid(), 1, -1):
    try:
        os.kill(number, signal.SIGTERM)
    except OSError as error:
        print(type(error).__name__)""", dangerous=True)
attack(GROUP, "loops-for-ever", "endless loop @ answer", softmax="""
def softmax_with_temperature(logits, T):
    while True:
        pass""")
attack(GROUP, "loops-in-a-cell", "endless loop @ own cell", "while True: pass")
attack(GROUP, "swallows-interrupts", "endless loop @ interrupt caught", softmax="""
def softmax_with_temperature(logits, T):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass""")
attack(GROUP, "ignores-signals", "endless sleep @ signals ignored", """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)""", softmax="""
import time
def softmax_with_temperature(logits, T):
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            pass""")
attack(GROUP, "sleeps", "endless sleep @ answer", softmax="""
import time
def softmax_with_temperature(logits, T):
    time.sleep(10**6)""")
attack(GROUP, "fork-bomb", "too many processes @ own cell", """
import os
try:
    for _ in range(5000):
        if os.fork() == 0:
            import time; time.sleep(30); os._exit(0)
except OSError as error:
    print("stopped:", type(error).__name__)""", dangerous=True)
attack(GROUP, "thread-bomb", "too many threads @ own cell", """
import threading, time
try:
    for _ in range(20_000):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
except RuntimeError as error:
    print("stopped:", error)""", dangerous=True)
attack(GROUP, "memory-bomb", "too much memory @ answer", softmax="""
def softmax_with_temperature(logits, T):
    kept = []
    while True:
        kept.append(bytearray(b"x" * (1 << 28)))""", dangerous=True)
attack(GROUP, "disk-filler", "too much disk @ writable folders", """
import os
for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        with open(os.path.join(place, "filler"), "wb") as file:
            for _ in range(3000):
                file.write(b"x" * (1 << 20))
    except OSError as error:
        print(place, type(error).__name__)
    finally:
        try:
            os.remove(os.path.join(place, "filler"))
        except OSError:
            pass""", dangerous=True)
attack(GROUP, "output-flood", "too much output @ many lines", """
for _ in range(3000):
    print("x" * 10_000)""")
attack(GROUP, "output-of-one-piece", "too much output @ one line", 'print("y" * 50_000_000)')
attack(GROUP, "leaves-a-daemon", "process that stays @ new session", """
import os, subprocess
subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{mark}"])
    os._exit(0)""")
attack(GROUP, "recurses-for-ever", "endless recursion @ answer", softmax="""
def softmax_with_temperature(logits, T):
    return softmax_with_temperature(logits, T)""")
attack(GROUP, "crashes-the-interpreter", "segmentation fault @ answer", softmax="""
import ctypes
def softmax_with_temperature(logits, T):
    ctypes.string_at(0)""")
attack(GROUP, "a-launcher-of-its-own", "shadowed module @ kernel launcher", files=shadow(
    "ipykernel_launcher.py", "print('mine'); raise SystemExit(0)"))  # fmt: skip
attack(GROUP, "a-torch-of-its-own", "shadowed module @ torch",
       files=shadow("torch.py", "raise SystemExit(0)"))
attack(GROUP, "a-kdlab-of-its-own", "shadowed module @ course library",
       files=shadow("kdlab.py", "raise SystemExit(0)"))
attack(GROUP, "a-sitecustomize", "shadowed module @ site",
       files=shadow("sitecustomize.py", "raise SystemExit(0)"))
attack(GROUP, "closes-its-streams", "closed descriptors @ standard streams", WRONG + """
import os, sys
sys.stdout.close(); sys.stderr.close()
for number in (0, 1, 2):
    os.close(number)""")
