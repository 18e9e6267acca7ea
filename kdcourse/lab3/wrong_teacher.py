"""Wrong ways to write exercise 3-2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from autograder.checks.pairs import of_parts
from kdlab.models import TeacherCNN
from labkit.judge.messages import Text


@of_parts
def _teacher(
    hidden: Callable[[Tensor], Tensor] = lambda flat: F.avg_pool1d(flat, 2),
    logits: Callable[[Any, Tensor], Tensor] = lambda classifier, flat: classifier(flat),
    returns: Callable[[Tensor, Tensor], Any] = lambda logits, hidden: (logits, hidden),
    see: Callable[[Any, Tensor], Tensor] = lambda features, x: features(x).flatten(1),
) -> type[nn.Module]:
    """The class with one part of its forward pass replaced; what is not given is right."""

    class TeacherCosine(TeacherCNN):
        def forward(self, x: Tensor) -> Any:
            flat = self.features(x).flatten(1)
            return returns(logits(self.classifier, flat), hidden(see(self.features, x)))

    return TeacherCosine


def _map(flat: Tensor) -> Tensor:
    return flat.unflatten(1, (32, 8, 8))


class _Learned(TeacherCNN):
    """A new layer makes the hidden representation shorter."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__(num_classes)
        self.shorter = nn.Conv1d(1, 1, 2, stride=2)

    def forward(self, x: Tensor) -> Any:
        flat = self.features(x).flatten(1)
        return self.classifier(flat), self.shorter(flat.unsqueeze(1)).squeeze(1)


TEACHER = (
    Wrong(
        "max-pooling",
        Text(
            "이웃한 두 값의 평균이 아니라 큰 쪽을 골랐습니다.",
            "It takes the larger of two neighbours instead of their mean.",
        ),
        _teacher(lambda flat: F.max_pool1d(flat, 2)),
    ),
    Wrong(
        "sums",
        Text(
            "이웃한 두 값을 평균하지 않고 더했습니다.",
            "Two neighbours are added up instead of averaged.",
        ),
        _teacher(lambda flat: 2 * F.avg_pool1d(flat, 2)),
    ),
    Wrong(
        "every-other",
        Text(
            "값을 하나씩 건너뛰었습니다. 이웃한 두 값이 모두 쓰여야 합니다.",
            "Every other value is skipped; both neighbours should count.",
        ),
        _teacher(lambda flat: flat[:, ::2]),
    ),
    Wrong(
        "first-half",
        Text(
            "벡터의 앞 절반만 남겼습니다. 나머지 channel의 정보가 사라집니다.",
            "Only the first half of the vector is kept; the other channels are lost.",
        ),
        _teacher(lambda flat: flat[:, :1024]),
    ),
    Wrong(
        "pairs-of-channels",
        Text(
            "이웃한 channel을 평균했습니다. 좋은 방법이지만(질문 3-w) 여기서는 펼친 벡터의 이웃한 "
            "두 값을 평균합니다.",
            "Pairs of channels are averaged: a good way (question 3-w), but here it is pairs of "
            "neighbours in the flattened vector.",
        ),
        _teacher(lambda flat: _map(flat).unflatten(1, (16, 2)).mean(2).flatten(1)),
    ),
    Wrong(
        "pairs-of-rows",
        Text(
            "map의 위아래 이웃을 평균했습니다. 펼친 벡터의 이웃은 map에서 좌우로 이웃합니다.",
            "Vertical neighbours of the map are averaged; neighbours in the flattened vector are "
            "horizontal ones.",
        ),
        _teacher(lambda flat: F.adaptive_avg_pool2d(_map(flat), (4, 8)).flatten(1)),
    ),
    Wrong(
        "not-pooled",
        Text(
            "Hidden representation의 길이가 2048 그대로입니다. Student의 길이와 같아야 합니다.",
            "The hidden representation still has 2048 values; the student's has fewer.",
        ),
        _teacher(lambda flat: flat),
    ),
    Wrong(
        "extra-dimension",
        Text(
            "pooling을 위해 더한 차원이 남아 있습니다.",
            "The dimension that was added for the pooling is still there.",
        ),
        _teacher(lambda flat: F.avg_pool1d(flat.unsqueeze(1), 2)),
    ),
    Wrong(
        "squeezed",
        Text(
            "squeeze가 크기 1인 차원을 모두 없앱니다. 이미지가 한 장이면 batch 차원도 사라집니다.",
            "squeeze drops every dimension of size 1, with a single image the batch's too.",
        ),
        _teacher(lambda flat: F.avg_pool1d(flat.unsqueeze(1), 2).squeeze()),
    ),
    Wrong(
        "before-last-activation",
        Text(
            "마지막 ReLU를 거치지 않은 값입니다. features 전체의 출력이 필요합니다.",
            "These values have not been through the last ReLU; the whole of features is needed.",
        ),
        _teacher(see=lambda features, x: F.max_pool2d(features[:-2](x), 2).flatten(1)),
    ),
    Wrong(
        "earlier-layer",
        Text(
            "features의 중간 층에서 가져온 값입니다. 마지막 층의 출력이 필요합니다.",
            "These values are from a layer in the middle of features; the last one is needed.",
        ),
        _teacher(
            lambda flat: F.adaptive_avg_pool1d(flat, 1024),
            see=lambda features, x: features[:-1](x).flatten(1),
        ),
    ),
    Wrong(
        "logits-of-the-pooled",
        Text(
            "Classifier에 줄인 벡터를 넣었습니다. logits는 원래의 TeacherCNN과 같아야 합니다.",
            "The classifier got the shortened vector; the logits should be those of TeacherCNN.",
        ),
        _teacher(
            logits=lambda classifier, flat: classifier(
                F.avg_pool1d(flat, 2).repeat_interleave(2, dim=1)
            )
        ),
    ),
    Wrong(
        "probabilities",
        Text(
            "logits가 아니라 softmax를 거친 확률입니다.",
            "These are probabilities after a softmax, not logits.",
        ),
        _teacher(logits=lambda classifier, flat: classifier(flat).softmax(1)),
    ),
    Wrong(
        "order",
        Text("두 결과의 순서가 바뀌었습니다.", "The two results come in the wrong order."),
        _teacher(returns=lambda logits, hidden: (hidden, logits)),
    ),
    Wrong(
        "logits-only",
        Text(
            "logits만 돌려줍니다. hidden representation도 함께 필요합니다.",
            "Only the logits are returned; the hidden representation is needed too.",
        ),
        _teacher(returns=lambda logits, hidden: logits),
    ),
    Wrong(
        "detached",
        Text(
            "Hidden representation이 계산 그래프에서 떨어져 있습니다. Gradient를 막는 것은 학습 "
            "함수의 일입니다.",
            "The hidden representation is cut off from the graph; keeping gradients off the "
            "teacher is up to the training step.",
        ),
        _teacher(lambda flat: F.avg_pool1d(flat, 2).detach()),
    ),
    Wrong(
        "learned",
        Text(
            "학습되는 층을 새로 만들었습니다. Teacher의 weight를 불러올 수 없게 됩니다.",
            "There is a new layer with weights: the teacher's checkpoint does not fit any more.",
        ),
        _Learned,
    ),
)
