"""Traces of an exercise's solution in a text: its lines, or its code under other names.

A line that also stands in other people's programs says nothing alone. So a line counts if it is
long, or if enough of the same exercise's lines stand near it. Code that was renamed, reformatted or
spread over cells is found by its words: what somebody chooses (names, texts, comments, line ends)
makes no difference, and enough of the pieces of a solution that hold something of their own must
stand in one place.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Words of a line that is a trace alone. Shorter ones stand in anybody's programs; a test looks for
#: the longer ones in PyTorch's own.
TELLING = 10
#: So many lines around a trace are near it, and this share of an exercise's lines is enough.
NEAR, ENOUGH_LINES = 12, 0.5
#: Words in a piece, and the share of a solution's pieces that is enough.
PIECE, ENOUGH_PIECES = 6, 0.7
#: Fewer pieces of its own than this, and a solution has no face: `softmax(logits / T, dim=1)`.
FEWEST = 8
_WORD = re.compile(
    r"#[^\n]*|[rbfu]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|\"[^\"\n]*\"|'[^'\n]*')"
    r"|[^\W\d]\w*|\d[\w.]*|\*\*|//|->|[-+*/@%&|^~<>=!]=?|\.\.\.|[^\s\w]",
    re.DOTALL,
)
_OPEN, _CLOSED = frozenset("([{"), frozenset(")]}")
#: Beside words like these a piece would fit any program.
_PLAIN = frozenset((*"()[]{}:,=.", "name", "return", "self"))


@dataclass(frozen=True)
class Solution:
    """The code of one exercise.

    Attributes
    ----------
    exercise : str
    lines : frozenset of str
        Its lines that are given nowhere, normalised.
    pieces : frozenset of tuple of str
        The pieces of its words that are given nowhere and have something of their own.
    length : int
        In words.
    """

    exercise: str
    lines: frozenset[str]
    pieces: frozenset[tuple[str, ...]]
    length: int


def normal(line: str) -> str:
    """A line without the spaces that an editor may change."""
    return "".join(line.split())


def solution(exercise: str, code: str, given: Sequence[str]) -> Solution:
    """What to look for of an exercise's solution.

    Parameters
    ----------
    given : sequence of str
        Everything that students get, line by line.
    """
    known = {normal(line) for line in given}
    lines = {normal(line) for line in code.split("\n")} - known - {""}
    public = set(pieces(words("\n".join(given))))
    found = words(code)
    own = {piece for piece in pieces(found) if not set(piece) <= _PLAIN} - public
    return Solution(exercise, frozenset(lines), frozenset(own), len(found))


def words(text: str) -> list[str]:
    """The words of code, in which all names that somebody can choose are one word."""
    result: list[str] = []
    depth, before = 0, ""
    found = [word for word in _WORD.findall(text) if word[0] != "#"]
    for word, after in zip(found, [*found[1:], ""], strict=False):
        depth += (word in _OPEN) - (word in _CLOSED)
        result.append(_plain(word, before, after, depth))
        before = word
    return result


def _plain(word: str, before: str, after: str, depth: int) -> str:
    if word[-1] in "\"'":
        return "text"
    if not (word[0].isalpha() or word[0] == "_") or keyword.iskeyword(word):
        return word
    if before == "." or hasattr(builtins, word) or word == "self":
        return word
    return word if after == "=" and depth > 0 else "name"


def pieces(row: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every piece of a row of words."""
    for start in range(max(1, len(row) - PIECE + 1)):
        yield tuple(row[start : start + PIECE])


def uncommented(line: str) -> str:
    """A line as it is compared: normalised, and without the sign of a comment or a quotation."""
    return normal(line.lstrip("#> \t"))


def lines_of(known: Solution, lines: Sequence[str], text: Sequence[str]) -> list[int]:
    """The numbers of the lines, from 0, that are traces of a solution.

    Parameters
    ----------
    lines, text : sequence of str
        The same text: `uncommented`, and as it stands there.
    """
    there = {at: line for at, line in enumerate(lines) if line in known.lines}
    enough = min(len(known.lines), max(2, round(ENOUGH_LINES * len(known.lines))))
    found = []
    for number in there:
        reach = NEAR + len(known.lines)
        near = {line for other, line in there.items() if abs(other - number) <= reach}
        if len(near) >= enough or len(words(text[number])) >= TELLING:
            found.append(number)
    return found


def has_words_of(known: Solution, row: Sequence[tuple[str, ...]]) -> bool:
    """Whether enough of a solution's pieces stand in one place.

    Parameters
    ----------
    row : sequence of tuple of str
        The pieces of a whole text, in their order.
    """
    if len(known.pieces) < FEWEST:
        return False
    enough, span = ENOUGH_PIECES * len(known.pieces), 2 * known.length
    there = [(place, piece) for place, piece in enumerate(row) if piece in known.pieces]
    inside: Counter[tuple[str, ...]] = Counter()
    first = 0
    for place, piece in there:
        inside[piece] += 1
        while place - there[first][0] > span:
            inside[there[first][1]] -= 1
            first += 1
        if sum(count > 0 for count in inside.values()) >= enough:
            return True
    return False
