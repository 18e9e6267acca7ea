"""Hidden checks: cases, references, known mistakes and honest variants of every exercise.

    from autograder.checks import grade
    grade("2-2")
"""

from autograder.checks.grading import grade
from autograder.marks.score import Score

__all__ = ["Score", "grade"]
