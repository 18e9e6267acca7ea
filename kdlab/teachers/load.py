"""Where a trained teacher is found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import nn

from kdlab.checkpoints import Checkpoints, checkpoint_folder
from kdlab.data import ImageData
from kdlab.models import TeacherCNN
from kdlab.teachers.shipped import shipped_for
from kdlab.teachers.train import Recipe, freeze, train_teacher
from labkit.storage import atomic_write, locked


def load_teacher(data: ImageData, root: Path, epochs: int, progress: bool = True) -> TeacherCNN:
    """The trained teacher for a data set.

    It is the one that comes with the package, if that was trained on these very images; else the
    one that was trained here before; else it is trained now, and kept.

    Parameters
    ----------
    data : ImageData
        The images, on the device on which the teacher is wanted.
    root : Path
        The data root; teachers are kept in ``root/teachers``.
    epochs : int
        How long it is trained if it must be.

    Returns
    -------
    TeacherCNN
        In eval mode, on the data's device, its parameters frozen.
    """
    if shipped := shipped_for(data.name, data.digest):
        return _from_bytes(shipped.read(), data)
    kept = _kept(data, root, epochs)
    with locked(kept):
        if kept.exists():
            try:
                return _from_bytes(kept.read_bytes(), data)
            except SafetensorError as error:
                print(f"The teacher in {kept} is damaged ({error}); it is trained again.")
        print(f"There is no trained teacher for {data.name} yet: training it for {epochs} epochs.")
        slots = Checkpoints(checkpoint_folder(root), f"teacher-{_plain(data)}")
        recipe = Recipe(epochs)
        teacher, _ = train_teacher(data, recipe, checkpoints=slots, progress=progress)
        with atomic_write(kept) as partial:
            partial.write_bytes(to_bytes(teacher))
    return teacher


def find_digest(data: ImageData, root: Path, epochs: int) -> str:
    """The sha256 of the teacher that `load_teacher` would load; empty: it would train one."""
    if shipped := shipped_for(data.name, data.digest):
        return shipped.sha256
    kept = _kept(data, root, epochs)
    return hashlib.sha256(kept.read_bytes()).hexdigest() if kept.exists() else ""


def _kept(data: ImageData, root: Path, epochs: int) -> Path:
    """Where a teacher lies that was trained here."""
    return root / "teachers" / f"{_plain(data)}-{data.digest[:12]}-{epochs}.safetensors"


def _plain(data: ImageData) -> str:
    return data.name.replace(":", "-")  # a colon is no part of a file name on Windows


def to_bytes(teacher: nn.Module) -> bytes:
    """Weights in half precision, as a safetensors file."""
    return save({name: value.half().cpu() for name, value in teacher.state_dict().items()})


def _from_bytes(content: bytes, data: ImageData) -> TeacherCNN:
    weights = {name: value.float() for name, value in load(content).items()}
    with torch.random.fork_rng():  # the initial weights are thrown away; leave no trace of them
        teacher = TeacherCNN(len(data.classes))
    teacher.load_state_dict(weights)
    return freeze(teacher.to(data.train.images.device))
