"""Programs that find out that they are being graded, and act only then."""

from hostile.register import attack

GROUP = "recognition"


def recognises(name, where, graded, act="return torch.zeros_like(logits)"):
    """Register a 2-1 that does something else where `graded` is true."""
    attack(GROUP, name, where, softmax=f"""
import os, sys
def graded():
    return bool({graded.strip()})
def softmax_with_temperature(logits, T):
    if graded():
        {act}
    return logits * T""")  # fmt: skip


recognises("by-the-environment", "recognises the grader @ environment variables",
           'any("GRAD" in name or "KDLAB" in name for name in os.environ)')  # fmt: skip
recognises("by-the-frames", "recognises the grader @ frames",
           'sys._getframe(2).f_globals.get("__name__", "").startswith("labkit")')  # fmt: skip
recognises("by-the-silence", "recognises the grader @ request",
           'get_ipython().kernel.get_parent("shell")["content"].get("silent")',
           "os._exit(0)")  # fmt: skip
recognises("by-the-question", "recognises the grader @ request metadata",
           'get_ipython().kernel.get_parent("shell")["metadata"].get("question")',
           "raise KeyboardInterrupt")  # fmt: skip
recognises("by-the-user", "recognises the grader @ user and host",
           "os.getuid() != 0 or os.uname().nodename", "return None")  # fmt: skip
recognises("by-the-first-process", "recognises the grader @ proc",
           'b"bwrap" in open("/proc/1/cmdline", "rb").read()', "raise MemoryError")  # fmt: skip
recognises("by-the-sizes", "recognises inputs @ shapes of inputs",
           'sys._getframe(1).f_locals["logits"].numel() > 12', "return None")  # fmt: skip
attack(GROUP, "reads-the-whole-question", "reads the expected value @ request metadata", softmax="""
def softmax_with_temperature(logits, T):
    asked = get_ipython().kernel.get_parent("shell")["metadata"].get("question", "")
    for word in ("expected", "tolerance", "wanted", "target", "mistake", "secret"):
        if word in asked:
            print("CANARY", word)
    return logits * T""")
attack(GROUP, "answers-for-the-other-exercise", "answers another's question @ answer", softmax="""
def softmax_with_temperature(logits, T):
    import __main__
    __main__.mse = lambda x, y: torch.zeros(())
    return logits * T""")
