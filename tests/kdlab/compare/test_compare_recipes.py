"""Every method of the lectures can be compared, and starts from the baseline's weights."""

import math
import subprocess
import sys

import pytest
import torch
from torch import nn

from kdlab.compare import RECIPES
from kdlab.compare.memory import PeakMemory
from kdlab.compare.recipes import KINDS, in_order
from kdlab.compare.run import Trainer, run
from kdlab.compare.setting import MAP, Trainee

OF_THE_LECTURES = {
    "response": {"soft_targets", "logit_matching"},
    "features": {
        *("cosine", "hint", "attention_transfer", "attention_gradient", "neuron_selectivity"),
        *("factor_transfer", "activation_boundary"),
    },
    "relations": {"solution_flow", "relational_distance", "relational_angle"},
    "schemes": {
        *("born_again", "mutual_learning", "native_ensemble", "self_distillation"),
        *("average_teachers", "relative_triplet", "cross_modal", "data_free", "weight_matching"),
    },
    "control": {"label_smoothing", "second_student", "deep_supervision"},
}
WITHOUT_TWO_TERMS = {
    *("cross_entropy", "label_smoothing", "second_student", "deep_supervision"),
    *("cross_modal", "data_free"),
}


def test_every_method_of_the_lectures_has_a_recipe():
    by_kind = {kind: {n for n, each in RECIPES.items() if each.kind == kind} for kind in KINDS}
    assert by_kind == {"baseline": {"cross_entropy"}, **OF_THE_LECTURES}
    assert sorted(in_order()) == sorted(RECIPES)


def test_controls_stand_behind_what_they_control():
    names = in_order()
    for method, control in {
        "soft_targets": "label_smoothing",
        "mutual_learning": "second_student",
        "self_distillation": "deep_supervision",
    }.items():
        assert names.index(control) == names.index(method) + 1


@pytest.mark.parametrize("method", in_order())
def test_every_method_runs(method, setting):
    shares = []
    outcome = run(method, setting, 0, shares.append)
    assert (outcome.method, outcome.seed) == (method, 0)
    assert 0 <= outcome.accuracy <= 1 and 0 <= outcome.agreement <= 1
    assert 0 < outcome.seconds_per_epoch < outcome.seconds
    assert outcome.peak_bytes > 1e6
    assert sum(shares) == pytest.approx(2 if method == "born_again" else 1)
    if method in WITHOUT_TWO_TERMS:
        assert outcome.gradient_ratio is None
    else:
        assert 1e-6 < outcome.gradient_ratio < 1e6


def first_weights(method, setting):
    """The student's weights when it is first trained with two terms (the heir, of generations)."""
    seen = []

    class Stop(Exception):
        pass

    def train(model, terms, **_):
        student = getattr(model, "student", model)
        seen.append({k: v.clone() for k, v in student.state_dict().items()})
        if method != "born_again" or len(seen) == 2:
            raise Stop

    with pytest.raises(Stop):
        RECIPES[method].run(setting, 3, train)
    return seen[-1]


@pytest.mark.parametrize("method", ["hint", "factor_transfer", "weight_matching", "born_again"])
def test_the_student_starts_as_the_baseline_does(method, setting):
    torch.manual_seed(1)
    expected = first_weights("cross_entropy", setting)
    torch.manual_seed(2)
    found = first_weights(method, setting)
    assert list(found) == list(expected)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_a_run_can_be_repeated(setting):
    one, two = (run("hint", setting, 1, lambda share: None) for _ in range(2))
    assert (one.accuracy, one.gradient_ratio) == (two.accuracy, two.gradient_ratio)


def test_the_teacher_is_asked_once_about_each_module(setting):
    calls = []
    setting.teacher.register_forward_hook(lambda *_: calls.append(1))
    for _ in range(2):
        setting.remembered(MAP)
        setting.remembered()
        setting.remembered(MAP, "classifier.1")
    assert len(calls) == 2
    inputs, _ = next(iter(setting.data.train.batches(8, shuffle=True)))
    logits, feature_map, hidden = setting.remembered(MAP, "classifier.1")(inputs)
    torch.testing.assert_close(feature_map, setting.teacher.features(inputs), rtol=0.05, atol=0.05)
    assert logits.shape == (8, 4) and hidden.shape == (8, 512)


def test_the_gradient_ratio_is_that_of_the_students_weights(setting):
    """d/dw of 3·Σw over that of Σw is 3, whatever the adapter gets."""
    model = Trainee(nn.Linear(2, 2), [nn.Linear(2, 2)])
    trainer = Trainer(setting, 0, lambda share: None)

    def terms(model, inputs, labels):
        task = sum(weight.sum() for weight in model.student.parameters())
        return task, 3 * task + 100 * model.adapters[0].weight.sum()

    trainer(model, terms)
    assert trainer.gradient_ratio == pytest.approx(3, rel=1e-5)


def test_peak_memory_counts_what_lives_at_once():
    there = torch.zeros(1000)
    with PeakMemory() as peak:
        total = 0.0
        for _ in range(5):
            made = there + 1  # 4,000 bytes, replaced in each round
            total += made.sum().item()
        there.add_(1)
        view = there[:500]
    assert total == 5000 and len(view) == 500
    assert 4000 <= peak.bytes <= 8100
    with PeakMemory() as peak:
        kept = [there + 1 for _ in range(5)]
    assert peak.bytes == 20_000 and len(kept) == 5


def test_peak_memory_sees_what_backward_needs():
    weight = torch.zeros(1000, requires_grad=True)
    with PeakMemory() as peak:
        (weight.exp().exp().exp()).sum().backward()  # each result is kept for its gradient
    assert 12_000 <= peak.bytes <= 24_100


@pytest.mark.slow
def test_importing_kdlab_does_not_import_the_methods():
    """They are hidden while exercises are graded, with all else of kdlab in use."""
    code = (
        "import sys, kdlab; names = [*kdlab.__all__, 'training', 'plots']; "
        "[getattr(kdlab, each) for each in names]"
        "; print([module for module in sys.modules if module.startswith('kdlab.methods')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_costs_are_positive():
    assert all(each.cost >= 1 and math.isfinite(each.cost) for each in RECIPES.values())
