# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write the exercises of lab 3, each with what to tell whoever writes it so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from kdlab.checks.messages import Text
from kdlab.models import TeacherCNN

Loss = Callable[..., Any]

_NO_GRAPH = Text(
    "결과가 계산 그래프에서 떨어져 있습니다. 학생이 배울 기울기가 없습니다.",
    "The result is cut off from the graph: there is no gradient for the student to learn from.",
)
_IN_PLACE = Text(
    "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
    "The input tensor is changed in place, so whatever comes next sees other numbers.",
)
_ALONG_BATCH = Text(
    "cosine을 배치 방향(dim=0)으로 계산했습니다. 한 이미지의 벡터끼리 비교해야 합니다.",
    "The cosine runs along the batch (dim=0). Each image's two vectors are to be compared.",
)


# --- 3-1 cosine_embedding_loss


def _loss(
    similarity: Callable[[Tensor, Tensor], Tensor] = F.cosine_similarity,
    together: Callable[[Tensor, float], Tensor] = lambda cos, margin: 1 - cos,
    apart: Callable[[Tensor, float], Tensor] = lambda cos, margin: torch.clamp(cos - margin, min=0),
    choose: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
    reduce: Callable[[Tensor], Any] = torch.mean,
) -> Loss:
    """The loss with one of its parts replaced; what is not given is right."""

    def loss(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Any:
        cos = similarity(x1, x2)
        terms = (choose or _choose)(target, together(cos, margin), apart(cos, margin))
        return reduce(terms)

    return loss


def _choose(target: Tensor, together: Tensor, apart: Tensor) -> Tensor:
    return torch.where(target == 1, together, apart)


def _over_both_targets(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    """The mean over the rows of each target by itself, added up."""
    cos = F.cosine_similarity(x1, x2)
    total = cos.sum() * 0
    for terms in (1 - cos[target == 1], torch.clamp(cos[target == -1] - margin, min=0)):
        total = total + (terms.mean() if len(terms) else 0)
    return total


def _first_row(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    return _loss()(x1[:1], x2[:1], target[:1], margin)


def _in_place(x1: Tensor, x2: Tensor, target: Tensor, margin: float = 0.0) -> Tensor:
    x1 /= x1.norm(dim=1, keepdim=True)
    x2 /= x2.norm(dim=1, keepdim=True)
    return _loss(lambda a, b: (a * b).sum(1))(x1, x2, target, margin)


_LOSS = (
    Wrong(
        "dot-product",
        Text(
            "내적을 벡터의 길이로 나누지 않았습니다. 길이가 달라져도 cosine은 같아야 합니다.",
            "The dot product is not divided by the lengths; a cosine does not depend on them.",
        ),
        _loss(lambda x1, x2: (x1 * x2).sum(1)),
    ),
    Wrong(
        "squared-lengths",
        Text(
            "길이가 아니라 길이의 제곱으로 나누었습니다. 제곱근이 빠졌습니다.",
            "It is divided by the squared lengths: a square root is missing.",
        ),
        _loss(lambda x1, x2: (x1 * x2).sum(1) / ((x1**2).sum(1) * (x2**2).sum(1))),
    ),
    Wrong("along-batch", _ALONG_BATCH, _loss(lambda x1, x2: F.cosine_similarity(x1, x2, dim=0))),
    Wrong(
        "one-cosine",
        Text(
            "배치 전체를 한 벡터로 펼쳐 cosine을 하나만 구했습니다. 행마다 하나가 필요합니다.",
            "The whole batch is taken as one vector with one cosine; each row has its own.",
        ),
        _loss(lambda x1, x2: F.cosine_similarity(x1.flatten(), x2.flatten(), dim=0)),
    ),
    Wrong(
        "target-ignored",
        Text(
            "target을 쓰지 않았습니다. 모든 쌍을 target이 1인 것처럼 계산합니다.",
            "The target is not used: every pair is treated as if its target were 1.",
        ),
        _loss(choose=lambda target, together, apart: together),
    ),
    Wrong(
        "targets-exchanged",
        Text(
            "target 1과 -1의 경우가 서로 바뀌었습니다.",
            "The cases of target 1 and -1 are exchanged.",
        ),
        _loss(choose=lambda target, together, apart: _choose(target, apart, together)),
    ),
    Wrong(
        "apart-is-zero",
        Text(
            "target이 -1인 쌍이 손실에 들어가지 않습니다. 그 쌍에도 손실이 있습니다.",
            "Pairs with target -1 add nothing to the loss; they have a loss of their own.",
        ),
        _loss(apart=lambda cos, margin: 0 * cos),
    ),
    Wrong(
        "similarity",
        Text(
            "target이 1일 때 손실이 아니라 cosine 자체입니다. 방향이 같을수록 손실이 작아야 "
            "합니다.",
            "For target 1 this is the cosine itself; equal directions should have a small loss.",
        ),
        _loss(together=lambda cos, margin: cos),
    ),
    Wrong(
        "margin-ignored",
        Text("margin을 쓰지 않았습니다.", "The margin is not used."),
        _loss(apart=lambda cos, margin: torch.clamp(cos, min=0)),
    ),
    Wrong(
        "margin-added",
        Text(
            "margin의 부호가 반대입니다. margin이 클수록 손실을 내는 쌍은 적어져야 합니다.",
            "The margin has the wrong sign: a larger one should leave fewer pairs with a loss.",
        ),
        _loss(apart=lambda cos, margin: torch.clamp(cos + margin, min=0)),
    ),
    Wrong(
        "margin-after-clamp",
        Text(
            "0과 비교한 다음에 margin을 뺐습니다. 손실이 음수가 될 수 있습니다.",
            "The margin is subtracted after the comparison with 0, so the loss can be negative.",
        ),
        _loss(apart=lambda cos, margin: torch.clamp(cos, min=0) - margin),
    ),
    Wrong(
        "no-clamp",
        Text(
            "target이 -1일 때 손실이 음수가 될 수 있습니다. 충분히 먼 쌍의 손실은 0입니다.",
            "For target -1 the loss can be negative; a pair far enough apart has a loss of 0.",
        ),
        _loss(apart=lambda cos, margin: cos - margin),
    ),
    Wrong(
        "absolute",
        Text(
            "target이 -1일 때 절댓값을 취했습니다. 이미 멀어진 쌍을 다시 끌어당깁니다.",
            "For target -1 an absolute value is taken: it draws back pairs that are far apart.",
        ),
        _loss(apart=lambda cos, margin: (cos - margin).abs()),
    ),
    Wrong(
        "one-plus",
        Text(
            "target이 -1일 때 1 + cos입니다. 직각인 쌍에도 손실이 생깁니다.",
            "For target -1 this is 1 + cos: even pairs at a right angle get a loss.",
        ),
        _loss(apart=lambda cos, margin: 1 + cos),
    ),
    Wrong(
        "sum-over-batch",
        Text(
            "배치에 대해 평균하지 않고 더하기만 했습니다. 배치가 크면 손실도 커집니다.",
            "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
        ),
        _loss(reduce=torch.sum),
    ),
    Wrong(
        "per-sample",
        Text(
            "쌍마다 하나씩인 벡터입니다. 배치에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per pair; it should be one scalar, the mean of the batch.",
        ),
        _loss(reduce=lambda terms: terms),
    ),
    Wrong(
        "mean-of-each-target",
        Text(
            "target 1과 -1을 따로 평균해서 더했습니다. 평균은 배치 전체에 대해 한 번입니다.",
            "The two targets are averaged separately and added; there is one mean, over all rows.",
        ),
        _over_both_targets,
    ),
    Wrong(
        "first-row",
        Text("배치의 첫 번째 쌍만 계산했습니다.", "Only the first pair of the batch is used."),
        _first_row,
    ),
    Wrong("in-place", _IN_PLACE, _in_place),
    Wrong("item", _NO_GRAPH, _loss(reduce=lambda terms: terms.mean().item())),
    Wrong(
        "second-detached",
        Text(
            "x2가 계산 그래프에서 떨어져 있습니다. 이 손실은 두 벡터 모두에 기울기를 줍니다.",
            "x2 is cut off from the graph; this loss has gradients for both of its vectors.",
        ),
        _loss(lambda x1, x2: F.cosine_similarity(x1, x2.detach())),
    ),
)


# --- 3-2 TeacherCosine


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


_TEACHER = (
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
            "hidden representation의 길이가 2048 그대로입니다. 학생의 길이와 같아야 합니다.",
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
            "squeeze가 크기 1인 차원을 모두 없앱니다. 이미지가 한 장이면 배치 차원도 사라집니다.",
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
            "classifier에 줄인 벡터를 넣었습니다. logits는 원래의 TeacherCNN과 같아야 합니다.",
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
        Text(
            "두 결과의 순서가 바뀌었습니다.", "The two results come in the wrong order."
        ),
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
            "hidden representation이 계산 그래프에서 떨어져 있습니다. 기울기를 막는 것은 학습 "
            "함수의 일입니다.",
            "The hidden representation is cut off from the graph; keeping gradients off the "
            "teacher is up to the training step.",
        ),
        _teacher(lambda flat: F.avg_pool1d(flat, 2).detach()),
    ),
    Wrong(
        "learned",
        Text(
            "학습되는 층을 새로 만들었습니다. 교사의 weight를 불러올 수 없게 됩니다.",
            "There is a new layer with weights: the teacher's checkpoint does not fit any more.",
        ),
        _Learned,
    ),
)


# --- 3-3 cosine_step


Outputs = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]
"""(logits, hidden) of the student and of the teacher."""


def _step(
    cosine: Callable[..., Any] = lambda loss, s, t, labels: loss(s[1], t[1], torch.ones(len(s[1]))),
    ce: Callable[..., Any] = lambda loss, s, t, labels: loss(s[0], labels),
    see: Callable[[nn.Module, nn.Module, Tensor], Outputs] | None = None,
    mix: Callable[..., Any] = lambda h, c, hidden_weight, ce_weight: hidden_weight * h
    + ce_weight * c,
) -> Callable[..., Any]:
    """A training step with one of its parts replaced; what is not given is right."""

    def step(
        teacher: nn.Module, student: nn.Module, inputs: Tensor, labels: Tensor,
        hidden_rep_loss_weight: float, ce_loss_weight: float, ce_loss: Any, cosine_loss: Any,
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


_STEP = (
    Wrong(
        "target-minus-one",
        Text(
            "target이 -1이어서 학생의 벡터를 교사의 벡터에서 멀어지게 합니다.",
            "With a target of -1 the student's vectors are driven away from the teacher's.",
        ),
        _step(_towards(-1.0)),
    ),
    Wrong(
        "target-zero",
        Text(
            "cosine 항이 손실에 나타나지 않습니다. target이 0이거나 항을 더하지 않은 경우입니다. "
            "target은 1이나 -1입니다.",
            "The cosine term is not in the loss: the target is 0, or the term was never added. A "
            "target is 1 or -1.",
        ),
        _step(_towards(0.0)),
    ),
    Wrong(
        "target-labels",
        Text(
            "labels를 cosine_loss의 target으로 썼습니다. 그 target은 클래스가 아닙니다.",
            "The labels are the target of cosine_loss; that target is no class.",
        ),
        _step(lambda loss, s, t, labels: loss(s[1], t[1], labels)),
    ),
    Wrong(
        "logits-compared",
        Text(
            "hidden representation이 아니라 logits를 서로 비교했습니다.",
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
            "손실이 아니라 cosine similarity를 더했습니다. 줄이면 방향이 반대가 됩니다.",
            "The cosine similarity is added instead of a loss; making it small turns vectors away.",
        ),
        _step(lambda loss, s, t, labels: F.cosine_similarity(s[1], t[1]).mean()),
    ),
    Wrong(
        "weights-exchanged",
        Text(
            "두 손실의 가중치가 서로 바뀌었습니다.", "The weights of the two losses are exchanged."
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
        Text("두 손실을 가중치 없이 더했습니다.", "The two losses are added without weights."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: h + c),
    ),
    Wrong(
        "no-hidden-weight",
        Text(
            "cosine 손실에 가중치를 곱하지 않았습니다.", "The cosine loss has no weight."
        ),
        _step(mix=lambda h, c, hidden_weight, ce_weight: h + ce_weight * c),
    ),
    Wrong(
        "no-cross-entropy",
        Text(
            "정답 레이블의 손실이 빠졌습니다.", "The loss on the true labels is missing."
        ),
        _step(mix=lambda h, c, hidden_weight, ce_weight: hidden_weight * h),
    ),
    Wrong(
        "teacher-not-detached",
        Text(
            "교사의 출력이 계산 그래프에 남아 있어 교사도 기울기를 받습니다.",
            "The teacher's output is still in the graph, so the teacher gets gradients too.",
        ),
        _step(see=_see_attached),
    ),
    Wrong(
        "teacher-in-train-mode",
        Text(
            "교사를 train 모드로 두었습니다. 고정된 교사는 eval 모드로 써야 합니다.",
            "The teacher is put into train mode; a frozen teacher runs in eval mode.",
        ),
        _step(see=_see_teacher_training),
    ),
    Wrong(
        "student-in-eval-mode",
        Text(
            "학생을 eval 모드로 학습합니다. dropout이 꺼집니다.",
            "The student is trained in eval mode, with its dropout off.",
        ),
        _step(see=_see_student_evaluating),
    ),
    Wrong(
        "student-under-no-grad",
        Text(
            "학생의 순전파도 no_grad 안에 있어 학생이 배울 수 없습니다.",
            "The student's forward pass is inside no_grad too, so the student cannot learn.",
        ),
        _step(see=_see_nothing_recorded),
    ),
    Wrong(
        "student-hidden-detached",
        Text(
            "학생의 hidden representation을 detach했습니다. cosine 손실이 학생에게 닿지 않습니다.",
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
            "정답 레이블의 손실을 교사의 출력으로 계산했습니다.",
            "The loss on the true labels is taken of the teacher's output.",
        ),
        _step(ce=lambda loss, s, t, labels: loss(t[0], labels)),
    ),
    Wrong(
        "two-losses",
        Text("더하지 않은 두 손실의 튜플입니다.", "A tuple of two losses that were not added up."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: (hidden_weight * h, ce_weight * c)),
    ),
    Wrong(
        "item",
        Text("손실이 텐서가 아니라 Python 수입니다.", "The loss is a plain number, not a tensor."),
        _step(mix=lambda h, c, hidden_weight, ce_weight: float(hidden_weight * h + ce_weight * c)),
    ),
    Wrong(
        "backward-inside",
        Text(
            "함수 안에서 backward를 불렀습니다. 손실만 돌려주면 학습 루프가 부릅니다.",
            "The function calls backward itself. Return the loss; the training loop does the rest.",
        ),
        _step(mix=_backward_inside),
    ),
)

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "3-1": _LOSS,
    "3-2": _TEACHER,
    "3-3": _STEP,
}
