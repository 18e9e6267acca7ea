"""The fingerprint changes with what would change a training, and with nothing else."""

import torch
from torch import nn

from kdlab.fingerprint import data_mark, fingerprint


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
