"""The ready-made loss where it is not allowed, with what looks after the rule switched off."""

from hostile.register import RIGHT, attack

#: The softmax is honest, the squared error is the ready-made one.
NO_MSE = {"2-1": 3.0, "4-1": 0.0}


def switched_off(name, mse, first="", **more):
    """Register an attack on the rule of 4-1."""
    attack("interpreter", name, first, NO_MSE, softmax=RIGHT, mse=mse, **more)


switched_off("rule-disable-torch-function", """\
def mse(x, y):
    with torch._C.DisableTorchFunction():
        return F.mse_loss(x, y)
""")
switched_off("rule-popped-mode", """\
def mse(x, y):
    from torch.overrides import _pop_mode, _push_mode
    mode = _pop_mode()
    try:
        return torch.nn.MSELoss()(x, y)
    finally:
        _push_mode(mode)
""")
switched_off("rule-renamed-before", "def mse(x, y):\n    return square(x, y)\n", """\
from torch.nn.functional import mse_loss as square
square.__name__ = "square"
""")
switched_off("rule-in-a-written-file", """\
%run -i helper.py
from helper import mse
""", """\
%%writefile helper.py
import torch
def mse(x, y):
    with torch._C.DisableTorchFunction():
        return getattr(torch.nn.functional, "mse_loss")(x, y)
""")
switched_off("rule-honest-below", """\
def mse(x, y):
    with torch._C.DisableTorchFunction():
        return eval("F.mse_loss(x, y)")
""", last="def mse(x, y):\n    return ((x - y) ** 2).mean()\n")
