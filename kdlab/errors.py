"""What can go wrong in ``kdlab``, as a tree; see also `labkit.errors`.

    labkit.errors.LabError
    ├── DataError               a data set cannot be had
    │   ├── DownloadError       no mirror gave the file
    │   ├── ArchiveError        the file is not the archive that it should be
    │   └── FolderError         the image folder is not laid out as it should be
    ├── TrainingError           a training cannot go on
    └── CheckpointError         a stored training cannot be read

Every message says what was wrong, with what value, and what to do.
"""

from __future__ import annotations

from labkit.errors import LabError


class DataError(LabError):
    """A data set cannot be had."""


class DownloadError(DataError):
    """No mirror gave the file."""


class ArchiveError(DataError):
    """The file is not the archive that it should be."""


class FolderError(DataError):
    """The image folder is not laid out as it should be."""


class TrainingError(LabError):
    """A training cannot go on: the step returned no loss, or the loss is not a number."""


class CheckpointError(LabError):
    """A stored training cannot be read."""
