"""The references agree with torch's losses, with autograd and with central differences."""

# Longer than 250 lines: one test for each formula that the course refers to.

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from autograder.checks.rounding import exact
from kdcourse.references import cnn, losses
from kdcourse.references import hidden as hidden_reference
from kdcourse.references import labels as labels_of
from kdcourse.references import maps as map_reference
from kdlab.models import StudentCNN, TeacherCNN
from labkit.probe.weights import images_of, load_weights

quick = settings(max_examples=25)
seeds = st.integers(0, 10**9)
rows, classes = st.integers(1, 6), st.sampled_from([2, 3, 10, 100])
temperatures = st.sampled_from([1.0, 2.5, 20.0])


def close(expected):
    if isinstance(expected, torch.Tensor):
        expected = expected.detach().numpy()
    return pytest.approx(expected, rel=1e-9, abs=1e-11)


def numbers(seed, *shapes, spread=3.0):
    random = np.random.RandomState(seed)
    return [random.normal(0, spread, shape) for shape in shapes]


def leaf(array):
    return torch.tensor(array, requires_grad=True)


def slope(function, at, along, step=1e-5):
    """Central difference of a function of an array, in a direction."""
    return (function(at + step * along) - function(at - step * along)) / (2 * step)


# --- Soft targets


@quick
@given(seed=seeds, n=rows, c=classes, T=temperatures)
def test_the_soft_targets_loss_is_torchs_with_both_gradients(seed, n, c, T):
    z, v = numbers(seed, (n, c), (n, c))
    student, teacher = leaf(z), leaf(v)
    log_q, p = F.log_softmax(student / T, 1), F.softmax(teacher / T, 1)
    loss = nn.KLDivLoss(reduction="batchmean")(log_q, p) * T**2
    loss.backward()
    assert losses.softmax(v, T) == close(p)
    assert losses.log_softmax(z, T) == close(log_q)
    assert losses.soft_targets_loss(z, v, T) == close(loss.item())
    assert losses.soft_targets_gradient(z, v, T) == close(student.grad)
    assert losses.soft_targets_teacher_gradient(z, v, T) == close(teacher.grad)


@quick
@given(seed=seeds, n=rows, c=classes, T=temperatures)
def test_soft_targets_gradients_are_central_differences(seed, n, c, T):
    z, v, along = numbers(seed, (n, c), (n, c), (n, c), spread=1.0)
    by_z, by_v = (
        slope(lambda x: losses.soft_targets_loss(x, v, T), z, along),
        slope(lambda x: losses.soft_targets_loss(z, x, T), v, along),
    )
    room = {"rel": 1e-5, "abs": 1e-6}
    assert (losses.soft_targets_gradient(z, v, T) * along).sum() == pytest.approx(by_z, **room)
    of_teacher = losses.soft_targets_teacher_gradient(z, v, T)
    assert (of_teacher * along).sum() == pytest.approx(by_v, **room)


@quick
@given(seed=seeds, n=rows, c=classes, T=temperatures, shift=st.floats(-50, 50))
def test_laws_of_the_soft_targets_loss(seed, n, c, T, shift):
    z, v, constant = numbers(seed, (n, c), (n, c), (n, 1))
    loss = losses.soft_targets_loss(z, v, T)
    assert loss >= 0
    assert losses.soft_targets_loss(z + constant * shift, v - constant, T) == close(loss)
    assert losses.soft_targets_loss(np.tile(z, (2, 1)), np.tile(v, (2, 1)), T) == close(loss)
    assert losses.soft_targets_loss(v, v, T) == 0
    assert losses.soft_targets_gradient(z, v, T).sum(axis=1) == close(np.zeros(n))


def test_a_large_temperature_compares_the_centred_logits():
    z, v = numbers(3, (4, 5), (4, 5))
    gap = (z - z.mean(1, keepdims=True)) - (v - v.mean(1, keepdims=True))
    limit = (gap**2).sum() / (2 * gap.size)  # Hinton, Vinyals, Dean 2015, equation (4)
    assert losses.soft_targets_loss(z, v, 1e4) == pytest.approx(limit, rel=1e-3)


def test_references_stay_finite_at_a_gap_of_200():
    z, v = np.array([[0.0, 200.0]]), np.array([[200.0, 0.0]])
    assert losses.soft_targets_loss(z, v, 1.0) == pytest.approx(200)


# --- Cross-entropy


@quick
@given(seed=seeds, n=rows, c=classes, smoothing=st.sampled_from([0.0, 0.1, 0.3]))
def test_the_cross_entropy_is_torchs(seed, n, c, smoothing):
    (z,) = numbers(seed, (n, c))
    labels = np.random.RandomState(seed).randint(0, c, n)
    logits = leaf(z)
    loss = nn.CrossEntropyLoss(label_smoothing=smoothing)(logits, torch.tensor(labels))
    loss.backward()
    y = losses.smoothed(labels, c, smoothing)
    assert losses.cross_entropy(z, y) == close(loss.item())
    assert losses.cross_entropy_gradient(z, y) == close(logits.grad)


@quick
@given(seed=seeds, n=rows, c=classes, weighted=st.booleans(), soft=st.booleans())
def test_the_weighted_cross_entropy_is_torchs(seed, n, c, weighted, soft):
    (z,) = numbers(seed, (n, c))
    random = np.random.RandomState(seed)
    labels = random.dirichlet(np.ones(c), n) if soft else random.randint(0, c, n)
    weight = random.uniform(0.2, 2, c) if weighted else None
    # One class is ignored, but not if every label is of that class: there torch divides by 0.
    ignored = -100 if soft or np.ptp(labels) == 0 else int(labels[0])
    logits = leaf(z)
    by_torch = nn.CrossEntropyLoss(
        weight=None if weight is None else torch.tensor(weight), ignore_index=ignored
    )
    loss = by_torch(logits, torch.tensor(labels))
    loss.backward()
    targets = labels_of.targets_of(labels, c, weight, ignored)
    assert labels_of.targets_loss(z, *targets) == close(loss.item())
    assert labels_of.targets_gradient(z, *targets) == close(logits.grad)


@quick
@given(seed=seeds, n=rows, c=classes)
def test_laws_of_the_weighted_cross_entropy(seed, n, c):
    z, constant = numbers(seed, (n, c), (n, 1))
    random = np.random.RandomState(seed)
    labels, weight = random.randint(0, c, n), random.uniform(0.2, 2, c)
    loss = labels_of.targets_loss(z, *labels_of.targets_of(labels, c, weight))
    shifted = z + constant
    assert labels_of.targets_loss(shifted, *labels_of.targets_of(labels, c, weight)) == close(loss)
    twice = labels_of.targets_of(np.tile(labels, 2), c, weight)
    assert labels_of.targets_loss(np.tile(z, (2, 1)), *twice) == close(loss)
    heavier = labels_of.targets_of(labels, c, weight * 7)
    assert labels_of.targets_loss(z, *heavier) == close(loss)


# --- Cosine


@quick
@given(seed=seeds, n=rows, width=st.integers(2, 20), margin=st.sampled_from([0.0, 0.3, -0.25]))
def test_the_cosine_embedding_loss_is_torchs_with_both_gradients(seed, n, width, margin):
    a, b = numbers(seed, (n, width), (n, width))
    target = np.random.RandomState(seed).choice([-1, 1], n)
    x1, x2 = leaf(a), leaf(b)
    loss = nn.CosineEmbeddingLoss(margin=margin)(x1, x2, torch.tensor(target))
    loss.backward()
    # torch keeps the lengths off zero by a small number, which shows in the tenth digit
    room = {"rel": 1e-7, "abs": 1e-9}
    value = hidden_reference.cosine_embedding_loss(a, b, target, margin)
    assert value == pytest.approx(loss.item(), **room)
    by_x1, by_x2 = hidden_reference.cosine_embedding_gradient(a, b, target, margin)
    assert by_x1 == pytest.approx(x1.grad.numpy(), **room)
    assert by_x2 == pytest.approx(x2.grad.numpy(), **room)


@quick
@given(seed=seeds, n=rows, width=st.integers(2, 20), scale=st.floats(0.1, 10))
def test_laws_of_the_cosine_embedding_loss(seed, n, width, scale):
    a, b = numbers(seed, (n, width), (n, width))
    target = np.random.RandomState(seed).choice([-1, 1], n)

    def loss(x1, x2, target=target):
        return hidden_reference.cosine_embedding_loss(x1, x2, target, 0.1)

    value = loss(a, b)
    assert loss(scale * a, b / scale) == close(value)
    assert loss(b, a) == close(value)
    assert loss(np.tile(a, (2, 1)), np.tile(b, (2, 1)), np.tile(target, 2)) == close(value)
    assert loss(a, scale * a, np.ones(n)) == close(0)
    by_x1, _ = hidden_reference.cosine_embedding_gradient(a, b, target, 0.1)
    assert (by_x1 * a).sum(axis=1) == close(np.zeros(n))  # longer is not different


@quick
@given(seed=seeds, n=rows, half=st.integers(1, 12))
def test_pair_means_are_torchs_average_pooling(seed, n, half):
    (x,) = numbers(seed, (n, 2 * half))
    assert hidden_reference.pair_means(x) == close(F.avg_pool1d(torch.tensor(x), 2))


# --- Mean squared error and regressor


@quick
@given(seed=seeds, shape=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_the_mean_squared_error_is_torchs_with_both_gradients(seed, shape):
    a, b = numbers(seed, tuple(shape), tuple(shape))
    x, y = leaf(a), leaf(b)
    loss = nn.MSELoss()(x, y)
    loss.backward()
    assert map_reference.mse(a, b) == close(loss.item())
    assert map_reference.mse_gradient(a, b) == close(x.grad)
    assert -map_reference.mse_gradient(a, b) == close(y.grad)


@quick
@given(seed=seeds, n=rows, width=st.integers(1, 6), shift=st.floats(-5, 5), scale=st.floats(0.1, 9))
def test_laws_of_the_mean_squared_error(seed, n, width, shift, scale):
    a, b, along = numbers(seed, (n, width), (n, width), (n, width))
    loss = map_reference.mse(a, b)
    assert map_reference.mse(a + shift, b + shift) == close(loss)
    assert map_reference.mse(scale * a, scale * b) == close(scale**2 * loss)
    assert map_reference.mse(np.tile(a, (2, 1)), np.tile(b, (2, 1))) == close(loss)
    assert map_reference.mse(a, a) == 0
    change = slope(lambda x: map_reference.mse(x, b), a, along)
    gradient = (map_reference.mse_gradient(a, b) * along).sum()
    assert gradient == pytest.approx(change, rel=1e-5, abs=1e-6)


@quick
@given(seed=seeds, n=st.integers(1, 3), channels=st.integers(1, 4), out=st.integers(1, 4))
def test_the_regressor_is_torchs_convolution(seed, n, channels, out):
    shapes = (n, channels, 4, 6), (out, channels, 3, 3), (out,), (n, out, 4, 6)
    a, w, b, cotangent = numbers(seed, *shapes)
    maps, weight, bias = leaf(a), leaf(w), leaf(b)
    result = F.conv2d(maps, weight, bias, padding=1)
    result.backward(torch.tensor(cotangent))
    assert map_reference.regressed(a, w, b) == close(result)
    gradients = map_reference.regressed_gradients(a, w, cotangent)
    for got, part in zip(gradients, (weight, bias, maps), strict=True):
        assert got == close(part.grad)


# --- Networks


def weights_of(layers):
    return [(m.weight.detach().numpy(), m.bias.detach().numpy()) for m in layers]


def test_what_flows_back_into_the_students_map_reaches_its_layers():
    model = StudentCNN(5).double().eval()
    load_weights(model, 3)
    names = ("conv1", "conv2", "linear1", "linear2")
    parts = (model.features[0], model.features[3], model.classifier[0], model.classifier[3])
    layers = dict(zip(names, weights_of(parts), strict=True))
    cotangent, by_flat = numbers(4, (2, 5), (2, 1024))
    images = images_of((2, 3, 32, 32), 5)
    flat = model.features(torch.tensor(images)).flatten(1)
    scalar = (model.classifier(flat) * torch.tensor(cotangent)).sum()
    (scalar + (flat * torch.tensor(by_flat)).sum()).backward()
    done = cnn.forward(images, layers)
    gradients = cnn.backward(done, layers, cotangent, by_flat)
    for name, part in zip(names, parts, strict=True):
        for got, parameter in zip(gradients[name], (part.weight, part.bias), strict=True):
            np.testing.assert_allclose(got, parameter.grad, rtol=1e-8, atol=1e-9)


def test_the_teacher_is_torchs():
    model = TeacherCNN(4).double().eval()
    load_weights(model, 6)
    parts = [part for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    layers = weights_of(parts)
    images, (cotangent,) = images_of((1, 3, 32, 32), 7), numbers(8, (1, 4))
    flat = model.features(torch.tensor(images)).flatten(1)
    logits, hidden = model.classifier(flat), F.avg_pool1d(flat, 2)
    ((logits * torch.tensor(cotangent)).sum() + hidden.sum()).backward()
    seen = hidden_reference.teacher_pass(images, layers)
    assert seen.logits == pytest.approx(logits.detach().numpy(), rel=1e-8)
    assert seen.hidden == pytest.approx(hidden.detach().numpy(), rel=1e-8)
    gradients = hidden_reference.teacher_gradients(seen, layers, cotangent)
    for pair, part in zip(gradients, parts[3:], strict=True):
        for got, parameter in zip(pair, (part.weight, part.bias), strict=True):
            np.testing.assert_allclose(got, parameter.grad, rtol=1e-8, atol=1e-9)


# --- The same formulas with rounding


FORMULAS = {
    "softmax": lambda x, y: losses.softmax(x, 2.5),
    "soft_targets_loss": lambda x, y: losses.soft_targets_loss(x, y, 2.5),
    "soft_targets_gradient": lambda x, y: losses.soft_targets_gradient(x, y, 2.5),
    "cross_entropy": lambda x, y: losses.cross_entropy(x, np.eye(4)[[0, 3, 1]]),
    "cosine": lambda x, y: hidden_reference.cosine_embedding_loss(x, y, np.array([1, -1, 1]), 0.1),
    "pair_means": lambda x, y: hidden_reference.pair_means(x),
    "mse": map_reference.mse,
    "mse_gradient": map_reference.mse_gradient,
}


@pytest.mark.parametrize("name", FORMULAS)
def test_rounding_leaves_the_value_and_covers_float32(name):
    x, y = (np.float64(np.float32(a)) for a in numbers(11, (3, 4), (3, 4)))
    plain = FORMULAS[name](x, y)
    rounded = FORMULAS[name](exact(x), exact(y))
    assert rounded.value == close(plain)
    in_float32 = FORMULAS[name](x.astype(np.float32), y.astype(np.float32))
    assert np.all(np.abs(in_float32 - plain) <= rounded.target().tolerance)
    assert rounded.target().tolerance.max() < 1e-4 * np.abs(plain).max()
