"""What the end-to-end checks train on and measure with.

Images, the trained teacher and its outputs are the same for every submission. The outputs are
computed once and kept on disk, image by image. Students' networks are trained elsewhere, from
weights that are sent there; the weights that come back are measured here, in the grader's own
networks and on images that the students' code never saw.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from kdcourse.end_to_end.ready import ALWAYS_THERE, data_set_for, this_device
from kdcourse.end_to_end.record import EndToEnd
from kdcourse.end_to_end.thresholds import Circumstances
from kdlab.data import ImageData, Split, load_data
from kdlab.data.digits_m import build_split
from kdlab.end_to_end import Weights, weights_of
from kdlab.errors import DataError
from kdlab.models import TeacherCNN
from kdlab.precision import name_of_precision
from kdlab.profiles import Settings, read_settings, training_sets
from kdlab.results import ask
from kdlab.teachers import CachedTeacher, load_teacher, remember
from kdlab.teachers.load import find_digest, to_bytes
from kdlab.teachers.shipped import counts_as
from kdlab.training_set import TrainingSet
from labkit.storage import locked

BATCH = 500  # images that are measured at a time


@dataclass(frozen=True, eq=False)
class Stage:
    """What every end-to-end check needs.

    Attributes
    ----------
    data : ImageData
        Its test split is for measuring, and no student's code gets it.
    teacher : RememberedTeacher
        Trained; its outputs on the test images are computed once.
    training_set : Path
        What students' code may see: the training images and the teacher's outputs on them.
    teacher_digest : str, default ""
        sha256 of the teacher's file.
    serves : str, default ""
        Another data set, for which these images stand in: its schedules and bars count.
    """

    data: ImageData
    teacher: RememberedTeacher
    training_set: Path
    teacher_digest: str = ""
    serves: str = ""

    @property
    def counts_as(self) -> str:
        """Name of the data set whose schedules and bars count."""
        return self.serves or counts_as(self.data.name, self.data.digest)

    @property
    def precision(self) -> str:
        """In which the forward passes of a training here are computed."""
        return name_of_precision(self.device)

    @property
    def circumstances(self) -> Circumstances:
        """What decides which bars there are."""
        kind = self.device.type
        return Circumstances(self.counts_as, kind, self.precision, self.teacher_digest)

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self.data.train.images.device


class RememberedTeacher(nn.Module):
    """A frozen teacher whose logits and feature maps on some images are not computed again."""

    def __init__(self, teacher: TeacherCNN, split: Split) -> None:
        super().__init__()
        self.whole = teacher
        self._split = split

    @cached_property  # lab 1 asks for neither
    def logits(self) -> CachedTeacher:
        """Logits ``(N, C)``."""
        return remember(self.whole, self._split)

    @cached_property
    def features(self) -> CachedTeacher:
        """Feature maps ``(N, 32, 8, 8)``."""
        return remember(self.whole.features, self._split)

    def forward(self, x: Tensor) -> Tensor:
        """Logits ``(N, C)``."""
        logits: Tensor = self.logits(x)
        return logits


class _Twofold(nn.Module):
    """A teacher that is asked once for its logits ``(N, C)`` and its maps ``(N, 32, 8, 8)``."""

    def __init__(self, teacher: TeacherCNN) -> None:
        super().__init__()
        self.teacher = teacher

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        maps = self.teacher.features(x)
        return self.teacher.classifier(maps.flatten(1)), maps


def stage(test_seed: int | None = None) -> Stage:
    """Images and teacher of this process, made on first use; see `data_set_for`.

    Parameters
    ----------
    test_seed : int, optional
        Makes test images that nobody has seen out of the digits of ``digits-m``'s test split.
    """
    settings = read_settings(cuda=torch.cuda.is_available())
    return _stage(test_seed, settings, bool(os.environ.get("KDLAB_DATASET")))


@lru_cache(maxsize=1)  # a worker may serve courses with other settings, one after the other
def _stage(test_seed: int | None, settings: Settings, asked: bool) -> Stage:
    device = this_device()
    try:
        return make_stage(data_set_for(settings, asked, device), device, settings, test_seed)
    except DataError:
        if asked:
            raise
        return make_stage(ALWAYS_THERE, device, settings, test_seed)


def make_stage(
    name: str, device: torch.device, settings: Settings, test_seed: int | None = None
) -> Stage:
    """Images and teacher of a data set."""
    data = load_data(name, settings.data_root, device, url=settings.data_url)
    epochs = settings.profile.teacher_epochs
    # Several workers share a log: no place for a moving bar.
    teacher = load_teacher(data, settings.data_root, epochs, progress=False)
    path = _training_set(teacher, data, training_sets(settings))
    if test_seed is not None and name == "digits-m":
        data = replace(data, test=unseen_test(data, test_seed))
    digest = find_digest(data, settings.data_root, epochs)
    return Stage(data, RememberedTeacher(teacher, data.test), path, digest)


def unseen_test(data: ImageData, seed: int) -> Split:
    """Other test images of ``digits-m``, made of the same digits by a seed that nobody knows."""
    images, labels = (torch.from_numpy(part) for part in build_split("test", seed))
    test = replace(data.test.to("cpu"), images=images, labels=labels)
    return test.to(data.test.images.device)


def _training_set(teacher: TeacherCNN, data: ImageData, folder: Path) -> Path:
    """Where the training images lie with the teacher's outputs on them; written on first use."""
    mark = hashlib.sha256(to_bytes(teacher)).hexdigest()[:12]
    path = folder / f"{data.digest[:12]}-{mark}.safetensors"
    with locked(path):
        if not _is_whole(path):
            logits, maps = remember(_Twofold(teacher), data.train).outputs
            TrainingSet(data.train, logits, maps).write(path)
    return path


def _is_whole(path: Path) -> bool:
    """Whether a training set is there, with a header that fits its length."""
    try:
        with safe_open(path, framework="pt") as file:
            return "maps" in file.keys()  # noqa: SIM118 -- it is no mapping
    except (OSError, SafetensorError):
        return False


def initial_weights(network: type[nn.Module], classes: int, seed: int) -> Weights:
    """The weights from which a training starts; all labs share those of the common layers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return weights_of(network(classes))


def measure(on: Stage, record: EndToEnd, weights: Weights) -> dict[str, float]:
    """Everything that is measured on trained weights, on the test images."""
    student = record.network(len(on.data.classes))
    student.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    student = student.to(on.device)
    batches = on.data.test.batches(BATCH, channels_last=True)
    known = ask(student, on.data.test, BATCH).known
    return {
        each.name: each.function(student if each.inside else known, on.teacher, batches)
        for each in record.measures
    }
