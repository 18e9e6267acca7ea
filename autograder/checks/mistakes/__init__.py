"""Named mistakes by exercise."""

from autograder.checks.exercise import Wrong
from autograder.checks.mistakes import lab1 as lab1
from autograder.checks.mistakes import lab2 as lab2
from autograder.checks.mistakes import lab3 as lab3
from autograder.checks.mistakes import lab4 as lab4

MISTAKES: dict[str, tuple[Wrong, ...]] = {
    **lab1.MISTAKES,
    **lab2.MISTAKES,
    **lab3.MISTAKES,
    **lab4.MISTAKES,
}
