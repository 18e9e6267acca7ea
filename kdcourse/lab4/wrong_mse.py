"""Wrong ways to write exercise 4-1, the mean squared error."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text


def _rows(x: Tensor, y: Tensor) -> Tensor:
    """The squared differences, one row a sample: (N, D)."""
    return ((x - y) ** 2).reshape(len(x), -1)


def _in_place(x: Tensor, y: Tensor) -> Tensor:
    x -= y
    return (x**2).mean()


def _ready_made(x: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(x, y)


MSE = (
    Wrong(
        "ready-made",
        Text(
            "이미 만들어진 MSE를 썼습니다. 이 문제에서는 정의대로 작성합니다.",
            "This is a ready-made MSE; the exercise asks for the definition.",
        ),
        _ready_made,
    ),
    Wrong(
        "summed",
        Text(
            "제곱을 모두 더하기만 했습니다. 텐서가 크면 loss도 커집니다.",
            "The squares are only added up, so a larger tensor gives a larger loss.",
        ),
        lambda x, y: _rows(x, y).sum(),
    ),
    Wrong(
        "over-batch-only",
        Text(
            "Batch 크기로만 나누었습니다. 원소의 개수는 batch 크기보다 많습니다.",
            "The division is by the batch size only; there are more elements than samples.",
        ),
        lambda x, y: _rows(x, y).sum() / len(x),
    ),
    Wrong(
        "root",
        Text(
            "제곱근을 취했습니다. 그것은 RMSE입니다.",
            "A square root is taken of it: that is the RMSE.",
        ),
        lambda x, y: _rows(x, y).mean().sqrt(),
    ),
    Wrong(
        "mean-of-roots",
        Text(
            "샘플마다 제곱근을 취한 뒤 평균했습니다. 정의에는 제곱근이 없습니다.",
            "A root for each sample, then the mean; there is no root in the definition.",
        ),
        lambda x, y: _rows(x, y).mean(1).sqrt().mean(),
    ),
    Wrong(
        "half",
        Text(
            "1/2이 곱해져 있습니다. 여기의 정의에는 없는 계수입니다.",
            "It is multiplied by 1/2, a factor that this definition does not have.",
        ),
        lambda x, y: _rows(x, y).mean() / 2,
    ),
    Wrong(
        "absolute",
        Text(
            "차이의 절댓값을 평균했습니다(L1). 제곱 오차가 아닙니다.",
            "The mean of the absolute differences (L1), not of the squared ones.",
        ),
        lambda x, y: (x - y).abs().mean(),
    ),
    Wrong(
        "no-square",
        Text(
            "제곱이 빠져 양의 차이와 음의 차이가 서로 지워집니다.",
            "The square is missing, so differences of opposite sign cancel.",
        ),
        lambda x, y: (x - y).mean(),
    ),
    Wrong(
        "square-of-mean",
        Text(
            "평균을 먼저 구하고 제곱했습니다. 원소마다의 차이가 사라집니다.",
            "Averaged first and squared afterwards; the differences of the elements are lost.",
        ),
        lambda x, y: (x.mean() - y.mean()) ** 2,
    ),
    Wrong(
        "difference-of-squares",
        Text(
            "각각 제곱한 뒤에 뺐습니다. 차이의 제곱과는 다릅니다.",
            "Each is squared before the subtraction; that is not the square of the difference.",
        ),
        lambda x, y: (x**2 - y**2).mean(),
    ),
    Wrong(
        "over-first-axis",
        Text(
            "첫 번째 축에 대해서만 평균해서 스칼라가 아닙니다.",
            "The mean goes over the first axis only, so the result is no scalar.",
        ),
        lambda x, y: _rows(x, y).mean(0),
    ),
    Wrong(
        "per-sample",
        Text(
            "샘플마다 하나씩인 벡터입니다. 스칼라 하나여야 합니다.",
            "A vector with one number per sample; it should be one scalar.",
        ),
        lambda x, y: _rows(x, y).mean(1),
    ),
    Wrong(
        "no-mean",
        Text(
            "원소마다의 제곱 오차 그대로입니다. 아직 평균하지 않았습니다.",
            "The squared errors element by element; no mean has been taken.",
        ),
        lambda x, y: (x - y) ** 2,
    ),
    Wrong(
        "detached",
        Text(
            "결과가 계산 그래프에서 떨어져 있어 gradient가 없습니다.",
            "The result is cut off from the graph, so there is no gradient.",
        ),
        lambda x, y: _rows(x, y).mean().detach(),
    ),
    Wrong(
        "item",
        Text("텐서가 아니라 Python 수입니다.", "A plain number instead of a tensor."),
        lambda x, y: _rows(x, y).mean().item(),
    ),
    Wrong(
        "y-detached",
        Text(
            "y를 계산 그래프에서 떼어 냈습니다. 그것은 이 함수가 아니라 부르는 쪽이 정할 일입니다.",
            "y is cut off from the graph; that is for the caller to decide, not for this function.",
        ),
        lambda x, y: _rows(x, y.detach()).mean(),
    ),
    Wrong(
        "in-place",
        Text(
            "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
            "The input tensor is changed in place, so whatever comes next sees other numbers.",
        ),
        _in_place,
    ),
)
