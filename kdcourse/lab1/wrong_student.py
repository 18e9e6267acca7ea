"""Wrong ways to write exercise 1-2."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdlab import models
from labkit.judge.messages import Text


@of_parts
def _student(
    channels: int = 16,
    kernel: int = 3,
    activation: Callable[[], nn.Module] = nn.ReLU,
    pool: Callable[[int], nn.Module] = nn.MaxPool2d,
    between: Callable[[], nn.Module] = nn.ReLU,
    hidden: int = 256,
    inner: Callable[[], nn.Module] = nn.ReLU,
    dropout: Callable[[], nn.Module] = lambda: nn.Dropout(0.1),
    head: Callable[[int], nn.Module] = lambda classes: nn.Linear(256, classes),
    early: Callable[[], nn.Module] = nn.Identity,
    use: Callable[[nn.Sequential, Tensor], Tensor] = lambda features, x: features(x),
    bias: bool = True,
) -> type[nn.Module]:
    """A student network with one of its parts replaced; what is not given is right."""

    class StudentCNN(nn.Module):
        def __init__(self, num_classes: int = 10) -> None:
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, channels, kernel, padding=kernel // 2, bias=bias),
                activation(),
                pool(2),
                nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=bias),
                between(),
                pool(2),
            )
            self.classifier = nn.Sequential(
                early(), nn.Linear(64 * channels, hidden), inner(), dropout(), head(num_classes)
            )

        def forward(self, x: Tensor) -> Tensor:
            return self.classifier(torch.flatten(use(self.features, x), 1))

    return StudentCNN


class _AlwaysDropout(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.dropout(x, 0.1)


class _NoPadding(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(576, 256), nn.ReLU(), nn.Dropout(0.1), nn.Linear(256, num_classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).flatten(1))


def _ready_made(num_classes: int = 10) -> nn.Module:
    return models.StudentCNN(num_classes)


def _second_skipped(features: nn.Sequential, x: Tensor) -> Tensor:
    return features[5](features[4](features[2](features[1](features[0](x)))))


STUDENT = (
    Wrong(
        "32-channels",
        Text(
            "Convolution의 channel 수가 다릅니다. 표와 비교하세요.",
            "The convolutions have another number of channels than the table.",
        ),
        _student(channels=32),
    ),
    Wrong(
        "kernel-5",
        Text("Convolution의 kernel 크기가 다릅니다.", "The convolutions have another kernel size."),
        _student(kernel=5),
    ),
    Wrong(
        "no-padding",
        Text(
            "Convolution에 padding이 없어 map이 작아집니다.",
            "Without padding the convolutions make the map smaller.",
        ),
        _NoPadding,
    ),
    Wrong(
        "no-bias",
        Text("Convolution에 bias가 없습니다.", "The convolutions have no bias."),
        _student(bias=False),
    ),
    Wrong(
        "hidden-512",
        Text(
            "Hidden 층의 크기가 다릅니다. Teacher의 값과 혼동하지 않았는지 확인하세요.",
            "The hidden layer has another size. Is it the teacher's?",
        ),
        _student(hidden=512, head=lambda classes: nn.Linear(512, classes)),
    ),
    Wrong(
        "average-pooling",
        Text("Max-pooling이 아니라 평균 pooling입니다.", "Average-pooling instead of max-pooling."),
        _student(pool=nn.AvgPool2d),
    ),
    Wrong(
        "first-relu-missing",
        Text(
            "첫 번째 convolution 뒤에 ReLU가 없습니다.",
            "There is no ReLU after the first convolution.",
        ),
        _student(activation=nn.Identity),
    ),
    Wrong(
        "second-relu-missing",
        Text(
            "두 번째 convolution 뒤에 ReLU가 없습니다.",
            "There is no ReLU after the second convolution.",
        ),
        _student(between=nn.Identity),
    ),
    Wrong(
        "hidden-relu-missing",
        Text(
            "두 linear 층 사이에 ReLU가 없습니다. 합치면 linear 층 하나와 같습니다.",
            "There is no ReLU between the linear layers: together they are one linear layer.",
        ),
        _student(inner=nn.Identity),
    ),
    Wrong(
        "sigmoid",
        Text("ReLU가 아니라 다른 활성화 함수입니다.", "Another activation than ReLU."),
        _student(activation=nn.Sigmoid, between=nn.Sigmoid, inner=nn.Sigmoid),
    ),
    Wrong(
        "dropout-0.5",
        Text(
            "Dropout의 확률이 다릅니다(nn.Dropout의 기본값은 0.5입니다).",
            "The dropout has another probability (the default of nn.Dropout is 0.5).",
        ),
        _student(dropout=nn.Dropout),
    ),
    Wrong(
        "dropout-0.9",
        Text(
            "nn.Dropout의 인자는 남기는 확률이 아니라 버리는 확률입니다.",
            "nn.Dropout takes the probability to drop, not the one to keep.",
        ),
        _student(dropout=lambda: nn.Dropout(0.9)),
    ),
    Wrong(
        "dropout-missing",
        Text("학습할 때 dropout이 없습니다.", "There is no dropout in training."),
        _student(dropout=nn.Identity),
    ),
    Wrong(
        "dropout-always-on",
        Text(
            "eval 모드에서도 dropout이 켜져 있습니다(F.dropout의 training 인자를 확인하세요).",
            "The dropout is on in eval mode too (see the argument training of F.dropout).",
        ),
        _student(dropout=_AlwaysDropout),
    ),
    Wrong(
        "dropout-elsewhere",
        Text(
            "Dropout의 위치가 표와 다릅니다.", "The dropout is at another place than in the table."
        ),
        _student(early=lambda: nn.Dropout(0.1), dropout=nn.Identity),
    ),
    Wrong(
        "classes-fixed",
        Text(
            "num_classes를 쓰지 않고 10으로 고정했습니다.",
            "num_classes is not used; the number is always 10.",
        ),
        _student(head=lambda classes: nn.Linear(256, 10)),
    ),
    Wrong(
        "softmax-at-the-end",
        Text(
            "마지막에 softmax를 취했습니다. nn.CrossEntropyLoss는 logits를 받습니다.",
            "There is a softmax at the end; nn.CrossEntropyLoss wants logits.",
        ),
        _student(head=lambda classes: nn.Sequential(nn.Linear(256, classes), nn.Softmax(1))),
    ),
    Wrong(
        "relu-at-the-end",
        Text(
            "마지막에 ReLU를 취해 음수인 logit이 사라집니다.",
            "There is a ReLU at the end: negative logits are lost.",
        ),
        _student(head=lambda classes: nn.Sequential(nn.Linear(256, classes), nn.ReLU())),
    ),
    Wrong(
        "second-convolution-unused",
        Text(
            "두 번째 convolution을 만들었지만 forward에서 쓰지 않았습니다.",
            "The second convolution is made, but forward does not use it.",
        ),
        _student(use=_second_skipped),
    ),
    Wrong(
        "ready-made",
        Text(
            "kdlab.models의 네트워크를 썼습니다. 이 문제에서는 층을 직접 만듭니다.",
            "This is a network of kdlab.models; the exercise asks for its layers.",
        ),
        _ready_made,
    ),
)
