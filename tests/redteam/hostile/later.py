"""Bombs with a fuse: set while 2-1 is asked, they go off in the questions of an honest 4-1.

Whatever they do, a question is asked again in a new kernel, and only the function that kills two
loses its own points.
"""

from hostile.register import attack

GROUP = "later"
FUSE = """
import {modules}
def softmax_with_temperature(logits, T):
{body}
    return logits * T
"""


def later(name, where, modules, body, **more):
    """Register what 2-1 sets up."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    attack(GROUP, name, where, softmax=FUSE.format(modules=modules, body=indented), **more)


later("an-alarm-that-exits", "exit @ timer signal", "os, signal", """
signal.signal(signal.SIGALRM, lambda *a: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.3)""")
later("an-alarm-that-nobody-handles", "kill signal @ timer signal", "signal", """
signal.signal(signal.SIGALRM, signal.SIG_DFL)
signal.alarm(1)""")
later("a-thread-that-exits", "exit @ thread", "os, threading",
      "threading.Timer(0.3, os._exit, [0]).start()")  # fmt: skip
later("a-thread-that-interrupts", "interrupts @ thread", "_thread, threading, time", """
def often():
    for _ in range(40):
        time.sleep(0.05)
        _thread.interrupt_main()
threading.Thread(target=often, daemon=True).start()""")
later("an-exception-from-elsewhere", "exception thrown into another @ thread",
      "ctypes, threading, time", """
main = threading.main_thread().ident
def throw():
    for _ in range(20):
        time.sleep(0.05)
        error = ctypes.py_object(SystemExit)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), error)
threading.Thread(target=throw, daemon=True).start()""")
later("a-collection-that-exits", "exit @ garbage collector", "gc, os", """
seen = []
def collected(phase, info):
    seen.append(phase)
    if len(seen) > 40:
        os._exit(0)
gc.callbacks.append(collected)
gc.set_threshold(20)""")
later("a-finalizer-that-exits", "exit @ weak reference", "os, weakref", """
class Thing: pass
get_ipython().kept = thing = Thing()
weakref.finalize(thing, os._exit, 0)
get_ipython().kernel.io_loop.call_later(0.3, delattr, get_ipython(), "kept")""")
later("an-event-loop-that-exits", "exit @ event loop", "os",
      "get_ipython().kernel.io_loop.call_later(0.2, os._exit, 0)")  # fmt: skip
later("an-event-loop-that-sleeps", "endless sleep @ event loop", "time",
      "get_ipython().kernel.io_loop.call_later(0.2, time.sleep, 10**6)")  # fmt: skip
later("a-fault-handler-that-exits", "exit @ faulthandler", "faulthandler",
      "faulthandler.dump_traceback_later(0.4, exit=True)")  # fmt: skip
later("a-child-that-kills", "kill signal @ child process", "os, subprocess", """
subprocess.Popen(["sh", "-c", "sleep 0.3; kill -9 %d" % os.getpid()])""")
later("a-second-of-computing", "kill signal @ CPU limit", "resource", """
used = resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1,) * 2)""")
later("no-more-files", "no descriptors left @ file limit", "resource",
      "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))")  # fmt: skip
later("the-kernels-sockets-closed", "closed descriptors @ kernel's sockets", "os", """
for number in range(3, 200):
    try:
        os.close(number)
    except OSError:
        pass""")
later("a-profile-that-exits", "exit @ profile function", "os, sys, threading", """
calls = []
def profile(frame, event, argument):
    calls.append(event)
    if len(calls) > 3000:
        os._exit(0)
sys.setprofile(profile)
threading.setprofile(profile)""")
later("stopped-in-its-tracks", "stop signal @ child process", "os, subprocess", """
subprocess.Popen(["sh", "-c", "sleep 0.3; kill -STOP %d" % os.getpid()])""")
