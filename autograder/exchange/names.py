"""Whose file it is, and which notebook, from the names that learning platforms give.

Names are read from the outside in, since the outer ones are the platform's and the inner ones the
student's: nobody hands in for somebody else by the name of a file. An account's number counts more
than a name. What fits two students, or says two things, is nobody's: `whose` never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.exchange.filenames import as_id, in_front, without_copy
from autograder.exchange.people import CANVAS, MOODLE, People, plain_name, written
from autograder.exchange.platforms import ANONYMOUS, Reading, is_whole, readings
from autograder.exchange.unnamed import OwnArchive, candidates

#: "김민아(20261234)".
_TWO_NAMES = re.compile(r"(?P<outside>[^()（）\[\]]+?)\s*[(（\[](?P<inside>[^()（）\[\]]+)[)）\]]")
#: In place of a student: a name of which a part alone is a student's.
_PARTLY = ""
_TELLS = "students.csv can tell them apart"
_Find = Callable[[str], frozenset[str]]


class AmbiguousError(ValueError):
    """A name that fits two students, or says two things."""


@dataclass(frozen=True)
class Claim:
    """Whose file it is.

    Attributes
    ----------
    student : str
        The student's id, or one made from the name that the platform gives.
    origin : tuple of str
        What said so: an account, a name as it is written, or folders from the outside in. Claims
        of different origins that are not sure may be of different people.
    known : bool
        Whether the roster or the gradebook knows the student.
    sure : bool
        Whether a number of the table, or a name in it to the letter, says so.
    reading : Reading or None
        Of the platform, if it is one's.
    """

    student: str
    origin: tuple[str, ...]
    known: bool = False
    sure: bool = False
    reading: Reading | None = None

    @property
    def account(self) -> str:
        """The platform's number of the student, if it says one."""
        return self.reading.number if self.reading else ""


def whose(parts: Sequence[str], notebooks: Sequence[str], people: People) -> Claim | None:
    """Whose file lies at `parts`; None if nothing tells.

    Parameters
    ----------
    parts : sequence of str
        Folders, archives and the file, from the outside in; `OwnArchive` where they are students'.
    notebooks : sequence of str
        Names of the assignment's notebooks, without ending.
    people : People
        The students of the course.

    Raises
    ------
    AmbiguousError
        If it may be of two.
    """
    for at, part in enumerate(parts):
        claim = _of_part(part, notebooks, people, is_file=at == len(parts) - 1)
        if claim:
            _expect_believable(claim, parts[:at], notebooks)
            return _expect_stranger(claim, people)
    found = candidates(parts, notebooks)
    if len({plain_name(name) for name in found.names}) > 1:
        raise _ambiguous(found.names)
    own = as_id(found.names[0]) if found.names else ""
    claim = Claim(own, tuple(map(written, found.chain)))
    return _expect_stranger(claim, people) if own else None


def _ambiguous(students: Iterable[str]) -> AmbiguousError:
    return AmbiguousError(f"it may be of {_either(students)}; {_TELLS}")


def _either(students: Iterable[str]) -> str:
    return " or of ".join(sorted(set(students)))


def _expect_believable(claim: Claim, outer: Sequence[str], notebooks: Sequence[str]) -> None:
    """What is in a student's own archive proves nothing, unless nothing outside of it tells."""
    own = max((at for at, part in enumerate(outer) if isinstance(part, OwnArchive)), default=0)
    if own:  # the outermost is what was downloaded, mostly of a whole class
        names = candidates([*outer[: own + 1], ""], notebooks).names
        if names:
            raise _ambiguous([claim.student, *names])


def _expect_stranger(claim: Claim, people: People) -> Claim:
    """Nobody of whom nothing is known gets the id of somebody who is known."""
    others = frozenset() if claim.known else people.called(claim.student)
    if claim.reading:  # the same account, collected before
        others -= {claim.student}
    if others:
        raise _ambiguous([*claim.origin[:1], *others])
    return claim


def _of_part(
    part: str, notebooks: Sequence[str], people: People, is_file: bool
) -> Claim | None:
    """Who a folder, an archive or a file is of, if its name is a platform's or a student's."""
    read = readings(part, notebooks)
    front = in_front(part, notebooks)
    whole = without_copy(part)
    fitting = {whole: people.exactly(whole)}
    if read:
        claim = _of_account(read, people)
        if others := fitting[whole] - {claim.student}:  # an id that looks like a platform's name
            raise _ambiguous([claim.student, *others])
        return claim
    if front:
        fitting = {whole: people.called(whole), front: _fitting(front, people)}
    else:
        fitting = {whole: _fitting(whole, people)}
    students = frozenset[str]().union(*fitting.values())
    if _PARTLY in students:
        if is_file and front:
            raise AmbiguousError(f"of {front!r} only a part is a student's name; {_TELLS}")
        return None
    if len(students) > 1:
        raise _ambiguous(students)
    for name, found in fitting.items():
        for student in found:
            return Claim(student, (written(name),), True, people.exactly(name) == found)
    return None


def _fitting(name: str, people: People) -> frozenset[str]:
    """The students whom a name fits that was not changed by a platform."""

    name = without_copy(name)
    whole = people.called(name)
    if found := _TWO_NAMES.fullmatch(name.strip()):
        inside = [people.called(found["outside"]), people.called(found["inside"])]
        return whole | _common(inside)
    if people.exactly(name):
        return whole
    pieces = name.split("_") if "_" in name else name.split()
    each = [people.called(piece) for piece in pieces if piece]
    if all(each) or not any(each) or whole:
        return whole | (_common(each) if all(each) else frozenset())
    return frozenset({_PARTLY}) if "_" in name else frozenset()


def _common(each: Iterable[frozenset[str]]) -> frozenset[str]:
    """Who is named by all that name anybody; all that are named if they do not agree."""
    told = [students for students in each if students]
    return told[0].intersection(*told) or told[0].union(*told) if told else frozenset()


def _of_account(read: Sequence[Reading], people: People) -> Claim:
    """By the number, where numbers are known; names can be changed, and several may share one."""
    first = read[0]
    of_name = {each: _called(each, people) for each in read}
    of_number = {each: who for each in read if (who := _numbers(each, people).get(each.number))}
    named = frozenset[str]().union(*of_name.values())
    if first.platform == ANONYMOUS:
        if others := named.union(of_number.values()):
            raise _ambiguous([f"anonymous {first.number}", *others])
        return _anonymous(first, people)
    if of_number:
        return _of_number(of_number, of_name)
    if named and _numbers(first, people):
        raise AmbiguousError(
            f"its name is of {_either(named)}, its account {first.number} of nobody in the table"
        )
    if len(named) > 1 or (named and not of_name[first]):
        raise _ambiguous([first.names[0], *named])
    origin = (first.number or written(first.names[0]),)
    for student in named:
        told = [name for name in first.names if student in _fitting(name, people)]
        if first.platform == MOODLE and told[0] != first.names[0] and not any(map(is_whole, told)):
            raise _ambiguous([first.names[0], student])
        exact = any(student in people.exactly(name) for name in first.names)
        return Claim(student, origin, True, exact and not first.number, first)
    # Of a name without letters, an account is left.
    own = as_id(first.names[0]) or (f"account-{first.number}" if first.number else "")
    if not own:
        raise AmbiguousError("its name has no letters")
    return Claim(own, origin, reading=first)


def _numbers(reading: Reading, people: People) -> Mapping[str, str]:
    return people.accounts.get(reading.platform, {})


def _of_number(
    fitting: Mapping[Reading, str], of_name: Mapping[Reading, frozenset[str]]
) -> Claim:
    """The one student whose account it can be."""
    if len(set(fitting.values())) > 1:
        raise _ambiguous(f"{who} (account {each.number})" for each, who in fitting.items())
    reading, student = next(iter(fitting.items()))
    if of_name[reading] and student not in of_name[reading]:
        raise AmbiguousError(
            f"its account {reading.number} is of {student}, its name of {_either(of_name[reading])}"
        )
    # A number further in may be part of what the student called the file.
    if len(of_name) > 1 and student not in of_name[reading]:
        raise _ambiguous([f"{student} (account {reading.number})", next(iter(of_name)).names[0]])
    return Claim(student, (reading.number,), True, True, reading)


def _anonymous(reading: Reading, people: People) -> Claim:
    origin, student = (f"anon {reading.number}",), people.anonymous.get(reading.number)
    if student:
        return Claim(student, origin, True, True, reading)
    return Claim(f"anon-{reading.number}", origin, reading=reading)


def _called(reading: Reading, people: People) -> frozenset[str]:
    """The students whom a platform's name for them fits."""
    find: _Find = lambda name: _fitting(name, people) - {_PARTLY}  # noqa: E731
    if reading.platform == CANVAS:
        find = people.alike  # Canvas leaves no sign of a name, so that its letters prove nothing
    return frozenset[str]().union(*map(find, filter(None, reading.names)))
