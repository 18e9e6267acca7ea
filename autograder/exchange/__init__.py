"""Grades on their way out to learning platforms, and submissions on their way in.

`plain`, `canvas`, `moodle`, `gradescope`: plugins for ``nbgrader export --exporter=...``.
"""

from autograder.exchange.canvas import CanvasExport
from autograder.exchange.gradescope import GradescopeExport
from autograder.exchange.moodle import MoodleExport
from autograder.exchange.plain import CsvExport, ExerciseExport

__all__ = [
    "CanvasExport",
    "CsvExport",
    "ExerciseExport",
    "GradescopeExport",
    "MoodleExport",
]
