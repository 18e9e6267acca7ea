"""What strangers wrote, on its way into somebody's browser: shown, and never run.

A submission is read by the instructor in the formgrader, whose page may do what the instructor
may, and by the student in the feedback. There are two walls, and each would be enough:

- `Defuse`, a step of autograding, stores nothing in ``autograded/`` that a browser would run, so
  that whatever opens such a notebook, with whatever settings, shows it only.
- What is rendered is cleaned: `HarmlessPage` and `markdown2html` work in every page that nbconvert
  makes with a course's settings, and `FeedbackExporter` forbids the page to load or run anything.

`harmless` is the one function for outputs, `clean` the one for HTML. What was handed in stays as
it is in ``submitted/``.
"""

from autograder.rendering.allowed import clean
from autograder.rendering.exporter import FeedbackExporter
from autograder.rendering.markdown import markdown2html, unchanged, without_html
from autograder.rendering.outputs import harmless
from autograder.rendering.steps import Defuse, HarmlessPage

__all__ = [
    "Defuse",
    "FeedbackExporter",
    "HarmlessPage",
    "clean",
    "harmless",
    "markdown2html",
    "unchanged",
    "without_html",
]
