"""One run of ``nbgrader autograde`` over a class: go on after a bad submission, say so at the end.

`converter` goes through the class: it finds notebooks under wrong names, leaves alone what has not
changed, takes stale scores back, collects what went wrong, and ends with a report, and with exit
code 1 if anything is ungraded. An `Order` says how: submissions may be executed by somebody else,
many at a time; this process alone writes to the gradebook.

``autograder grade`` makes the converter itself. ``nbgrader autograde`` and the formgrader make
nbgrader's own, which `exporter`, named in the configuration, turns into ours.
"""

from autograder.classrun.converter import AutogradeClass
from autograder.classrun.executor import Executor, Listener, Order
from autograder.classrun.exporter import GradingExporter, TolerantExporter
from autograder.classrun.run_report import Note

__all__ = [
    "AutogradeClass",
    "Executor",
    "GradingExporter",
    "Listener",
    "Note",
    "Order",
    "TolerantExporter",
]
