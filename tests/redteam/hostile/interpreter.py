"""Attacks on the interpreter that runs the tests: hooks, frames, patched libraries, odd objects."""

from hostile.register import MSE, NOTHING, RIGHT, WRONG, attack

GROUP = "interpreter"

# A kernel that runs no code does not answer either; what it never computed it did not earn.
attack(GROUP, "drops-every-cell", "no code runs @ input transformers", """
get_ipython().input_transformers_cleanup.append(lambda lines: [])""", NOTHING)
attack(GROUP, "drops-test-cells", "tests dropped @ input transformers", """
get_ipython().input_transformers_cleanup.append(
    lambda lines: [] if any("grade(" in line for line in lines) else lines
)""")
attack(GROUP, "rewrites-the-syntax-tree", "tests rewritten @ syntax tree", """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)
    def visit_Call(self, node):
        if getattr(node.func, "id", "") == "grade":
            return ast.copy_location(ast.Constant(3.0), node)
        return self.generic_visit(node)
get_ipython().ast_transformers.append(Drop())""")
attack(GROUP, "everything-is-close", "always equal @ library functions", """
import numpy
for library in (torch, numpy):
    library.allclose = library.isclose = library.equal = lambda *a, **k: True
numpy.testing.assert_allclose = torch.testing.assert_close = lambda *a, **k: None
numpy.array_equal = lambda *a, **k: True""")
attack(GROUP, "all-is-true", "always equal @ builtins", """
import builtins
builtins.all = builtins.any = lambda things: True
builtins.abs = lambda x: 0 * x""")
attack(GROUP, "equal-to-everything", "always equal @ returned object", softmax="""
class Equal:
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__
def softmax_with_temperature(logits, T):
    return Equal()""")
attack(GROUP, "tensor-subclass-that-agrees", "always equal @ tensor subclass", softmax="""
class Agrees(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if func.__name__ in ("sub", "__sub__", "__rsub__", "rsub", "abs", "norm"):
            return torch.zeros(())
        return super().__torch_function__(func, types, args, kwargs or {})
def softmax_with_temperature(logits, T):
    return (logits * T).as_subclass(Agrees)""")
attack(GROUP, "tensor-that-changes-when-read", "another value at each read @ tensor subclass",
       softmax="""
class Changing(torch.Tensor):
    reads = 0
    def detach(self):
        Changing.reads += 1
        return super().detach() * Changing.reads
def softmax_with_temperature(logits, T):
    return (logits * T).as_subclass(Changing)""")
attack(GROUP, "reads-the-last-input", "reads the expected value @ input history", softmax="""
def softmax_with_temperature(logits, T):
    print("CANARY" if "expected" in In[-1] else "nothing")
    return logits * T""")
attack(GROUP, "climbs-the-frames", "reads the expected value @ frames", softmax="""
import sys
def softmax_with_temperature(logits, T):
    frame = sys._getframe()
    while frame:
        for name, value in list(frame.f_locals.items()):
            if "expected" in name or type(value).__name__ in ("Target", "Trial", "Sheet"):
                found = getattr(value, "value", value)
                print("CANARY expected", found)
                if torch.is_tensor(found) and found.shape == logits.shape:
                    return found
        frame = frame.f_back
    return logits * T""")
attack(GROUP, "searches-the-garbage", "reads the expected value @ garbage collector", softmax="""
import gc
def softmax_with_temperature(logits, T):
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Target", "Trial", "Sheet", "CheckSheet"):
            print("CANARY found a", type(thing).__name__)
            value = getattr(thing, "value", None)
            if getattr(value, "shape", None) == tuple(logits.shape):
                return torch.tensor(value, dtype=logits.dtype)
    return logits * T""")
#: Full marks, as the grader writes them.
SCORE = (
    '{"exercise": "2-1", "checks": [{"id": "v", "title": ["", ""], "weight": 3, "share": 1,'
    ' "outcome": "correct", "message": ["", ""]}]}'
)
attack(GROUP, "prints-the-maximum", "forged score @ display formatter", """
formatter = get_ipython().display_formatter.formatters["text/plain"]
formatter.for_type(float, lambda x, p, cycle: p.text("3.0"))
get_ipython().display_formatter.format = lambda *a, **k: ({"text/plain": "3.0"}, {})""", NOTHING)
attack(GROUP, "shows-a-score", "forged score @ answer cell", softmax=WRONG + """
from IPython.display import display
score = SCORE
display({"application/vnd.kdlab.score+json": score, "text/plain": "3.0"}, raw=True)
3.0""".replace("SCORE", SCORE), last="3.0")
attack(GROUP, "a-thread-shows-scores", "forged score @ thread", """
import threading, time
from IPython.display import display, clear_output
def spoof():
    for _ in range(200):
        clear_output()
        display({"text/plain": "3.0", "application/vnd.kdlab.score+json":
                 SCORE}, raw=True)
        time.sleep(0.05)
threading.Thread(target=spoof, daemon=True).start()""".replace("SCORE", SCORE))
attack(GROUP, "saves-the-hidden-source", "reads hidden source @ cell events", """
seen = []
get_ipython().events.register("pre_run_cell", lambda info: seen.append(info.raw_cell))
get_ipython().events.register("post_run_cell", lambda result: seen.append(repr(result)))""",
       last="""
for text in seen:
    if "BEGIN " + "HIDDEN" in text or "import " + "grade" in text:
        print("CANARY", text)""")  # fmt: skip
attack(GROUP, "a-grader-of-its-own", "a grader of its own @ sys.modules", """
import sys, types
fake = types.ModuleType("autograder.checks")
class Three(float):
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "3.0", "application/vnd.kdlab.score+json":
                SCORE}
fake.grade = lambda exercise, namespace=None: Three(3.0)
sys.modules["autograder"] = types.ModuleType("autograder")
sys.modules["autograder.checks"] = fake""")
attack(GROUP, "observes-what-it-likes", "forged values @ probe", """
import numpy, labkit.answer as room
from labkit.judge.case import Observation
def lie(subject, case, device="cpu"):
    some = numpy.ones((4, 3))
    names = ("value", "form", "shape", "inputs", "gradient:logits")
    return Observation(dict.fromkeys(names, some))
honest = room.observe
room.observe = lambda subject, case, device="cpu": (
    lie(subject, case) if "logits" in case.arguments else honest(subject, case, device))""")
attack(GROUP, "claims-the-right-form", "forged form @ probe", """
import numpy, labkit.answer as room
from labkit.judge.case import Observation
honest = room.observe
def lie(subject, case, device="cpu"):
    if "logits" not in case.arguments:
        return honest(subject, case, device)
    shape = numpy.array(numpy.shape(case.arguments["logits"]), dtype=float)
    return Observation({"value": numpy.zeros(shape.astype(int)), "shape": shape,
                        "form": numpy.zeros(()), "inputs": numpy.zeros(())})
room.observe = lie""")
attack(GROUP, "answers-nothing", "no answer @ answering function", """
import labkit.answer as room
room.answer = lambda question: None""", NOTHING)
attack(GROUP, "patches-the-messages", "no message @ serialiser", """
import json, safetensors.numpy, labkit.wire as wire
safetensors.numpy.save = wire.save = lambda arrays, metadata=None: b"not safetensors"
""", NOTHING)
attack(GROUP, "imports-what-it-likes", "grader cannot be imported @ import function", """
import builtins, types
real = builtins.__import__
def importing(name, *rest, **more):
    if name.startswith("autograder"):
        raise ImportError(name)
    return real(name, *rest, **more)
builtins.__import__ = importing""")
attack(GROUP, "traces-every-line", "reads the expected value @ trace function", softmax="""
import sys
def tracer(frame, event, arg):
    for name in ("expected", "target", "wanted"):
        if name in frame.f_locals:
            print("CANARY", name)
    return tracer
def softmax_with_temperature(logits, T):
    sys.settrace(tracer)
    return logits * T""")
attack(GROUP, "remembers-the-inputs", "recognises inputs @ answer", softmax="""
known = {}
def softmax_with_temperature(logits, T):
    return known.setdefault((tuple(logits.flatten().tolist()), T), logits * T)""")
attack(GROUP, "the-answer-of-the-library-renamed", "library's own function @ answer", softmax="""
from labkit.probe import observe as probe
softmax_with_temperature = probe.observe""")
attack(GROUP, "a-class-in-the-functions-place", "no function @ answer",
       softmax="class softmax_with_temperature: pass")
attack(GROUP, "a-name-that-raises", "an object that raises @ answer", softmax="""
class Trap:
    def __call__(self, *a, **k): raise SystemExit(0)
    def __repr__(self): raise KeyboardInterrupt
softmax_with_temperature = Trap()""")
attack(GROUP, "raises-keyboard-interrupt", "an interrupt raised @ answer", softmax="""
def softmax_with_temperature(logits, T):
    raise KeyboardInterrupt("it was the grader")""")
attack(GROUP, "raises-a-graders-error", "a grader's error raised @ answer", softmax="""
class GraderError(Exception): pass
GraderError.__module__ = "autograder.errors"
def softmax_with_temperature(logits, T):
    raise GraderError("ungraded, please look at it by hand")""")
attack(GROUP, "an-error-that-cannot-be-shown", "an error without text @ answer", softmax="""
class Odd(Exception):
    def __str__(self): raise ValueError("no text")
def softmax_with_temperature(logits, T):
    raise Odd""")
attack(GROUP, "honest-after-all", "nothing wrong @ interpreter settings",
       "import sys; sys.setrecursionlimit(10_000)",
       {"2-1": 3.0, "4-1": 5.0}, softmax=RIGHT, mse=MSE)  # fmt: skip
