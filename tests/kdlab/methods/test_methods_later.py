"""The losses that came after the lectures, beside their definitions in NumPy, loop by loop."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from definitions import kl, same, softmax, tensor

from kdlab import methods
from labkit.errors import ConfigurationError, UnknownNameError

LABELS = [2, 0, 4, 1, 2, 3]


@pytest.fixture
def logits():
    rng = np.random.default_rng(3)
    return rng.normal(size=(6, 5)) * 3, rng.normal(size=(6, 5)) * 3


@pytest.mark.parametrize("weights", [(1.0, 8.0), (2.0, 0.0), (0.0, 3.0)])
@pytest.mark.parametrize("T", [1.0, 4.0])
def test_dkd(logits, T, weights):
    alpha, beta = weights
    total = 0.0
    for a, b, y in zip(*logits, LABELS, strict=True):
        q, p = softmax(a / T), softmax(b / T)
        total += alpha * kl([p[y], 1 - p[y]], [q[y], 1 - q[y]])
        others = [k for k in range(5) if k != y]
        total += beta * kl(softmax(b[others] / T), softmax(a[others] / T))
    found = methods.dkd(*map(tensor, logits), torch.tensor(LABELS), T, alpha, beta)
    same(found, T**2 * total / 6)


def test_soft_targets_are_dkd_with_the_teachers_doubt_as_weight(logits):
    """Zhao 2022: KL = KL of the target against the rest + (1 - p_y) KL of the others."""
    z, v = map(tensor, logits)
    found = 0.0
    for n, y in enumerate(LABELS):
        doubt = 1 - torch.softmax(v[n] / 4, 0)[y].item()
        row = (z[n : n + 1], v[n : n + 1], torch.tensor([y]))
        found += methods.dkd(*row, T=4.0, alpha=1.0, beta=doubt).item() / 6
    assert found == pytest.approx(methods.soft_targets(z, v, T=4.0).item(), rel=1e-9)


def test_dkd_of_a_teacher_that_is_sure_is_finite():
    z = torch.zeros(1, 3, requires_grad=True)
    methods.dkd(z, torch.tensor([[0.0, 500.0, -500.0]]), torch.tensor([1])).backward()
    assert torch.isfinite(z.grad).all()


def correlation(x, y):
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / (np.linalg.norm(x) * np.linalg.norm(y) + 1e-8)


@pytest.mark.parametrize(("T", "beta", "gamma"), [(1.0, 1.0, 1.0), (4.0, 2.0, 0.5)])
def test_dist(logits, T, beta, gamma):
    q, p = (np.array([softmax(row / T) for row in each]) for each in logits)
    classes = np.mean([1 - correlation(a, b) for a, b in zip(q, p, strict=True)])
    samples = np.mean([1 - correlation(q[:, c], p[:, c]) for c in range(5)])
    found = methods.dist(*map(tensor, logits), T, beta, gamma)
    same(found, T**2 * (beta * classes + gamma * samples))


def test_dist_of_equal_predictions_is_nearly_nothing(logits):
    z = tensor(logits[0])
    assert methods.dist(z, z.clone()).item() < 1e-4


def test_dist_of_one_sample_counts_one_for_its_classes(logits):
    z, v = (tensor(each[:1]) for each in logits)
    assert methods.dist(z, v, beta=0.0).item() == 1.0


@pytest.mark.parametrize("variant", ["code", "paper"])
@pytest.mark.parametrize("T", [1.0, 2.0])
def test_standardised_soft_targets(logits, T, variant):
    def brought(row):
        spread = row.std(ddof=1) + 1e-7 if variant == "code" else row.std()
        return softmax((row - row.mean()) / spread / T)

    rows = [kl(brought(b), brought(a)) for a, b in zip(*logits, strict=True)]
    found = methods.standardised_soft_targets(*map(tensor, logits), T, variant)
    same(found, T**2 * np.mean(rows))


def test_similarity_preserving():
    rng = np.random.default_rng(4)
    f, g = rng.normal(size=(5, 2, 3, 3)), rng.normal(size=(5, 7))

    def similarities(x):
        flat = x.reshape(len(x), -1)
        gram = flat @ flat.T
        return gram / np.linalg.norm(gram, axis=1, keepdims=True)

    expected = ((similarities(f) - similarities(g)) ** 2).sum() / 25
    same(methods.similarity_preserving(tensor(f), tensor(g)), expected)


def test_a_class_that_the_teacher_masks_is_not_looked_at(logits):
    z, v = map(tensor, logits)
    v[:, 2] = -torch.inf
    z.requires_grad_()
    found = methods.soft_targets(z, v, T=3.0)
    rows = [
        kl(softmax(b / 3.0), softmax(a / 3.0))
        for a, b in zip(z.detach().numpy(), v.numpy(), strict=True)
    ]
    same(found, 9 * np.mean(rows))
    found.backward()
    assert torch.isfinite(z.grad).all() and (z.grad[:, 2] > 0).all()  # it is to become less likely


TWO = torch.zeros(3, 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: methods.soft_targets(TWO.long(), TWO), r"z is of type torch.int64.*z.float"),
        (lambda: methods.soft_targets(TWO, TWO.double()), r"float32 and v of torch.float64.*v.to"),
        (lambda: methods.hint(*[torch.zeros(2, 3, 4, 4).long()] * 2), "f_s is of type"),
        (lambda: methods.dkd(TWO[:, :1], TWO[:, :1], torch.zeros(3).long()), "one class alone"),
        (lambda: methods.dkd(TWO, TWO, torch.zeros(2).long()), "2 labels for 3 rows"),
        (lambda: methods.dist(TWO, TWO, T=0), "T=0 must be above 0"),
        (lambda: methods.standardised_soft_targets(TWO[:, :1], TWO[:, :1]), "one class alone"),
        (lambda: methods.similarity_preserving(TWO, TWO[:2]), "numbers of samples differ"),
    ],
)
def test_what_cannot_be_compared_is_said(call, words):
    with pytest.raises(ConfigurationError, match=words):
        call()


def test_an_unknown_variant_is_named():
    with pytest.raises(UnknownNameError, match=r"variant='book' is unknown\. Valid: code, paper"):
        methods.standardised_soft_targets(TWO, TWO, variant="book")
