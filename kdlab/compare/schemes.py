"""Recipes of the schemes: other teachers, several networks, other images."""

# Longer than 250 lines: a table in which every scheme has one entry.

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy as ce

from kdlab import methods
from kdlab.compare.losses import HARD, SOFT, T
from kdlab.compare.recipes import Pair, Train, recipe
from kdlab.compare.setting import HIDDEN, MAP, Setting, Trainee
from kdlab.data import Split
from kdlab.evaluation import accuracy
from kdlab.methods.arithmetic import total
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.precision import choose_dtype, mixed_precision
from kdlab.teachers import remember

OTHER = 500  # added to the seed of a second network, which must not equal the first


@recipe("schemes", cost=2.0, note="second generation, T = 1; no large teacher")
def born_again(setting: Setting, seed: int, train: Train) -> nn.Module:
    def train_generation(student: nn.Module, teacher: nn.Module | None) -> None:
        if teacher is None:
            train(student, lambda model, inputs, labels: (ce(model(inputs), labels), None))
            return
        before = remember(teacher, setting.data.train)

        def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
            z = model(inputs)  # (N, C)
            return 0.5 * ce(z, labels), 0.5 * methods.soft_targets(z, before(inputs), T=1)

        train(student, terms)

    # The heir has the baseline's weights to start from.
    make = {0: seed + OTHER, 1: seed}
    return methods.born_again(lambda k: setting.student(make[k]), train_generation, 2)[-1]


class Together(nn.Module):
    """Two students on the same images."""

    def __init__(self, students: list[nn.Module]) -> None:
        super().__init__()
        self.students = nn.ModuleList(students)

    def forward(self, inputs: Tensor) -> tuple[Tensor, ...]:
        """Logits of each, ``(N, C)``."""
        return tuple(student(inputs) for student in self.students)


Taught = Callable[[tuple[Tensor, ...], Tensor, Tensor], Tensor | None]


def _two_students(setting: Setting, seed: int, train: Train, taught: Taught) -> nn.Module:
    """Two students: ``taught(logits, labels, task)`` is what they teach each other."""
    pair = Together([setting.student(seed), setting.student(seed + OTHER)])

    def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
        logits = model(inputs)
        task = total(ce(z, labels) for z in logits)
        return task, taught(logits, labels, task)

    train(pair, terms)
    validation = setting.data.validation.batches(500)
    return max(pair.students, key=lambda student: accuracy(student, validation))


@recipe("schemes", cost=2.0, note="two students, the better one on validation; no large teacher")
def mutual_learning(setting: Setting, seed: int, train: Train) -> nn.Module:
    def taught(logits: tuple[Tensor, ...], labels: Tensor, task: Tensor) -> Tensor:
        return methods.mutual_learning(logits, labels) - task

    return _two_students(setting, seed, train, taught)


@recipe(
    "control",
    cost=2.0,
    control_of="mutual_learning",
    note="two students that teach nothing, the better one on validation",
)
def second_student(setting: Setting, seed: int, train: Train) -> nn.Module:
    return _two_students(setting, seed, train, lambda logits, labels, task: None)


@recipe("schemes", cost=2.2, note="three branches, the first is measured; no large teacher")
def native_ensemble(setting: Setting, seed: int, train: Train) -> nn.Module:
    students = [setting.student(seed + OTHER * k) for k in range(3)]
    branches = [
        nn.Sequential(*student.features[3:], nn.Flatten(), student.classifier)
        for student in students
    ]
    trunk = students[0].features[:3]  # to (N, 16, 16, 16)
    model = methods.NativeEnsemble(trunk, branches, channels=16, ramp_epochs=setting.epochs)

    def terms(model: methods.NativeEnsemble, inputs: Tensor, labels: Tensor) -> Pair:
        return model.terms(model(inputs), labels, train.epoch)

    train(model.to(setting.device), terms)
    return model


def _with_a_shallow_head(
    setting: Setting,
    seed: int,
    train: Train,
    make: Callable[..., methods.SelfDistillation],
) -> nn.Module:
    student = setting.student(seed)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed + OTHER)
        bottleneck = nn.Sequential(nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.ReLU())
        shallow = nn.Sequential(nn.Flatten(), nn.Linear(1024, len(setting.data.classes)))
    sections = [student.features[:3], student.features[3:]]
    heads = [shallow, nn.Sequential(nn.Flatten(), student.classifier)]
    model = make(sections, [bottleneck], heads)
    train(
        model.to(setting.device),
        lambda model, inputs, labels: model.terms(model(inputs), labels),
    )
    return student


@recipe("schemes", cost=1.3, note="one shallow head, α = 0.3; no large teacher")
def self_distillation(setting: Setting, seed: int, train: Train) -> nn.Module:
    return _with_a_shallow_head(setting, seed, train, partial(methods.SelfDistillation, alpha=0.3))


@recipe("control", cost=1.3, control_of="self_distillation", note="the head, nothing taught")
def deep_supervision(setting: Setting, seed: int, train: Train) -> nn.Module:
    make = partial(methods.SelfDistillation, alpha=0.0, feature_weight=0.0)
    return _with_a_shallow_head(setting, seed, train, make)


@recipe("schemes", cost=1.3, note="the teacher and two students trained with labels")
def average_teachers(setting: Setting, seed: int, train: Train) -> nn.Module:
    student = setting.student(seed)
    teachers = [setting.remembered()]
    teachers += [remember(each, setting.data.train) for each in setting.assistants]

    def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
        z = model(inputs)  # (N, C)
        v = methods.average_teachers([teacher(inputs) for teacher in teachers], T)
        return HARD * ce(z, labels), SOFT * methods.soft_targets(z, v, T)

    train(student, terms)
    return student


@recipe("schemes", cost=1.4, note="the teacher and two students trained with labels")
def relative_triplet(setting: Setting, seed: int, train: Train) -> nn.Module:
    trainee = Trainee(setting.student(seed))
    with_hidden = [methods.WithFeatures(each, [HIDDEN]) for each in setting.assistants]
    teachers = [setting.remembered(HIDDEN)]
    teachers += [remember(each, setting.data.train) for each in with_hidden]

    def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
        z, (mine,) = methods.call_with_features(model, inputs, [f"student.{HIDDEN}"])
        yours = [teacher(inputs)[1] for teacher in teachers]
        return ce(z, labels), 0.3 * methods.relative_triplet(mine, yours)

    train(trainee, terms)
    return trainee.student


class OnGrey(nn.Module):
    """A student's features of grey images, and above them the teacher's own classifier."""

    def __init__(self, student: StudentCNN, adapter: nn.Module, classifier: nn.Module) -> None:
        super().__init__()
        self.features, self.adapter, self.classifier = student.features, adapter, classifier

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits ``(N, C)`` of colour images, of which only the brightness is seen."""
        feature_map = self.adapter(self.features(methods.luminance(inputs)))  # (N, 32, 8, 8)
        logits: Tensor = self.classifier(feature_map.flatten(1))
        return logits


@recipe("schemes", cost=4.0, note="sees grey images, no labels; the teacher's classifier on top")
def cross_modal(setting: Setting, seed: int, train: Train) -> nn.Module:
    adapter = methods.match_channels(16, 32, kernel_size=3, seed=seed).to(setting.device)
    model = OnGrey(setting.student(seed), adapter, deepcopy(setting.teacher.classifier))

    def terms(model: OnGrey, inputs: Tensor, labels: Tensor) -> Pair:
        with mixed_precision(setting.teacher, choose_dtype(setting.device)):
            return None, methods.cross_modal(
                model, setting.teacher, inputs, inputs, "adapter", MAP
            )

    train(model, terms)
    return model.eval()


@recipe("schemes", cost=3.0, note="256 images made from statistics; no images, no labels")
def data_free(setting: Setting, seed: int, train: Train) -> nn.Module:
    student, real = setting.student(seed), setting.data.train
    images = setting.reconstructed  # (M, 3, 32, 32), normalised
    scale, shift = (each.view(1, 3, 1, 1) for each in (real.std, real.mean))
    pixels = ((images * scale + shift) * 255).round().clamp(0, 255).to(torch.uint8)
    copies = max(1, len(real) // len(pixels))  # as many steps as the others make
    made = Split(
        images=pixels.repeat(copies, 1, 1, 1),
        labels=real.labels.new_zeros(copies * len(pixels)),  # nobody knows them
        mean=real.mean,
        std=real.std,
        ids=torch.arange(copies * len(pixels), device=setting.device),
    )
    teacher = remember(setting.teacher, made)

    def terms(model: nn.Module, inputs: Tensor, labels: Tensor) -> Pair:
        return None, methods.soft_targets(model(inputs), teacher(inputs), T)

    train(student, terms, split=made)
    return student


def _kernels(network: StudentCNN | TeacherCNN, *places: int) -> list[nn.Parameter]:
    """Kernels of the convolutions at these places of ``features``, ``(out, in, k, k)`` each."""
    return [network.features.get_parameter(f"{place}.weight") for place in places]


class WithProjectors(Trainee):
    """A student whose kernels are projected to the teacher's."""

    def projected(self) -> list[Tensor]:
        """Kernels of the student's two convolutions, in the teacher's shapes."""
        kernels = _kernels(self.student, 0, 3)
        return [adapter(each) for adapter, each in zip(self.adapters, kernels, strict=True)]


@recipe("schemes", cost=1.1, note="both convolutions, projected to the teacher's 1st and 4th")
def weight_matching(setting: Setting, seed: int, train: Train) -> nn.Module:
    student = setting.student(seed)
    kernels = _kernels(setting.teacher, 0, 7)
    projectors = [
        methods.WeightProjector(mine.shape, yours.shape, seed=seed)
        for mine, yours in zip(_kernels(student, 0, 3), kernels, strict=True)
    ]
    model = WithProjectors(student, projectors).to(setting.device)

    def terms(model: WithProjectors, inputs: Tensor, labels: Tensor) -> Pair:
        taught = total(
            methods.weight_matching(mine, yours)
            for mine, yours in zip(model.projected(), kernels, strict=True)
        )
        return ce(model(inputs), labels), 100 * taught

    train(model, terms)
    return student
