"""The stock nbgrader commands for this course; read by nbgrader and by ``autograder``."""

from pathlib import Path

from autograder.configuration import configure

HERE = Path(__file__).resolve().parent
c = get_config()  # noqa: F821
configure(c, HERE)
c.CourseDirectory.course_id = "post-training-quantisation"
