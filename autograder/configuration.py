"""What nbgrader has to be told so that it releases, collects and grades with this grader.

A course's ``nbgrader_config.py`` calls `configure`, and sets below it what is its own.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    OverwriteKernelspec,
)

from autograder.classrun import GradingExporter, TolerantExporter
from autograder.errors import AutograderError
from autograder.exchange import CsvExport, FolderCollector, LatePenalty, PlatformExtractor
from autograder.execution.stored import ExecuteSubmission
from autograder.marks.feedback import ShowResults, TableStyle
from autograder.marks.gradebook import ReadScores, SaveScores
from autograder.marks.overview import Overview
from autograder.marks.watch import watch_marks
from autograder.publishing import RELEASE_STEPS
from autograder.rendering import (
    Defuse,
    FeedbackExporter,
    HarmlessPage,
    clean,
    markdown2html,
    unchanged,
)
from autograder.repair import FillLockedCells, Repair
from autograder.sandbox import KERNEL_NAME
from autograder.terminal import printable


def configure(c: Any, root: str | Path) -> None:
    """Set in nbgrader's configuration what this grader needs.

    Parameters
    ----------
    c : traitlets.config.Config
        From ``get_config()``.
    root : str or Path
        The course's folder: ``solutions/`` holds the instructor's notebooks, ``labs/`` the
        students', ``submitted/`` what was handed in.
    """
    # nbgrader calls `alembic`, which lies beside its Python even where nothing is activated.
    if shutil.which("alembic") is None:
        os.environ["PATH"] = os.pathsep.join(
            [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        )
    watch_marks(root)
    sys.excepthook = one_line
    c.CourseDirectory.root = str(root)
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "labs"
    # labs/ may be there before the gradebook knows of it, as in a fresh clone.
    c.GenerateAssignment.force = True
    c.GenerateAssignment.exporter_class = TolerantExporter
    c.GenerateAssignment.preprocessors = RELEASE_STEPS
    c.ZipCollectApp.extractor_plugin = PlatformExtractor
    c.ZipCollectApp.collector_plugin = FolderCollector
    _configure_grading(c)
    c.AssignLatePenalties.plugin_class = LatePenalty
    c.ExportApp.plugin_class = CsvExport
    _configure_pages(c)


def one_line(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End a command of nbgrader as one of ours ends: what is raised on purpose is one line.

    Exit codes cannot be chosen here: it is 1, as of every error in Python.
    """
    if issubclass(kind, AutograderError):
        sys.stderr.write(f"{printable(str(error))}\n")
    elif issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("stopped; the same command goes on\n")
    else:
        sys.__excepthook__(kind, error, trace)


def _configure_pages(c: Any) -> None:
    """What the formgrader and the feedback show of submissions: nothing that a browser runs.

    nbconvert's own switch, ``HTMLExporter.sanitize_html``, does not reach the texts in nbgrader's
    pages, and takes headings, tables and pictures from those that it reaches.
    """
    c.HTMLExporter.filters = {
        "markdown2html": markdown2html,
        "clean_html": clean,
        # nbconvert's is for addresses that are not there any more, and takes long for some texts.
        "strip_files_prefix": unchanged,
    }
    c.HTMLExporter.preprocessors = [HarmlessPage, TableStyle]
    c.GenerateFeedback.exporter_class = FeedbackExporter
    c.GenerateFeedback.preprocessors = [
        ReadScores,
        CSSHTMLHeaderPreprocessor,
        TableStyle,
        Overview,
    ]


def _configure_grading(c: Any) -> None:
    c.Autograde.exporter_class = GradingExporter
    c.Autograde.sanitize_preprocessors = [
        Repair,
        ClearOutput,
        DeduplicateIds,
        OverwriteKernelspec,
        FillLockedCells,
        CheckCellMetadata,
    ]
    c.Autograde.autograde_preprocessors = [
        ExecuteSubmission,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveScores,
        AssignLatePenalties,
        Defuse,
        ShowResults,
        CheckCellMetadata,
    ]
    c.Execute.kernel_name = KERNEL_NAME
    c.Execute.extra_arguments = ["--log-level=40"]  # errors only: not that it listens on localhost
    c.Execute.timeout = 600  # seconds a cell; the longest one trains for a minute on two free cores
