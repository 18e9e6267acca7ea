"""The four short trainings by which the end-to-end checks judge a student's code.

Images, the trained teacher and its outputs are the same for every submission. The outputs are
computed once and kept on disk, image by image.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save
from torch import Tensor, nn
from torch.nn import functional as F

import kdlab
from kdlab.data import ImageData, load_data
from kdlab.errors import DataError
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.profiles import Settings, read_settings
from kdlab.storage import atomic_write, locked
from kdlab.teachers import CachedTeacher, load_teacher
from kdlab.teachers.load import to_bytes

Step = Callable[[nn.Module, Tensor, Tensor], Tensor]
EPOCHS = {"cpu": 8, "cuda": 10}
T, SOFT, LABELS = 4.0, 0.9, 0.1  # lab 2
HIDDEN, HIDDEN_LABELS = 0.15, 0.85  # lab 3: with more weight a small set of images is not learnt
FEATURE, FEATURE_LABELS = 0.75, 0.25  # lab 4


@dataclass(frozen=True, eq=False)
class Stage:
    """What every end-to-end check needs: images, and the teacher as each lab sees it."""

    data: ImageData
    teacher: TeacherCNN
    logits: CachedTeacher
    cosine: CachedTeacher
    regressor: CachedTeacher

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self.data.train.images.device


class TwoOutputs(nn.Module):
    """The teacher with a second output, computed by a function of its feature map."""

    def __init__(self, teacher: TeacherCNN, second: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.teacher, self.second = teacher, second

    def forward(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Logits ``(N, C)``, and the second output."""
        feature_map = self.teacher.features(inputs)
        return self.teacher.classifier(feature_map.flatten(1)), self.second(feature_map)


def _pairs(feature_map: Tensor) -> Tensor:
    """Means of neighbouring values of the flattened map: ``(N, 2048)`` to ``(N, 1024)``."""
    return F.avg_pool1d(feature_map.flatten(1), 2)


@cache
def stage() -> Stage:
    """Images and teachers of this process, made on first use: CIFAR-10 on a GPU, else digits-m."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    settings = read_settings(cuda=device.type == "cuda")
    asked = os.environ.get("KDLAB_DATASET")
    name = settings.dataset if asked or device.type == "cpu" else "cifar10"
    try:
        return make_stage(name, device, settings)
    except DataError:
        if asked:
            raise
        return make_stage("digits-m", device, settings)


def make_stage(name: str, device: torch.device, settings: Settings) -> Stage:
    """Images and teachers of a data set."""
    data = load_data(name, settings.data_root, device, url=settings.data_url)
    teacher = load_teacher(data, settings.data_root, settings.profile.teacher_epochs)
    logits, maps = _outputs(teacher, data, settings.data_root / "cache")
    return Stage(
        data=data,
        teacher=teacher,
        logits=CachedTeacher(teacher, (logits,), data.train.ids),
        cosine=CachedTeacher(TwoOutputs(teacher, _pairs), (logits, _pairs(maps)), data.train.ids),
        regressor=CachedTeacher(TwoOutputs(teacher, lambda m: m), (logits, maps), data.train.ids),
    )


def _outputs(teacher: TeacherCNN, data: ImageData, folder: Path) -> tuple[Tensor, Tensor]:
    """The teacher's logits ``(N, C)`` and maps ``(N, 32, 8, 8)`` on all training images."""
    mark = hashlib.sha256(to_bytes(teacher)).hexdigest()[:12]
    path = folder / f"teacher-outputs-{data.digest[:12]}-{mark}.safetensors"
    device = data.train.images.device
    with locked(path):
        if not path.exists():
            both = TwoOutputs(teacher, lambda feature_map: feature_map)
            remembered = kdlab.remember(both, data.train)
            kept = dict(zip(("logits", "maps"), remembered.outputs, strict=True))
            with atomic_write(path) as partial:
                partial.write_bytes(save({k: v.cpu().contiguous() for k, v in kept.items()}))
        stored = load_file(path, device=str(device))
    return stored["logits"], stored["maps"]


def train(on: Stage, student: nn.Module, step: Step, seed: int, epochs: int | None = None) -> None:
    """Train a student in place, as every submission is."""
    kdlab.fit(
        step,
        student,
        on.data.train.batches(128, shuffle=True, seed=seed),
        epochs=epochs or EPOCHS[on.device.type],
        seed=seed,
        progress=False,
    )


def baseline(on: Stage, names: dict[str, Any], seed: int) -> dict[str, float]:
    """Lab 1: the student's own network and step."""
    student = _new(on, names["StudentCNN"], seed)
    step, ce_loss = names["baseline_step"], nn.CrossEntropyLoss()
    train(on, student, lambda model, x, y: step(model, x, y, ce_loss), seed)
    return {"accuracy": _accuracy(on, student)}


def soft_targets(on: Stage, names: dict[str, Any], seed: int) -> dict[str, float]:
    """Lab 2: the student's own step."""
    student = _new(on, StudentCNN, seed)
    step, ce_loss = names["knowledge_distillation_step"], nn.CrossEntropyLoss()
    train(
        on,
        student,
        lambda model, x, y: step(
            on.logits, model, x, y,
            T=T, soft_target_loss_weight=SOFT, ce_loss_weight=LABELS, ce_loss=ce_loss,
        ),
        seed,
    )  # fmt: skip
    return {"accuracy": _accuracy(on, student), **against_teacher(on, student)}


def against_teacher(on: Stage, student: nn.Module) -> dict[str, float]:
    """Agreement with the teacher, and KL divergence to it, on the test images."""
    batches = on.data.test.batches(500)
    wanted, given = (kdlab.predict(model, batches) for model in (on.teacher, student))
    log_p, log_q = (F.log_softmax(logits.double() / T, dim=1) for logits in (wanted, given))
    return {
        "agreement": (wanted.argmax(1) == given.argmax(1)).double().mean().item(),
        "kl": ((log_p.exp() * (log_p - log_q)).sum(1).mean() * T**2).item(),
    }


class StudentWithHidden(StudentCNN):
    """The student of lab 3: logits ``(N, C)`` and hidden representation ``(N, 1024)``."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Logits and hidden representation."""
        hidden = self.features(x).flatten(1)
        return self.classifier(hidden), hidden


def cosine(on: Stage, names: dict[str, Any], seed: int) -> dict[str, float]:
    """Lab 3: the student's own step."""
    student = _new(on, StudentWithHidden, seed)
    step, ce_loss = names["cosine_step"], nn.CrossEntropyLoss()
    cosine_loss = nn.CosineEmbeddingLoss()
    train(
        on,
        student,
        lambda model, x, y: step(
            on.cosine, model, x, y,
            hidden_rep_loss_weight=HIDDEN, ce_loss_weight=HIDDEN_LABELS,
            ce_loss=ce_loss, cosine_loss=cosine_loss,
        ),
        seed,
    )  # fmt: skip
    similar = kdlab.hidden_cosine(student, on.teacher, on.data.test.batches(500))
    return {"accuracy": _accuracy(on, student), "cosine": similar}


def regressor(on: Stage, names: dict[str, Any], seed: int) -> dict[str, float]:
    """Lab 4: the student's own network and step."""
    student = _new(on, names["StudentRegressor"], seed)
    step, ce_loss, mse_loss = names["regressor_step"], nn.CrossEntropyLoss(), nn.MSELoss()
    train(
        on,
        student,
        lambda model, x, y: step(
            on.regressor, model, x, y,
            feature_map_weight=FEATURE, ce_loss_weight=FEATURE_LABELS,
            ce_loss=ce_loss, mse_loss=mse_loss,
        ),
        seed,
    )  # fmt: skip
    mse = kdlab.feature_mse(student, on.teacher, on.data.test.batches(500))
    return {"accuracy": _accuracy(on, student), "mse": mse}


def _new(on: Stage, network: Callable[[int], nn.Module], seed: int) -> nn.Module:
    """A network whose initial weights depend on the seed alone."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return network(len(on.data.classes)).to(on.device)


def _accuracy(on: Stage, student: nn.Module) -> float:
    return kdlab.accuracy(student, on.data.test.batches(500))


TRAININGS: dict[str, Callable[[Stage, dict[str, Any], int], dict[str, float]]] = {
    "1-e": baseline,
    "2-e": soft_targets,
    "3-e": cosine,
    "4-e": regressor,
}
