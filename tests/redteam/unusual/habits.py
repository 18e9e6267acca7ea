"""How people write: hints, classes, notes, early ends, names in Korean, several cells, deaths."""

from nbformat.v4 import new_code_cell, new_markdown_cell
from small_lab import MSE, RIGHT, named

from unusual.register import honest

GROUP = "habits"


def notes_below(text):
    """Adds a code cell that holds no code below 2-1."""

    def change(notebook):
        at = notebook.cells.index(named(notebook, "2-1"))
        notebook.cells.insert(at + 1, new_code_cell(text))

    return change


honest(GROUP, "type-hints", "type hints @ answer", softmax="""
from torch import Tensor
def softmax_with_temperature(logits: Tensor, T: float | int = 1.0, /) -> Tensor:
    return F.softmax(logits / T, dim=1)""")
honest(GROUP, "korean-names", "Korean names @ answer", softmax="""
def softmax_with_temperature(로짓, 온도):
    나눈값 = 로짓 / 온도
    return F.softmax(나눈값, dim=1)  # 온도가 높으면 부드러워짐""")
honest(GROUP, "tabs", "tabs @ answer",
       softmax="def softmax_with_temperature(logits, T):\n\treturn F.softmax(logits / T, dim=1)")
honest(GROUP, "one-line", "lambda @ answer",
       softmax="softmax_with_temperature = lambda z, T: F.softmax(z / T, -1)")  # fmt: skip
honest(GROUP, "an-object", "callable object @ answer", softmax="""
from dataclasses import dataclass
@dataclass
class Softmax:
    dim: int = 1
    def __call__(self, logits, T):
        return F.softmax(logits / T, dim=self.dim)
softmax_with_temperature = Softmax()""")
honest(GROUP, "a-module", "nn.Module @ answer", softmax="""
class Softmax(torch.nn.Module):
    def forward(self, logits, T):
        return torch.softmax(logits / T, dim=1)
softmax_with_temperature = Softmax()""")
honest(GROUP, "a-static-method", "static method @ answer", softmax="""
class KD:
    @staticmethod
    def soft(logits, T): return F.softmax(logits / T, dim=1)
softmax_with_temperature = KD.soft""")
honest(GROUP, "a-decorator", "decorator @ answer", softmax="""
import functools, time
def timed(f):
    @functools.wraps(f)
    def inner(*a, **k):
        start = time.perf_counter()
        result = f(*a, **k)
        print(f"{time.perf_counter() - start:.3f} s")
        return result
    return inner
@timed
def softmax_with_temperature(logits, T):
    return F.softmax(logits / T, dim=1)""")
honest(GROUP, "more-arguments", "more arguments @ answer", softmax="""
def softmax_with_temperature(logits, T, dim=1, *, verbose=False, **unused):
    return F.softmax(logits / T, dim=dim)""")
honest(GROUP, "prints-in-the-function", "prints and warnings @ answer", softmax="""
import logging, sys, warnings
def softmax_with_temperature(logits, T):
    print(logits.shape, T)
    print('확인', file=sys.stderr)
    warnings.warn('soft')
    logging.warning('soft')
    return F.softmax(logits / T, dim=1)""")
honest(GROUP, "two-languages", "texts in two languages @ answer cell", softmax='''
"""온도가 있는 softmax / softmax with a temperature"""
''' + RIGHT + "\n'''\n끝 / end\n'''\n")
honest(GROUP, "tries-it-out", "calls and assertions @ answer cell", softmax=RIGHT + """
z = torch.randn(3, 5)
assert torch.allclose(softmax_with_temperature(z, 2.0).sum(1), torch.ones(3))
softmax_with_temperature(z, 1.0)""")
honest(GROUP, "defined-twice", "defined twice @ answer cell",
       softmax="def softmax_with_temperature(logits, T):\n    return logits\n\n" + RIGHT)
honest(GROUP, "an-error-below", "error @ below the answer", softmax=RIGHT + "\nprint(undefined)")
honest(GROUP, "asks-for-input", "input() @ own cell", "name = input('이름: ')\nprint(name)")
honest(GROUP, "reads-arguments", "argparse @ own cell", """
import argparse
args = argparse.ArgumentParser().parse_args()""")
honest(GROUP, "a-main-guard", "main guard @ answer cell", softmax=RIGHT + """
if __name__ == '__main__':
    print(softmax_with_temperature(torch.randn(2, 3), 2.0))""")
honest(GROUP, "several-workers", "DataLoader with workers @ own cell", """
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.arange(8)), batch_size=4, num_workers=2)
print([len(b[0]) for b in loader])""")
honest(GROUP, "async", "top-level await @ own cell", "import asyncio\nawait asyncio.sleep(0.01)")
honest(GROUP, "star-imports", "star imports @ own cell", """
from math import *
from numpy import *
from torch.nn.functional import *""")
honest(GROUP, "shadowed-builtins", "overwritten names @ own cell", """
list = [1, 2]; sum = 3; input = torch.ones(2); type = 'kd'; str = 'x'; max = min = 5""")
honest(GROUP, "globals-between", "constants of an own cell @ answer", "SCALE = 1.0\nAXIS = 1",
       softmax="""
def softmax_with_temperature(logits, T):
    return F.softmax(logits / T * SCALE, dim=AXIS)""")
honest(GROUP, "notes-in-a-code-cell", "notes @ code cell below the answer",
       change=notes_below("여기서 T가 커지면 분포가 평평해진다.\n질문: 왜 T**2를 곱할까?"))
honest(GROUP, "notes-below-a-timed-answer", "notes @ below %%time",
       softmax=f"%%time\n{RIGHT}", change=notes_below("실행 시간 0.3초 (T4)"))  # fmt: skip
honest(GROUP, "notes-below-a-captured-answer", "notes @ below %%capture",
       softmax=f"%%capture out\n{RIGHT}", change=notes_below("- it works!\n- T = 4 is best"))
honest(GROUP, "an-early-end", "exit() @ own cell", change=notes_below("exit()"))
honest(GROUP, "an-early-quit", "quit @ own cell", change=notes_below("quit"))
honest(GROUP, "an-early-system-exit", "sys.exit @ own cell",
       change=notes_below("import sys\nsys.exit(0)"))  # fmt: skip
honest(GROUP, "stops-the-run", "raise @ own cell",
       change=notes_below("raise SystemExit('여기까지')"))  # fmt: skip
honest(GROUP, "restarts-the-runtime", "restart of the kernel @ own cell",
       change=notes_below("import IPython as i\ni.Application.instance().kernel.do_shutdown(True)"))
honest(GROUP, "kills-the-runtime", "kill signal @ below right answers",
       softmax="device = torch.device('cpu')\n@torch.no_grad()\ndef on(z): return z.to(device)\n"
       + RIGHT, mse="%%time\nmse = lambda x, y: ((x - y) ** 2).mean()",
       change=lambda nb: nb.cells.insert(
           5, new_code_cell("import os\nos.kill(os.getpid(), 9)")))  # fmt: skip
honest(GROUP, "runs-out-of-memory", "too much memory @ own cell",
       change=notes_below("big = bytearray(b'x') * (1 << 36)"))  # fmt: skip
honest(GROUP, "forgets-everything", "%reset @ own cell", change=lambda nb: nb.cells.insert(
    2, new_code_cell("%reset -f\nimport torch\nimport torch.nn.functional as F")))  # fmt: skip
honest(GROUP, "deletes-names", "del @ below the last question", last="del mse\n%reset -f")
honest(GROUP, "a-picture-pasted", "Korean attachment @ own markdown",
       change=lambda nb: nb.cells.append(new_markdown_cell(
           "![그림 1](attachment:화면 캡처.png) ![](attachment:%EA%B7%B8.png)", attachments={
               "화면 캡처.png": {"image/png": "iVBORw0KGgo="}})))  # fmt: skip
honest(GROUP, "a-lost-picture", "missing attachment @ written answer",
       change=lambda nb: named(nb, "2-w").update(source="보세요: ![](attachment:image.png)"))
honest(GROUP, "formulas", "formulas and comparisons @ written answer",
       change=lambda nb: named(nb, "2-w").update(
           source="$a<b$, $$\\sum_i p_i \\log \\frac{p_i}{q_i}$$ and `x < y && z` <T>"))
honest(GROUP, "newer-python", "PEP 695 syntax @ own cell", "type Pair = tuple[int, int]", mse=MSE)
