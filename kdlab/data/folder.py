"""``folder:PATH``: any tree of images, or a tar archive of one, as a data set.

Layouts, each possibly inside further folders that everything shares::

    train/<class>/*.jpg   test/<class>/*.jpg   (validation/<class>/*.jpg)
    <class>/*.jpg

What a tree does not have is drawn from its training images, class by class and always the same:
20 % for the test split, then 2 % for validation, at least one image of each class.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from kdlab.data.cache import SPLITS, Arrays, cached
from kdlab.data.images import fingerprint, read_images
from kdlab.data.splits import ImageData
from kdlab.errors import FolderError

TEST_SHARE = 0.2
VALIDATION_SHARE = 0.02
SEED = 10
VERSION = 1  # of the way from files to splits; another one makes other caches
FOLDER_OF = {"train": "train", "test": "test"} | dict.fromkeys(
    ("val", "valid", "validation"), "validation"
)
Members = dict[str, dict[str, list[int]]]  # split -> class -> positions in the list of images


def load_folder(path: Path, cache: Path) -> ImageData:
    """Read a folder or an archive of images, or its cache.

    Parameters
    ----------
    path : Path
        The folder or archive. Its name without endings becomes the data set's name.
    cache : Path
        Folder for the decoded images.
    """
    path = path.expanduser()
    if not path.exists():
        raise FolderError(f"{path.absolute()} does not exist. Name a folder or a tar archive.")
    stem = path.resolve().name.split(".tar")[0]
    key = f"{stem}-v{VERSION}-{fingerprint(path)[:16]}"
    return cached(cache / f"{key}.safetensors", f"folder:{stem}", lambda: _build(path))


def _build(path: Path) -> tuple[tuple[str, ...], Arrays]:
    names, pixels = read_images(path)
    members = complete_splits(path, find_layout(path, names), names)
    classes = tuple(sorted(members["train"]))
    rng = np.random.RandomState(SEED)
    arrays: Arrays = {}
    for split in SPLITS:
        chosen = np.concatenate([members[split][label] for label in classes])
        labels = np.repeat(np.arange(len(classes)), [len(members[split][c]) for c in classes])
        # Mixed, so that the first n images of a split are a fair sample of it.
        order = rng.permutation(len(chosen))
        arrays[split] = (torch.from_numpy(pixels[chosen[order]]), torch.from_numpy(labels[order]))
    return classes, arrays


def find_layout(path: Path, names: list[str]) -> Members:
    """Sort images into splits and classes by their names.

    Parameters
    ----------
    path : Path
        For the messages.
    names : list of str
        Paths inside the tree, with ``/``.

    Raises
    ------
    FolderError
        If the names follow neither layout, or the splits do not have the same classes.
    """
    members: Members = {}
    shared = _shared_folders(names)
    tops = {name.split("/")[shared] for name in names}
    has_splits = "train" in tops and tops <= set(FOLDER_OF)
    if tops & set(FOLDER_OF) and not has_splits:
        raise FolderError(
            f"{path} has the folders {_listed(tops)}. With splits there must be train/, and beside "
            "it only test/ and validation/; without splits only the classes."
        )
    for position, name in enumerate(names):
        parts = name.split("/")[shared:]
        split = FOLDER_OF[parts.pop(0)] if has_splits else "train"
        if len(parts) < 2:
            raise FolderError(f"{path}: the image {name} lies in no class's folder. Move it there.")
        members.setdefault(split, {}).setdefault(parts[0], []).append(position)
    _refuse_unequal_classes(path, members)
    return members


def complete_splits(path: Path, members: Members, names: list[str]) -> Members:
    """Draw the splits that a tree does not have from its training images.

    The draw depends on the sorted names alone, not on the order in which a file system or an
    archive lists them.
    """
    members = {
        split: {label: sorted(found, key=names.__getitem__) for label, found in classes.items()}
        for split, classes in members.items()
    }
    rng = np.random.RandomState(SEED)
    for split, share in (("test", TEST_SHARE), ("validation", VALIDATION_SHARE)):
        if split in members:
            continue
        members[split] = {}
        for label in sorted(members["train"]):
            found = np.array(members["train"][label])
            number = max(1, round(share * len(found)))
            if number >= len(found):
                raise FolderError(
                    f"{path}: the class {label!r} has too few images to draw a {split} split and "
                    "keep one for training. Add images or remove the class."
                )
            order = rng.permutation(len(found))
            members[split][label] = found[order[:number]].tolist()
            members["train"][label] = found[order[number:]].tolist()
    return members


def _shared_folders(names: list[str]) -> int:
    """How many folders at the top hold everything: ``cifar10/train/...`` has one."""
    folders = [name.split("/")[:-1] for name in names]
    shared = 0
    for level in zip(*folders, strict=False):
        if len(set(level)) > 1:
            break
        shared += 1
    return shared


def _refuse_unequal_classes(path: Path, members: Members) -> None:
    expected = set(members["train"])
    if len(expected) < 2:
        raise FolderError(
            f"{path} has only the class {_listed(expected)}. Put the images of each class into a "
            "folder of its own, two at least."
        )
    for split, classes in members.items():
        only_train, only_split = expected - set(classes), set(classes) - expected
        if only_train or only_split:
            raise FolderError(
                f"{path}: train/ and {split}/ have different classes. Only in train/: "
                f"{_listed(only_train)}. Only in {split}/: {_listed(only_split)}."
            )


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
