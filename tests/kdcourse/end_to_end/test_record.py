"""An end-to-end exercise is one record: its plan is data, and all that the trainer needs."""

import json
from importlib import import_module

import numpy as np
import pytest
import torch

from autograder.checks.exercise import Exercise, Measured
from autograder.execution.submission import LocalSubmission
from autograder.results.versions import deciding_files
from kdcourse.course import SUBJECT
from kdcourse.end_to_end.grade import train_and_measure
from kdcourse.end_to_end.lookup import records, records_by_bars, reference, step_of
from kdcourse.end_to_end.record import Schedule, Training
from kdcourse.end_to_end.stage import initial_weights
from kdlab.end_to_end import TEACHERS, train
from labkit.judge.case import Fault
from labkit.wire import pack, unpack

IDS = ("1-e", "2-e", "3-e", "4-e")
each_record = pytest.mark.parametrize("record", records().values(), ids=records())


def plan_of(record, data="digits-m"):
    return record.plan(step_of(record).name, data)


def test_each_lab_has_its_record_among_its_exercises():
    assert tuple(records()) == IDS
    assert list(records_by_bars()) == ["lab1", "lab2", "lab3", "lab4"]
    for name, record in zip(SUBJECT.labs, records().values(), strict=True):
        lab = name.partition("_")[0]
        assert record.bars == lab
        assert record is import_module(f"kdcourse.{lab}.end_to_end").END_TO_END
        (training,) = (each for each in SUBJECT.exercises(name) if isinstance(each, Measured))
        assert isinstance(training, Training)
        assert training.record is record
        assert training.id == record.id


@each_record
def test_a_plan_is_plain_data_and_crosses_the_bridge(record):
    plan = plan_of(record)
    assert json.loads(json.dumps(plan)) == plan
    assert unpack(pack(plan)) == plan


@each_record
def test_a_plan_names_the_network_that_the_grader_measures_with_or_the_students_own(record):
    module, _, name = plan_of(record)["network"].partition(":")
    if record.own_class:
        assert (module, name) == (record.own_class, "")
        assert record.own_class in reference(record)
    else:
        assert module.startswith("kdlab.")  # a kernel has the students' library and no other
        assert getattr(import_module(module), name) is record.network


@each_record
def test_a_plan_is_enough_for_the_trainer(record, small_stage):
    """Over the bridge, with the notebook's own names and no others."""
    plan = unpack(pack(plan_of(record, "small")))
    names = {name: reference(record)[name] for name in written(plan)}
    start = initial_weights(record.network, 4, 5)
    weights = train(names, plan, str(small_stage.training_set), start, seed=5, epochs=1)
    assert weights.keys() == start.keys()
    assert any(not np.array_equal(weights[name], start[name]) for name in start)


def written(plan):
    return [name for name in (plan["network"], plan["step"]) if ":" not in name]


@each_record
def test_what_the_plan_asks_for_and_is_not_there_is_named(record, small_stage):
    plan = plan_of(record, "small")
    start = initial_weights(record.network, 4, 5)
    seen = train({}, plan, str(small_stage.training_set), start, seed=5, epochs=1)
    assert seen == Fault("undefined", {"names": ", ".join(written(plan))})


def test_a_plan_of_no_exercise_trains_too(small_stage):
    """What the trainer knows comes with the plan: here, a step that no lab asks for."""
    given = []

    def step(teacher, student, inputs, labels, weight, ce_loss, extra_loss):
        given.append((weight, type(extra_loss), extra_loss.reduction))
        logits, maps = teacher(inputs)
        assert maps.shape[1:] == (32, 8, 8)
        return weight * ce_loss(student(inputs), labels) + extra_loss(student(inputs), logits)

    extra = {"loss": "L1Loss", "reduction": "sum"}
    plan = {
        "step": "step",
        "network": "kdlab.models:StudentCNN",
        "teacher": "maps",
        "phases": [
            {"share": 0.5, "arguments": {"weight": 1, "extra_loss": extra}},
            {"share": 0.5, "arguments": {"weight": 2, "extra_loss": extra}},
        ],
        "rate": 1e-3,
        "warm_up": 0.3,
    }
    start = initial_weights(records()["1-e"].network, 4, 0)
    weights = train({"step": step}, plan, str(small_stage.training_set), start, seed=0, epochs=4)
    assert weights.keys() == start.keys()
    assert {kind for _, kind, _ in given} == {torch.nn.L1Loss}
    assert {reduction for *_, reduction in given} == {"sum"}
    half = len(given) // 2
    assert [weight for weight, *_ in given] == [1] * half + [2] * half
    assert half == 2  # two passes over 100 images, a batch each


@each_record
def test_a_data_sets_own_schedule_changes_only_that_data_set(record, monkeypatch):
    others = [each for each in records().values() if each is not record]
    before = [(plan_of(each, "digits-m"), each.schedule_for("digits-m")) for each in others]
    usual = plan_of(record, "digits-m"), record.schedule_for("digits-m")
    monkeypatch.setitem(record.own_schedules, "cifar10", Schedule(epochs=9, warm_up=0.2))
    assert record.schedule_for("cifar10") == Schedule(9, 0.2)
    assert plan_of(record, "cifar10") == {**usual[0], "warm_up": 0.2}
    assert (plan_of(record, "digits-m"), record.schedule_for("digits-m")) == usual
    for data in ("digits-m", "cifar10"):
        now = [(plan_of(each, data), each.schedule_for(data)) for each in others]
        assert now == before


def test_a_submission_is_trained_by_the_schedule_of_its_data_set(small_stage, monkeypatch):
    """The stage's images are those of the data set ``small``."""
    record = records()["1-e"]
    monkeypatch.setitem(record.own_schedules, "small", Schedule(epochs=3, warm_up=0.25))
    monkeypatch.setitem(record.own_schedules, "other", Schedule(epochs=7))
    asked = {}

    class Asked(LocalSubmission):
        def run(self, function, **arguments):
            asked.update(arguments)
            return Fault("died")

    assert train_and_measure(small_stage, record, Asked({}), 0) == Fault("died")
    assert (asked["epochs"], asked["plan"]["warm_up"]) == (3, 0.25)


@each_record
def test_what_a_record_names_is_there(record):
    assert isinstance(SUBJECT.find(record.step), Exercise)
    assert record.step[0] == record.id[0]  # a function of the same lab
    assert record.teacher in TEACHERS
    assert sum(phase.share for phase in record.phases) == pytest.approx(1)
    assert bool(record.method_measure) == bool(record.method_weight)
    if record.method_measure:
        assert record.method_measure in {each.name for each in record.graded}
        assert all(record.method_weight in phase.arguments for phase in record.phases)


@each_record
def test_the_graded_measures_come_to_four_points(record):
    assert sum(each.weight for each in record.graded) == 4
    assert [check.id for check in SUBJECT.find(record.id).checks] == [m.name for m in record.graded]


def test_the_reference_is_the_first_right_way_of_each_exercise():
    for lab, record in zip(SUBJECT.labs, records().values(), strict=True):
        exercises = [each for each in SUBJECT.exercises(lab) if isinstance(each, Exercise)]
        assert reference(record) == {each.name: each.right[0].subject for each in exercises}


@each_record
def test_without_its_term_the_step_is_called_with_no_weight_on_it(record, monkeypatch):
    step = step_of(record)
    whole, left = reference(record), reference(record, with_term=False)
    assert {n: v for n, v in whole.items() if n != step.name} == {
        n: v for n, v in left.items() if n != step.name
    }
    if not record.method_weight:
        assert left == whole
        return
    called = []
    monkeypatch.setitem(vars(step), "right", (Spy(called),))
    reference(record, with_term=False)[step.name]("batch", other=1, **{record.method_weight: 0.7})
    assert called == [(("batch",), {"other": 1, record.method_weight: 0.0})]


class Spy:
    """A right way that notes how it is called."""

    def __init__(self, called):
        self.subject = lambda *arguments, **keywords: called.append((arguments, keywords))


def test_the_bars_and_the_record_of_a_lab_decide_its_own_results_alone():
    for name in SUBJECT.labs:
        lab = name.partition("_")[0]
        files = deciding_files(SUBJECT, name)
        assert f"kdcourse.{lab}.end_to_end" in files
        others = {f"kdcourse.lab{number}" for number in (1, 2, 3, 4)} - {f"kdcourse.{lab}"}
        assert not [each for each in files if each.startswith(tuple(others))]
        bars = {each.rpartition("/")[2].partition("-")[0] for each in files if "/bars/" in each}
        assert bars == {lab}
