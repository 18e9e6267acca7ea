"""What all methods of a comparison share: data, teacher, and what the teacher said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load, save
from torch import Tensor, nn

from kdlab.compare.mark import code_mark
from kdlab.data import ImageData
from kdlab.evaluation import evaluating
from kdlab.methods import DataFree, Paraphraser, WithFeatures, input_gradient
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.precision import choose_dtype, mixed_precision
from kdlab.teachers import CachedTeacher, remember
from kdlab.teachers.train import freeze
from kdlab.training import Step, fit
from labkit.storage import atomic_write

# Module paths of the lecture's two networks, student's and teacher's.
MAP = "features"  # (N, 16, 8, 8) and (N, 32, 8, 8)
HIDDEN = "classifier.1"  # (N, 256) and (N, 512)
BEFORE_RELU = ("features.3", "features.7")  # (N, 16, 16, 16) and (N, 32, 16, 16)
LOW = ("features.2", "features.4")  # (N, 16, 16, 16) and (N, 64, 16, 16)

ASSISTANT_SEEDS = (1001, 1002)  # not those of any student that is compared


@dataclass
class Setting:
    """One comparison's data, teacher and length.

    Attributes
    ----------
    data : ImageData
        On the device on which to train.
    teacher : TeacherCNN
        Frozen.
    epochs : int
        Of each student.
    folder : Path
        Where trained assistants and the like are kept.
    """

    data: ImageData
    teacher: TeacherCNN
    epochs: int
    folder: Path
    _outputs: dict[str, Tensor] = field(default_factory=dict, repr=False)

    @property
    def device(self) -> torch.device:
        """Where everything is computed."""
        return self.data.train.images.device

    def student(self, seed: int) -> StudentCNN:
        """A new student; one seed, one set of weights, whatever was drawn before."""
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            return StudentCNN(len(self.data.classes)).to(self.device)

    def remembered(self, *paths: str) -> CachedTeacher:
        """The teacher's ``(logits, feature, ...)`` on the training images.

        It is asked once about each module, whatever the number of methods and seeds.
        """
        missing = [path for path in ("", *paths) if path not in self._outputs]
        if missing:
            asked = WithFeatures(self.teacher, [path for path in missing if path])
            logits, *features = remember(asked, self.data.train).outputs
            self._outputs[""] = logits
            for path, feature in zip(asked.paths, features, strict=True):
                self._outputs[path] = feature
        answer = tuple(self._outputs[path] for path in ("", *paths))
        return CachedTeacher(WithFeatures(self.teacher, paths), answer, self.data.train.ids)

    @cached_property
    def on_test_images(self) -> CachedTeacher:
        """The teacher's logits on the test images."""
        return remember(self.teacher, self.data.test)

    @cached_property
    def input_gradients(self) -> CachedTeacher:
        """The teacher's input gradients on the training images, instead of its logits."""
        found = []
        with evaluating(self.teacher), mixed_precision(self.teacher, choose_dtype(self.device)):
            for inputs, labels in self.data.train.batches(500):
                inputs = inputs.detach().requires_grad_()
                with torch.enable_grad():
                    gradient = input_gradient(self.teacher(inputs), labels, inputs)
                found.append(gradient.detach())
        return CachedTeacher(self.teacher, (torch.cat(found),), self.data.train.ids)

    @cached_property
    def assistants(self) -> list[nn.Module]:
        """Two more teachers: students that were trained with labels, once for all methods."""
        return [self._assistant(seed) for seed in ASSISTANT_SEEDS]

    def _assistant(self, seed: int) -> nn.Module:
        student = self.student(seed)

        def make() -> dict[str, Tensor]:
            def step(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
                return nn.functional.cross_entropy(model(inputs), labels)

            self._train(student, step, self.epochs, seed)
            return student.state_dict()

        student.load_state_dict(self._kept(f"assistant-{seed}", make))
        return freeze(student)

    @cached_property
    def paraphraser(self) -> Paraphraser:
        """Trained on the teacher's maps without labels, then frozen."""
        paraphraser = Paraphraser(32, 16).to(self.device)

        def make() -> dict[str, Tensor]:
            teacher = self.remembered(MAP)

            def step(model: nn.Module, inputs: Tensor, labels: Tensor) -> Tensor:
                return paraphraser.reconstruction(teacher(inputs)[1])

            self._train(paraphraser, step, max(1, self.epochs // 4), seed=0)
            return paraphraser.state_dict()

        paraphraser.load_state_dict(self._kept("paraphraser", make))
        return freeze(paraphraser)

    @cached_property
    def reconstructed(self) -> Tensor:
        """Normalised images that were made from the teacher's statistics, ``(256, 3, 32, 32)``."""

        def make() -> dict[str, Tensor]:
            with mixed_precision(self.teacher, choose_dtype(self.device)):
                layers = [BEFORE_RELU[1], HIDDEN]
                metadata = DataFree.record(self.teacher, self.data.train.batches(500), layers)
                maker = DataFree(self.teacher, metadata)
                return {"images": maker.reconstruct(256, steps=30)}

        return self._kept("reconstructed", make)["images"]

    def _kept(self, name: str, make: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        """Tensors that are made once for all methods, and stored for a resumed comparison."""
        path = self.folder / f"{name}-{code_mark()}.safetensors"
        if not path.exists():
            tensors = {key: value.detach().contiguous() for key, value in make().items()}
            with atomic_write(path) as partial:
                partial.write_bytes(save(tensors))
        return {key: value.to(self.device) for key, value in load(path.read_bytes()).items()}

    def _train(self, model: nn.Module, step: Step, epochs: int, seed: int) -> None:
        """Train something that is none of the students."""
        batches = self.data.train.batches(128, shuffle=True, seed=seed)
        fit(step, model, batches, epochs=epochs, seed=seed, progress=False)


class Trainee(nn.Module):
    """A student with its adapters: trained as one, and used as the student alone.

    Parameters
    ----------
    student : StudentCNN
    adapters : sequence of nn.Module
    """

    def __init__(self, student: StudentCNN, adapters: Sequence[nn.Module] = ()) -> None:
        super().__init__()
        self.student, self.adapters = student, nn.ModuleList(adapters)

    def forward(self, inputs: Tensor) -> Tensor:
        """The student's logits, ``(N, C)``."""
        logits: Tensor = self.student(inputs)
        return logits
