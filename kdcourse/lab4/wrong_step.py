"""Wrong ways to write exercise 4-3, the training step with a regressor."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab4.right_step import METHOD
from kdcourse.step import Given, altered
from labkit.judge.messages import Text


def _squared(given: Given) -> Tensor:
    return (given.compared - given.wanted) ** 2  # (N, K, H, W)


def _cosine(given: Given) -> Tensor:
    return (1 - F.cosine_similarity(given.compared.flatten(1), given.wanted.flatten(1))).mean()


STEP = (
    Wrong(
        "logits-compared",
        Text(
            "Feature map이 아니라 두 logits를 비교했습니다.",
            "The logits are compared instead of the feature maps.",
        ),
        METHOD.step(alter=lambda g: g._replace(compared=g.logits, wanted=g.teacher_logits)),
    ),
    Wrong(
        "student-map-detached",
        Text(
            "Student 쪽의 feature map을 detach했습니다. "
            "이 loss에서 student가 배우는 것이 없습니다.",
            "The student's own map is detached, so it learns nothing from this loss.",
        ),
        METHOD.step(alter=altered(Tensor.detach, "compared")),
    ),
    Wrong(
        "summed",
        Text(
            "제곱 오차를 원소에 대해 평균하지 않고 더했습니다.",
            "The squared errors are summed, not averaged over the elements.",
        ),
        METHOD.step(term=lambda given: _squared(given).sum()),
    ),
    Wrong(
        "over-batch-only",
        Text(
            "제곱 오차를 batch 크기로만 나누었습니다. map의 원소 수만큼 강합니다.",
            "The squared errors are divided by the batch size only: too strong by the map's size.",
        ),
        METHOD.step(term=lambda given: _squared(given).sum() / len(given.labels)),
    ),
    Wrong(
        "positions-averaged",
        Text(
            "비교하기 전에 map을 위치에 대해 평균했습니다. 어디에 무엇이 있는지가 사라집니다.",
            "The maps are averaged over their positions first; where things are is lost.",
        ),
        METHOD.step(alter=altered(lambda maps: maps.mean((2, 3)), "compared", "wanted")),
    ),
    Wrong(
        "cosine",
        Text(
            "3번 노트북의 cosine loss입니다. 방향만 보고 크기는 보지 않습니다.",
            "The cosine loss of notebook 3, which sees directions and no lengths.",
        ),
        METHOD.step(term=_cosine),
    ),
    Wrong(
        "mse-loss-not-used",
        Text("인자로 받은 mse_loss를 쓰지 않았습니다.", "The argument mse_loss is not used."),
        METHOD.step(term=lambda given: _squared(given).mean()),
    ),
    Wrong(
        "outputs-exchanged",
        Text(
            "네트워크가 돌려주는 두 출력의 순서를 바꾸어 받았습니다.",
            "The two outputs of a network are taken in the wrong order.",
        ),
        METHOD.step(label=lambda given: given.ce_loss(given.compared, given.labels)),
    ),
    Wrong(
        "tuple-not-unpacked",
        Text(
            "네트워크가 돌려주는 튜플을 나누지 않고 그대로 loss에 넣었습니다.",
            "The tuple that a network returns went into the loss as it is.",
        ),
        METHOD.step(label=lambda g: g.ce_loss((g.logits, g.compared), g.labels)),
    ),
    *METHOD.mistakes(),
)
