"""Wrong ways to write the class of exercise 4-2, the student with a regressor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdlab.models import StudentCNN
from labkit.judge.messages import Text

Forward = Callable[[Any, Tensor], Any]


def _conv(**options: Any) -> nn.Module:
    return nn.Conv2d(16, 32, **({"kernel_size": 3, "padding": 1} | options))


def _both(model: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    """The right forward pass."""
    maps = model.features(x)
    return model.classifier(maps.flatten(1)), model.regressor(maps)


@of_parts
def _model(
    regressor: Callable[[], nn.Module] = _conv, forward: Forward = _both
) -> type[StudentCNN]:
    """A class with the regressor or the forward pass replaced; what is not given is right."""

    class Model(StudentCNN):
        def __init__(self, num_classes: int = 10) -> None:
            super().__init__(num_classes)
            self.regressor = regressor()

        def forward(self, x: Tensor) -> Any:
            return forward(self, x)

    return Model


def _of_maps(change: Callable[[Any, Tensor], Tensor]) -> Forward:
    """A forward pass whose second output is something else of the feature map."""

    def forward(model: Any, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = model.features(x)
        return model.classifier(maps.flatten(1)), change(model, maps)

    return forward


def _changed(change: Callable[[Tensor, Tensor], Any]) -> Forward:
    """A forward pass that returns something made of the right logits and the right output."""
    return lambda model, x: change(*_both(model, x))


def _before_pooling(model: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    maps = model.features[:-1](x)
    return model.classifier(model.features[-1](maps).flatten(1)), model.regressor(maps)


def _chained(model: Any, x: Tensor) -> tuple[Tensor, Tensor]:
    regressed = model.regressor(model.features(x))
    return model.classifier(regressed.flatten(1)), regressed


def _no_grad(model: Any, maps: Tensor) -> Tensor:
    with torch.no_grad():
        return model.regressor(maps)


class _OnLogits(StudentCNN):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.regressor = nn.Linear(num_classes, 32 * 8 * 8)

    def forward(self, x: Tensor) -> Any:
        logits = super().forward(x)
        return logits, self.regressor(logits).unflatten(1, (32, 8, 8))


REGRESSOR = (
    Wrong(
        "relu",
        Text(
            "Regressor 뒤에 ReLU가 있습니다. 음수가 잘려 gradient도 끊깁니다.",
            "There is a ReLU behind the regressor; it cuts negative values and their gradients.",
        ),
        _model(forward=_changed(lambda logits, out: (logits, out.relu()))),
    ),
    Wrong(
        "no-padding",
        Text(
            "Padding이 없어 map이 작아집니다. Teacher의 map과 비교할 수 없습니다.",
            "Without padding the map shrinks and cannot be compared with the teacher's.",
        ),
        _model(lambda: _conv(padding=0)),
    ),
    Wrong(
        "one-by-one",
        Text(
            "Kernel이 1×1입니다. 문제에 적힌 크기를 확인하세요.",
            "The kernel is 1×1; see the size that the exercise gives.",
        ),
        _model(lambda: _conv(kernel_size=1, padding=0)),
    ),
    Wrong(
        "no-bias",
        Text("Regressor에 bias가 없습니다.", "The regressor has no bias."),
        _model(lambda: _conv(bias=False)),
    ),
    Wrong(
        "batch-norm",
        Text(
            "Regressor 뒤에 batch norm이 있습니다. 문제는 convolution 하나만 요구합니다.",
            "There is a batch norm behind the regressor; a convolution alone is asked for.",
        ),
        _model(lambda: nn.Sequential(_conv(), nn.BatchNorm2d(32))),
    ),
    Wrong(
        "teachers-side",
        Text(
            "Regressor의 채널 수가 거꾸로입니다. "
            "Teacher의 map이 아니라 student의 map을 바꾸어야 합니다.",
            "The regressor's channels are the other way round: it is the student's map that is to "
            "be transformed, not the teacher's.",
        ),
        _model(lambda: nn.Conv2d(32, 16, 3, padding=1)),
    ),
    Wrong(
        "on-logits",
        Text(
            "Regressor가 feature map이 아니라 logits를 입력으로 받습니다.",
            "The regressor works on the logits instead of the feature map.",
        ),
        _OnLogits,
    ),
    Wrong(
        "logits-from-regressor",
        Text(
            "Regressor의 출력을 classifier에 넣었습니다. logits는 원래의 feature map에서 나옵니다.",
            "The regressor's output went into the classifier; logits come from the map itself.",
        ),
        _model(forward=_chained),
    ),
    Wrong(
        "unused",
        Text(
            "Regressor를 만들었지만 쓰지 않았습니다. 두 번째 출력이 feature map 그대로입니다.",
            "The regressor is made but not used; the second output is the feature map itself.",
        ),
        _model(forward=_of_maps(lambda model, maps: maps)),
    ),
    Wrong(
        "repeated",
        Text(
            "Regressor를 쓰지 않고 feature map을 두 번 이어 붙였습니다. 학습되는 변환이 없습니다.",
            "The map is repeated instead of passed through the regressor: nothing is learned.",
        ),
        _model(forward=_of_maps(lambda model, maps: torch.cat([maps, maps], 1))),
    ),
    Wrong(
        "before-pooling",
        Text(
            "마지막 pooling 앞의 map에 regressor를 붙였습니다. 크기가 teacher의 map과 다릅니다.",
            "The regressor stands before the last pooling, where the map has another size.",
        ),
        _model(forward=_before_pooling),
    ),
    Wrong(
        "detached",
        Text(
            "Regressor 앞에서 feature map을 detach했습니다. Student의 층들이 배우지 못합니다.",
            "The map is detached before the regressor, so the student's own layers learn nothing.",
        ),
        _model(forward=_of_maps(lambda model, maps: model.regressor(maps.detach()))),
    ),
    Wrong(
        "no-grad",
        Text(
            "Regressor가 no_grad 안에 있어 학습되지 않습니다.",
            "The regressor is inside no_grad and cannot learn.",
        ),
        _model(forward=_of_maps(_no_grad)),
    ),
    Wrong(
        "order",
        Text(
            "두 출력의 순서가 바뀌었습니다. docstring의 순서를 보세요.",
            "The two outputs are in the wrong order; see the docstring.",
        ),
        _model(forward=_changed(lambda logits, out: (out, logits))),
    ),
    Wrong(
        "one-output",
        Text(
            "출력 두 개의 튜플을 돌려주어야 합니다.", "A tuple of two outputs should be returned."
        ),
        _model(forward=_changed(lambda logits, out: out)),
    ),
    Wrong(
        "flattened",
        Text(
            "Regressor의 출력을 펼쳤습니다. map의 모양 그대로여야 합니다.",
            "The regressor's output is flattened; it should stay a map.",
        ),
        _model(forward=_changed(lambda logits, out: (logits, out.flatten(1)))),
    ),
    Wrong(
        "probabilities",
        Text(
            "logits가 아니라 확률을 돌려줍니다. cross-entropy가 softmax를 한 번 더 취하게 됩니다.",
            "Probabilities instead of logits: the cross-entropy takes a softmax of its own.",
        ),
        _model(forward=_changed(lambda logits, out: (logits.softmax(1), out))),
    ),
)
