"""From the instructor's notebook to the student's.

    python -m autograder.release            writes labs/ from solutions/
    python -m autograder.release --check    shows where labs/ has fallen behind, and exits 1

``nbgrader generate_assignment`` runs the same steps and also tells the gradebook.
"""

from autograder.release.fences import ReleaseError, clear_solution
from autograder.release.make import differences, release_notebook, release_text, write_release
from autograder.release.steps import RELEASE_STEPS

__all__ = [
    "RELEASE_STEPS",
    "ReleaseError",
    "clear_solution",
    "differences",
    "release_notebook",
    "release_text",
    "write_release",
]
