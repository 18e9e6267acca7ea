"""Each loss beside its definition, written anew in float64 NumPy, loop by loop."""

# Longer than 250 lines: one reference for each method.

import math
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from definitions import kl, same, softmax, tensor

from kdlab import methods


def arrays(*shapes, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) * scale for shape in shapes]


def huber(difference):
    size = abs(difference)
    return size**2 / 2 if size < 1 else size - 0.5


@pytest.mark.parametrize("T", [0.5, 1.0, 4.0, 20.0])
def test_soft_targets(T):
    z, v = arrays((6, 5), (6, 5), scale=3)
    rows = [kl(softmax(b / T), softmax(a / T)) for a, b in zip(z, v, strict=True)]
    same(methods.soft_targets(tensor(z), tensor(v), T), T**2 * np.mean(rows))


@pytest.mark.parametrize("T", [1.0, 4.0])
def test_the_gradient_of_soft_targets(T):
    z, v = arrays((6, 5), (6, 5), scale=3)
    leaf = tensor(z).requires_grad_()
    methods.soft_targets(leaf, tensor(v), T).backward()
    expected = [
        T / len(z) * (softmax(a / T) - softmax(b / T)) for a, b in zip(z, v, strict=True)
    ]
    np.testing.assert_allclose(leaf.grad.numpy(), expected, rtol=1e-9, atol=1e-14)


def test_logit_matching():
    z, v = arrays((6, 5), (6, 5))
    total = 0.0
    for a, b in zip(z, v, strict=True):
        total += sum(((a - a.mean()) - (b - b.mean())) ** 2)
    same(methods.logit_matching(tensor(z), tensor(v)), total / (2 * z.size))


def test_large_temperatures_lead_to_matching_of_centred_logits_not_of_raw_ones():
    z, v = arrays((6, 5), (6, 5), seed=2)
    z, v = tensor(z + 1), tensor(v - 2)
    limit = methods.soft_targets(z, v, T=1e4).item()
    assert limit == pytest.approx(methods.logit_matching(z, v).item(), rel=1e-3)
    raw = ((z - v) ** 2).mean().item() / 2
    assert abs(raw - limit) > 1


def test_cosine():
    s, t = arrays((4, 6), (4, 6))
    cosines = [
        a @ b / (np.linalg.norm(a) * np.linalg.norm(b)) for a, b in zip(s, t, strict=True)
    ]
    same(methods.cosine(tensor(s), tensor(t)), np.mean([1 - c for c in cosines]))


def test_hint():
    s, t = arrays((4, 3, 5, 5), (4, 3, 5, 5))
    same(methods.hint(tensor(s), tensor(t)), np.mean((s - t) ** 2))


def attention(image, p):
    """(C, H, W) to (H·W,)."""
    summed = sum(abs(channel) ** p for channel in image).ravel()
    return summed / np.sqrt((summed**2).sum())


@pytest.mark.parametrize("p", [1, 2, 4])
@pytest.mark.parametrize("variant", ["code", "paper"])
def test_attention_transfer(p, variant):
    s, t = arrays((4, 3, 5, 5), (4, 7, 5, 5))  # the numbers of channels differ
    differences = [attention(a, p) - attention(b, p) for a, b in zip(s, t, strict=True)]
    if variant == "code":
        expected = np.mean(np.square(differences))
    else:
        expected = np.mean([np.sqrt((d**2).sum()) for d in differences])
    same(methods.attention_transfer(tensor(s), tensor(t), p, variant), expected)


def test_attention_of_a_larger_map_is_pooled():
    s, t = arrays((2, 3, 4, 4), (2, 3, 8, 8))
    total = []
    for a, b in zip(s, t, strict=True):
        pooled = (b**2).sum(0).reshape(4, 2, 4, 2).mean((1, 3)).ravel()
        total.append((attention(a, 2) - pooled / np.linalg.norm(pooled)) ** 2)
    same(methods.attention_transfer(tensor(s), tensor(t)), np.mean(total))


def test_attention_gradient():
    """For linear networks z = W x the input gradient is Wᵀ(softmax(z) − one-hot)."""
    x, w_s, w_t = arrays((4, 1, 2, 3), (5, 6), (5, 6))
    labels = np.array([0, 3, 2, 4])
    total = 0.0
    for image, label in zip(x.reshape(4, 6), labels, strict=True):
        hot = np.eye(5)[label]
        total += np.linalg.norm(
            w_s.T @ (softmax(w_s @ image) - hot) - w_t.T @ (softmax(w_t @ image) - hot)
        )
    inputs = tensor(x).requires_grad_()
    gradients = [
        methods.input_gradient(inputs.flatten(1) @ tensor(w).T, tensor(labels), inputs)
        for w in (w_s, w_t)
    ]
    same(methods.attention_gradient(*gradients), total / 4)


def test_neuron_selectivity():
    s, t = arrays((3, 4, 2, 3), (3, 5, 2, 3))

    def kernel_mean(a, b):
        rows = [[x.ravel() / np.linalg.norm(x) for x in part] for part in (a, b)]
        return np.mean([[(x @ y) ** 2 for y in rows[1]] for x in rows[0]])

    expected = [
        kernel_mean(b, b) + kernel_mean(a, a) - 2 * kernel_mean(a, b)
        for a, b in zip(s, t, strict=True)
    ]
    same(methods.neuron_selectivity(tensor(s), tensor(t)), np.mean(expected))


@pytest.mark.parametrize("p", [1, 2])
def test_factor_transfer(p):
    s, t = arrays((3, 4, 2, 3), (3, 4, 2, 3))
    differences = [
        abs(a / np.sqrt((a**2).sum()) - b / np.sqrt((b**2).sum())) ** p
        for a, b in zip(s, t, strict=True)
    ]
    same(methods.factor_transfer(tensor(s), tensor(t), p), np.mean(differences))


@pytest.mark.parametrize("margin", [0.5, 1.0, 2.0])
def test_activation_boundary(margin):
    s, t = arrays((4, 3, 2, 2), (4, 3, 2, 2), scale=2)
    total = 0.0
    for a, b in zip(s.ravel(), t.ravel(), strict=True):
        if b <= 0 and a > -margin:
            total += (a + margin) ** 2
        if b > 0 and a <= margin:
            total += (a - margin) ** 2
    same(methods.activation_boundary(tensor(s), tensor(t), margin), total / 4 * 3 / 1000)


def test_activation_boundary_is_zero_beyond_the_margin():
    t = tensor(arrays((4, 6))[0])
    assert methods.activation_boundary(torch.where(t > 0, 1.0, -1.0).to(t), t) == 0
    assert methods.activation_boundary(torch.where(t > 0, 0.9, -0.9).to(t), t) > 0


def test_activation_disagreement():
    s, t = tensor([[1.0, -1.0, 0.0, 2.0]]), tensor([[3.0, 1.0, -1.0, 0.0]])
    assert methods.activation_disagreement(s, t).item() == 0.5  # 0 is inactive


def flow(low, high):
    pooled = low.reshape(len(low), high.shape[1], 2, high.shape[2], 2).mean((2, 4))
    places = [(i, j) for i in range(high.shape[1]) for j in range(high.shape[2])]
    return sum(np.outer(pooled[:, i, j], high[:, i, j]) for i, j in places) / len(places)


def test_solution_flow():
    low_s, high_s, low_t, high_t = arrays((3, 4, 6, 6), (3, 5, 3, 3), (3, 4, 6, 6), (3, 5, 3, 3))
    expected = [
        (flow(a, b) - flow(c, d)) ** 2
        for a, b, c, d in zip(low_s, high_s, low_t, high_t, strict=True)
    ]
    found = methods.solution_flow(*map(tensor, (low_s, high_s, low_t, high_t)))
    same(found, np.mean(expected))


def test_relational_distance():
    s, t = arrays((5, 4), (5, 7), scale=2)

    def distances(e):
        d = np.array([[np.sqrt(((a - b) ** 2).sum()) for b in e] for a in e])
        return d / d[d > 0].mean()

    expected = np.vectorize(huber)(distances(s) - distances(t)).mean()
    same(methods.relational_distance(tensor(s), tensor(t)), expected)


def test_relational_angle():
    s, t = arrays((5, 4), (5, 7))

    def cosine(e, i, j, k):
        a, b = e[j] - e[i], e[k] - e[i]
        size = np.linalg.norm(a) * np.linalg.norm(b)
        return a @ b / size if size > 0 else 0.0

    n = range(5)
    terms = [huber(cosine(s, i, j, k) - cosine(t, i, j, k)) for i in n for j in n for k in n]
    same(methods.relational_angle(tensor(s), tensor(t)), np.mean(terms))


def test_average_teachers():
    logits = arrays((3, 5), (3, 5), (3, 5), scale=3)
    mean = np.mean([[softmax(row / 2.5) for row in each] for each in logits], axis=0)
    found = methods.average_teachers([tensor(each) for each in logits], T=2.5)
    np.testing.assert_allclose(torch.softmax(found / 2.5, 1).numpy(), mean, rtol=1e-12)
    by_logits = torch.softmax(tensor(np.mean(logits, axis=0)) / 2.5, 1).numpy()
    assert abs(by_logits - mean).max() > 0.01  # another teacher


def test_relative_triplet():
    s, one, two, three = arrays((5, 4), (5, 3), (5, 6), (5, 4))
    total = 0.0
    for i in range(5):
        j, k = (i + 1) % 5, (i + 2) % 5
        votes = [
            np.linalg.norm(e[i] - e[k]) < np.linalg.norm(e[i] - e[j]) for e in (one, two, three)
        ]
        near, far = (k, j) if sum(votes) >= 2 else (j, k)
        total += max(0, np.linalg.norm(s[i] - s[near]) - np.linalg.norm(s[i] - s[far]) + 0.2)
    teachers = [tensor(e) for e in (one, two, three)]
    same(methods.relative_triplet(tensor(s), teachers), total / 5)


def test_mutual_learning():
    one, two, three = arrays((4, 5), (4, 5), (4, 5))
    labels = np.array([0, 1, 4, 2])
    total = 0.0
    for mine in (one, two, three):
        p = [softmax(row) for row in mine]
        total -= np.mean([math.log(row[label]) for row, label in zip(p, labels, strict=True)])
        for peer in (one, two, three):
            if peer is not mine:
                rows = [kl(softmax(b), a) for a, b in zip(p, peer, strict=True)]
                total += np.mean(rows) / 2
    found = methods.mutual_learning([tensor(e) for e in (one, two, three)], tensor(labels))
    same(found, total)


def test_weight_matching():
    s, t = arrays((4, 3, 2, 2), (4, 3, 2, 2))
    same(methods.weight_matching(tensor(s), tensor(t)), np.mean((s - t) ** 2))


def test_a_weight_projector_is_two_matrices():
    (kernel,) = arrays((4, 3, 3, 3))
    projector = methods.WeightProjector((4, 3, 3, 3), (6, 5, 3, 3)).double()
    out = projector.outputs.weight.detach().numpy()[:, :, 0, 0]  # (6, 4)
    into = projector.inputs.weight.detach().numpy()[:, :, 0, 0]  # (5, 3)
    expected = np.einsum("Oo,oikl,Ii->OIkl", out, kernel, into)
    found = projector(tensor(kernel)).detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-10)
