# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write exercise 3-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from kdcourse.lab3.wrong_common import _ALONG_BATCH
from labkit.judge.messages import Text

Outputs = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]


def _step(
    cosine: Callable[..., Any] = lambda loss, s, t, labels: loss(s[1], t[1], torch.ones(len(s[1]))),
    ce: Callable[..., Any] = lambda loss, s, t, labels: loss(s[0], labels),
    see: Callable[[nn.Module, nn.Module, Tensor], Outputs] | None = None,
    mix: Callable[..., Any] = lambda h, c, hidden_weight, ce_weight: (
        hidden_weight * h + ce_weight * c
    ),
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right."""

    def step(
        teacher: nn.Module,
        student: nn.Module,
        inputs: Tensor,
        labels: Tensor,
        hidden_rep_loss_weight: float,
        ce_loss_weight: float,
        ce_loss: Any,
        cosine_loss: Any,
    ) -> Any:
        s, t = (see or _see)(student, teacher, inputs)
        hidden, label = cosine(cosine_loss, s, t, labels), ce(ce_loss, s, t, labels)
        return mix(hidden, label, hidden_rep_loss_weight, ce_loss_weight)

    return step


def _see(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    with torch.no_grad():
        t = teacher(inputs)
    return student(inputs), t


def _see_attached(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    return student(inputs), teacher(inputs)


def _see_teacher_training(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    return _see(student, teacher.train(), inputs)


def _see_student_evaluating(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    return _see(student.eval(), teacher, inputs)


def _see_nothing_recorded(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    with torch.no_grad():
        return student(inputs), teacher(inputs)


def _see_exchanged(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Outputs:
    s, t = _see(student, teacher, inputs)
    return s[::-1], t[::-1]


def _towards(target: float) -> Callable[..., Any]:
    """The cosine loss with the same target for every image."""
    return lambda loss, s, t, labels: loss(s[1], t[1], torch.full((len(s[1]),), target))


def _own_cosine(loss: Any, s: Any, t: Any, labels: Tensor) -> Tensor:
    return (1 - F.cosine_similarity(s[1], t[1])).mean()


def _backward_inside(h: Tensor, c: Tensor, hidden_weight: float, ce_weight: float) -> Tensor:
    loss = hidden_weight * h + ce_weight * c
    loss.backward()
    return loss


STEP = (
    Wrong(
        "target-minus-one",
        Text(
            "target이 -1이어서 student의 벡터를 teacher의 벡터에서 멀어지게 합니다.",
            "With a target of -1 the student's vectors are driven away from the teacher's.",
        ),
        _step(_towards(-1.0)),
    ),
    Wrong(
        "target-zero",
        Text(
            "cosine 항이 loss에 나타나지 않습니다. target이 0이거나 항을 더하지 않은 경우입니다. "
            "target은 1이나 -1입니다.",
            "The cosine term is not in the loss: the target is 0, or the term was never added. A "
            "target is 1 or -1.",
        ),
        _step(_towards(0.0)),
    ),
    Wrong(
        "target-labels",
        Text(
            "labels를 cosine_loss의 target으로 썼습니다. 그 target은 class가 아닙니다.",
            "The labels are the target of cosine_loss; that target is no class.",
        ),
        _step(lambda loss, s, t, labels: loss(s[1], t[1], labels)),
    ),
    Wrong(
        "logits-compared",
        Text(
            "Hidden representation이 아니라 logits를 서로 비교했습니다.",
            "The logits are compared instead of the hidden representations.",
        ),
        _step(lambda loss, s, t, labels: loss(s[0], t[0], torch.ones(len(s[0])))),
    ),
    Wrong(
        "order",
        Text(
            "네트워크의 두 결과를 반대 순서로 받았습니다.",
            "The two results of the networks are taken in the wrong order.",
        ),
        _step(see=_see_exchanged),
    ),
    Wrong(
        "along-batch",
        _ALONG_BATCH,
        _step(lambda loss, s, t, labels: loss(s[1].T, t[1].T, torch.ones(s[1].shape[1]))),
    ),
    Wrong(
        "own-cosine-loss",
        Text("인자로 받은 cosine_loss를 쓰지 않았습니다.", "The argument cosine_loss is not used."),
        _step(_own_cosine),
    ),
    Wrong(
        "similarity",
        Text(
            "Loss가 아니라 cosine similarity를 더했습니다. 줄이면 방향이 반대가 됩니다.",
            "The cosine similarity is added instead of a loss; making it small turns vectors away.",
        ),
        _step(lambda loss, s, t, labels: F.cosine_similarity(s[1], t[1]).mean()),
    ),
    Wrong(
        "weights-exchanged",
        Text(
            "두 loss의 가중치가 서로 바뀌었습니다.", "The weights of the two losses are exchanged."
        ),
        _step(mix=lambda h, c, hidden_weight, ce_weight: ce_weight * h + hidden_weight * c),
    ),
    Wrong(
        "one-minus-hidden-weight",
        Text(
            "ce_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 따로 주어집니다.",
            "ce_loss_weight is not used, but 1 minus the other one. The two weights are separate.",
        ),
        _step(mix=lambda h, c, weight, ce_weight: weight * h + (1 - weight) * c),
    ),
    Wrong(
        "one-minus-ce-weight",
        Text(
            "hidden_rep_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 별개입니다.",
            "hidden_rep_loss_weight is not used, but 1 minus the other one. The two are separate.",
        ),
        _step(mix=lambda h, c, hidden_weight, ce_weight: (1 - ce_weight) * h + ce_weight * c),
    ),
    Wrong(
        "no-weights",
        Text("두 loss를 가중치 없이 더했습니다.", "The two losses are added without weights."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: h + c),
    ),
    Wrong(
        "no-hidden-weight",
        Text("cosine loss에 가중치를 곱하지 않았습니다.", "The cosine loss has no weight."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: h + ce_weight * c),
    ),
    Wrong(
        "no-cross-entropy",
        Text("정답 label의 loss가 빠졌습니다.", "The loss on the true labels is missing."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: hidden_weight * h),
    ),
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
            "Teacher를 train 모드로 두었습니다. 고정된 teacher는 eval 모드로 써야 합니다.",
            "The teacher is put into train mode; a frozen teacher runs in eval mode.",
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
        "student-hidden-detached",
        Text(
            "Student의 hidden representation을 detach했습니다. "
            "Cosine loss가 student에게 닿지 않습니다.",
            "The student's hidden representation is detached, so the cosine loss teaches nothing.",
        ),
        _step(lambda loss, s, t, labels: loss(s[1].detach(), t[1], torch.ones(len(s[1])))),
    ),
    Wrong(
        "own-cross-entropy",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(ce=lambda loss, s, t, labels: F.cross_entropy(s[0], labels)),
    ),
    Wrong(
        "cross-entropy-of-teacher",
        Text(
            "정답 label의 loss를 teacher의 출력으로 계산했습니다.",
            "The loss on the true labels is taken of the teacher's output.",
        ),
        _step(ce=lambda loss, s, t, labels: loss(t[0], labels)),
    ),
    Wrong(
        "two-losses",
        Text("더하지 않은 두 loss의 튜플입니다.", "A tuple of two losses that were not added up."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: (hidden_weight * h, ce_weight * c)),
    ),
    Wrong(
        "item",
        Text("Loss가 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: float(hidden_weight * h + ce_weight * c)),
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
