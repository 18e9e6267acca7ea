"""Lab 1's references agree with torch, and cases for classes and batches see what they should."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import kdlab
import kdlab.models
from autograder.checks.sheets import hidden_sheet
from kdcourse.course import SUBJECT
from kdcourse.lab1.right_accuracy import accuracy_lecture
from kdcourse.lab1.right_student import StudentLecture
from kdcourse.references import cnn
from kdcourse.references.labels import targets_gradient, targets_loss, targets_of
from labkit.judge.case import Case, Fault, decode, encode
from labkit.judge.sheet import judge
from labkit.probe.observe import observe
from labkit.probe.weights import images_of, load_weights


def sheet_of(id):
    return hidden_sheet(SUBJECT.find(id))


RANDOM = np.random.RandomState(0)
LOGITS = RANDOM.normal(size=(6, 4)) * 3
WEIGHT = RANDOM.uniform(0.2, 2, 4)
INDICES = np.array([0, 1, 2, 3, 2, 1])
PROBABILITIES = RANDOM.dirichlet(np.ones(4), 6)


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize(
    ("labels", "ignore_index"), [(INDICES, -100), (INDICES, 2), (PROBABILITIES, -100)]
)
def test_the_cross_entropy_is_torchs(labels, weight, ignore_index):
    logits = torch.tensor(LOGITS, requires_grad=True)
    loss = nn.CrossEntropyLoss(
        weight=None if weight is None else torch.tensor(weight), ignore_index=ignore_index
    )(logits, torch.tensor(labels))
    loss.backward()
    exact = (LOGITS, *targets_of(labels, 4, weight, ignore_index))
    assert targets_loss(*exact) == pytest.approx(loss.item(), rel=1e-12)
    assert targets_gradient(*exact) == pytest.approx(logits.grad.numpy(), rel=1e-10, abs=1e-12)


def test_the_cross_entropy_gradient_is_its_central_difference():
    exact = targets_of(PROBABILITIES, 4, WEIGHT)
    step = np.zeros_like(LOGITS)
    step[2, 1] = 1e-5
    ahead, behind = (targets_loss(LOGITS + sign * step, *exact) for sign in (1, -1))
    assert targets_gradient(LOGITS, *exact)[2, 1] == pytest.approx((ahead - behind) / 2e-5)


def test_the_network_is_torchs():
    model = StudentLecture(7).double().eval()
    load_weights(model, 5)
    images, cotangent = images_of((2, 3, 32, 32), 6), RANDOM.normal(size=(2, 7))
    logits = model(torch.tensor(images))
    logits.backward(torch.tensor(cotangent))
    layers = {
        "conv1": model.features[0], "conv2": model.features[3],
        "linear1": model.classifier[0], "linear2": model.classifier[3],
    }  # fmt: skip
    weights = {n: (m.weight.detach().numpy(), m.bias.detach().numpy()) for n, m in layers.items()}
    done = cnn.forward(images, weights)
    assert done.logits == pytest.approx(logits.detach().numpy(), rel=1e-10)
    for name, pair in cnn.backward(done, weights, cotangent).items():
        for got, parameter in zip(pair, (layers[name].weight, layers[name].bias), strict=True):
            assert got == pytest.approx(parameter.grad.numpy(), rel=1e-8, abs=1e-10)


def dropout_case():
    (trial,) = (t for t in sheet_of("1-2").trials if "dropout" in t.expected)
    return trial.case


@pytest.mark.parametrize("p", [0.1, 0.5])
def test_dropout_is_seen_by_its_factor(p):
    class Student(StudentLecture):
        def __init__(self, num_classes):
            super().__init__(num_classes)
            self.classifier[2].p = p

    seen = observe(Student, dropout_case()).entry("dropout")
    assert seen == pytest.approx(np.full(2, 1 / (1 - p)), rel=1e-4)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda student, z: F.dropout(z, 0.1), "varies"),
        (lambda student, z: F.dropout(z, 0.1, student.training), "dropout_place"),
        (lambda student, z: None, "raised"),
    ],
)
def test_a_network_that_cannot_be_measured_says_why(change, kind):
    class Student(StudentLecture):
        def forward(self, x):
            return change(self, super().forward(x)) if kind != "raised" else self.missing(x)

    seen = observe(Student, dropout_case()).entry("dropout")
    assert isinstance(seen, Fault)
    assert seen.kind == kind


BATCHES = Case(
    "call",
    {
        "model": {
            "network": {
                "parameters": {"weight": np.eye(3), "bias": np.zeros(3)},
                "training": True,
                "factors": {"train": -1.0},
            }
        },
        "batches": {"batches": [[np.eye(3), np.array([0, 1, 0])], [np.eye(3)[:1], np.array([0])]]},
    },
    returns="number",
)


@pytest.mark.parametrize("case", [BATCHES, decode(encode(BATCHES))], ids=["made", "stored"])
def test_batches_reach_the_function(case):
    seen = observe(accuracy_lecture, case)
    assert seen.entry("value") == pytest.approx(0.75)
    assert not isinstance(seen.entry("inputs"), Fault)
    assert (seen.entry("mode:model"), seen.entry("passes:model")) == (1, 0)


def test_changed_batches_are_found_out():
    def accuracy(model, batches):
        for _, labels in batches:
            labels.zero_()
        return 0.5

    changed = observe(accuracy, BATCHES).entry("inputs")
    assert changed.details["names"] == ["batches[1]"]


@pytest.mark.parametrize("result", [None, (0.5, 1), "0.5", float("nan")])
@pytest.mark.parametrize("id", ["1-1", "1-3", "1-4"])
def test_bad_results_lose_points_without_an_exception(id, result):
    report = judge(sheet_of(id), lambda case: observe(lambda *a, **k: result, case))
    assert report.outcome == "incorrect"
    assert report.earned <= 1


@pytest.mark.parametrize("result", [None, 3, nn.Identity()])
def test_a_class_that_is_none_loses_everything(result):
    report = judge(sheet_of("1-2"), lambda case: observe(lambda **k: result, case))
    assert report.earned <= 0.5


def test_what_kdlab_gives_away_is_no_answer():
    class Inherited(kdlab.models.StudentCNN):
        pass

    wrapped = {"1-2": lambda num_classes=10: kdlab.models.StudentCNN(num_classes),
               "1-4": lambda model, batches: kdlab.accuracy(model, batches)}  # fmt: skip
    for id, subject in (
        ("1-2", kdlab.models.StudentCNN),
        ("1-2", Inherited),
        ("1-2", wrapped["1-2"]),
        ("1-4", kdlab.accuracy),
        ("1-4", wrapped["1-4"]),
    ):
        report = judge(sheet_of(id), lambda case, subject=subject: observe(subject, case))
        assert report.earned == 0
        faults = {result.finding.difference.kind for result in report.results if result.finding}
        assert "forbidden" in faults
