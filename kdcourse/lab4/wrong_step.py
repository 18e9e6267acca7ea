# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write exercise 4-3, the training step with a regressor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text

Outputs = tuple[Tensor, Tensor]
"""Logits and map."""
Seen = tuple[Outputs, Outputs]
"""What the student and the teacher return."""


def _see(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Seen:
    with torch.no_grad():
        wanted = teacher(inputs)
    return student(inputs), wanted


def _step(
    see: Callable[[nn.Module, nn.Module, Tensor], Seen] = _see,
    soft: Callable[[Any, Outputs, Outputs], Tensor] = lambda loss, s, t: loss(s[1], t[1]),
    hard: Callable[..., Tensor] = lambda loss, s, t, labels: loss(s[0], labels),
    mix: Callable[..., Any] = lambda m, c, feature, ce: feature * m + ce * c,
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right.

    ``soft`` compares the outputs of student and teacher, ``hard`` looks at the labels, ``mix`` puts
    the two losses together.
    """

    def step(
        teacher: nn.Module,
        student: nn.Module,
        inputs: Tensor,
        labels: Tensor,
        feature_map_weight: float,
        ce_loss_weight: float,
        ce_loss: Any,
        mse_loss: Any,
    ) -> Any:
        s, t = see(student, teacher, inputs)
        losses = soft(mse_loss, s, t), hard(ce_loss, s, t, labels)
        return mix(*losses, feature_map_weight, ce_loss_weight)

    return step


def _see_nothing_recorded(s: nn.Module, t: nn.Module, inputs: Tensor) -> Seen:
    with torch.no_grad():
        return s(inputs), t(inputs)


def _see_teacher_twice(s: nn.Module, t: nn.Module, inputs: Tensor) -> Seen:
    return _see(t, t, inputs)


def _backward_inside(m: Tensor, c: Tensor, feature: float, ce: float) -> Tensor:
    loss = feature * m + ce * c
    loss.backward()
    return loss


def _cosine(loss: Any, s: Outputs, t: Outputs) -> Tensor:
    return (1 - F.cosine_similarity(s[1].flatten(1), t[1].flatten(1))).mean()


STEP = (
    Wrong(
        "logits-compared",
        Text(
            "Feature map이 아니라 두 logits를 비교했습니다.",
            "The logits are compared instead of the feature maps.",
        ),
        _step(soft=lambda loss, s, t: loss(s[0], t[0])),
    ),
    Wrong(
        "weights-exchanged",
        Text("두 가중치가 서로 바뀌었습니다.", "The two weights are exchanged."),
        _step(mix=lambda m, c, feature, ce: ce * m + feature * c),
    ),
    Wrong(
        "one-minus-feature-weight",
        Text(
            "ce_loss_weight를 쓰지 않았습니다. 두 가중치의 합이 1이라는 법은 없습니다.",
            "ce_loss_weight is not used; the two weights need not sum to 1.",
        ),
        _step(mix=lambda m, c, feature, ce: feature * m + (1 - feature) * c),
    ),
    Wrong(
        "one-minus-ce-weight",
        Text(
            "feature_map_weight를 쓰지 않았습니다. 두 가중치의 합이 1이라는 법은 없습니다.",
            "feature_map_weight is not used; the two weights need not sum to 1.",
        ),
        _step(mix=lambda m, c, feature, ce: (1 - ce) * m + ce * c),
    ),
    Wrong(
        "no-feature-term",
        Text(
            "Feature map의 loss가 더해지지 않았습니다. Teacher가 쓰이지 않습니다.",
            "The loss on the feature maps is not added: the teacher has no say.",
        ),
        _step(mix=lambda m, c, feature, ce: ce * c),
    ),
    Wrong(
        "no-label-term",
        Text(
            "정답 label의 loss가 더해지지 않았습니다.", "The loss on the true labels is not added."
        ),
        _step(mix=lambda m, c, feature, ce: feature * m),
    ),
    Wrong(
        "teacher-not-detached",
        Text(
            "Teacher의 출력이 계산 그래프에 남아 있어 teacher도 gradient를 받습니다.",
            "The teacher's output is still in the graph, so the teacher gets gradients too.",
        ),
        _step(see=lambda s, t, inputs: (s(inputs), t(inputs))),
    ),
    Wrong(
        "teacher-in-train-mode",
        Text(
            "Teacher를 train 모드로 두었습니다. Dropout이 켜져 teacher의 출력이 흔들립니다.",
            "The teacher is put into train mode: its dropout makes its outputs noisy.",
        ),
        _step(see=lambda s, t, inputs: _see(s, t.train(), inputs)),
    ),
    Wrong(
        "student-in-eval-mode",
        Text(
            "Student를 eval 모드로 학습합니다. Dropout이 꺼집니다.",
            "The student is trained in eval mode, with its dropout off.",
        ),
        _step(see=lambda s, t, inputs: _see(s.eval(), t, inputs)),
    ),
    Wrong(
        "student-under-no-grad",
        Text(
            "Student의 forward도 no_grad 안에 있어 student가 배울 수 없습니다.",
            "The student's forward pass is inside no_grad too, so the student cannot learn.",
        ),
        _step(see=_see_nothing_recorded),
    ),
    Wrong(
        "student-map-detached",
        Text(
            "Student 쪽의 feature map을 detach했습니다. "
            "이 loss에서 student가 배우는 것이 없습니다.",
            "The student's own map is detached, so it learns nothing from this loss.",
        ),
        _step(soft=lambda loss, s, t: loss(s[1].detach(), t[1])),
    ),
    Wrong(
        "student-not-used",
        Text("Student의 출력이 쓰이지 않았습니다.", "The student's outputs are not used."),
        _step(see=_see_teacher_twice),
    ),
    Wrong(
        "summed",
        Text(
            "제곱 오차를 원소에 대해 평균하지 않고 더했습니다.",
            "The squared errors are summed, not averaged over the elements.",
        ),
        _step(soft=lambda loss, s, t: ((s[1] - t[1]) ** 2).sum()),
    ),
    Wrong(
        "over-batch-only",
        Text(
            "제곱 오차를 batch 크기로만 나누었습니다. map의 원소 수만큼 강합니다.",
            "The squared errors are divided by the batch size only: too strong by the map's size.",
        ),
        _step(soft=lambda loss, s, t: ((s[1] - t[1]) ** 2).sum() / len(s[1])),
    ),
    Wrong(
        "positions-averaged",
        Text(
            "비교하기 전에 map을 위치에 대해 평균했습니다. 어디에 무엇이 있는지가 사라집니다.",
            "The maps are averaged over their positions first; where things are is lost.",
        ),
        _step(soft=lambda loss, s, t: loss(s[1].mean((2, 3)), t[1].mean((2, 3)))),
    ),
    Wrong(
        "cosine",
        Text(
            "3번 노트북의 cosine loss입니다. 방향만 보고 크기는 보지 않습니다.",
            "The cosine loss of notebook 3, which sees directions and no lengths.",
        ),
        _step(soft=_cosine),
    ),
    Wrong(
        "cross-entropy-of-teacher",
        Text(
            "정답 label의 loss를 teacher의 logits로 계산했습니다.",
            "The loss on the true labels is taken of the teacher's logits.",
        ),
        _step(hard=lambda loss, s, t, labels: loss(t[0], labels)),
    ),
    Wrong(
        "cross-entropy-of-probabilities",
        Text(
            "ce_loss에 logits가 아니라 확률을 넣었습니다. Softmax가 두 번 들어갑니다.",
            "ce_loss got probabilities instead of logits: that is a softmax too many.",
        ),
        _step(hard=lambda loss, s, t, labels: loss(s[0].softmax(1), labels)),
    ),
    Wrong(
        "ce-loss-not-used",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(hard=lambda loss, s, t, labels: F.cross_entropy(s[0], labels)),
    ),
    Wrong(
        "mse-loss-not-used",
        Text("인자로 받은 mse_loss를 쓰지 않았습니다.", "The argument mse_loss is not used."),
        _step(soft=lambda loss, s, t: F.mse_loss(s[1], t[1])),
    ),
    Wrong(
        "outputs-exchanged",
        Text(
            "네트워크가 돌려주는 두 출력의 순서를 바꾸어 받았습니다.",
            "The two outputs of a network are taken in the wrong order.",
        ),
        _step(hard=lambda loss, s, t, labels: loss(s[1], labels)),
    ),
    Wrong(
        "tuple-not-unpacked",
        Text(
            "네트워크가 돌려주는 튜플을 나누지 않고 그대로 loss에 넣었습니다.",
            "The tuple that a network returns went into the loss as it is.",
        ),
        _step(hard=lambda loss, s, t, labels: loss(s, labels)),
    ),
    Wrong(
        "two-losses",
        Text("더하지 않은 두 loss의 튜플입니다.", "A tuple of two losses that were not added up."),
        _step(mix=lambda m, c, feature, ce: (feature * m, ce * c)),
    ),
    Wrong(
        "item",
        Text("Loss가 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor."),
        _step(mix=lambda m, c, feature, ce: float(feature * m + ce * c)),
    ),
    Wrong(
        "backward-inside",
        Text(
            "함수 안에서 backward를 불렀습니다. Loss만 돌려주면 학습 루프가 부릅니다.",
            "The function calls backward itself. Return the loss; the training loop does the rest.",
        ),
        _step(mix=_backward_inside),
    ),
)
