"""What is told about a result, each thing once: causes first, then what every check saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.marks.score import CheckScore, Result
from labkit.judge.messages import LIKELY, Text

_UNGRADED = Text(
    "아직 채점되지 않았습니다. 채점기에 문제가 있었으며, 담당자가 확인합니다.",
    "Not graded yet: the grader had a problem. Your instructor will look at it.",
)
_KEPT = Text(
    "다른 실수가 없으므로 값에 대한 점수의 {share:.0%}를 받습니다.",
    "There is no other mistake, so {share:.0%} of the points for values are kept.",
)
#: Of a cause, or of an error, in the overview: longer ones are cut.
_FEW_WORDS = 160


@dataclass(frozen=True)
class Told:
    """A result in words.

    Attributes
    ----------
    first : tuple of Text
        What holds for the exercise, or for several of its checks.
    checks : tuple of (CheckScore, tuple of Text)
        Each check with what is said of it alone.
    """

    first: tuple[Text, ...]
    checks: tuple[tuple[CheckScore, tuple[Text, ...]], ...]


def told_once(result: Result) -> Told:
    """What to tell about a result, without saying anything twice."""
    if result.points is None:
        return Told((_UNGRADED,), ())
    lines = {check.id: list(_lines(check.message)) for check in result.checks}
    often = Counter(line for each in lines.values() for line in dict.fromkeys(each))
    shared = [line for line, times in often.items() if times > 1]
    first = [*_lines(result.message), *(LIKELY + cause for cause in _causes(result))]
    first += [*_kept(result.checks), *shared]
    alone = ((c, tuple(line for line in lines[c.id] if line not in shared)) for c in result.checks)
    return Told(tuple(first), tuple(alone))


def in_few_words(result: Result) -> list[Text]:
    """Why points were lost: the cause, else what all checks saw, else which of them failed."""
    if result.points is None:
        return [_UNGRADED]
    found = _causes(result) or list(told_once(result).first)
    if not found:
        found = [check.title for check in result.checks if check.weight and not check.is_full]
    return [Text(*map(_short, text)) for text in found[:3]]


def in_languages(text: Text, languages: Iterable[str]) -> list[tuple[str, str]]:
    """A text as (language, words), once where both languages say the same."""
    said = {"ko": text.ko, "en": text.en}
    found: dict[str, str] = {}
    for language in languages:
        if said[language]:
            found.setdefault(said[language], language)
    return [(language, words) for words, language in found.items()]


def _causes(result: Result) -> list[Text]:
    return list(dict.fromkeys(check.cause for check in result.checks if any(check.cause)))


def _kept(checks: Iterable[CheckScore]) -> list[Text]:
    """What a mistake keeps, if it keeps anything."""
    shares = {check.share for check in checks if check.mistake and 0 < check.share < 1}
    return [_KEPT.fill(share=share) for share in sorted(shares)]


def _lines(text: Text) -> Iterator[Text]:
    """A message line by line, where both languages have as many."""
    ko, en = (each.split("\n") for each in text)
    pairs = [Text(*pair) for pair in zip(ko, en, strict=True)] if len(ko) == len(en) else [text]
    yield from (line for line in pairs if any(line))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _FEW_WORDS else line[:_FEW_WORDS] + "…"
