"""Which submitted cell stands for which released one, by the surest sign first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode
from rapidfuzz import fuzz

from autograder.notebooks import grade_id, is_graded_code, is_locked, is_solution
from autograder.repair.texts import answered, defined, is_python, required, runs

#: Begins the cell that shows an attempt that is not executed.
SHOWN = "*(copy of "

#: How alike two texts must be, in percent, to be versions of one: in its place, and anywhere.
_ALIKE_IN_PLACE, _ALIKE_ANYWHERE = 50, 75
#: More cells than anyone writes are not compared by likeness, which takes time for each pair.
_MOST_CELLS = 1_000


@dataclass(frozen=True)
class Matches:
    """What `find_matches` found.

    Attributes
    ----------
    chosen : dict
        For the place of a released cell, the places of the submitted cells that stand for it:
        one, or for a written answer as many as the answer has parts.
    says : list
        For each submitted cell, the place of the released one that it says it is, or None.
    sure : bool
        Whether the submission is recognisably of this lab.
    """

    chosen: dict[int, list[int]]
    says: list[int | None]
    sure: bool

    def stands_for(self) -> dict[int, int]:
        """The released cell for each submitted one that stands for any."""
        return {place: at for at, places in self.chosen.items() for place in places}


def find_matches(wanted: Sequence[NotebookNode], found: Sequence[NotebookNode]) -> Matches:
    """Find for every released cell what stands for it among the submitted ones.

    Parameters
    ----------
    wanted, found : sequence of NotebookNode
        The released and the submitted cells, with unique ids.
    """
    search = _Search(wanted, found)
    search.by_signs()
    sure = search.is_recognised()
    if len(found) <= _MOST_CELLS:
        search.by_likeness()
    search.written_answers()
    return Matches(dict(sorted(search.chosen.items())), search.says, sure)


class _Search:
    def __init__(self, wanted: Sequence[NotebookNode], found: Sequence[NotebookNode]) -> None:
        self.wanted, self.found = wanted, found
        self.chosen: dict[int, list[int]] = {}
        self.free = set(range(len(found)))
        self._by_name = {grade_id(cell): at for at, cell in enumerate(wanted) if grade_id(cell)}
        self._by_id = {cell.id: at for at, cell in enumerate(wanted)}
        texts = ("" if cell.source.startswith(SHOWN) else cell.source for cell in found)
        self._defined = [defined(text) for text in texts]
        self._required = [required(cell) for cell in wanted]
        self._texts = [cell.source.strip() for cell in found]
        asked = frozenset().union(*self._required)
        #: Of the functions that any exercise asks for, those that a cell defines.
        self._answers = [asked & names for names in self._defined]
        self._alone: dict[int, bool] = {}  # by place, whether a cell of Python is one by itself
        self._called = Counter(map(grade_id, found))
        self.says = [self._identity(cell) for cell in found]
        self._misnamed = [self._is_misnamed(place) for place in range(len(found))]

    def _identity(self, cell: NotebookNode) -> int | None:
        """The released cell that a submitted one says it is."""
        name = grade_id(cell)
        if name not in self._by_name:
            return self._by_id.get(cell.id)
        at = self._by_name[name]
        if is_locked(self.wanted[at]) and cell.source.strip() != self.wanted[at].source.strip():
            # An edited test keeps its name, unless the name was given to several cells.
            return at if self._called[name] == 1 else None
        return at

    def _take(self, at: int, *places: int) -> None:
        self.chosen[at] = list(places)
        self.free -= set(places)

    def by_signs(self) -> None:
        """Name, id, the same text, or the functions that the cell asks for."""
        for at, wanted in enumerate(self.wanted):
            ranks = {place: self._rank(at, place) for place in sorted(self.free)}
            ranks = {place: rank for place, rank in ranks.items() if rank}
            if ranks:
                # Of several copies of an answer, the last one that the student worked on.
                later = 1 if is_solution(wanted) else -1
                best = max(ranks, key=lambda place: (ranks[place], later * place))
                self._take(at, *(place for place in ranks if self._belongs(at, place, best)))

    def _rank(self, at: int, place: int) -> tuple[bool, int, bool] | None:
        """How surely a submitted cell stands for a released one; None if there is no sign."""
        says = self.says[place]
        if says not in (at, None) and not self._misnamed[place]:
            return None
        wanted, found = self.wanted[at], self.found[place]
        names = self._required[at]
        defines = bool(names) and names <= self._defined[place]
        is_answer = answered(wanted, found)
        works = defines and is_answer
        same = self._texts[place] == wanted.source.strip() != ""
        if says == at:
            sign = 3 if grade_id(found) == grade_id(wanted) else 2
        elif same or (defines and (works or says is None)):
            sign = 1
        else:
            return None
        return works, sign, is_answer

    def _is_misnamed(self, place: int) -> bool:
        """Whether a cell is called like one exercise and does not hold its answer."""
        says = self.says[place]
        names = frozenset() if says is None else self._required[says]
        return bool(names) and not names <= self._defined[place]

    def _belongs(self, at: int, place: int, best: int) -> bool:
        """Whether a cell is the answer, or another part of it under the same name."""
        wanted, found = self.wanted[at], self.found[place]
        if place == best:
            return True
        if not is_solution(wanted) or self.says[place] != at or not answered(wanted, found):
            return False
        if wanted.cell_type == "markdown":
            return True  # a person reads all of it
        there = self._defined[place]
        is_version = there & self._defined[best] or self._required[at] <= there
        return not is_version and all(map(self._stands_alone, (place, best)))

    def _stands_alone(self, place: int) -> bool:
        if place not in self._alone:
            text = self.found[place].source
            self._alone[place] = is_python(text) and runs(text)
        return self._alone[place]

    def is_recognised(self) -> bool:
        """Whether enough of the lab is there to tell it from another one."""
        names = {grade_id(cell) for cell in self.found} - {None}
        if names & set(self._by_name):
            return True
        exercises = [at for at, names in enumerate(self._required) if names]
        solved = [at for at in exercises if at in self.chosen]
        texts = {cell.source.strip() for cell in self.wanted} - {""}
        same = texts & {cell.source.strip() for cell in self.found}
        tests = {cell.source.strip() for cell in self.wanted if is_graded_code(cell)} - {""}
        if names:
            # Of another lab, or of an older release: a little that both know does not suffice.
            return 2 * len(solved) >= max(len(exercises), 1) or 2 * len(same) >= len(texts)
        return bool(solved) or bool(same & tests) or 5 * len(same) >= len(texts)

    def by_likeness(self) -> None:
        """Cells that lost name and id and were changed: the most alike, rather in their place."""
        pairs = []
        for at, wanted in enumerate(self.wanted):
            if at not in self.chosen and not is_locked(wanted) and wanted.source.strip():
                between = self._between(at)
                for place in self._strangers():
                    here = place in between
                    least = _ALIKE_IN_PLACE if here else _ALIKE_ANYWHERE
                    same_type = self.found[place].cell_type == wanted.cell_type
                    foreign = self._answers[place] - self._required[at]
                    if not foreign and ((here and is_solution(wanted)) or same_type):
                        text = self.found[place].source
                        alike = fuzz.ratio(wanted.source, text, score_cutoff=least)
                        if alike >= least:
                            pairs.append((here, alike, at, place))
        for _, _, at, place in sorted(pairs, reverse=True):
            if at not in self.chosen and place in self.free:
                self._take(at, place)

    def _strangers(self) -> Iterator[int]:
        """Free cells that do not say that they are a released one."""
        for place in sorted(self.free):
            if self.says[place] is None and self.found[place].source.strip():
                yield place

    def _between(self, at: int) -> range:
        """Where a released cell must stand if the order was kept."""
        before = max((each for each in self.chosen if each < at), default=None)
        after = min((each for each in self.chosen if each > at), default=None)
        return range(
            0 if before is None else self.chosen[before][-1] + 1,
            len(self.found) if after is None else self.chosen[after][0],
        )

    def written_answers(self) -> None:
        """A written answer that lost its name, or that was written beside its cell."""
        open_questions = [
            at
            for at, wanted in enumerate(self.wanted)
            if is_solution(wanted)
            and wanted.cell_type == "markdown"
            and not any(answered(wanted, self.found[each]) for each in self.chosen.get(at, []))
        ]
        for at in open_questions:
            own = [place for place in self._strangers() if self._is_prose(place)]
            there = self.chosen.get(at, [])
            if there:
                own = _touching(there[0], own)
            else:
                between = self._between(at)
                in_place = [place for place in own if place in between]
                own = in_place or (own if len(open_questions) == 1 else [])
            if own:
                self._take(at, *sorted([*there, *own]))

    def _is_prose(self, place: int) -> bool:
        cell = self.found[place]
        return cell.cell_type != "code" and not cell.source.startswith(SHOWN)


def _touching(place: int, others: list[int]) -> list[int]:
    """Those of the others that follow or precede a place without a gap."""
    found, there = [], set(others)
    for step in (-1, 1):
        each = place + step
        while each in there:
            found.append(each)
            each += step
    return found
