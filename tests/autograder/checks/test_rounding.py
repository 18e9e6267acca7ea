"""Tolerances cover what float32 and TF32 really do, and are not much wider."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks.rounding import TF32_UNIT, UNIT, Rounded, exact

quick = settings(max_examples=30)
seeds = st.integers(0, 10**9)


def single(seed, *shape):
    return np.random.RandomState(seed).normal(0, 2, shape).astype(np.float32)


CHAINS = {
    "polynomial": lambda x, y: (x * y - x / (y * y + 1.0)) * 0.3 + y,
    "exponential": lambda x, y: np.exp(x / 2.5) / (1.0 + np.exp(y)),
    "logarithm": lambda x, y: np.log(x * x + 1.0) - np.sqrt(y * y + 0.5),
    "sums": lambda x, y: np.sum(x * y, axis=1) / (np.sum(y * y) + 1.0),
    "maximum": lambda x, y: np.max(np.maximum(x, y) * 1.7, axis=1),
    "product": lambda x, y: x @ y.T,
}


@pytest.mark.parametrize("name", CHAINS)
@quick
@given(seed=seeds)
def test_float32_stays_within_the_tolerance(name, seed):
    x, y = single(seed, 4, 6), single(seed + 1, 4, 6)
    target = CHAINS[name](exact(x), exact(y)).target()
    assert np.all(np.abs(CHAINS[name](x, y) - target.value) <= target.tolerance)
    assert target.value == pytest.approx(CHAINS[name](x.astype(float), y.astype(float)), rel=1e-12)


@quick
@given(seed=seeds, inner=st.sampled_from([3, 64, 500]))
def test_tf32_stays_within_its_own_tolerance(seed, inner):
    x, y = single(seed, 3, inner), single(seed + 1, inner, 5)

    def cut(array):  # to the 11 bits that a tensor core reads
        mantissa, exponent = np.frexp(array.astype(np.float64))
        return np.ldexp(np.round(mantissa * 2**11) / 2**11, exponent)

    wide, narrow = ((exact(x, unit) @ exact(y, unit)).target() for unit in (TF32_UNIT, UNIT))
    off = np.abs(cut(x) @ cut(y) - wide.value)
    assert np.all(off <= wide.tolerance)
    assert np.any(off > narrow.tolerance)


@quick
@given(seed=seeds)
def test_torch_agrees_with_numpy_about_sums(seed):
    x = single(seed, 2000)
    target = np.sum(exact(x)).target()
    assert abs(torch.tensor(x).sum().item() - target.value) <= target.tolerance


def test_what_is_exact_has_no_tolerance():
    assert Rounded(np.zeros(3)).target().tolerance.max() == 0
    assert (exact(np.ones(2)) * 2.0).target().tolerance.max() > 0


def test_an_operation_without_a_rule_is_refused():
    with pytest.raises(TypeError):
        np.tanh(exact(np.ones(2)))
    with pytest.raises(TypeError):
        np.cumsum(exact(np.ones(2)))
