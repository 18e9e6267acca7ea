"""``folder:PATH``: any tree of images, or a tar archive of one, as a data set.

Layouts, each possibly inside further folders that everything shares::

    train/<class>/*.jpg   test/<class>/*.jpg   (validation/<class>/*.jpg)
    <class>/*.jpg

What a tree does not have is drawn from its training images; see `partition`.
"""

from __future__ import annotations

from pathlib import Path

from kdlab.data.cache import cached
from kdlab.data.images import fingerprint, read_images
from kdlab.data.partition import Arrays, Members, arrange, complete_splits
from kdlab.data.splits import ImageData
from kdlab.errors import FolderError

VERSION = 1  # of the way from files to splits; another one makes other caches
FOLDER_OF = {"train": "train", "test": "test"} | dict.fromkeys(
    ("val", "valid", "validation"), "validation"
)


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
    members = find_layout(path, names)
    classes = tuple(sorted(members["train"]))
    try:
        return classes, arrange(complete_splits(members), classes, pixels)
    except FolderError as error:
        raise FolderError(f"{path}: {error}") from None


def find_layout(path: Path, names: list[str]) -> Members:
    """Sort images into splits and classes by their names.

    Parameters
    ----------
    path : Path
        For the messages.
    names : list of str
        Paths inside the tree, with ``/``.

    Returns
    -------
    dict
        Positions in `names`, by split and class; in the order of the names, so that nothing
        depends on how a file system or an archive lists them.

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
            f"{path} has at its top {_listed(tops)}. With splits there must be train/, and beside "
            "it only test/ and validation/; without splits only the classes."
        )
    for position in sorted(range(len(names)), key=names.__getitem__):
        parts = names[position].split("/")[shared:]
        split = FOLDER_OF[parts.pop(0)] if has_splits else "train"
        if len(parts) < 2:
            raise FolderError(
                f"{path}: the image {names[position]} lies in no class's folder. Move it to one."
            )
        members.setdefault(split, {}).setdefault(parts[0], []).append(position)
    _refuse_unequal_classes(path, members)
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
