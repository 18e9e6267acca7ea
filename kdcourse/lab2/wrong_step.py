# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write exercise 2-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from kdcourse.lab2.wrong_common import _SOFT_LOSSES, Loss, _kl
from labkit.judge.messages import Text


def _step(
    soft: Loss = _kl,
    hard: Callable[..., Tensor] = lambda ce_loss, z, v, labels, T: ce_loss(z, labels),
    see: Callable[[nn.Module, nn.Module, Tensor], tuple[Tensor, Tensor]] | None = None,
    mix: Callable[..., Any] = lambda s, c, soft_weight, ce_weight: soft_weight * s + ce_weight * c,
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right.

    ``see`` gives the logits of student and teacher.
    """

    def step(
        teacher: nn.Module,
        student: nn.Module,
        inputs: Tensor,
        labels: Tensor,
        T: float,
        soft_target_loss_weight: float,
        ce_loss_weight: float,
        ce_loss: Any,
    ) -> Any:
        z, v = (see or _see)(student, teacher, inputs)
        soft_loss, ce = soft(z, v, T), hard(ce_loss, z, v, labels, T)
        return mix(soft_loss, ce, soft_target_loss_weight, ce_loss_weight)

    return step


def _see(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        v = teacher(inputs)
    return student(inputs), v


def _see_attached(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return s(inputs), t(inputs)


def _see_teacher_training(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return _see(s, t.train(), inputs)


def _see_student_evaluating(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    return _see(s.eval(), t, inputs)


def _see_nothing_recorded(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return s(inputs), t(inputs)


def _see_teacher_twice(s: nn.Module, t: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        return t(inputs), t(inputs)


def _backward_inside(s: Tensor, c: Tensor, soft_weight: float, ce_weight: float) -> Tensor:
    loss = soft_weight * s + ce_weight * c
    loss.backward()
    return loss


STEP = (
    *(Wrong(id, message, _step(soft=loss)) for id, message, loss in _SOFT_LOSSES),
    Wrong(
        "teacher-not-detached",
        Text(
            "Teacher의 출력이 계산 그래프에 남아 있어 teacher도 gradient를 받습니다.",
            "The teacher's output is still in the graph, so the teacher gets gradients too.",
        ),
        _step(see=_see_attached),
    ),
    Wrong(
        "teacher-in-train-mode",
        Text(
            "Teacher를 train 모드로 두었습니다. Dropout이 켜져 목표가 흔들립니다.",
            "The teacher is put into train mode: its dropout makes the targets noisy.",
        ),
        _step(see=_see_teacher_training),
    ),
    Wrong(
        "student-in-eval-mode",
        Text(
            "Student를 eval 모드로 학습합니다. Dropout이 꺼집니다.",
            "The student is trained in eval mode, with its dropout off.",
        ),
        _step(see=_see_student_evaluating),
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
        "student-not-used",
        Text("Student의 출력이 쓰이지 않았습니다.", "The student's output is not used."),
        _step(see=_see_teacher_twice),
    ),
    Wrong(
        "weights-exchanged",
        Text(
            "두 loss의 가중치가 서로 바뀌었습니다.", "The weights of the two losses are exchanged."
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: ce_weight * s + soft_weight * c),
    ),
    Wrong(
        "one-minus-soft-weight",
        Text(
            "ce_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 따로 주어집니다.",
            "ce_loss_weight is not used, but 1 minus the other one. The two weights are separate.",
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: soft_weight * s + (1 - soft_weight) * c),
    ),
    Wrong(
        "one-minus-ce-weight",
        Text(
            "soft_target_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 별개입니다.",
            "soft_target_loss_weight is not used, but 1 minus the other one. The two are separate.",
        ),
        _step(mix=lambda s, c, soft_weight, ce_weight: (1 - ce_weight) * s + ce_weight * c),
    ),
    Wrong(
        "no-weights",
        Text("두 loss를 가중치 없이 더했습니다.", "The two losses are added without weights."),
        _step(mix=lambda s, c, soft_weight, ce_weight: s + c),
    ),
    Wrong(
        "own-cross-entropy",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(hard=lambda ce_loss, z, v, labels, T: F.cross_entropy(z, labels)),
    ),
    Wrong(
        "soft-cross-entropy",
        Text(
            "정답 label의 loss에도 temperature를 적용했습니다.",
            "The loss on the true labels is taken at the temperature too.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(z / T, labels)),
    ),
    Wrong(
        "cross-entropy-of-probabilities",
        Text(
            "ce_loss에 logits가 아니라 확률을 넣었습니다. Softmax가 두 번 들어갑니다.",
            "ce_loss got probabilities instead of logits: that is a softmax too many.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(z.softmax(1), labels)),
    ),
    Wrong(
        "cross-entropy-of-teacher",
        Text(
            "정답 label의 loss를 teacher의 출력으로 계산했습니다.",
            "The loss on the true labels is taken of the teacher's output.",
        ),
        _step(hard=lambda ce_loss, z, v, labels, T: ce_loss(v, labels)),
    ),
    Wrong(
        "two-losses",
        Text("더하지 않은 두 loss의 튜플입니다.", "A tuple of two losses that were not added up."),
        _step(mix=lambda s, c, soft_weight, ce_weight: (soft_weight * s, ce_weight * c)),
    ),
    Wrong(
        "item",
        Text("Loss가 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor."),
        _step(mix=lambda s, c, soft_weight, ce_weight: float(soft_weight * s + ce_weight * c)),
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
