"""Where lab 2's ``run_experiment`` is tried: nothing of it stays, what is no answer is said."""

import inspect
import sys
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kdcourse.lab2.experiment_cases import answers
from kdcourse.lab2.right_experiment import LECTURE, written
from kdlab.probe_lab import STEP, Surroundings
from labkit.judge.case import Case, Fault
from labkit.probe.observe import observe

KIND = "kdlab.probe_experiment:observe_experiment"
NAMES = ("T", "soft_target_loss_weight", "ce_loss_weight")
RIGHT = written(LECTURE)


def case(*called, seed=3, before=(2.0, 0.5, 0.5)):
    arguments = dict(zip(NAMES, called or (4.0, 0.75, 0.5), strict=True))
    return Case(KIND, arguments, options={"seed": seed, "before": list(before)})


def fault(function, **more):
    found = observe(function, case(**more)).fault
    assert isinstance(found, Fault)
    return found.kind


weights = st.floats(0, 2).map(lambda value: round(value, 3))


@settings(max_examples=10)
@given(st.floats(0.5, 20).map(lambda T: round(T, 3)), weights, weights, st.integers(0, 10**6))
def test_a_trained_student_answers_as_worked_out(T, soft, ce, seed):
    seen = observe(RIGHT, case(T, soft, ce, seed=seed))
    assert seen.fault is None
    z, v, labels = answers(seed, (T, soft, ce))
    assert np.allclose(seen.entry("network:student"), z[:8], atol=1e-4 * np.abs(z).max())
    close = np.abs(z[:, :, None] - z[:, None, :])[:, ~np.eye(5, dtype=bool)].min() > 1e-2
    if close:
        assert seen.entry("value:accuracy") == pytest.approx(np.mean(z.argmax(1) == labels))
        assert seen.entry("value:agreement") == pytest.approx(np.mean(z.argmax(1) == v.argmax(1)))


def test_the_notebooks_names_are_as_they_were(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "lab", "mine", raising=False)
    monkeypatch.delattr(main, "remembered_teacher", raising=False)
    function = written("new_student = 7\n" + LECTURE)
    assert observe(function, case()).fault is None
    assert main.lab == "mine" and not hasattr(main, "remembered_teacher")
    found = function.__globals__
    assert found["new_student"] == 7 and STEP not in found


def test_the_names_come_back_when_the_function_raises():
    function = written("new_student = 7\ndef run_experiment(*given):\n    raise OSError('disk')")
    assert fault(function) == "raised"
    assert function.__globals__["new_student"] == 7


def test_what_is_no_function_of_python_finds_no_names():
    assert fault(len) == "raised"
    assert observe(partial(RIGHT), case()).fault is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return None", "none"),
        ("return 1, 2, 3", "not_the_tuple"),
        ("return {}, new_student()", "not_the_tuple"),
        ("return new_student(), 0.7", "not_the_tuple"),
        ("return kd_student, {}", "not_fresh"),
        ("return remembered_teacher, {}", "not_fresh"),
        ("return torch.nn.Linear(2, 2), {}", "not_fresh"),
        ("return new_student(), {'accuracy': 0.7, 'agreement': 0.7, 'kl': 4.0}", "not_trained"),
        ("raise NotImplementedError('2-5: Write the code between the two marks.')",
         "not_attempted"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_said(body, kind):
    assert fault(written(f"def run_experiment(T, soft, ce):\n    {body}")) == kind


def test_a_network_that_was_made_before_the_function_is_not_fresh():
    """A real one too, of the notebook's own class."""
    text = "from kdlab.models import StudentCNN as Net\nmodel = Net(5)\n"
    assert fault(written(text + LECTURE.replace("new_student()", "model"))) == "not_fresh"


def test_a_student_of_the_call_before_is_not_fresh():
    kept = LECTURE.replace("def run", "from functools import cache\n\n\n@cache\ndef make():\n"
                           "    return new_student()\n\n\ndef run", 1)  # fmt: skip
    kept = kept.replace("student = new_student()", "student = make()")
    assert fault(written(kept)) == "not_fresh"


@pytest.mark.parametrize("value", ["'high'", "None", "torch.ones(2)", "[1]"])
def test_what_is_no_number_is_said_for_its_key_alone(value):
    text = LECTURE.replace("kdlab.accuracy(student, validation_batches)", value)
    seen = observe(written(text), case())
    assert seen.entry("value:accuracy").kind == seen.entry("form:accuracy").kind == "no_number"
    assert isinstance(seen.entry("value:kl"), np.ndarray)


def test_the_step_there_has_the_notebooks_signature():
    assert list(inspect.signature(Surroundings(1, "cpu").step).parameters) == [
        *("teacher", "student", "inputs", "labels"), *NAMES, "ce_loss"
    ]  # fmt: skip


def test_a_student_is_marked_once_and_by_the_backward_pass_alone():
    around = Surroundings(5, "cpu")
    student = around.new_student()
    inputs, labels = next(iter(around.data.train.batches(4)))
    given = (around.teacher, student, inputs, labels, 4.0, 0.5, 0.5, torch.nn.CrossEntropyLoss())
    before = student.weight.detach().clone()
    loss = around.step(*given)
    assert torch.equal(student.weight, before)
    loss.backward()
    once = student.weight.detach().clone()
    assert not torch.equal(once, before) and not student.weight.grad.any()
    around.step(*given).backward()
    assert torch.equal(student.weight, once)
