"""A class that is the red team's, with honest neighbours between its submissions.

Two labs are graded in one run: the small one with torch (`small_lab`), and the one without
(`broken.lab`), each by those who hand in for it.
"""

from __future__ import annotations

import copy
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import small_lab
from broken.lab import Lab
from broken.register import Broken
from course_folder import FULL, TOY, make_course, release
from nbformat import NotebookNode
from small_lab import CANARY, Submission

from autograder.notebooks import read_notebook

EVERY = 10  # each tenth is an honest neighbour
DIFFERENT = 20  # honest submissions; more than these are copies, which are executed once


def new_mark() -> str:
    """A number of seconds to sleep; no other grading on this machine has it."""
    return str(random.SystemRandom().randrange(10**8, 10**9))


@dataclass
class Seat:
    """One student of the class.

    Attributes
    ----------
    points : mapping or None
        What each graded cell must get; None: it must be ungraded, and named.
    case : Submission, Broken or None
        None: an honest neighbour.
    mark : str
        By which processes that it left are found.
    """

    student: str
    lab: str
    points: dict[str, float] | None
    case: Submission | Broken | None = None
    mark: str = field(default_factory=new_mark)

    @property
    def name(self) -> str:
        """What its case is called."""
        return self.case.name if self.case else "neighbour"


class Classroom:
    """A course folder with a class.

    Parameters
    ----------
    root : Path
        Made here.
    small, toy : sequence of cases
        Who hands in for the one lab and for the other.
    honest : bool
        Whether all of them hand in something honest instead.
    absent : callable
        Which cases are left out; the others have the same names as with them.
    """

    def __init__(
        self,
        root: Path,
        small: Sequence[Submission],
        toy: Sequence[Broken] = (),
        *,
        honest: bool = False,
        absent: Callable[[Submission | Broken], bool] = lambda case: False,
    ) -> None:
        self.root = root
        make_course(root)
        seats = [*_seats(small_lab.NAME, small), *_seats(TOY, toy)]
        self.seats = [seat for seat in seats if seat.case is None or not absent(seat.case)]
        if honest:
            for seat in self.seats:
                seat.case, seat.points = None, FULL[seat.lab]
        released = {
            lab: read_notebook(root / "labs" / lab / f"{lab}.ipynb") for lab in self.labs
        }
        for number, seat in enumerate(self.seats):
            self._hand_in(seat, number % DIFFERENT, copy.deepcopy(released[seat.lab]))

    @property
    def labs(self) -> list[str]:
        """The labs that somebody hands something in for."""
        return sorted({seat.lab for seat in self.seats})

    def _hand_in(self, seat: Seat, number: int, released: NotebookNode) -> None:
        folder = self.root / "submitted" / seat.student / seat.lab
        toy = Lab(TOY, released)
        if isinstance(seat.case, Submission):
            small_lab.hand_in(seat.case, released, folder, seat.mark, self.root)
        elif seat.case:
            seat.case.write(toy, folder)
        elif seat.lab == TOY:
            notebook = toy.solved()
            notebook.cells[0].source += f"\n\n{number}"
            toy.write(folder, notebook)
        else:
            folder.mkdir(parents=True)
            text = small_lab.honest(number, released)
            (folder / f"{small_lab.NAME}.ipynb").write_text(text, "utf-8")

    def thin_out(self, every: int) -> None:
        """Keep each so manieth student, and what they handed in."""
        stay = self.seats[::every]
        for seat in self.seats:
            if seat not in stay:
                shutil.rmtree(self.root / "submitted" / seat.student)
        self.seats = stay

    def forget_grades(self, executed: Callable[[int], bool] = lambda number: False) -> None:
        """Leave what was executed, so that everybody is booked anew.

        Parameters
        ----------
        executed : callable
            Of which stored results, by their number, nothing is left either.
        """
        shutil.rmtree(self.root / "autograded", ignore_errors=True)
        (self.root / "gradebook.db").unlink()
        for number, path in enumerate(sorted(self.root.glob("results/??/*.result"))):
            if executed(number):
                path.unlink()
        release(self.root, *self.labs)


def _seats(lab: str, cases: Sequence[Submission | Broken]) -> Iterator[Seat]:
    """Students in the order in which they are graded, the first and the last honest ones."""
    number = 0
    for at, case in enumerate(cases):
        if at % EVERY == 0:
            # The gradebook has their names: it, too, holds the word that nobody may see.
            yield Seat(f"{lab[0]}{number:03}-{CANARY}", lab, FULL[lab])
            number += 1
        yield Seat(f"{lab[0]}{number:03}-{case.name}", lab, expected(case, FULL[lab]), case)
        number += 1
    if cases:
        yield Seat(f"{lab[0]}{number:03}-{CANARY}", lab, FULL[lab])


def expected(
    case: Submission | Broken, full: dict[str, float]
) -> dict[str, float] | None:
    """What each graded cell of a case must get."""
    if case.points is None:
        return None
    if isinstance(case, Submission):
        return {f"test-{name}": points for name, points in case.points.items()}
    return {**full, **case.points}
