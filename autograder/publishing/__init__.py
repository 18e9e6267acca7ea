"""From the instructor's notebook to the student's.

    autograder release            writes labs/ from solutions/
    autograder release --check    shows where labs/ has fallen behind, and exits 1

``nbgrader generate_assignment`` runs the same steps and also tells the gradebook.
"""

from autograder.publishing.fences import ReleaseError, clear_solution
from autograder.publishing.make import differences, release_notebook, release_text, write_release
from autograder.publishing.steps import RELEASE_STEPS

__all__ = [
    "RELEASE_STEPS",
    "ReleaseError",
    "clear_solution",
    "differences",
    "release_notebook",
    "release_text",
    "write_release",
]
