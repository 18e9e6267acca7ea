"""Wrong ways to write exercise 1-3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdcourse.lab1.wrong_common import _ITEM, _SIGN
from labkit.judge.messages import Text


@of_parts
def _step(
    see: Callable[[nn.Module, Tensor], Tensor] = lambda model, inputs: model(inputs),
    loss: Callable[..., Any] = lambda ce_loss, z, labels: ce_loss(z, labels),
    end: Callable[[Tensor, Tensor, Tensor], Any] = lambda loss, z, labels: loss,
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right."""

    def step(model: nn.Module, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Any:
        z = see(model, inputs)
        return end(loss(ce_loss, z, labels), z, labels)

    return step


def _under_no_grad(model: nn.Module, inputs: Tensor) -> Tensor:
    with torch.no_grad():
        return model(inputs)


def _backward(retain: bool) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    def end(loss: Tensor, z: Tensor, labels: Tensor) -> Tensor:
        loss.backward(retain_graph=retain)
        return loss

    return end


STEP = (
    Wrong(
        "own-cross-entropy",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(loss=lambda ce_loss, z, labels: F.cross_entropy(z, labels)),
    ),
    Wrong(
        "softmax-first",
        Text(
            "ce_loss에 logits가 아니라 확률을 넣었습니다. Softmax가 두 번 들어갑니다.",
            "ce_loss got probabilities instead of logits: that is a softmax too many.",
        ),
        _step(loss=lambda ce_loss, z, labels: ce_loss(z.softmax(1), labels)),
    ),
    Wrong(
        "own-predictions",
        Text(
            "정답 label이 아니라 model 자신의 예측(argmax)과 비교했습니다.",
            "Compared with the model's own predictions (argmax) instead of the labels.",
        ),
        _step(loss=lambda ce_loss, z, labels: ce_loss(z, z.argmax(1))),
    ),
    Wrong(
        "argmax",
        Text(
            "logits 대신 argmax한 예측을 넣었습니다. argmax는 미분할 수 없습니다.",
            "The predictions (argmax) went in instead of the logits; an argmax has no derivative.",
        ),
        _step(loss=lambda ce_loss, z, labels: ce_loss(F.one_hot(z.argmax(1), 5).to(z), labels)),
    ),
    Wrong(
        "under-no-grad",
        Text(
            "Forward pass가 no_grad 안에 있어 model이 배울 수 없습니다.",
            "The forward pass is inside no_grad, so the model cannot learn.",
        ),
        _step(see=_under_no_grad),
    ),
    Wrong(
        "detached",
        Text(
            "값이 계산 그래프에서 떨어져 있어(detach) model이 배울 수 없습니다.",
            "The value is cut off from the graph (detach), so the model cannot learn.",
        ),
        _step(end=lambda loss, z, labels: loss.detach()),
    ),
    Wrong("item", _ITEM, _step(end=lambda loss, z, labels: loss.item())),
    Wrong(
        "eval-mode",
        Text(
            "model을 eval 모드로 바꾸어 학습합니다. Dropout이 꺼집니다.",
            "The model is put into eval mode and trained without its dropout.",
        ),
        _step(see=lambda model, inputs: model.eval()(inputs)),
    ),
    Wrong(
        "times-batch-size",
        Text(
            "Loss에 batch 크기를 곱했습니다. ce_loss의 값을 그대로 돌려주세요.",
            "The loss is multiplied by the size of the batch. Return what ce_loss gives.",
        ),
        _step(end=lambda loss, z, labels: loss * len(labels)),
    ),
    Wrong(
        "averaged-twice",
        Text(
            "Loss를 batch 크기로 한 번 더 나누었습니다.",
            "The loss is divided by the size of the batch once more.",
        ),
        _step(end=lambda loss, z, labels: loss / len(labels)),
    ),
    Wrong("sign", _SIGN, _step(end=lambda loss, z, labels: -loss)),
    Wrong(
        "backward-inside",
        Text(
            "함수 안에서 backward를 불렀습니다. Loss만 돌려주면 학습 루프가 부릅니다.",
            "The function calls backward itself. Return the loss; the training loop does the rest.",
        ),
        _step(end=_backward(retain=False)),
    ),
    Wrong(
        "backward-twice",
        Text(
            "함수 안에서 backward를 불러 gradient가 두 배가 되었습니다.",
            "The function calls backward itself, so every gradient is counted twice.",
        ),
        _step(end=_backward(retain=True)),
    ),
    Wrong(
        "logits-returned",
        Text("Loss가 아니라 logits를 돌려주었습니다.", "The logits are returned, not the loss."),
        _step(end=lambda loss, z, labels: z),
    ),
    Wrong(
        "loss-and-logits",
        Text(
            "Loss 하나가 아니라 튜플을 돌려주었습니다.", "A tuple is returned instead of one loss."
        ),
        _step(end=lambda loss, z, labels: (loss, z)),
    ),
)
