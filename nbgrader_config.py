"""The stock nbgrader commands in this layout, without flags; read by nbgrader and the formgrader.

nbgrader generate_assignment lab1_baseline      solutions/ -> labs/
nbgrader zip_collect lab1_baseline              downloaded/lab1_baseline/archive/ -> submitted/
nbgrader autograde lab1_baseline                submitted/ -> autograded/, gradebook.db
nbgrader generate_feedback lab1_baseline        autograded/ -> feedback/
nbgrader export                                 gradebook.db -> grades.csv

Student code is executed in a sandbox with ``KDLAB_PROFILE=grading``, unless that variable is set.
"""

import os
import shutil
import sys
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteKernelspec,
)

HERE = Path(__file__).resolve().parent
# nbgrader starts from the console script, which does not look in the current folder for packages.
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))
# nbgrader calls `alembic`, which lies beside its Python even where no environment is activated.
if shutil.which("alembic") is None:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

from autograder.classrun import GradingExporter, TolerantExporter  # noqa: E402
from autograder.exchange import (  # noqa: E402
    CsvExport,
    FolderCollector,
    LatePenalty,
    PlatformExtractor,
)
from autograder.execute import ExecuteSubmission  # noqa: E402
from autograder.feedback import FeedbackStyle, ShowResults  # noqa: E402
from autograder.release import RELEASE_STEPS  # noqa: E402
from autograder.repair import FillLockedCells, Repair  # noqa: E402
from autograder.scores import SaveScores  # noqa: E402

c = get_config()  # noqa: F821

c.CourseDirectory.root = str(HERE)
c.CourseDirectory.course_id = "knowledge-distillation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "labs"

# labs/ is generated and committed: a fresh clone has it before its gradebook knows of it.
c.GenerateAssignment.force = True
c.GenerateAssignment.exporter_class = TolerantExporter
c.GenerateAssignment.preprocessors = RELEASE_STEPS

c.ZipCollectApp.extractor_plugin = PlatformExtractor
c.ZipCollectApp.collector_plugin = FolderCollector

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
    ShowResults,
    CheckCellMetadata,
]
c.Execute.kernel_name = "kdlab-room"
c.Execute.extra_arguments = ["--log-level=40"]  # errors only: not that it listens on localhost
c.Execute.timeout = 600  # seconds a cell; the longest one trains for a minute on two free cores

# What lateness costs; 0 is nothing. Extensions stand in extensions.csv. See docs/exchange.md.
c.AssignLatePenalties.plugin_class = LatePenalty
c.LatePenalty.per_day = 0  # percent of the notebook's points, for each day that has begun
c.LatePenalty.most = 100  # percent in all
c.LatePenalty.grace = 0  # minutes

c.ExportApp.plugin_class = CsvExport

c.GenerateFeedback.preprocessors = [GetGrades, CSSHTMLHeaderPreprocessor, FeedbackStyle]
