"""One notebook's data, device and profile, and what its cells do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakSet

import torch
from torch import nn

from kdlab.checkpoints import Checkpoints, checkpoint_folder
from kdlab.data import ImageData, Split
from kdlab.drive import Mirror
from kdlab.errors import TrainingError
from kdlab.history import History
from kdlab.models import TeacherCNN
from kdlab.profiles import Profile, Settings
from kdlab.results import Asked, Result, ask, measure, store_result, stored_results
from kdlab.teachers import CachedTeacher, load_teacher, remember
from kdlab.timing import Timetable
from kdlab.training import Step, fit
from labkit.attempts import uses

KEPT = 12  # finished trainings of one title


@dataclass
class Lab:
    """What `kdlab.setup` returns.

    Attributes
    ----------
    name : str
        The notebook, such as ``"lab1_baseline"``.
    device : torch.device
        Where everything is computed.
    data : ImageData
        Train, validation and test images, on the device.
    settings : Settings
        What the environment asked for.
    keeps : bool
        Whether what is trained is kept on this machine: not in a second notebook of that name.
    drive : Mirror or None
        Google Drive, if it was asked for and is there.
    timetable : Timetable
        How long the notebook still takes.
    """

    name: str
    device: torch.device
    data: ImageData
    settings: Settings
    keeps: bool = True
    drive: Mirror | None = field(default=None, repr=False)
    timetable: Timetable = field(default_factory=lambda: Timetable(0, 0.0), repr=False)
    _asked: dict[int, Asked] = field(default_factory=dict, repr=False)
    _begun: WeakSet[nn.Module] = field(default_factory=WeakSet, repr=False)

    uses = staticmethod(uses)

    @property
    def profile(self) -> Profile:
        """How much is computed."""
        return self.settings.profile

    @property
    def results_folder(self) -> Path:
        """Results of the same data set and profile are comparable, and are kept together."""
        name = self.data.name.replace(":", "-")  # a colon is no part of a file name on Windows
        kind = f"{name}-{self.data.digest[:12]}-{self.profile.name}"
        return self.settings.data_root / "results" / kind

    @property
    def train_split(self) -> Split:
        """The images on which this notebook's students are trained."""
        n = self.profile.train_images
        return self.data.train if n is None else self.data.train.subset(n)

    def remember(self, teacher: nn.Module) -> CachedTeacher:
        """The teacher, asked once about each image of this notebook; see `kdlab.remember`."""
        return remember(teacher, self.train_split, self.data.validation, self.data.test)

    def teacher(self) -> TeacherCNN:
        """The trained teacher, frozen; it is trained now if there is none."""
        return load_teacher(self.data, self.settings.data_root, self.profile.teacher_epochs)

    def fit(
        self, step: Step, model: nn.Module, title: str, epochs: int | None = None, seed: int = 0
    ) -> History:
        """Train a student; see `kdlab.fit` for what a step is.

        Parameters
        ----------
        step : callable
            ``step(model, inputs, labels)`` returns the loss of one batch.
        model : nn.Module
            The student.
        title : str
            Shown at the progress bar and in legends.
        epochs : int, optional
            Default: as the profile says.
        seed : int, default 0
            Of the order of the images and of dropout.
        """
        grading = self.profile.name == "grading"
        slug = re.sub(r"[^a-z0-9]+", "-", f"{self.name}-{title}".lower()).strip("-")
        folder = checkpoint_folder(self.settings.data_root)
        epochs = epochs or self.profile.student_epochs
        images, trained = len(self.train_split), []

        def told(history: History) -> str:
            trained.append(history.rows[-1])
            self.timetable.trained(images, history.rows[-1]["seconds"])
            minutes = max(1, round(self.timetable.seconds / 60))
            return f"notebook {minutes} min" if self.timetable.images else ""

        self._begun.add(model)
        history = fit(
            step,
            model,
            self.train_split.batches(128, shuffle=True, seed=seed),
            epochs=epochs,
            seed=seed,
            validation=self.data.validation.batches(500),
            # Nobody waits for a grader, and its log is no place for a moving bar.
            checkpoints=None if grading or not self.keeps else Checkpoints(folder, slug, KEPT),
            progress=not grading,
            title=title,
            told=told,
        )
        self._begun.discard(model)
        self.timetable.left_out((epochs - len(trained)) * images)
        self._tell_of_drive()
        return history

    def measure(self, name: str, model: nn.Module, teacher: nn.Module | None = None) -> Result:
        """Measure a network on the test images, and keep the result for the later labs.

        Raises
        ------
        TrainingError
            If the network's training was begun and did not end: its numbers would be false.
        """
        if model in self._begun:
            raise TrainingError(
                f"The training of {name!r} did not run to its end, so it is not measured. Mend what"
                " stopped it, and run the cell that trains it again."
            )
        if teacher is not None and not isinstance(teacher, CachedTeacher):
            teacher = self._on_test_images(teacher).known
        result = measure(name, self.name, self._on_test_images(model), self.data, teacher)
        try:
            store_result(result, self.results_folder)
        except OSError as error:  # a full disk takes nothing from what was measured
            print(f"The result of {name} is not kept for later labs ({error}).")
        self._tell_of_drive()
        return result

    def _tell_of_drive(self) -> None:
        if self.drive:
            self.drive.tell()

    def __fingerprint__(self) -> list[str]:
        """What a training depends on whose step names the lab; see `kdlab.fingerprint`."""
        return [self.name, self.data.digest, self.profile.name, str(self.device)]

    def _on_test_images(self, model: nn.Module) -> Asked:
        """A network, asked about each test image; once, if it is frozen, and says so ever after."""
        if id(model) in self._asked:
            return self._asked[id(model)]
        asked = ask(model, self.data.test)
        if not any(parameter.requires_grad for parameter in model.parameters()):
            self._asked[id(model)] = asked
        return asked

    def results(self) -> list[Result]:
        """Results of this lab and of the labs before, as far as they were run here.

        Several labs measure the teacher and the baseline: the last one's result counts.
        """
        found = stored_results(self.results_folder)
        return list({each.name: each for each in found if each.lab <= self.name}.values())
