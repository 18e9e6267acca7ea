"""The stock nbgrader commands in this layout, without flags; read by nbgrader and the formgrader.

nbgrader generate_assignment lab1_baseline      solutions/ -> labs/
nbgrader zip_collect lab1_baseline              downloaded/lab1_baseline/archive/ -> submitted/
nbgrader autograde lab1_baseline                submitted/ -> autograded/, gradebook.db
nbgrader generate_feedback lab1_baseline        autograded/ -> feedback/
nbgrader export                                 gradebook.db -> grades.csv

Student code is executed in a sandbox with ``KDLAB_PROFILE=grading``, unless that variable is set.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# nbgrader starts from the console script, which does not look in the current folder for packages.
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from autograder.configuration import configure  # noqa: E402

c = get_config()  # noqa: F821
configure(c, HERE)

c.CourseDirectory.course_id = "knowledge-distillation"

# What lateness costs; 0 is nothing. Extensions stand in extensions.csv. See docs/exchange.md.
c.LatePenalty.per_day = 0  # percent of the notebook's points, for each day that has begun
c.LatePenalty.most = 100  # percent in all
c.LatePenalty.grace = 0  # minutes
