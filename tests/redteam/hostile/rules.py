"""Ways around a rule of an exercise: 4-1 asks for a mean squared error, not for the ready-made one.

Whoever hides the ready-made one so well that no reader of the source can be sure may keep the
points, if a person is told.
"""

from hostile.register import RIGHT, attack

GROUP = "rules"
READY_MADE = {"2-1": 3.0, "4-1": 0.0}


def ready_made(name, where, mse, first="", hidden=False, files=None):
    """Register a ready-made loss in the answer; `hidden`: no literal names it."""
    attack(GROUP, name, where, first, READY_MADE, softmax=RIGHT, mse=mse, files=files,
           flagged=hidden)  # fmt: skip


def returns(expression):
    """An answer of one line."""
    return f"def mse(x, y):\n    return {expression}\n"


ready_made("the-function", "ready-made @ torch.nn.functional", returns("F.mse_loss(x, y)"))
ready_made("the-module", "ready-made @ torch.nn", returns("torch.nn.MSELoss()(x, y)"))
ready_made("another-name", "ready-made @ import under another name", """
from torch.nn.functional import mse_loss as squares
def mse(x, y):
    return squares(x, y)""")
ready_made("every-name", "ready-made @ star import", """
from torch.nn.functional import *
def mse(x, y):
    return mse_loss(x, y)""")
ready_made("a-name-of-its-own", "ready-made @ assigned in an own cell",
           returns("loss(x, y)"), first="loss = F.mse_loss")  # fmt: skip
ready_made("handed-over-as-a-default", "ready-made @ default argument", """
def mse(x, y, loss=torch.nn.MSELoss()):
    return loss(x, y)""")
ready_made("a-class-of-its-own", "ready-made @ subclass", """
class Loss(torch.nn.modules.loss.MSELoss):
    pass
def mse(x, y):
    return Loss().forward(x, y)""")
ready_made("no-function-at-all", "ready-made @ assigned to the name", "mse = torch.nn.MSELoss()")
ready_made("a-part-of-it", "ready-made @ functools", """
from functools import partial
mse = partial(F.mse_loss, reduction="mean")""")
ready_made("by-its-literal-name", "ready-made @ getattr", returns('getattr(F, "mse_loss")(x, y)'))
ready_made("by-two-halves-of-its-name", "ready-made @ getattr of a computed name",
           returns('getattr(F, "mse" + "_loss")(x, y)'), hidden=True)  # fmt: skip
ready_made("by-an-attribute-getter", "ready-made @ operator", """
import operator
def mse(x, y):
    return operator.attrgetter("nn.functional.mse_loss")(torch)(x, y)""")
ready_made("by-the-dictionary", "ready-made @ vars of a module",
           returns('vars(F)["mse_loss"](x, y)'))  # fmt: skip
ready_made("by-a-search", "ready-made @ sys.modules", """
import sys
def mse(x, y):
    functions = vars(sys.modules["torch.nn.functional"])
    return next(f for name, f in functions.items() if name[:4] == "mse_")(x, y)""", hidden=True)
ready_made("in-a-text", "ready-made @ eval", returns("eval('F.mse_loss(x, y)')"))
ready_made("in-a-text-of-statements", "ready-made @ exec", """
exec("def mse(x, y):\\n    return F.mse_loss(x, y)")""")
ready_made("in-a-text-that-is-encoded", "ready-made @ exec of base64", """
import base64
exec(base64.b64decode("ZGVmIG1zZSh4LCB5KToKICAgIHJldHVybiBGLm1zZV9sb3NzKHgsIHkpCg==").decode())""",
           hidden=True)  # fmt: skip
ready_made("in-a-pickle", "ready-made @ pickle", """
import pickle
loss = pickle.loads(b"ctorch.nn.functional\\nmse_loss\\n.")
def mse(x, y):
    return loss(x, y)""", hidden=True)
ready_made("imported-by-name", "ready-made @ importlib", """
import importlib
def mse(x, y):
    return importlib.import_module("torch.nn.functional").mse_loss(x, y)""")
ready_made("below-the-surface", "ready-made @ torch._C", returns("torch._C._nn.mse_loss(x, y, 1)"))
ready_made("among-the-operators", "ready-made @ torch.ops",
           returns("torch.ops.aten.mse_loss(x, y)"))  # fmt: skip
ready_made("with-the-probe-switched-off", "ready-made @ DisableTorchFunction", """
def mse(x, y):
    with torch._C.DisableTorchFunction():
        return F.mse_loss(x, y)""")
ready_made("without-a-profile", "ready-made @ sys.setprofile", """
import sys
def mse(x, y):
    sys.setprofile(None)
    sys.settrace(None)
    return F.mse_loss(x, y)""")
ready_made("in-a-file-beside", "ready-made @ file beside", """
from squares import squares
def mse(x, y):
    return squares(x, y)""", hidden=True, files=lambda folder: (folder / "squares.py").write_text(
        "from torch.nn.functional import mse_loss as squares\n", "utf-8"))  # fmt: skip
ready_made("in-a-file-that-a-cell-writes", "ready-made @ %%writefile", """
from written import squares
def mse(x, y):
    return squares(x, y)""", """
%%writefile written.py
from torch.nn.functional import mse_loss as squares""", hidden=True)
ready_made("with-the-mode-of-the-probe-popped", "ready-made @ torch.overrides", """
def mse(x, y):
    from torch.overrides import _pop_mode, _push_mode
    mode = _pop_mode()
    try:
        return torch.nn.MSELoss()(x, y)
    finally:
        _push_mode(mode)""")
ready_made("renamed-before", "ready-made @ __name__ of the function", returns("square(x, y)"), """
from torch.nn.functional import mse_loss as square
square.__name__ = 'square'""")
ready_made("in-a-written-file-that-is-run", "ready-made @ %run of a written file", """
%run -i helper.py
from helper import mse""", """
%%writefile helper.py
import torch
def mse(x, y):
    with torch._C.DisableTorchFunction():
        return getattr(torch.nn.functional, "mse_loss")(x, y)""", hidden=True)
