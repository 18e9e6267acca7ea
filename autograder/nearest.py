"""The right name that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from autograder.terminal import printable

#: How alike, in percent, a name must be to one that is known to be proposed.
_NEAR = 65


def nearest(name: str, known: Iterable[str]) -> str:
    """`` Did you mean …?`` with the name that is most like it; empty if none is."""
    folded = {each.casefold(): each for each in sorted(known)}
    found = process.extractOne(
        name.casefold(), list(folded), scorer=fuzz.WRatio, score_cutoff=_NEAR
    )
    return f" Did you mean {printable(folded[found[0]])!r}?" if found else ""
