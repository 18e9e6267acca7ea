"""One run of ``nbgrader autograde`` over a class: go on after a bad submission, say so at the end.

nbgrader lets an exporter be chosen, not the converter that uses it. So the exporter reads
tolerantly, and `run` steps in where the converter goes through the class: it finds notebooks under
wrong names, leaves alone what has not changed, takes stale scores back, collects what went wrong,
and ends with a report, and with exit code 1 if anything is ungraded.

Inside `executing` the submissions of a run are executed by somebody else, many at a time; this
process alone writes to the gradebook.
"""

from autograder.classrun.elsewhere import Elsewhere, executing
from autograder.classrun.exporter import GradingExporter, TolerantExporter
from autograder.classrun.notes import Note

__all__ = ["Elsewhere", "GradingExporter", "Note", "TolerantExporter", "executing"]
