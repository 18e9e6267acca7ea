"""Wrong ways to write exercise 2-2."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab2.wrong_common import (
    _IN_PLACE,
    _KEEPS,
    _NO_GRAPH,
    _SOFT_LOSSES,
    _kl,
    _log_p,
    _p,
)
from labkit.judge.messages import Text


def _one_row(z: Tensor, v: Tensor, T: float) -> Tensor:
    z /= T
    return _kl(z, v / T, 1.0, T**2)


LOSS = (
    *(Wrong(id, message, loss, _KEEPS.get(id, 0.0)) for id, message, loss in _SOFT_LOSSES),
    Wrong(
        "per-sample",
        Text(
            "샘플마다 하나씩인 벡터입니다. Batch에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per sample; it should be one scalar, the mean of the batch.",
        ),
        lambda z, v, T: (_p(v, T) * (_log_p(v, T) - _log_p(z, T))).sum(1) * T**2,
    ),
    Wrong("item", _NO_GRAPH, lambda z, v, T: _kl(z, v, T).item()),
    Wrong("in-place", _IN_PLACE, _one_row),
)
