"""Wrong ways to write exercise 1-4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdlab import evaluation
from labkit.judge.messages import Text


@of_parts
def _accuracy(
    hits: Callable[[Tensor, Tensor], Tensor] = lambda z, labels: (z.argmax(1) == labels).sum(),
    result: Callable[[list[float], list[int]], Any] = lambda hits, sizes: sum(hits) / sum(sizes),
    evaluate: bool = True,
    record: bool = False,
    restore: Callable[[nn.Module, bool], Any] = lambda model, before: model.train(before),
) -> Callable[..., Any]:
    """An accuracy with one of its parts replaced; what is not given is right."""

    def accuracy(model: nn.Module, batches: Any) -> Any:
        before = model.training
        if evaluate:
            model.eval()
        counts, sizes = [], []
        with torch.set_grad_enabled(record):
            for inputs, labels in batches:
                counts.append(hits(model(inputs), labels).item())
                sizes.append(len(labels))
        restore(model, before)
        return result(counts, sizes)

    return accuracy


def _ready_made(model: nn.Module, batches: Any) -> float:
    return evaluation.accuracy(model, batches)


ACCURACY = (
    Wrong(
        "train-mode",
        Text(
            "model이 train 모드일 때 그대로 평가했습니다. Dropout이 켜져 있습니다.",
            "A model in train mode is evaluated as it is, with its dropout on.",
        ),
        _accuracy(evaluate=False),
    ),
    Wrong(
        "gradients-recorded",
        Text(
            "평가하는 동안 계산 그래프를 만들었습니다. Gradient는 필요하지 않습니다.",
            "The graph is recorded while evaluating; no gradients are needed.",
        ),
        _accuracy(record=True),
    ),
    Wrong(
        "neither-eval-nor-no-grad",
        Text(
            "eval 모드로 바꾸지도, gradient 계산을 끄지도 않았습니다.",
            "Neither is the model in eval mode, nor are gradients switched off.",
        ),
        _accuracy(evaluate=False, record=True),
    ),
    Wrong(
        "left-in-eval-mode",
        Text(
            "model을 eval 모드에 둔 채로 끝납니다. 다음 학습이 dropout 없이 진행됩니다.",
            "The model is left in eval mode: the next training goes on without dropout.",
        ),
        _accuracy(restore=lambda model, before: model),
    ),
    Wrong(
        "left-in-train-mode",
        Text(
            "처음에 eval 모드였던 model도 train 모드로 바꾸어 놓았습니다.",
            "A model that came in eval mode is left in train mode.",
        ),
        _accuracy(restore=lambda model, before: model.train()),
    ),
    Wrong(
        "percent",
        Text("비율이 아니라 퍼센트입니다.", "This is in percent, not a share."),
        _accuracy(result=lambda hits, sizes: 100 * sum(hits) / sum(sizes)),
    ),
    Wrong(
        "mean-of-batches",
        Text(
            "Batch마다의 정확도를 평균했습니다. 작은 batch의 이미지가 더 큰 비중을 갖습니다.",
            "The mean of the batches' accuracies: images in a small batch count for more.",
        ),
        _accuracy(
            result=lambda hits, sizes: (
                sum(h / n for h, n in zip(hits, sizes, strict=True)) / len(sizes)
            )
        ),
    ),
    Wrong(
        "hits",
        Text("맞힌 개수입니다. 비율이 아닙니다.", "The number of hits, not their share."),
        _accuracy(result=lambda hits, sizes: sum(hits)),
    ),
    Wrong(
        "hits-per-batch",
        Text(
            "맞힌 개수를 이미지 수가 아니라 batch 수로 나누었습니다.",
            "The hits are divided by the number of batches, not of images.",
        ),
        _accuracy(result=lambda hits, sizes: sum(hits) / len(sizes)),
    ),
    Wrong(
        "last-batch",
        Text(
            "마지막 batch의 정확도만 돌려주었습니다.", "Only the last batch's accuracy is returned."
        ),
        _accuracy(result=lambda hits, sizes: hits[-1] / sizes[-1]),
    ),
    Wrong(
        "first-batch",
        Text(
            "첫 batch의 정확도만 돌려주었습니다. return의 위치를 확인하세요.",
            "Only the first batch's accuracy is returned. Where is the return?",
        ),
        _accuracy(result=lambda hits, sizes: hits[0] / sizes[0]),
    ),
    Wrong(
        "error-rate",
        Text("맞힌 비율이 아니라 틀린 비율입니다.", "The share of misses instead of hits."),
        _accuracy(result=lambda hits, sizes: 1 - sum(hits) / sum(sizes)),
    ),
    Wrong(
        "argmin",
        Text(
            "logit이 가장 작은 class를 예측으로 썼습니다.",
            "The class with the smallest logit is taken for the prediction.",
        ),
        _accuracy(hits=lambda z, labels: (z.argmin(1) == labels).sum()),
    ),
    Wrong(
        "tensor",
        Text(
            "값은 맞지만 Python float가 아니라 텐서입니다.",
            "The value is right, but it is a tensor instead of a Python float.",
        ),
        _accuracy(result=lambda hits, sizes: torch.tensor(sum(hits) / sum(sizes))),
    ),
    Wrong(
        "ready-made",
        Text(
            "kdlab.accuracy를 썼습니다. 이 문제에서는 직접 작성합니다.",
            "This is kdlab.accuracy; the exercise asks for one of your own.",
        ),
        _ready_made,
    ),
)
