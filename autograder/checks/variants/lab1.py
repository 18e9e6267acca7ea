# mypy: disable-error-code="no-any-return,no-untyped-call,no-untyped-def"
"""Honest ways to write the exercises of lab 1: all of them earn full marks."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.exercise import Variant

# --- 1-1 cross_entropy


def loss_lecture(logits, labels, weight=None, ignore_index=-100):
    log_probs = torch.log(torch.softmax(logits, dim=1))
    if weight is None:
        weight = torch.ones(logits.shape[1], dtype=logits.dtype, device=logits.device)
    if labels.is_floating_point():
        return -(weight * log_probs * labels).sum(dim=1).mean()
    kept = labels != ignore_index
    log_probs, labels = log_probs[kept], labels[kept]
    picked = log_probs.gather(1, labels.unsqueeze(1)).squeeze(1)
    return -(weight[labels] * picked).sum() / weight[labels].sum()


def loss_nll(logits, labels, weight=None, ignore_index=-100):
    log_probs = F.log_softmax(logits, dim=1)
    if labels.dtype in (torch.float32, torch.float64):
        terms = log_probs * labels if weight is None else log_probs * labels * weight
        return -terms.sum() / len(logits)
    return F.nll_loss(log_probs, labels, weight=weight, ignore_index=ignore_index)


def loss_indexed(logits, labels, weight=None, ignore_index=-100):
    log_probs = logits - logits.logsumexp(1, keepdim=True)
    if weight is None:
        weight = logits.new_ones(logits.size(1))
    if labels.dim() == 2:
        return (-(log_probs * weight) * labels).sum(1).mean(0)
    mask = (labels != ignore_index).to(logits.dtype)
    safe = torch.where(labels == ignore_index, torch.zeros_like(labels), labels)
    w = weight[safe] * mask
    return -(w * log_probs[torch.arange(len(labels)), safe]).sum() / w.sum()


def loss_one_hot(logits, labels, weight=None, ignore_index=-100):
    log_probs = torch.log_softmax(logits, -1)
    w = torch.ones_like(logits[0]) if weight is None else weight
    if torch.is_floating_point(labels):
        return -torch.einsum("nc,nc,c->", labels, log_probs, w) / logits.shape[0]
    labels, log_probs = labels[labels != ignore_index], log_probs[labels != ignore_index]
    targets = F.one_hot(labels, logits.shape[1]).to(logits.dtype)
    return -torch.einsum("nc,nc,c->", targets, log_probs, w) / torch.einsum("nc,c->", targets, w)


def loss_loop(logits, labels, weight=None, ignore_index=-100):
    total, divisor = 0.0, 0.0
    for z, y in zip(logits, labels, strict=True):
        log_prob = z - torch.log(torch.exp(z).sum())
        if labels.is_floating_point():
            for c in range(len(z)):
                total = total - log_prob[c] * y[c] * (1 if weight is None else weight[c])
            divisor = divisor + 1
        elif y != ignore_index:
            w = 1 if weight is None else weight[y]
            total, divisor = total - w * log_prob[y], divisor + w
    return total / divisor


def loss_double(logits, labels, weight=None, ignore_index=-100):
    weight = weight if weight is None else weight.double()
    labels = labels.double() if labels.is_floating_point() else labels
    return loss_nll(logits.double(), labels, weight, ignore_index)


def loss_shifted(logits, labels, weight=None, ignore_index=-100):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return loss_indexed(log_probs, labels, weight, ignore_index)


def loss_module(logits, labels, weight=None, ignore_index=-100):
    log_probs = nn.LogSoftmax(dim=1)(logits)
    if labels.is_floating_point():
        w = 1.0 if weight is None else weight
        return torch.mean(torch.sum(-w * labels * log_probs, dim=1))
    return nn.NLLLoss(weight=weight, ignore_index=ignore_index)(log_probs, labels)


# --- 1-2 StudentCNN


class StudentLecture(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
            nn.Conv2d(16, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(1024, 256),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Linear(256, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


class StudentOneSequential(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding="same"), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Conv2d(16, 16, 3, padding="same"), nn.ReLU(inplace=True), nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 8 * 8, 256), nn.ReLU(inplace=True), nn.Dropout(p=0.1),
            nn.Linear(256, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class StudentFunctional(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 16, 3, padding=1)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.view(x.size(0), -1)))
        x = F.dropout(x, p=0.1, training=self.training)
        return self.fc2(x)


class StudentOtherOrder(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.output = nn.Linear(256, num_classes)
        self.hidden = nn.Linear(1024, 256)
        self.second = nn.Conv2d(16, 16, (3, 3), stride=1, padding=(1, 1))
        self.first = nn.Conv2d(3, 16, (3, 3), stride=1, padding=(1, 1))
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in (self.first, self.second):
            x = self.pool(convolution(x).relu())
        x = self.drop(self.hidden(x.reshape(len(x), -1)).clamp(min=0))
        return self.output(x)


class StudentPoolFirst(StudentLecture):
    """ReLU and max-pooling may change places, and so may ReLU and dropout."""

    def __init__(self, num_classes: int = 10):
        super().__init__(num_classes)
        self.features = nn.Sequential(
            nn.Conv2d(3, 16, 3, 1, 1), nn.MaxPool2d(2), nn.ReLU(),
            nn.Conv2d(16, 16, 3, 1, 1), nn.MaxPool2d(2), nn.ReLU(),
        )
        self.classifier = nn.Sequential(
            nn.Linear(1024, 256), nn.Dropout(0.1), nn.ReLU(), nn.Linear(256, num_classes)
        )


class StudentLists(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(c, 16, 3, padding=1) for c in (3, 16))
        self.linears = nn.ModuleDict(
            {"hidden": nn.Linear(1024, 256), "logits": nn.Linear(256, num_classes)}
        )
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = F.adaptive_max_pool2d(torch.relu(convolution(x)), x.shape[-1] // 2)
        x = torch.relu(self.linears["hidden"](x.flatten(start_dim=1)))
        return self.linears["logits"](self.dropout(x))


def _block(before: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2, 2))


class StudentBlocks(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.features = nn.Sequential(_block(3), _block(16))
        self.classifier = nn.Sequential()
        self.classifier.add_module("flatten", nn.Flatten(1))
        self.classifier.add_module("fc1", nn.Linear(1024, 256))
        self.classifier.add_module("relu", nn.ReLU())
        self.classifier.add_module("dropout", nn.Dropout(0.1))
        self.classifier.add_module("fc2", nn.Linear(256, num_classes))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))


# --- 1-3 baseline_step


def step_lecture(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    outputs = model(inputs)
    loss = ce_loss(outputs, labels)
    return loss


def step_short(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(model(inputs), labels)


def step_train_mode(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    model.train()
    return ce_loss(model.forward(inputs), labels)


def step_keywords(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(input=model(inputs), target=labels)


def step_cleared(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    model.zero_grad()
    logits = model(inputs)
    return ce_loss.forward(logits, labels.long())


def step_double(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    return ce_loss(model(inputs).double(), labels)


def step_log_softmax(model: Any, inputs: Tensor, labels: Tensor, ce_loss: Any) -> Tensor:
    """A log-softmax more than needed changes nothing: it is its own log-softmax."""
    return ce_loss(F.log_softmax(model(inputs), 1), labels)


# --- 1-4 accuracy


def accuracy_lecture(model: nn.Module, batches: Any) -> float:
    was_training = model.training
    model.eval()
    correct, total = 0, 0
    with torch.no_grad():
        for inputs, labels in batches:
            _, predicted = torch.max(model(inputs).data, 1)
            total += labels.size(0)
            correct += (predicted == labels).sum().item()
    model.train(was_training)
    return correct / total


@torch.no_grad()
def accuracy_decorated(model: nn.Module, batches: Any) -> float:
    before = model.training
    model.eval()
    hits = [model(inputs).argmax(1) == labels for inputs, labels in batches]
    model.train(before)
    return torch.cat(hits).float().mean().item()


def accuracy_inference_mode(model: nn.Module, batches: Any) -> float:
    mode = model.training
    model.train(False)
    correct = total = 0
    with torch.inference_mode():
        for x, y in batches:
            correct += int(model(x).argmax(dim=-1).eq(y).sum())
            total += len(y)
    model.train(mode)
    return float(correct / total)


def accuracy_try_finally(model: nn.Module, batches: Any) -> float:
    was_training = model.training
    try:
        model.eval()
        total, hits = 0, torch.zeros(())
        for inputs, labels in batches:
            with torch.no_grad():
                logits = model(inputs)
            hits += (logits.topk(1).indices.squeeze(1) == labels).sum()
            total += labels.numel()
        return (hits / total).item()
    finally:
        if was_training:
            model.train()


def accuracy_set_grad(model: nn.Module, batches: Any) -> float:
    training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    right, count = 0.0, 0
    for inputs, labels in batches:
        predicted = F.softmax(model(inputs), 1).argmax(1)
        right += (predicted == labels).double().mean().item() * len(labels)
        count += len(labels)
    torch.set_grad_enabled(True)
    model.train(training)
    return right / count


def accuracy_all_at_once(model: nn.Module, batches: Any) -> float:
    if model.training:
        model.eval()
        result = accuracy_all_at_once(model, batches)
        model.train()
        return result
    with torch.no_grad():
        pairs = [(model(inputs), labels) for inputs, labels in batches]
    logits, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    return (logits.numpy().argmax(1) == labels.numpy()).mean()


def accuracy_loop(model: nn.Module, batches: Any) -> float:
    mode = model.training
    model.eval()
    found = []
    with torch.no_grad():
        for inputs, labels in batches:
            for logits, label in zip(model(inputs), labels, strict=True):
                found.append(float(torch.argmax(logits) == label))
    model.train(mode)
    return sum(found) / len(found)


def _table(*subjects: Any) -> tuple[Variant, ...]:
    """The functions or classes under their own names."""
    return tuple(Variant(subject.__name__, subject) for subject in subjects)


VARIANTS: dict[str, tuple[Variant, ...]] = {
    "1-1": _table(
        loss_lecture, loss_nll, loss_indexed, loss_one_hot, loss_loop, loss_double, loss_shifted,
        loss_module,
    ),
    "1-2": _table(
        StudentLecture, StudentOneSequential, StudentFunctional, StudentOtherOrder,
        StudentPoolFirst, StudentLists, StudentBlocks,
    ),
    "1-3": _table(
        step_lecture, step_short, step_train_mode, step_keywords, step_cleared, step_double,
        step_log_softmax,
    ),
    "1-4": _table(
        accuracy_lecture, accuracy_decorated, accuracy_inference_mode, accuracy_try_finally,
        accuracy_set_grad, accuracy_all_at_once, accuracy_loop,
    ),
}
