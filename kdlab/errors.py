"""What can go wrong in ``kdlab``, as a tree.

    KdlabError
    ├── ConfigurationError      a setting or an argument is wrong
    │   └── UnknownNameError    a name is not one of the valid ones
    ├── DataError               a data set cannot be had
    │   ├── DownloadError       no mirror gave the file
    │   ├── ArchiveError        the file is not the archive that it should be
    │   └── FolderError         the image folder is not laid out as it should be
    ├── TrainingError           a training cannot go on
    └── CheckpointError         a stored training cannot be read

Every message says what was wrong, with what value, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class KdlabError(Exception):
    """Root of everything that ``kdlab`` raises on purpose."""


class ConfigurationError(KdlabError, ValueError):
    """A setting or an argument is wrong."""


class UnknownNameError(ConfigurationError):
    """A name is not one of the valid ones; the message offers the nearest.

    Parameters
    ----------
    what : str
        What was named, such as ``"KDLAB_PROFILE"``.
    name : str
        The name that was given.
    valid : iterable of str
        The names that exist.
    """

    def __init__(self, what: str, name: str, valid: Iterable[str]) -> None:
        names = list(valid)
        near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"{what}={name!r} is unknown. Valid: {', '.join(names)}.{hint}")
        self.what, self.name, self.valid = what, name, names


class DataError(KdlabError):
    """A data set cannot be had."""


class DownloadError(DataError):
    """No mirror gave the file."""


class ArchiveError(DataError):
    """The file is not the archive that it should be."""


class FolderError(DataError):
    """The image folder is not laid out as it should be."""


class TrainingError(KdlabError):
    """A training cannot go on: the step returned no loss, or the loss is not a number."""


class CheckpointError(KdlabError):
    """A stored training cannot be read."""
