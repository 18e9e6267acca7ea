"""Recipes of the losses that compare what student and teacher say about the same images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn.functional import cross_entropy as ce

from kdlab import methods
from kdlab.compare.recipes import Pair, Run, Train, recipe
from kdlab.compare.setting import BEFORE_RELU, LOW, MAP, Setting, Trainee

T = 4.0
SOFT, HARD = 0.9, 0.1  # weights of soft targets and of labels


@recipe("baseline", cost=1.0)
def cross_entropy(setting: Setting, seed: int, train: Train) -> nn.Module:
    student = setting.student(seed)
    train(student, lambda model, inputs, labels: (ce(model(inputs), labels), None))
    return student


@recipe("control", cost=1.0, control_of="soft_targets", note="0.1 of each label spread evenly")
def label_smoothing(setting: Setting, seed: int, train: Train) -> nn.Module:
    student = setting.student(seed)
    train(
        student,
        lambda model, inputs, labels: (ce(model(inputs), labels, label_smoothing=0.1), None),
    )
    return student


def _from_logits(loss: Callable[[Tensor, Tensor], Tensor]) -> Run:
    def run(setting: Setting, seed: int, train: Train) -> nn.Module:
        student, teacher = setting.student(seed), setting.remembered()

        def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
            z = model(inputs)  # (N, C)
            return HARD * ce(z, labels), SOFT * loss(z, teacher(inputs))

        train(student, terms)
        return student

    return run


@recipe("response", cost=1.0, note=f"T = {T:g}, weights {SOFT} and {HARD}")
def soft_targets(setting: Setting, seed: int, train: Train) -> nn.Module:
    return _from_logits(lambda z, v: methods.soft_targets(z, v, T))(setting, seed, train)


@recipe("response", cost=1.0)
def logit_matching(setting: Setting, seed: int, train: Train) -> nn.Module:
    return _from_logits(methods.logit_matching)(setting, seed, train)


def _from_features(
    weight: float,
    of_student: Sequence[str],
    of_teacher: Sequence[str],
    loss: Callable[..., Tensor],
    adapters: Sequence[nn.Module] = (),
) -> Run:
    """Cross-entropy plus ``weight * loss(adapters, *student's features, *teacher's)``."""
    paths = [f"student.{path}" for path in of_student]

    def run(setting: Setting, seed: int, train: Train) -> nn.Module:
        trainee = Trainee(setting.student(seed), adapters).to(setting.device)
        teacher = setting.remembered(*of_teacher)

        def terms(model: Trainee, inputs: Tensor, labels: Tensor) -> Pair:
            z, mine = methods.call_with_features(model, inputs, paths)
            _, *yours = teacher(inputs)
            return ce(z, labels), weight * loss(model.adapters, *mine, *yours)

        train(trainee, terms)
        return trainee.student

    return run


@recipe("features", cost=1.1, note="teacher's channels pooled in pairs")
def cosine(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(_: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.cosine(mine.flatten(1), methods.pool_channels(yours, 16).flatten(1))

    return _from_features(1.0, [MAP], [MAP], loss)(setting, seed, train)


@recipe("features", cost=1.1, note="1×1 adapter, one stage")
def hint(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(adapters: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.hint(adapters[0](mine), yours)

    adapters = [methods.match_channels(16, 32, seed=seed)]
    return _from_features(0.3, [MAP], [MAP], loss, adapters)(setting, seed, train)


@recipe("features", cost=1.1)
def attention_transfer(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(_: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.attention_transfer(mine, yours)

    return _from_features(30.0, [MAP], [MAP], loss)(setting, seed, train)


@recipe("features", cost=3.0, note="double backward")
def attention_gradient(setting: Setting, seed: int, train: Train) -> nn.Module:
    student, gradients = setting.student(seed), setting.input_gradients

    def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
        yours = gradients(inputs)  # (N, 3, H, W)
        inputs = inputs.detach().requires_grad_()
        z = model(inputs)  # (N, C)
        mine = methods.input_gradient(z, labels, inputs)
        return ce(z, labels), methods.attention_gradient(mine, yours)

    train(student, terms)
    return student


@recipe("features", cost=1.1)
def neuron_selectivity(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(_: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.neuron_selectivity(mine, yours)

    return _from_features(1.0, [MAP], [MAP], loss)(setting, seed, train)


@recipe("features", cost=1.5, note="paraphraser trained first, for a quarter of the epochs")
def factor_transfer(setting: Setting, seed: int, train: Train) -> nn.Module:
    paraphraser = setting.paraphraser

    def loss(adapters: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.factor_transfer(adapters[0](mine), paraphraser(yours))

    adapters = [methods.Translator(16, 16, seed=seed)]
    return _from_features(30.0, [MAP], [MAP], loss, adapters)(setting, seed, train)


@recipe("features", cost=2.0, note="1×1 adapter, one stage")
def activation_boundary(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(adapters: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.activation_boundary(adapters[0](mine), yours)

    mine, yours = BEFORE_RELU
    adapters = [methods.match_channels(16, 32, seed=seed)]
    return _from_features(0.005, [mine], [yours], loss, adapters)(setting, seed, train)


@recipe("relations", cost=2.5, note="1×1 adapters")
def solution_flow(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(
        adapters: nn.ModuleList, low: Tensor, high: Tensor, low_t: Tensor, high_t: Tensor
    ) -> Tensor:
        return methods.solution_flow(adapters[0](low), adapters[1](high), low_t, high_t)

    adapters = [
        methods.match_channels(16, 64, seed=seed),
        methods.match_channels(16, 32, seed=seed + 1),
    ]
    layers = [LOW[0], MAP], [LOW[1], MAP]
    return _from_features(2.0, *layers, loss, adapters)(setting, seed, train)


@recipe("relations", cost=1.2, note="embeddings: means of the map's channels")
def relational_distance(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(_: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.relational_distance(mine.mean((2, 3)), yours.mean((2, 3)))

    return _from_features(2.0, [MAP], [MAP], loss)(setting, seed, train)


@recipe("relations", cost=1.8, note="embeddings: means of the map's channels")
def relational_angle(setting: Setting, seed: int, train: Train) -> nn.Module:
    def loss(_: nn.ModuleList, mine: Tensor, yours: Tensor) -> Tensor:
        return methods.relational_angle(mine.mean((2, 3)), yours.mean((2, 3)))

    return _from_features(3.0, [MAP], [MAP], loss)(setting, seed, train)
