"""Schemes: who teaches whom, and what a network with branches or heads computes."""

# Longer than 250 lines: one part for each scheme.

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from kdlab import methods
from kdlab.training import fit
from labkit.errors import ConfigurationError

LABELS = torch.tensor([0, 1, 2, 3])


def network(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(48, 4))


# -- born again --------------------------------------------------------------------------------


def test_each_generation_is_taught_by_the_one_before():
    met = []

    def train(student, teacher):
        assert student.training and all(p.requires_grad for p in student.parameters())
        if teacher is not None:
            assert not teacher.training
            assert not any(p.requires_grad for p in teacher.parameters())
        met.append((student, teacher))

    line = methods.born_again(network, train, generations=3)
    assert [student for student, _ in met] == line
    assert [teacher for _, teacher in met] == [None, *line[:2]]


def test_a_network_is_never_its_own_teacher():
    same = network(0)
    with pytest.raises(ConfigurationError, match="its own teacher"):
        methods.born_again(lambda k: same, lambda student, teacher: None)

    def sharing(k):
        made = network(k)
        made[2].weight = same[2].weight
        return made

    with pytest.raises(ConfigurationError, match="shares its"):
        methods.born_again(sharing, lambda student, teacher: None)


def test_generations_have_one_architecture():
    with pytest.raises(ConfigurationError, match="architecture"):
        methods.born_again(
            lambda k: nn.Linear(3, 4 + k), lambda student, teacher: None, generations=2
        )
    with pytest.raises(ConfigurationError, match="generations=1"):
        methods.born_again(network, lambda student, teacher: None, generations=1)


# -- native ensemble ---------------------------------------------------------------------------


@pytest.fixture
def ensemble():
    torch.manual_seed(0)
    branches = [nn.Sequential(nn.Flatten(), nn.Linear(5 * 16, 4)) for _ in range(3)]
    trunk = nn.Sequential(nn.Conv2d(3, 5, 8, stride=8), nn.ReLU())
    return methods.NativeEnsemble(trunk, branches, channels=5).double()


def softmax(rows):
    e = np.exp(rows - rows.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def cross_entropy(rows):
    return -np.mean(np.log(softmax(rows)[np.arange(4), LABELS.numpy()]))


def kl(p, q):
    return np.mean((p * np.log(p / q)).sum(1))


def test_the_ensemble_is_what_the_formula_says(ensemble):
    inputs = torch.randn(4, 3, 32, 32, dtype=torch.float64)
    first, logits, together = ensemble(inputs)
    assert torch.equal(first, logits[0])
    shared = ensemble.trunk(inputs).mean((2, 3))
    gate = softmax((shared @ ensemble.gate.weight.T + ensemble.gate.bias).detach().numpy())
    z = logits.detach().numpy()
    mixed = sum(gate[:, [k]] * z[k] for k in range(3))
    np.testing.assert_allclose(together.detach().numpy(), mixed, rtol=1e-10)
    task, taught = ensemble.terms((first, logits, together), LABELS, epoch=40)
    expected = sum(map(cross_entropy, z)) + cross_entropy(mixed)
    assert task.item() == pytest.approx(expected, rel=1e-10)
    soft = softmax(mixed / 3)
    expected = math.exp(-1.25) * 9 * sum(kl(soft, softmax(each / 3)) for each in z)
    assert taught.item() == pytest.approx(expected, rel=1e-9)


def test_the_ensemble_gets_no_gradient_from_what_it_teaches(ensemble):
    outputs = ensemble(torch.randn(4, 3, 32, 32, dtype=torch.float64))
    ensemble.terms(outputs, LABELS, epoch=100)[1].backward()
    assert ensemble.gate.weight.grad is None
    assert ensemble.branches[0][1].weight.grad.abs().max() > 0


def test_the_ramp(ensemble):
    assert ensemble.ramp(0) == pytest.approx(math.exp(-5))
    assert ensemble.ramp(80) == ensemble.ramp(1000) == 1


def test_equal_branches_teach_nothing(ensemble):
    for branch in ensemble.branches[1:]:
        branch.load_state_dict(ensemble.branches[0].state_dict())
    outputs = ensemble(torch.randn(4, 3, 32, 32, dtype=torch.float64))
    assert ensemble.terms(outputs, LABELS, epoch=80)[1].item() == pytest.approx(0, abs=1e-12)


def test_one_branch_is_no_ensemble():
    with pytest.raises(ConfigurationError, match="at least two"):
        methods.NativeEnsemble(nn.Identity(), [nn.Identity()], channels=3)


# -- self-distillation -------------------------------------------------------------------------


def self_distillation(**options):
    torch.manual_seed(0)
    sections = [nn.Conv2d(3, 4, 8, stride=8), nn.Conv2d(4, 6, 2, stride=2)]
    heads = [nn.Sequential(nn.Flatten(), nn.Linear(24, 4)) for _ in range(2)]
    bottlenecks = [nn.Conv2d(4, 6, 2, stride=2)]
    return methods.SelfDistillation(sections, bottlenecks, heads, **options).double()


@pytest.mark.parametrize("variant", ["paper", "code"])
def test_self_distillation_is_what_the_formula_says(variant):
    model = self_distillation(alpha=0.3, feature_weight=0.01, variant=variant)
    outputs = model(torch.randn(4, 3, 32, 32, dtype=torch.float64))
    deepest, logits, maps = (each.detach().numpy() for each in outputs)
    np.testing.assert_array_equal(deepest, logits[1])
    task, taught = model.terms(outputs, LABELS)
    expected = cross_entropy(logits[1]) + 0.7 * cross_entropy(logits[0])
    assert task.item() == pytest.approx(expected, rel=1e-10)
    if variant == "paper":
        divergence = kl(softmax(logits[0]), softmax(logits[1]))
    else:
        divergence = 9 * kl(softmax(logits[1] / 3), softmax(logits[0] / 3))
    expected = 0.3 * divergence + 0.01 * ((maps[0] - maps[1]) ** 2).sum() / 4
    assert taught.item() == pytest.approx(expected, rel=1e-9)


def test_the_deepest_section_is_not_taught():
    model = self_distillation()
    outputs = model(torch.randn(4, 3, 32, 32, dtype=torch.float64))
    model.terms(outputs, LABELS)[1].backward()
    assert not model.heads[1][1].weight.grad.any()
    assert not model.sections[1].weight.grad.any()
    assert model.heads[0][1].weight.grad.abs().max() > 0
    assert model.bottlenecks[0].weight.grad.abs().max() > 0


def test_deep_supervision_is_the_control():
    model = self_distillation(alpha=0, feature_weight=0)
    outputs = model(torch.randn(4, 3, 32, 32, dtype=torch.float64))
    expected = sum(F.cross_entropy(each, LABELS) for each in outputs[1])
    torch.testing.assert_close(model.loss(outputs, LABELS), expected)


@pytest.mark.parametrize("counts", [(1, 0, 1), (2, 1, 1), (2, 2, 2)])
def test_parts_must_fit_together(counts):
    parts = [[nn.Identity() for _ in range(count)] for count in counts]
    with pytest.raises(ConfigurationError, match="section"):
        methods.SelfDistillation(*parts)


# -- gradient attention, cross-modal, data-free ------------------------------------------------


def test_gradient_attention_reaches_the_students_weights_twice_and_never_the_teachers():
    torch.manual_seed(0)
    student, teacher = (
        nn.Sequential(nn.Conv2d(3, 4, 8, stride=8), nn.Tanh(), nn.Flatten(), nn.Linear(64, 4))
        for _ in range(2)
    )
    inputs = torch.randn(4, 3, 32, 32).requires_grad_()
    j_s, again, j_t = (
        methods.input_gradient(each(inputs), LABELS, inputs) for each in (student, student, teacher)
    )
    methods.attention_gradient(j_s, j_t).backward()
    assert student[0].weight.grad.abs().max() > 0
    assert all(parameter.grad is None for parameter in teacher.parameters())
    assert methods.attention_gradient(j_s, again).item() == 0


def test_the_gradient_of_gradient_attention():
    x, w = torch.randn(3, 1, 2, 3).double().requires_grad_(), torch.randn(5, 6).double()
    labels, of_teacher = torch.tensor([0, 4, 2]), torch.randn(3, 1, 2, 3).double()

    def loss(weight):
        mine = methods.input_gradient(x.flatten(1) @ weight.T, labels, x)
        return methods.attention_gradient(mine, of_teacher)

    assert torch.autograd.gradcheck(loss, w.requires_grad_())


def test_gradient_attention_needs_gradients():
    inputs = torch.randn(4, 3, 32, 32)
    student = network(0)
    with pytest.raises(ConfigurationError, match="requires_grad_"):
        methods.input_gradient(student(inputs), LABELS, inputs)
    inputs.requires_grad_()
    with torch.no_grad():
        logits = student(inputs)
    with pytest.raises(ConfigurationError, match="no_grad"):
        methods.input_gradient(logits, LABELS, inputs)
    with pytest.raises(ConfigurationError, match="these inputs"):
        methods.input_gradient(student(torch.randn(4, 3, 32, 32)), LABELS, inputs)


class Shifting(nn.Module):
    """A teacher with dropout: in train mode it says something else each time."""

    def __init__(self):
        super().__init__()
        self.body, self.drop = nn.Conv2d(3, 6, 8, stride=8), nn.Dropout(0.5)

    def forward(self, inputs):
        return self.drop(self.body(inputs)).flatten(1)


def test_cross_modal_compares_middle_layers_of_paired_images():
    torch.manual_seed(0)
    teacher = Shifting().train()
    student = nn.Sequential(nn.Conv2d(3, 4, 8, stride=8), nn.Flatten())
    adapter = methods.match_channels(4, 6)
    colour = torch.randn(5, 3, 32, 32)
    grey = methods.luminance(colour)
    loss = methods.cross_modal(student, teacher, grey, colour, "0", "body", adapter)
    expected = F.mse_loss(adapter(student[0](grey)), teacher.body(colour))
    torch.testing.assert_close(loss, expected)
    assert teacher.training  # as it was
    loss.backward()
    assert teacher.body.weight.grad is None and student[0].weight.grad is not None
    with pytest.raises(ConfigurationError, match="same scene"):
        methods.cross_modal(student, teacher, grey[:3], colour, "0", "body", adapter)


def test_luminance_has_no_colour():
    images = torch.rand(2, 3, 4, 4)
    grey = methods.luminance(images)
    assert torch.equal(grey[:, 0], grey[:, 1]) and torch.equal(grey[:, 1], grey[:, 2])
    torch.testing.assert_close(methods.luminance(torch.ones(1, 3, 2, 2)), torch.ones(1, 3, 2, 2))


@pytest.fixture
def teacher():
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 5, stride=4), nn.ReLU(), nn.AvgPool2d(7), nn.Flatten(), nn.Linear(6, 4)
    ).eval()


def test_metadata_is_that_of_all_images_whatever_the_batches(small_data, teacher):
    record = methods.DataFree.record
    metadata = record(teacher, small_data.train.batches(7), ["0"])
    with torch.no_grad():
        inputs = next(iter(small_data.train.batches(100)))[0]
        maps, logits = teacher[0](inputs), teacher(inputs)
    torch.testing.assert_close(metadata.means[0], maps.mean((0, 2, 3)))
    std = maps.transpose(0, 1).flatten(1).std(1, correction=0)
    torch.testing.assert_close(metadata.stds[0], std, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(metadata.logit_mean, logits.mean(0))
    expected = np.cov(logits.double().numpy().T)
    np.testing.assert_allclose(metadata.logit_covariance.numpy(), expected, rtol=1e-3, atol=1e-6)
    with pytest.raises(ConfigurationError, match="at least two"):
        record(teacher, small_data.train.subset(1).batches(1), ["0"])


def test_reconstructed_images_have_the_recorded_statistics(small_data, teacher):
    metadata = methods.DataFree.record(teacher, small_data.train.batches(50), ["0"])
    made = methods.DataFree(teacher, metadata)
    images = {steps: made.reconstruct(40, steps=steps, seed=1) for steps in (0, 60)}
    target = made.draw_logits(40, seed=1)

    def off(images):
        with torch.no_grad():
            maps, logits = teacher[0](images), teacher(images)
        mean = (maps.mean((0, 2, 3)) - metadata.means[0]).abs().mean()
        return mean.item(), (logits - target).abs().mean().item()

    for before, after in zip(off(images[0]), off(images[60]), strict=True):
        assert after < before / 3
    assert torch.equal(images[60], made.reconstruct(40, steps=60, seed=1))
    assert all(parameter.grad is None for parameter in teacher.parameters())


def test_a_student_of_mutual_learning_is_trained_by_fit(small_data):
    """The whole way once: two networks in one, taught by each other."""

    class Pair(nn.Module):
        def __init__(self):
            super().__init__()
            self.networks = nn.ModuleList([network(0), network(1)])

        def forward(self, inputs):
            return tuple(each(inputs) for each in self.networks)

    history = fit(
        lambda model, inputs, labels: methods.mutual_learning(model(inputs), labels),
        Pair(),
        small_data.train.batches(25, shuffle=True),
        epochs=3,
        progress=False,
    )
    assert history.rows[-1]["loss"] < history.rows[0]["loss"]
