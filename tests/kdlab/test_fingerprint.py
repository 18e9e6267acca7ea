"""The fingerprint changes with what would change a training, and with nothing else."""

import importlib.util
import os
import subprocess
import sys

import pytest
import torch
from torch import nn

from kdlab.fingerprint import data_mark, fingerprint, surroundings
from kdlab.teachers import remember


def notebook(source):
    """What a notebook's cells define."""
    namespace = {"__name__": "__main__", "torch": torch, "nn": nn}
    exec(source, namespace)
    return namespace


STEP = """
def helper(x):
    return x * {factor}

def step(model, inputs, labels):
    return helper(model(inputs).sum()) * scale

scale = {scale}
train = lambda model, inputs, labels: step(model, inputs, labels)
"""


def of(network, factor=2, scale=3, **facts):
    return fingerprint(notebook(STEP.format(factor=factor, scale=scale))["train"], network, **facts)


def test_the_same_training_has_the_same(small_network):
    assert of(small_network, epochs=3) == of(small_network, epochs=3)


def test_numbers_called_functions_and_facts_count(small_network):
    marks = {
        of(small_network, epochs=3),
        of(small_network, epochs=4),
        of(small_network, factor=5, epochs=3),
        of(small_network, scale=5, epochs=3),
    }
    assert len(marks) == 4


def test_weights_and_structure_count(small_network):
    before = of(small_network)
    with torch.no_grad():
        small_network[2].weight[0, 0] += 1
    changed = of(small_network)
    small_network[3].p = 0.1
    assert len({before, changed, of(small_network)}) == 3


def test_a_teacher_in_the_closure_counts(small_network):
    def step_with(teacher):
        return lambda model, inputs, labels: teacher(inputs).sum()

    torch.manual_seed(0)
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    marks = {fingerprint(step_with(teacher), small_network) for teacher in (first, second)}
    assert len(marks) == 2


def test_the_forward_pass_of_a_students_class_counts():
    source = """
class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)
    def forward(self, x):
        return self.linear(x){end}
"""
    marks = set()
    for end in ("", " * 2"):
        torch.manual_seed(0)
        student = notebook(source.format(end=end))["Student"]()
        marks.add(fingerprint(len, student))
    assert len(marks) == 2


def test_functions_that_call_each_other_end(small_network):
    cells = notebook("def a(x):\n    return b(x)\ndef b(x):\n    return a(x)")
    assert fingerprint(cells["a"], small_network)


def test_images_and_labels_count(small_data):
    before = data_mark(small_data.train)
    small_data.train.images[0, 0, 0, 0] += 1
    changed = data_mark(small_data.train)
    small_data.train.labels[:2] = small_data.train.labels[[1, 0]]
    assert len({before, changed, data_mark(small_data.train)}) == 3


SURROUNDINGS = """
import functools

import numpy as np

class Options:
    scale = {a}
    def __init__(self):
        self.shift = {b}
    def apply(self, x):
        return x * self.scale + self.shift

options = Options()
table = {{"w": [1.0, {c}]}}
weights = torch.tensor([1.0, {d}])
grid = np.array([1.0, {e}])
allowed = {{"x", "y", "z", {f!r}}}
power = functools.partial(pow, exp={g})

def step(model, inputs, labels):
    pick = lambda y: [weights[y] * table["w"][0] for _ in "a" if "q" in allowed]
    return options.apply(power(grid[0]) * pick(labels)[0])
"""
PLAIN = dict(a=1, b=2, c=3, d=4, e=5, f="f", g=6)


def around(**changed):
    return fingerprint(notebook(SURROUNDINGS.format(**PLAIN | changed))["step"], nn.Identity())


def test_whatever_a_step_reaches_counts_in_whatever_it_is_held():
    marks = {around(**{name: "v" if name == "f" else 9}) for name in PLAIN}
    assert len(marks | {around()}) == len(PLAIN) + 1
    assert around() == around()


@pytest.mark.slow
def test_it_is_the_same_in_another_process(tmp_path):
    """Sets have another order there, and objects other numbers."""
    code = "from pathlib import Path; import torch; from torch import nn\n"
    code += "from kdlab.fingerprint import fingerprint\n" + SURROUNDINGS.format(**PLAIN)
    code += "\nprint(fingerprint(step, nn.Identity()))\n"
    (tmp_path / "cell.py").write_text(code)
    found = {
        subprocess.run(
            [sys.executable, str(tmp_path / "cell.py")], capture_output=True, text=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed in "12"
    }  # fmt: skip
    assert len(found) == 1 and len(found.pop()) == 17


@pytest.mark.parametrize("opaque", ["iter([1, 2])", "(x for x in ())", "Refuses()"])
def test_what_cannot_be_looked_into_never_comes_again(opaque):
    source = (
        "class Refuses:\n    @property\n    def __dict__(self):\n        raise KeyError\n"
        f"thing = {opaque}\ndef step(model, x, y):\n    return thing\n"
    )
    step = notebook(source)["step"]
    assert fingerprint(step, nn.Identity()) != fingerprint(step, nn.Identity())


def test_what_a_training_changes_around_its_network_is_seen(small_network):
    cells = notebook("seen = []\nnorm = nn.BatchNorm1d(2)\ndef step(m, x, y):\n    norm, seen")
    before = surroundings(cells["step"], small_network)
    small_network[2].weight.data += 1
    assert surroundings(cells["step"], small_network) == before
    cells["seen"].append(1)
    changed = surroundings(cells["step"], small_network)
    cells["norm"](torch.randn(4, 2))
    assert len({before, changed, surroundings(cells["step"], small_network)}) == 3


def test_a_remembered_teacher_counts_by_its_weights(small_data):
    marks = set()
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        teacher = nn.Sequential(nn.Flatten(), nn.Linear(3072, 4)).eval()
        known = remember(teacher, small_data.test)
        marks.add(fingerprint(lambda m, x, y, known=known: known(x), nn.Identity()))
    assert len(marks) == 2


@pytest.mark.parametrize("uses", ["helper.f", "f"])
def test_a_helper_in_a_file_beside_the_notebook_counts(tmp_path, monkeypatch, uses):
    marks = set()
    for factor in (1, 2):
        file = tmp_path / f"helper_of_mine_{factor}.py"
        file.write_text(f"def f(x):\n    return x * {factor}\n")
        spec = importlib.util.spec_from_file_location("helper_of_mine", file)
        helper = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "helper_of_mine", helper)
        spec.loader.exec_module(helper)
        cells = notebook(f"def step(m, x, y):\n    return {uses}(x)")
        cells |= {"helper": helper, "f": helper.f}
        step = cells["step"]
        step.__globals__.update(cells)
        marks.add(fingerprint(step, nn.Identity()))
    assert len(marks) == 2
