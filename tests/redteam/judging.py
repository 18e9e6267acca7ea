"""What became of each submission of a class, and how far that is from what it deserves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from classroom import Classroom, Seat
from nbgrader.api import Gradebook
from small_lab import CANARY, Submission
from watching import Run

#: What can go wrong, in the order in which it is printed.
COLUMNS = (
    "undeserved", "lost", "ungraded", "unnamed", "leaks", "survivors", "runs stopped",
    "neighbours below full marks",
)  # fmt: skip


@dataclass
class Outcome:
    """What became of one submission.

    Attributes
    ----------
    points : dict of str to (float or None)
        By graded cell; None where there is no grade. Empty: nobody ever came to it.
    leaks : list of str
        What its outputs show that it must not have seen.
    ungraded, flagged : bool
        Whether the command names it as one without a grade, or tells a person to look at it.
    """

    points: dict[str, float | None] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    ungraded: bool = False
    flagged: bool = False


def outcomes(room: Classroom, run: Run) -> dict[str, Outcome]:
    """By student, after a run."""
    found = {seat.student: Outcome() for seat in room.seats}
    with Gradebook(f"sqlite:///{room.root}/gradebook.db", "redteam") as gradebook:
        for lab in room.labs:
            for submitted in gradebook.assignment_submissions(lab):
                grades = [grade for notebook in submitted.notebooks for grade in notebook.grades]
                found[submitted.student.id].points = {
                    grade.name: grade.auto_score
                    for grade in grades
                    if grade.name.startswith("test-")
                }
    lines = run.said.splitlines()
    for seat in room.seats:
        one = found[seat.student]
        about = [line for line in lines if seat.student in line]
        # Of files that are all hidden it says that there are none. (Nobody hands in for both labs.)
        named = [f"{word}: {seat.student}, {seat.lab}" for word in ("UNGRADED", "No submission")]
        one.ungraded = any(text in line for line in about for text in named)
        one.flagged = any("flagged" in line.casefold() for line in about)
        one.leaks = leaks(room.root / "autograded" / seat.student / seat.lab / f"{seat.lab}.ipynb")
    return found


def leaks(path: Path) -> list[str]:
    """Outputs of an executed notebook with a word in them that it must not have seen."""
    if not path.is_file():
        return []
    cells = json.loads(path.read_text("utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    # A traceback shows the attack's own source, with the word that it meant to print.
    shown = [json.dumps({**output, "traceback": []}) for output in outputs]
    return [text[:120] for text in shown if "CANARY" in text or CANARY in text]


def judged(seat: Seat, outcome: Outcome) -> Counter[str]:
    """How far an outcome is from what the submission deserves; empty where it is not."""
    found: Counter[str] = Counter(leaks=len(outcome.leaks))
    if not (outcome.points or outcome.ungraded):
        found["runs stopped"] = 1
        found["neighbours below full marks"] = int(seat.case is None)
        return +found
    if seat.points is None:
        found["undeserved"] = sum(points or 0 for points in outcome.points.values())
        found["unnamed"] = not outcome.ungraded
        return +found
    may_have_more = isinstance(seat.case, Submission) and seat.case.flagged and outcome.flagged
    for name, deserved in seat.points.items():
        got = outcome.points.get(name)
        if got is None:
            found["ungraded"] += 1
        elif got > deserved and not may_have_more:
            found["undeserved"] += got - deserved
        elif got < deserved:
            found["lost"] += deserved - got
    if seat.case is None and (found["lost"] or found["ungraded"]):
        found["neighbours below full marks"] = 1
    return +found


def totals(run: Run, judgements: Iterable[Counter[str]]) -> Counter[str]:
    """All of a class together; a run is stopped once, whomever it left out."""
    total: Counter[str] = sum(judgements, Counter())
    stopped = bool(total["runs stopped"]) or run.code not in (0, 1, 3)
    total["runs stopped"] = int(stopped)
    total["survivors"] += len(run.left)
    return total
