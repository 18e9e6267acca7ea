"""What the source says about a rule: used, hidden, or neither; whatever it is called there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.judge.case import Observation
from labkit.judge.messages import Text
from labkit.rules import Code, Rule, verdict_on

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\nimport kdlab"
NO_MSE = Rule(Text("", ""), ("torch:mse_loss", "torch:MSELoss"))
NO_AUTOGRAD = Rule(Text("", ""), ("torch:grad", "torch:backward", "torch.func", ".backward"))
NO_MODELS = Rule(Text("", ""), ("kdlab.models",))


def verdict(*cells, rule=NO_MSE, name="mse", files=None):
    return verdict_on(rule, name, Code((HEAD, *cells), files or {}))


USED = {
    "by its path": ["def mse(x, y): return torch.nn.functional.mse_loss(x, y)"],
    "by an alias": ["from torch.nn.functional import mse_loss as q\ndef mse(x, y): return q(x, y)"],
    "by a star": ["from torch.nn.functional import *\ndef mse(x, y): return mse_loss(x, y)"],
    "as the answer itself": ["mse = nn.MSELoss()"],
    "as the answer by import": ["from torch.nn.functional import mse_loss as mse"],
    "in a cell before": ["loss = nn.MSELoss()", "def mse(x, y): return loss(x, y)"],
    "in another function": ["def f(*a): return F.mse_loss(*a)", "def mse(x, y): return f(x, y)"],
    "in a cell after": ["def mse(x, y): return q(x, y)", "q = F.mse_loss"],
    "in a method": ["class A:\n    def f(self, *a): return F.mse_loss(*a)\n"
                    "def mse(x, y): return A().f(x, y)"],
    "in a method added later": ["class A: pass\nA.f = lambda self, *a: F.mse_loss(*a)",
                                "def mse(x, y): return A().f(x, y)"],
    "in a base": ["class A(nn.MSELoss): pass", "def mse(x, y): return A()(x, y)"],
    "in a default": ["def mse(x, y, f=F.mse_loss): return f(x, y)"],
    "in a decorator": ["def use(f): return lambda g: f\n@use(F.mse_loss)\ndef mse(x, y): pass"],
    "in a list": ["all_losses = [F.mse_loss]", "def mse(x, y): return all_losses[0](x, y)"],
    "in a lambda": ["mse = lambda x, y: F.mse_loss(x, y)"],
    "in a comprehension": ["def mse(x, y): return [f(x, y) for f in [F.mse_loss]][0]"],
    "in a branch": ["if True:\n    mse = F.mse_loss\nelse:\n    def mse(x, y): return 0"],
    "in a try": ["try:\n    mse = F.mse_loss\nexcept ValueError:\n    mse = None"],
    "by a local import": ["def mse(x, y):\n    import torch.nn.functional as Q\n"
                          "    return Q.mse_loss(x, y)"],
    "by a local name": ["def mse(x, y):\n    f = F.mse_loss\n    return f(x, y)"],
    "past a local name of a lambda": ["q = F.mse_loss",
                                      "def mse(x, y): return (lambda q: 0) and q(x, y)"],
    "past a name of a comprehension": ["q = F.mse_loss",
                                       "def mse(x, y): return [q for q in ()] or q(x, y)"],
    "by getattr": ["def mse(x, y): return getattr(F, 'mse_loss')(x, y)"],
    "by getattr of two texts": ["def mse(x, y): return getattr(F, 'mse' + '_loss')(x, y)"],
    "by attrgetter": ["import operator\n"
                      "def mse(x, y): return operator.attrgetter('nn.MSELoss')(torch)()(x, y)"],
    "by vars": ["def mse(x, y): return vars(F)['mse_loss'](x, y)"],
    "by its dict": ["def mse(x, y): return F.__dict__['mse_loss'](x, y)"],
    "by sys.modules": ["import sys\n"
                       "def mse(x, y): return sys.modules['torch.nn.functional'].mse_loss(x, y)"],
    "by __import__": ["def mse(x, y): return __import__('torch').nn.functional.mse_loss(x, y)"],
    "by importlib": ["from importlib import import_module as im\n"
                     "def mse(x, y): return im('torch.nn.functional').mse_loss(x, y)"],
    "by globals": ["def mse(x, y): return globals()['F'].mse_loss(x, y)"],
    "by eval": ["def mse(x, y): return eval('F.mse_loss(x, y)')"],
    "by exec": ["exec('def mse(x, y): return F.mse_loss(x, y)')"],
    "by torch's inside": ["def mse(x, y): return torch._C._nn.mse_loss(x, y)"],
    "by torch.ops": ["def mse(x, y): return torch.ops.aten.mse_loss(x, y)"],
    "by partial": ["from functools import partial\nmse = partial(F.mse_loss, reduction='mean')"],
    "by either of two": ["def mse(x, y): return (F if len(x) else nn).mse_loss(x, y)"],
    "under a magic": ["%%time\ndef mse(x, y): return F.mse_loss(x, y)"],
    "between commands": ["!nvidia-smi\n%matplotlib inline\ndef mse(x, y):\n"
                         "    !ls \\\n      -l\n    return F.mse_loss(x, y)"],
    "in a written file": ["%%writefile h.py\nfrom torch.nn.functional import mse_loss as soft",
                          "from h import soft as mse"],
}  # fmt: skip


@pytest.mark.parametrize("cells", USED.values(), ids=USED)
def test_what_is_used_is_found_under_any_name(cells):
    found = verdict(*cells).broken
    assert found is not None and found.kind == "forbidden"
    assert found.details["name"].endswith(("mse_loss", "MSELoss"))


FILES = {
    "from": ("from helpers import f as mse", {"helpers.py": "from torch.nn.functional import "
             "mse_loss\ndef f(x, y): return mse_loss(x, y)"}),
    "through": ("import helpers\ndef mse(x, y): return helpers.F.mse_loss(x, y)",
                {"helpers.py": "import torch.nn.functional as F"}),
    "deep": ("from a.b import f\ndef mse(x, y): return f(x, y)",
             {"a/__init__.py": "", "a/b.py": "from a.c import f", "a/c.py": "from torch.nn import "
              "MSELoss\nf = MSELoss()"}),
    "star": ("from helpers import *", {"helpers.py": "from torch.nn import MSELoss\n"
                                       "mse = MSELoss()"}),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "files"), FILES.values(), ids=FILES)
def test_files_beside_are_followed(cell, files):
    assert verdict(cell, files=files).broken is not None


HIDDEN = {
    "a computed name": ["def mse(x, y): return getattr(F, 'mse_' + x.name)(x, y)"],
    "computed code": ["def mse(x, y): return 0", "exec(''.join(['mse', '=', '1']))"],
    "an unknown owner": ["def mse(x, y): return max([F], key=id).mse_loss(x, y)"],
    "no definition": ["globals()['mse'] = F.l1_loss"],
    "the profiler": ["import sys\nsys.setprofile(None)\ndef mse(x, y): return 0"],
    "torch's inside": ["def mse(x, y):\n    with torch._C.DisableTorchFunction():\n"
                       "        return x"],
    "a function's code": ["def mse(x, y): return 0\nmse.__code__ = other.__code__"],
    "a changed library": ["torch.square = F.l1_loss", "def mse(x, y): return torch.square(x - y)"],
    "a computed import": ["m = __import__('tor' + x)", "def mse(x, y): return m.nn(x, y)"],
    "the notebook's names": ["get_ipython().user_ns['mse'] = 3", "def mse(x, y): return 0"],
    "another module": ["import sys\nsys.modules['torch'] = 1\ndef mse(x, y): return 0"],
}  # fmt: skip


@pytest.mark.parametrize("cells", HIDDEN.values(), ids=HIDDEN)
def test_what_hides_is_a_doubt_with_its_line_and_no_mistake(cells):
    found = verdict(*cells)
    assert found.broken is None
    assert found.doubts
    assert all(doubt.line > 0 or "not defined" in str(doubt) for doubt in found.doubts)


ALLOWED = {
    "its own": ["def mse(x, y): return ((x - y) ** 2).mean()"],
    "a comparison beside it": ["def mse(x, y): return ((x - y) ** 2).mean()\n"
                               "assert torch.allclose(mse(a, b), F.mse_loss(a, b))"],
    "an earlier attempt": ["def mse(x, y): return F.mse_loss(x, y)",
                           "def mse(x, y): return ((x - y) ** 2).mean()"],
    "a local of that name": ["mse_loss = nn.MSELoss()",
                             "def mse(x, y):\n    mse_loss = (x - y).pow(2)\n"
                             "    return mse_loss.mean()"],
    "an argument of that name": ["loss = nn.MSELoss()", "def mse(x, loss): return loss.mean()"],
    "another loss": ["def mse(x, y): return F.smooth_l1_loss(x, y)"],
    "settings": ["torch.backends.cudnn.benchmark = True\nplt.rcParams['x'] = 1\nimport gc\n"
                 "gc.collect()\nimport os\nos.environ['A'] = 'b'\nimport sys\nsys.path = []",
                 "def mse(x, y): return ((x - y) ** 2).mean()"],
    "a text and a comment": ["def mse(x, y):\n    'not F.mse_loss'  # nn.MSELoss\n    return 0"],
    "no definition that can be read": ["def mse(x, y) return F.mse_loss"],
}  # fmt: skip


@pytest.mark.parametrize("cells", ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_stays(cells):
    found = verdict(*cells)
    assert found.broken is None
    assert not found.doubts or "not defined" in str(found.doubts[0])


def test_a_method_is_found_on_whatever_it_is_called():
    def said(body):
        return verdict(f"def g(z, v):\n    {body}", rule=NO_AUTOGRAD, name="g").broken

    assert said("f(z).backward()")
    assert said("torch.autograd.grad(f(z), z)")
    assert said("getattr(f(z), 'backward')()")
    assert said("torch.func.grad(f)(z)")
    assert said("with torch.no_grad(): return z - v") is None
    assert said("z.requires_grad_(False); return z - v") is None


def test_a_module_is_forbidden_with_all_that_is_in_it():
    rule = {"rule": NO_MODELS, "name": "StudentCNN"}
    assert verdict("from kdlab.models import StudentCNN", **rule).broken
    assert verdict("class StudentCNN(kdlab.models.TeacherCNN): pass", **rule).broken
    assert verdict("from kdlab import models as m\nStudentCNN = m.student.S", **rule).broken
    assert not verdict("from kdlab.models import TeacherCNN\nTeacherCNN()\n"
                       "class StudentCNN(nn.Module): pass", **rule).broken  # fmt: skip


def test_a_broken_rule_is_all_that_is_seen():
    found = verdict("mse = nn.MSELoss()")
    assert found.applied(None)(None) == Observation(fault=found.broken) or found.broken
    assert found.applied(None)(None).fault is found.broken
    seen = Observation()
    assert verdict("def mse(x, y): return x").applied(lambda case: seen)(None) is seen


def test_nothing_is_said_without_a_rule_or_a_source():
    assert verdict_on(None, "mse", Code(("mse = 1",))).broken is None
    assert verdict_on(NO_MSE, "mse", None).doubts == ()


@pytest.mark.parametrize(
    "cell",
    ["mse = " + "-" * 50_000 + "1", "mse = " + "(" * 5_000 + ")" * 5_000, "mse = " + "a." * 60_000,
     "mse = " + " or ".join(["mse"] * 20_000), "mse = 1 " + "+ 1" * 30_000, "x" * 500_000, "\0",
     "\n".join(f"a{n} = a{n + 1} or a{n + 2}" for n in range(3_000)) + "\nmse = a0",
     "def mse(): " + "lambda: " * 900 + "1"],
    ids=lambda cell: cell[:20],
)  # fmt: skip
def test_no_source_stops_it(cell):
    found = verdict(cell)
    assert found.broken is None


@given(st.text(), st.text(alphabet="%!?=\\ \nabc()'\"", max_size=80))
def test_any_text_is_read(first, second):
    assert verdict(first, second, "mse = nn.MSELoss()").broken is not None
