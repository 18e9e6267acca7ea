"""Groups of submissions whose solutions are nearly the same: a hint to look, never a verdict.

An answer is read as Python and written down as a row of words in which names, numbers, texts,
comments and docstrings make no difference; its fingerprints are hashes of short pieces of that row,
of which some are kept (winnowing: Schleimer, Wilkerson and Aiken, 2003). What was released counts
for nothing. The short answers that everybody writes have fingerprints that many share: what is rare
in the class weighs most. A pair is a hint if so much of its rare code is the same that, had
everybody chosen independently what to write, hardly one such pair would be expected in the class.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

#: Words in a piece, and pieces of which the smallest hash is kept.
PIECE, WINDOW = 10, 4
#: A fingerprint that this share of the class has says nothing.
COMMON = 0.25
#: Pairs below this overlap are no hint.
LEAST_OVERLAP = 0.6
#: So many pairs, or more, would be expected by chance: no hint either.
CHANCE = 0.2
#: So many rare fingerprints may come from one choice. Rare is what at most three have.
ONE_CHOICE, MOST_OWNERS = 16, 3
#: In a smaller class nobody can say what is rare.
LEAST_CLASS = 12

Answers = Mapping[str, str]  # by exercise
Mark = tuple[str, str]  # exercise, fingerprint


@dataclass(frozen=True)
class Group:
    """Submissions that are like each other.

    Attributes
    ----------
    students : tuple of str
    least, most : float
        The smallest and the largest overlap of two of them that are alike, from 0 to 1.
    exercises : tuple of str
        Where they share what is rare.
    pieces : int
        So many rare pieces are shared by two of them, at least.
    """

    students: tuple[str, ...]
    least: float
    most: float
    exercises: tuple[str, ...]
    pieces: int


@dataclass(frozen=True)
class Comparison:
    """What comparing a class gave.

    Attributes
    ----------
    groups : list of Group
        Of at least two, the most alike first.
    left_out : dict of str to str
        Why, by student, for those whose answers could not be read.
    """

    groups: list[Group]
    left_out: dict[str, str]


def compare(answers: Mapping[str, Answers], released: Iterable[str]) -> Comparison:
    """Look for groups in a class.

    Parameters
    ----------
    answers : mapping of str to Answers
        By student.
    released : iterable of str
        The code that everybody got.
    """
    if len(answers) < LEAST_CLASS:
        return Comparison([], {})
    given = set().union(*(pieces(code) for code in released)) if released else set()
    marks: dict[str, set[Mark]] = {}
    left_out: dict[str, str] = {}
    for student, each in answers.items():
        try:
            marks[student] = set(_marks(each, given))
        except Exception as error:  # over one student's code; the others are compared
            left_out[student] = f"{type(error).__name__}: {error}"
    return Comparison(_find_groups(marks) if len(marks) >= LEAST_CLASS else [], left_out)


def _find_groups(marks: Mapping[str, set[Mark]]) -> list[Group]:
    owners = Counter(mark for own in marks.values() for mark in own)
    weights = {mark: _weight(number, len(marks)) for mark, number in owners.items()}
    least = math.log(len(marks) * (len(marks) - 1) / 2 / CHANCE)
    alike = {}
    for pair in combinations(sorted(marks), 2):
        a, b = (marks[student] for student in pair)
        overlap = _overlap(a, b, weights)
        if overlap >= LEAST_OVERLAP and _evidence(a, b, weights, owners, len(marks)) >= least:
            alike[pair] = overlap
    groups = [_group(members, alike, marks, weights) for members in _joined(alike)]
    return sorted(groups, key=lambda group: (-group.most, -len(group.students), group.students))


def _weight(owners: int, students: int) -> float:
    """1 for what at most two have, down to 0 for what a quarter of the class has."""
    common = COMMON * students
    return max(0.0, math.log(common / max(owners, 2)) / math.log(common / 2))


def _overlap(a: set[Mark], b: set[Mark], weights: Mapping[Mark, float]) -> float:
    """How much of the rare code of the one with less of it the other has, from 0 to 1."""
    return _sum(a & b, weights) / (min(_sum(a, weights), _sum(b, weights)) or 1.0)


def _evidence(
    a: set[Mark], b: set[Mark], weights: Mapping[Mark, float], owners: Mapping[Mark, int], n: int
) -> float:
    """How unlikely it is by chance that two share what they share: minus the logarithm of it.

    The exercises are chosen one by one, so they add up. Within an exercise the pieces of an answer
    come together, so their mean counts; more than that only where so many are rare that they must
    come from several choices.
    """
    total = 0.0
    for exercise in {exercise for exercise, _ in a & b}:
        ours, theirs = ({mark for mark in each if mark[0] == exercise} for each in (a, b))
        shared, most = ours & theirs, max(_sum(ours, weights), _sum(theirs, weights))
        surprise = sum(weights[mark] * math.log(n / owners[mark]) for mark in shared)
        rare = sum(owners[mark] <= MOST_OWNERS for mark in shared)
        total += surprise / (most or 1.0) * max(1.0, rare / ONE_CHOICE)
    return total


def _sum(marks: set[Mark], weights: Mapping[Mark, float]) -> float:
    return sum(weights[mark] for mark in marks)


def _joined(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Everybody who is alike with somebody of a group belongs to it."""
    group: dict[str, list[str]] = {}
    for first, second in pairs:
        one, other = group.setdefault(first, [first]), group.setdefault(second, [second])
        if one is not other:
            one += other
            for member in other:
                group[member] = one
    return [sorted(members) for members in {id(each): each for each in group.values()}.values()]


def _group(
    members: list[str],
    alike: Mapping[tuple[str, str], float],
    marks: Mapping[str, set[Mark]],
    weights: Mapping[Mark, float],
) -> Group:
    pairs = [pair for pair in combinations(members, 2) if pair in alike]
    rare = [{mark for mark in marks[a] & marks[b] if weights[mark] > 0} for a, b in pairs]
    return Group(
        tuple(members),
        min(alike[pair] for pair in pairs),
        max(alike[pair] for pair in pairs),
        tuple(sorted({exercise for each in rare for exercise, _ in each})),
        min(map(len, rare)),
    )


def _marks(answers: Answers, given: set[str]) -> Iterator[Mark]:
    for exercise, code in answers.items():
        for piece in pieces(code) - given:
            yield exercise, piece


def pieces(code: str) -> set[str]:
    """The fingerprints of code; none of code that Python cannot read."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    try:
        words = list(_words(tree, _own_names(tree)))
    except RecursionError:
        return set()
    hashes = [
        hashlib.blake2b(" ".join(words[start : start + PIECE]).encode(), digest_size=8).hexdigest()
        for start in range(max(1, len(words) - PIECE + 1))
    ]
    windows = range(max(1, len(hashes) - WINDOW + 1))
    return {min(hashes[start : start + WINDOW]) for start in windows}


def _own_names(tree: ast.AST) -> set[str]:
    """Names that the code itself gives: to variables, parameters, functions, attributes of self."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Attribute(attr=name, ctx=ast.Store()):
                names.add(name)
    return names


def _words(node: ast.AST, own: set[str]) -> Iterator[str]:
    """The words of a tree, outside first; what can be renamed is one word for all names."""
    match node:
        case ast.Name(id=name):
            yield "name" if name in own or not hasattr(builtins, name) else name
        case ast.Attribute(value=value, attr=name):
            yield "attribute" if name in own else f".{name}"
            yield from _words(value, own)
        case ast.Constant(value=value):
            yield f"a {type(value).__name__}"
        case ast.arg():
            yield "parameter"
        case ast.FunctionDef(args=args, body=body):  # annotations and decorators make no difference
            yield "FunctionDef"
            for child in (args, *body):
                yield from _words(child, own)
        case ast.keyword(arg=name, value=value):
            yield f"{name}="
            yield from _words(value, own)
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
            return  # a docstring, or nothing
        case ast.Load() | ast.Store() | ast.Del():
            return
        case _:
            yield type(node).__name__
            for child in ast.iter_child_nodes(node):
                yield from _words(child, own)
