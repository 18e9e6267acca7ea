"""The training step of labs 2, 3 and 4: right ways and mistakes, composed of its parts.

The labs differ in the method's loss, and in names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Right, Wrong
from autograder.checks.pairs import of_parts
from labkit.judge.messages import Text

Parts = dict[str, Any]
"""Parts other than the lecture's, see `Method.step`."""
Outputs = tuple[Tensor, ...]  # also where a network returns the logits alone
Both = tuple[Outputs, Outputs]  # of the student and of the teacher


class Given(NamedTuple):
    """What the two losses of a step are made of."""

    logits: Tensor  # (N, C)
    teacher_logits: Tensor  # (N, C)
    compared: Tensor  # what the method compares: the last output, so in lab 2 the logits again
    wanted: Tensor  # the same of the teacher
    labels: Tensor  # (N,)
    ce_loss: Any
    extra: Any  # the method's own argument: the temperature, or the loss that compares


def altered(by: Callable[[Tensor], Tensor], *names: str) -> Callable[[Given], Given]:
    """A part that puts something else in the place of the tensors of these names."""
    return lambda given: given._replace(**{name: by(getattr(given, name)) for name in names})


def exchanged(given: Given) -> Given:
    """Student and teacher in each other's place, which a symmetric loss does not notice."""
    return given._replace(compared=given.wanted, wanted=given.compared)


def in_place(own: Tensor, ce: Tensor, weight: float, ce_weight: float) -> Tensor:
    """A sum in a tensor that grows."""
    loss = own * weight
    loss += ce * ce_weight
    return loss


def _weighted(own: Any, ce: Any, weight: float, ce_weight: float) -> Any:
    return weight * own + ce_weight * ce


def _backward_inside(*losses_and_weights: Any) -> Tensor:
    loss: Tensor = _weighted(*losses_and_weights)
    loss.backward()
    return loss


def _run(network: nn.Module, inputs: Tensor) -> Outputs:
    returned = network(inputs)
    return returned if isinstance(returned, tuple) else (returned,)


def _see(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Both:
    with torch.no_grad():
        wanted = _run(teacher, inputs)
    return _run(student, inputs), wanted


def _see_recorded(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Both:
    return _run(student, inputs), _run(teacher, inputs)


def _see_inferred(student: nn.Module, teacher: nn.Module, inputs: Tensor) -> Both:
    with torch.inference_mode():
        wanted = _run(teacher, inputs)
    return _run(student, inputs), tuple(output.clone() for output in wanted)


@dataclass(frozen=True, eq=False)
class Method:
    """What tells one lab's step from another's.

    Parameters
    ----------
    lecture : callable
        The lecture's function, from which all others have the names of their arguments.
    weight, extra : str
        The argument that weighs the method's loss, and the one that is the method's own.
    loss : Text
        What the method's loss is called; in Korean as a sentence begins with it.
    term : callable
        The method's loss.
    """

    lecture: Callable[..., Tensor]
    weight: str
    extra: str
    loss: Text
    term: Callable[[Given], Any]

    @of_parts
    def step(
        self,
        see: Callable[[nn.Module, nn.Module, Tensor], Both] = _see,
        alter: Callable[[Given], Given] = lambda given: given,
        term: Callable[[Given], Any] | None = None,
        label: Callable[[Given], Any] = lambda given: given.ce_loss(given.logits, given.labels),
        mix: Callable[..., Any] = _weighted,
    ) -> Callable[..., Any]:
        """A training step with some of its parts replaced; what is not given is right.

        ``see`` runs student and teacher, ``alter`` changes what the losses are made of, ``term``
        and ``label`` are the method's loss and the cross-entropy, ``mix`` puts them together.
        """
        names = signature(self.lecture)

        @wraps(self.lecture)
        def step(*in_order: Any, **by_name: Any) -> Any:
            got = names.bind(*in_order, **by_name).arguments
            s, t = see(got["student"], got["teacher"], got["inputs"])
            rest = got["labels"], got["ce_loss"], got[self.extra]
            given = alter(Given(s[0], t[0], s[-1], t[-1], *rest))
            losses = (term or self.term)(given), label(given)
            return mix(*losses, got[self.weight], got["ce_loss_weight"])

        return step

    def right_ways(self, **own: Parts) -> tuple[Right, ...]:
        """The lecture's way, those of every lab, and a lab's own; these may add to the others."""
        ways = {name: _HONEST.get(name, {}) | own.get(name, {}) for name in _HONEST | own}
        composed = (Right(f"step_{name}", self.step(**parts)) for name, parts in ways.items())
        return (Right(self.lecture.__name__, self.lecture), *composed)

    def mistakes(self) -> tuple[Wrong, ...]:
        """The mistakes that can be made in every lab."""
        short, ko, en = self.weight.partition("_")[0], *self.loss
        names = {"weight": self.weight, "short": short, "ko": ko, "en": en}
        return tuple(
            Wrong(id.format(**names), Text(ko, en).fill(**names), self.step(**parts))
            for id, (ko, en, parts) in _MISTAKES.items()
        )


_HONEST: dict[str, Parts] = {
    "detach": {"see": _see_recorded, "alter": altered(Tensor.detach, "wanted")},
    "frozen": {
        "see": lambda s, t, inputs: _see_recorded(s, t.requires_grad_(False), inputs),
        "mix": lambda m, c, w, v: torch.add(w * m, c, alpha=v),
    },
    "inference_mode": {
        "see": _see_inferred,
        "mix": lambda m, c, w, v: torch.stack([w * m, v * c]).sum(),
    },
    "double": {"alter": altered(Tensor.double, "logits", "compared", "wanted")},
}

# By identifier: message and parts. In a ``mix``, the method's loss m has weight w, the other v.
_MISTAKES: dict[str, tuple[str, str, Parts]] = {
    "teacher-not-detached": (
        "Teacher의 출력이 계산 그래프에 남아 있어 teacher도 gradient를 받습니다.",
        "The teacher's output is still in the graph, so the teacher gets gradients too.",
        {"see": _see_recorded},
    ),
    "teacher-in-train-mode": (
        "Teacher를 train 모드로 두어 dropout이 켜집니다. 고정된 teacher는 eval 모드로 써야 합니다.",
        "The teacher is put into train mode, with dropout; a frozen teacher runs in eval mode.",
        {"see": lambda s, t, inputs: _see(s, t.train(), inputs)},
    ),
    "student-in-eval-mode": (
        "Student를 eval 모드로 학습합니다. Dropout이 꺼집니다.",
        "The student is trained in eval mode, with its dropout off.",
        {"see": lambda s, t, inputs: _see(s.eval(), t, inputs)},
    ),
    "student-under-no-grad": (
        "Student의 forward도 no_grad 안에 있어 student가 배울 수 없습니다.",
        "The student's forward pass is inside no_grad too, so the student cannot learn.",
        {"see": torch.no_grad()(_see_recorded)},
    ),
    "student-not-used": (
        "Student의 출력이 쓰이지 않았습니다.", "The student's output is not used.",
        {"see": lambda s, t, inputs: _see(t, t, inputs)},
    ),
    "weights-exchanged": (
        "두 loss의 가중치가 서로 바뀌었습니다.", "The weights of the two losses are exchanged.",
        {"mix": lambda m, c, w, v: v * m + w * c},
    ),
    "one-minus-{short}-weight": (
        "ce_loss_weight를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 따로 주어집니다.",
        "ce_loss_weight is not used, but 1 minus the other one. The two weights are separate.",
        {"mix": lambda m, c, w, v: w * m + (1 - w) * c},
    ),
    "one-minus-ce-weight": (
        "{weight}를 쓰지 않고 1에서 뺀 값을 썼습니다. 두 가중치는 별개입니다.",
        "{weight} is not used, but 1 minus the other one. The two are separate.",
        {"mix": lambda m, c, w, v: (1 - v) * m + v * c},
    ),
    "no-weights": (
        "두 loss를 가중치 없이 더했습니다.", "The two losses are added without weights.",
        {"mix": lambda m, c, w, v: m + c},
    ),
    "no-{short}-weight": (
        "{ko}에 가중치를 곱하지 않았습니다.", "The {en} has no weight.",
        {"mix": lambda m, c, w, v: m + v * c},
    ),
    "no-{short}-term": (
        "{ko}가 더해지지 않았습니다. Teacher가 쓰이지 않습니다.",
        "The {en} is not added: the teacher has no say.",
        {"mix": lambda m, c, w, v: v * c},
    ),
    "no-cross-entropy": (
        "정답 label의 loss가 빠졌습니다.", "The loss on the true labels is missing.",
        {"mix": lambda m, c, w, v: w * m},
    ),
    "own-cross-entropy": (
        "인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used.",
        {"label": lambda g: F.cross_entropy(g.logits, g.labels)},
    ),
    "cross-entropy-of-probabilities": (
        "ce_loss에 logits가 아니라 확률을 넣었습니다. Softmax가 두 번 들어갑니다.",
        "ce_loss got probabilities instead of logits: that is a softmax too many.",
        {"label": lambda g: g.ce_loss(g.logits.softmax(1), g.labels)},
    ),
    "cross-entropy-of-teacher": (
        "정답 label의 loss를 teacher의 출력으로 계산했습니다.",
        "The loss on the true labels is taken of the teacher's output.",
        {"label": lambda g: g.ce_loss(g.teacher_logits, g.labels)},
    ),
    "two-losses": (
        "더하지 않은 두 loss의 튜플입니다.", "A tuple of two losses that were not added up.",
        {"mix": lambda m, c, w, v: (w * m, v * c)},
    ),
    "item": (
        "Loss가 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor.",
        {"mix": lambda m, c, w, v: float(w * m + v * c)},
    ),
    "backward-inside": (
        "함수 안에서 backward를 불렀습니다. Loss만 돌려주면 학습 루프가 부릅니다.",
        "The function calls backward itself. Return the loss; the training loop does the rest.",
        {"mix": _backward_inside},
    ),
}
