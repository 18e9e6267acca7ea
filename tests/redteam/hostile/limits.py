"""Attacks on limits: loops where nobody looks for one, memory, descriptors, files and outputs."""

from nbformat.v4 import new_code_cell

from hostile.register import EVERYTHING, MSE, RIGHT, attack

GROUP = "limits"


def sleepers(notebook):
    """Many cells that each stay below the limit for a cell."""
    notebook.cells += [new_code_cell(f"import time; time.sleep(8)  # {n}") for n in range(6)]


attack(GROUP, "a-loop-in-a-text", "endless loop @ representation", """
class Endless:
    def __repr__(self):
        while True:
            pass
Endless()""")
attack(GROUP, "a-loop-before-each-cell", "endless loop @ cell events", last="""
def before(*rest):
    while True:
        pass
get_ipython().events.register("pre_run_cell", before)
get_ipython().events.register("post_execute", before)""")
attack(GROUP, "a-loop-in-an-expression", "endless loop @ regular expression", softmax="""
import re
def softmax_with_temperature(logits, T):
    return re.match(r"(a+)+$", "a" * 60 + "b")""")
attack(GROUP, "a-number-without-end", "endless loop @ big integer", softmax="""
def softmax_with_temperature(logits, T):
    return 9 ** 9 ** 9 ** 9""")
attack(GROUP, "a-loop-in-the-gradient", "endless loop @ gradient hook", softmax="""
def softmax_with_temperature(logits, T):
    def hook(gradient):
        while True:
            pass
    found = logits * T
    if found.requires_grad:
        found.register_hook(hook)
    return found""")
attack(GROUP, "a-loop-in-a-tensor", "endless loop @ tensor subclass", softmax="""
class Endless(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        while True:
            pass
def softmax_with_temperature(logits, T):
    return torch.Tensor._make_subclass(Endless, logits.detach())""")
attack(GROUP, "many-patient-cells", "endless sleep @ many cells", points=EVERYTHING,
       softmax=RIGHT, change=sleepers)  # fmt: skip
attack(GROUP, "a-little-sleep-in-each-call", "endless sleep @ each call", softmax=RIGHT,
       points={"2-1": 3.0, "4-1": 0.0}, mse="""
import time
def mse(x, y):
    time.sleep(3)
    return ((x + y) ** 2).mean()""")  # fmt: skip
attack(GROUP, "children-that-spin", "endless loop @ child processes", """
import multiprocessing
def spin():
    while True:
        pass
for _ in range(4):
    multiprocessing.get_context("fork").Process(target=spin, daemon=True).start()""")
attack(GROUP, "shared-memory", "too much memory @ shared memory", """
import mmap
kept = []
try:
    for _ in range(40):
        kept.append(mmap.mmap(-1, 1 << 28))
        kept[-1].write(b"x" * (1 << 28))
except (OSError, MemoryError) as error:
    print(type(error).__name__)""", dangerous=True)
attack(GROUP, "files-in-memory", "too much memory @ memory files", """
import os
try:
    for number in range(40):
        file = os.memfd_create("kdlab-planted")
        os.write(file, b"x" * (1 << 28))
except (OSError, MemoryError) as error:
    print(type(error).__name__)""", dangerous=True)
attack(GROUP, "memory-of-many-children", "too much memory @ child processes", """
import os, time
for _ in range(12):
    if os.fork() == 0:
        kept = bytearray(b"x" * (1 << 29))
        time.sleep(60)
        os._exit(0)
time.sleep(3)""", dangerous=True)
attack(GROUP, "every-descriptor", "too many descriptors @ own cell", """
import os
kept = []
try:
    while True:
        kept.append(os.pipe())
except OSError as error:
    for pair in kept:
        os.close(pair[0]), os.close(pair[1])
    print(type(error).__name__)""")
attack(GROUP, "a-hundred-thousand-files", "too many files @ writable folders", """
import os
os.makedirs("many", exist_ok=True)
try:
    for number in range(60_000):
        open("many/%d" % number, "w").close()
except OSError as error:
    print(type(error).__name__)""", dangerous=True)
attack(GROUP, "folders-without-end", "too deep @ writable folders", """
import os
try:
    for _ in range(3000):
        os.mkdir("deeper" * 20)
        os.chdir("deeper" * 20)
except OSError as error:
    print(type(error).__name__)""", dangerous=True)
attack(GROUP, "writes-below-python", "too much output @ descriptor of stdout", """
import os
for _ in range(400):
    os.write(1, b"z" * 100_000)
    os.write(2, b"z" * 100_000)""")
attack(GROUP, "a-picture-of-noise-again-and-again", "too much output @ pictures", """
from IPython.display import Image, display
for _ in range(60):
    display(Image(data=b"\\x89PNG\\r\\n\\x1a\\n" + bytes(1_000_000), format="png"))""")
attack(GROUP, "the-same-display-again-and-again", "too much output @ updated display", """
from IPython.display import display
shown = display("", display_id=True)
for _ in range(60):
    shown.update("x" * 1_000_000)""")
attack(GROUP, "a-long-text-of-an-object", "too much output @ representation", """
class Long:
    def __repr__(self):
        return "x" * 80_000_000
Long()""")
attack(GROUP, "a-long-error", "too much output @ traceback", 'raise ValueError("x" * 40_000_000)')
attack(GROUP, "a-tensor-of-gigabytes", "too large @ returned tensor", softmax="""
def softmax_with_temperature(logits, T):
    return torch.zeros(300_000_000)""")
attack(GROUP, "a-view-of-terabytes", "too large @ returned view", softmax="""
def softmax_with_temperature(logits, T):
    return torch.zeros(1).expand(10**6, 10**6)""", dangerous=True)
attack(GROUP, "a-generator-without-end", "endless @ returned generator", softmax="""
import itertools
def softmax_with_temperature(logits, T):
    return itertools.count()""")
attack(GROUP, "a-tensor-without-numbers", "no numbers @ returned tensor", softmax="""
def softmax_with_temperature(logits, T):
    return torch.empty(logits.shape, device="meta")""")
attack(GROUP, "numbers-of-another-kind", "complex numbers @ returned tensor", softmax="""
def softmax_with_temperature(logits, T):
    return F.softmax(logits / T, dim=1) * torch.tensor(1j)""")
attack(GROUP, "nested-and-sparse", "sparse @ returned tensor", softmax="""
def softmax_with_temperature(logits, T):
    return (logits * T).to_sparse()""", mse=MSE)
attack(GROUP, "errors-in-errors", "endless chain @ traceback", """
error = None
for number in range(3000):
    following = ValueError(number)
    following.__cause__, error = error, following
raise error""")
