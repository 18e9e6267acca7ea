# mypy: disable-error-code="no-any-return,no-untyped-call"
"""Wrong ways to write the exercises of lab 1, each with what to tell whoever writes it so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Wrong
from kdlab.checks.messages import Text

_SIGN = Text(
    "부호가 반대입니다. 이 손실을 줄이면 정답 class의 확률이 작아집니다.",
    "The sign is the opposite: less of this loss means less probability for the true class.",
)
_NO_MEAN = Text(
    "배치에 대해 평균하지 않고 더하기만 했습니다. 배치가 크면 손실도 커집니다.",
    "Summed over the batch instead of averaged: a larger batch gives a larger loss.",
)
_ITEM = Text(
    "손실이 텐서가 아니라 Python 수입니다. 역전파할 수 없습니다.",
    "The loss is a plain number instead of a tensor: nothing can be learnt from it.",
)


def _log_p(logits: Tensor) -> Tensor:
    return torch.log_softmax(logits, 1)


def _cross_entropy(
    log: Callable[[Tensor], Tensor] = _log_p,
    kept: Callable[[Tensor, int], Tensor] = lambda y, ignore: y != ignore,
    divide: Callable[[Tensor, Tensor, int], Any] = lambda terms, weights, ignored: weights.sum(),
    divide_soft: Callable[[Tensor, Tensor], Any] = lambda logits, weights: len(logits),
    weigh: Callable[[Tensor], Tensor] = lambda weight: weight,
    weigh_soft: Callable[[Tensor], Tensor] = lambda weight: weight,
    soften: Callable[[Tensor], Tensor] = lambda probabilities: probabilities,
    end: Callable[[Tensor], Any] = lambda loss: loss,
    reduce: Callable[[Tensor], Tensor] = torch.sum,
) -> Callable[..., Any]:
    """A cross-entropy with one of its parts replaced; what is not given is right."""

    def cross_entropy(
        logits: Tensor, labels: Tensor, weight: Tensor | None = None, ignore_index: int = -100
    ) -> Any:
        w = torch.ones_like(logits[0]) if weight is None else weight
        log_p = log(logits)
        if labels.is_floating_point():
            targets = soften(labels) * weigh_soft(w)
            return end(-reduce((targets * log_p).sum(1)) / divide_soft(logits, targets))
        counts = kept(labels, ignore_index)
        y = labels[counts]
        picked, weights = log_p[counts].gather(1, y[:, None])[:, 0], weigh(w)[y]
        ignored = len(labels) - len(y)
        return end(-reduce(weights * picked) / divide(log_p, weights, ignored))

    return cross_entropy


def _in_place(logits: Tensor, labels: Tensor, weight: Any = None, ignore_index: int = -100) -> Any:
    logits -= logits.max(dim=1, keepdim=True).values
    return _cross_entropy()(logits, labels, weight, ignore_index)


def _ready_made(
    logits: Tensor, labels: Tensor, weight: Any = None, ignore_index: int = -100
) -> Tensor:
    return F.cross_entropy(logits, labels, weight=weight, ignore_index=ignore_index)


def _one_hot_of_largest(probabilities: Tensor) -> Tensor:
    return F.one_hot(probabilities.argmax(1), probabilities.shape[1]).to(probabilities)


_LOSS = (
    Wrong(
        "log-missing",
        Text(
            "softmax에 log를 취하지 않았습니다.", "The logarithm of the softmax is not taken."
        ),
        _cross_entropy(log=lambda z: torch.softmax(z, 1)),
    ),
    Wrong(
        "softmax-missing",
        Text(
            "logits를 확률로 바꾸지 않고 그대로 썼습니다. 정규화하는 항이 없습니다.",
            "The logits are used as they are; nothing normalises them.",
        ),
        _cross_entropy(log=lambda z: z),
    ),
    Wrong(
        "softmax-twice",
        Text(
            "softmax가 두 번 들어갔습니다. log_softmax는 logits를 받습니다.",
            "There is a softmax too many: log_softmax takes logits.",
        ),
        _cross_entropy(log=lambda z: _log_p(torch.softmax(z, 1))),
    ),
    Wrong(
        "over-batch",
        Text(
            "softmax를 배치 방향(dim=0)으로 취했습니다. 한 샘플의 class들이 분포를 이루어야 "
            "합니다.",
            "The softmax runs over the batch (dim=0). The classes of one sample make up a "
            "distribution.",
        ),
        _cross_entropy(log=lambda z: torch.log_softmax(z, 0)),
    ),
    Wrong("sign", _SIGN, _cross_entropy(end=lambda loss: -loss)),
    Wrong(
        "sum-over-batch",
        _NO_MEAN,
        _cross_entropy(divide=lambda terms, w, ignored: 1, divide_soft=lambda z, t: 1),
    ),
    Wrong(
        "mean-over-classes",
        Text(
            "class 수로도 나누어져 C배 약합니다. 배치에 대해서만 평균합니다.",
            "It is divided by the number of classes as well, so it is C times too weak.",
        ),
        _cross_entropy(
            divide=lambda terms, w, ignored: w.sum() * terms.shape[1],
            divide_soft=lambda z, t: z.numel(),
        ),
    ),
    Wrong(
        "ignored-in-mean",
        Text(
            "무시하는 label이 합에서는 빠졌지만 평균의 분모에 남아 있습니다.",
            "Ignored labels have left the sum, but still count in the denominator of the mean.",
        ),
        _cross_entropy(divide=lambda terms, w, ignored: w.sum() + ignored),
    ),
    Wrong(
        "ignore-index-unused",
        Text(
            "ignore_index를 쓰지 않았습니다. 무시할 label도 계산에 들어갑니다.",
            "ignore_index is not used: the labels to ignore take part.",
        ),
        _cross_entropy(kept=lambda y, ignore: torch.ones_like(y, dtype=torch.bool)),
    ),
    Wrong(
        "ignore-index-fixed",
        Text(
            "무시하는 label을 -100으로 고정했습니다. 인자 ignore_index를 따라야 합니다.",
            "Only -100 is ignored; it should be what the argument ignore_index says.",
        ),
        _cross_entropy(kept=lambda y, ignore: y != -100),
    ),
    Wrong(
        "weights-not-normalised",
        Text(
            "가중 평균이 아닙니다. 가중치를 곱한 뒤 샘플 수로 나누었습니다.",
            "This is no weighted mean: the weighted terms are divided by the number of samples.",
        ),
        _cross_entropy(divide=lambda terms, w, ignored: len(w)),
    ),
    Wrong(
        "weights-unused",
        Text("weight를 쓰지 않았습니다.", "The weights are not used."),
        _cross_entropy(weigh=torch.ones_like, weigh_soft=torch.ones_like),
    ),
    Wrong(
        "weights-unused-for-probabilities",
        Text(
            "class probability가 주어질 때는 weight를 쓰지 않았습니다.",
            "With class probabilities the weights are not used.",
        ),
        _cross_entropy(weigh_soft=torch.ones_like),
    ),
    Wrong(
        "probabilities-weighted-mean",
        Text(
            "class probability가 주어질 때도 가중치의 합으로 나누었습니다. 두 번째 식의 분모를 "
            "확인하세요.",
            "With class probabilities too it is divided by the weights. See the denominator of the "
            "second definition.",
        ),
        _cross_entropy(divide_soft=lambda z, targets: targets.sum()),
    ),
    Wrong(
        "probabilities-as-argmax",
        Text(
            "class probability에서 가장 큰 class만 남겼습니다. 나머지 확률도 손실에 들어갑니다.",
            "Only the largest of the class probabilities is used; the others count too.",
        ),
        _cross_entropy(soften=_one_hot_of_largest),
    ),
    Wrong(
        "per-sample",
        Text(
            "샘플마다 하나씩인 벡터입니다. 배치에 대해 평균한 스칼라여야 합니다.",
            "A vector with one number per sample; it should be one scalar, the mean of the batch.",
        ),
        _cross_entropy(
            reduce=lambda terms: terms,
            divide=lambda terms, w, ignored: 1,
            divide_soft=lambda z, t: 1,
        ),
    ),
    Wrong("item", _ITEM, _cross_entropy(end=lambda loss: loss.item())),
    Wrong(
        "detached",
        Text(
            "결과가 계산 그래프에서 떨어져 있습니다. 모델이 배울 기울기가 없습니다.",
            "The result is cut off from the graph: there is no gradient to learn from.",
        ),
        _cross_entropy(end=lambda loss: loss.detach()),
    ),
    Wrong(
        "in-place",
        Text(
            "입력 텐서를 제자리에서(in-place) 바꾸었습니다. 다음 계산이 달라집니다.",
            "The input tensor is changed in place, so whatever comes next sees other numbers.",
        ),
        _in_place,
    ),
    Wrong(
        "ready-made",
        Text(
            "이미 만들어진 cross-entropy를 썼습니다. 이 문제에서는 정의대로 작성합니다.",
            "This is a ready-made cross-entropy; the exercise asks for the definition.",
        ),
        _ready_made,
    ),
)


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
                nn.Conv2d(3, channels, kernel, padding=kernel // 2, bias=bias), activation(),
                pool(2),
                nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=bias), between(),
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
            nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(576, 256), nn.ReLU(), nn.Dropout(0.1), nn.Linear(256, num_classes)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).flatten(1))


def _second_skipped(features: nn.Sequential, x: Tensor) -> Tensor:
    return features[5](features[4](features[2](features[1](features[0](x)))))


_NETWORK = (
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
        Text(
            "Convolution의 kernel 크기가 다릅니다.", "The convolutions have another kernel size."
        ),
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
            "Hidden 층의 크기가 다릅니다. teacher의 값과 혼동하지 않았는지 확인하세요.",
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
)


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


_STEP = (
    Wrong(
        "own-cross-entropy",
        Text("인자로 받은 ce_loss를 쓰지 않았습니다.", "The argument ce_loss is not used."),
        _step(loss=lambda ce_loss, z, labels: F.cross_entropy(z, labels)),
    ),
    Wrong(
        "softmax-first",
        Text(
            "ce_loss에 logits가 아니라 확률을 넣었습니다. softmax가 두 번 들어갑니다.",
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
            "model을 eval 모드로 바꾸어 학습합니다. dropout이 꺼집니다.",
            "The model is put into eval mode and trained without its dropout.",
        ),
        _step(see=lambda model, inputs: model.eval()(inputs)),
    ),
    Wrong(
        "times-batch-size",
        Text(
            "손실에 batch 크기를 곱했습니다. ce_loss의 값을 그대로 돌려주세요.",
            "The loss is multiplied by the size of the batch. Return what ce_loss gives.",
        ),
        _step(end=lambda loss, z, labels: loss * len(labels)),
    ),
    Wrong(
        "averaged-twice",
        Text(
            "손실을 batch 크기로 한 번 더 나누었습니다.",
            "The loss is divided by the size of the batch once more.",
        ),
        _step(end=lambda loss, z, labels: loss / len(labels)),
    ),
    Wrong("sign", _SIGN, _step(end=lambda loss, z, labels: -loss)),
    Wrong(
        "backward-inside",
        Text(
            "함수 안에서 backward를 불렀습니다. 손실만 돌려주면 학습 루프가 부릅니다.",
            "The function calls backward itself. Return the loss; the training loop does the rest.",
        ),
        _step(end=_backward(retain=False)),
    ),
    Wrong(
        "backward-twice",
        Text(
            "함수 안에서 backward를 불러 기울기가 두 배가 되었습니다.",
            "The function calls backward itself, so every gradient is counted twice.",
        ),
        _step(end=_backward(retain=True)),
    ),
    Wrong(
        "logits-returned",
        Text("손실이 아니라 logits를 돌려주었습니다.", "The logits are returned, not the loss."),
        _step(end=lambda loss, z, labels: z),
    ),
    Wrong(
        "loss-and-logits",
        Text(
            "손실 하나가 아니라 튜플을 돌려주었습니다.", "A tuple is returned instead of one loss."
        ),
        _step(end=lambda loss, z, labels: (loss, z)),
    ),
)


def _accuracy(
    hits: Callable[[Tensor, Tensor], Tensor] = lambda z, labels: (z.argmax(1) == labels).sum(),
    result: Callable[[list[float], list[int]], Any] = lambda hits, sizes: sum(hits) / sum(sizes),
    evaluate: bool = True,
    record: bool = False,
    restore: Callable[[nn.Module, bool], Any] = lambda model, before: model.train(before),
) -> Callable[..., Any]:
    """An accuracy with one of its parts replaced; what is not given is right."""

    def accuracy(model: nn.Module, batches: Any) -> Any:
        before = model.training
        if evaluate:
            model.eval()
        counts, sizes = [], []
        with torch.set_grad_enabled(record):
            for inputs, labels in batches:
                counts.append(hits(model(inputs), labels).item())
                sizes.append(len(labels))
        restore(model, before)
        return result(counts, sizes)

    return accuracy


_ACCURACY = (
    Wrong(
        "train-mode",
        Text(
            "model이 train 모드일 때 그대로 평가했습니다. dropout이 켜져 있습니다.",
            "A model in train mode is evaluated as it is, with its dropout on.",
        ),
        _accuracy(evaluate=False),
    ),
    Wrong(
        "gradients-recorded",
        Text(
            "평가하는 동안 계산 그래프를 만들었습니다. 기울기는 필요하지 않습니다.",
            "The graph is recorded while evaluating; no gradients are needed.",
        ),
        _accuracy(record=True),
    ),
    Wrong(
        "neither-eval-nor-no-grad",
        Text(
            "eval 모드로 바꾸지도, 기울기 계산을 끄지도 않았습니다.",
            "Neither is the model in eval mode, nor are gradients switched off.",
        ),
        _accuracy(evaluate=False, record=True),
    ),
    Wrong(
        "left-in-eval-mode",
        Text(
            "model을 eval 모드에 둔 채로 끝납니다. 다음 학습이 dropout 없이 진행됩니다.",
            "The model is left in eval mode: the next training goes on without dropout.",
        ),
        _accuracy(restore=lambda model, before: model),
    ),
    Wrong(
        "left-in-train-mode",
        Text(
            "처음에 eval 모드였던 model도 train 모드로 바꾸어 놓았습니다.",
            "A model that came in eval mode is left in train mode.",
        ),
        _accuracy(restore=lambda model, before: model.train()),
    ),
    Wrong(
        "percent",
        Text("비율이 아니라 퍼센트입니다.", "This is in percent, not a share."),
        _accuracy(result=lambda hits, sizes: 100 * sum(hits) / sum(sizes)),
    ),
    Wrong(
        "mean-of-batches",
        Text(
            "batch마다의 정확도를 평균했습니다. 작은 batch의 이미지가 더 큰 비중을 갖습니다.",
            "The mean of the batches' accuracies: images in a small batch count for more.",
        ),
        _accuracy(
            result=lambda hits, sizes: sum(h / n for h, n in zip(hits, sizes, strict=True))
            / len(sizes)
        ),
    ),
    Wrong(
        "hits",
        Text("맞힌 개수입니다. 비율이 아닙니다.", "The number of hits, not their share."),
        _accuracy(result=lambda hits, sizes: sum(hits)),
    ),
    Wrong(
        "hits-per-batch",
        Text(
            "맞힌 개수를 이미지 수가 아니라 batch 수로 나누었습니다.",
            "The hits are divided by the number of batches, not of images.",
        ),
        _accuracy(result=lambda hits, sizes: sum(hits) / len(sizes)),
    ),
    Wrong(
        "last-batch",
        Text(
            "마지막 batch의 정확도만 돌려주었습니다.", "Only the last batch's accuracy is returned."
        ),
        _accuracy(result=lambda hits, sizes: hits[-1] / sizes[-1]),
    ),
    Wrong(
        "first-batch",
        Text(
            "첫 batch의 정확도만 돌려주었습니다. return의 위치를 확인하세요.",
            "Only the first batch's accuracy is returned. Where is the return?",
        ),
        _accuracy(result=lambda hits, sizes: hits[0] / sizes[0]),
    ),
    Wrong(
        "error-rate",
        Text("맞힌 비율이 아니라 틀린 비율입니다.", "The share of misses instead of hits."),
        _accuracy(result=lambda hits, sizes: 1 - sum(hits) / sum(sizes)),
    ),
    Wrong(
        "argmin",
        Text(
            "logit이 가장 작은 class를 예측으로 썼습니다.",
            "The class with the smallest logit is taken for the prediction.",
        ),
        _accuracy(hits=lambda z, labels: (z.argmin(1) == labels).sum()),
    ),
    Wrong(
        "tensor",
        Text(
            "값은 맞지만 Python float가 아니라 텐서입니다.",
            "The value is right, but it is a tensor instead of a Python float.",
        ),
        _accuracy(result=lambda hits, sizes: torch.tensor(sum(hits) / sum(sizes))),
    ),
)

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    "1-1": _LOSS,
    "1-2": _NETWORK,
    "1-3": _STEP,
    "1-4": _ACCURACY,
}
