"""Grades on their way out to learning platforms, and submissions on their way in.

`plain`, `canvas`, `moodle`, `gradescope`: plugins for ``nbgrader export --exporter=...``.
`collect` (with `archives` and `names`): the plugins of ``nbgrader zip_collect``.
`late`: what lateness costs.
`roster`: what platforms call a student.
"""

from autograder.exchange.canvas import CanvasExport
from autograder.exchange.collector import FolderCollector, PlatformExtractor
from autograder.exchange.gradescope import GradescopeExport
from autograder.exchange.late import LatePenalty
from autograder.exchange.moodle import MoodleExport
from autograder.exchange.plain import CsvExport, ExerciseExport

__all__ = [
    "CanvasExport",
    "CsvExport",
    "ExerciseExport",
    "FolderCollector",
    "GradescopeExport",
    "LatePenalty",
    "MoodleExport",
    "PlatformExtractor",
]
