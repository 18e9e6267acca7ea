"""Two known mistakes in one answer: the likeliest first answers are of that kind.

    _loss = of_parts(_loss)                      # makes a way of writing it from its parts
    WRONG = (Wrong("sum", …, _loss(reduce=torch.sum)), Wrong("sign", …, _loss(end=torch.neg)))
    PAIRS = pairs(WRONG, ("sum", "sign"))        # is wrong in both parts, and says both

Mistakes in different parts are composed; where they are in the same part, somebody who makes both
is given. A pair that comes to the same as a mistake in every case is listed with that, see
`with_twins`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from inspect import signature
from typing import Any

from autograder.checks.exercise import Wrong
from labkit.judge.messages import Text

_TWO = Text(
    "두 가지가 겹쳤습니다. ① {first} ② {second}", "Two things at once. ① {first} ② {second}"
)
_MADE = "_made_of_parts"


def of_parts(make: Callable[..., Any]) -> Callable[..., Any]:
    """A function that makes functions or classes and writes on each of which parts it is made."""
    named = signature(make)

    @wraps(make)
    def made(*in_order: Any, **by_name: Any) -> Any:
        subject = make(*in_order, **by_name)
        setattr(subject, _MADE, (made, named.bind(*in_order, **by_name).arguments))
        return subject

    return made


def composed(one: Any, other: Any) -> Any:
    """A function or class with the parts of two, which must not be the same.

    Raises
    ------
    ValueError
        If they cannot be put together.
    """
    unmade: tuple[Any, dict[str, Any]] = (None, {})
    make, parts = getattr(one, _MADE, unmade)
    other_make, others = getattr(other, _MADE, unmade)
    both = {name for name in parts.keys() & others.keys() if parts[name] is not others[name]}
    if callable(make) and make is other_make and not both:
        return make(**(parts | others))
    raise ValueError("They are not made of different parts; say who makes both mistakes.")


def pair(
    table: Sequence[Wrong],
    first: str,
    second: str,
    subject: Any = None,
) -> Wrong:
    """Two known mistakes in one answer; what is said are both explanations.

    Parameters
    ----------
    table : sequence of Wrong
        The exercise's single mistakes.
    first, second : str
        Ids of two of them.
    subject : function or class, optional
        Somebody who makes both; by default they are composed.
    """
    known = {wrong.id: wrong for wrong in table}
    one, other = known[first], known[second]
    message = Text(
        *(
            both.format(first=a, second=b)
            for both, a, b in zip(_TWO, one.message, other.message, strict=True)
        )
    )
    made = subject if subject is not None else composed(one.subject, other.subject)
    return Wrong(f"{first}+{second}", message, made)


def pairs(table: Sequence[Wrong], *ids: tuple[str, str]) -> tuple[Wrong, ...]:
    """Pairs that are composed, by the ids of their mistakes."""
    return tuple(pair(table, first, second) for first, second in ids)


def with_twins(table: Sequence[Wrong], hidden: Mapping[str, Sequence[str]]) -> tuple[Wrong, ...]:
    """The mistakes of a table, with those that they hide.

    Parameters
    ----------
    hidden : mapping of str to sequence of str
        By the id of a mistake, others that change nothing for somebody who makes that one already.
    """
    known = {wrong.id: wrong for wrong in table}
    twins = {
        id: {f"{id}+{other}": composed(known[id].subject, known[other].subject) for other in others}
        for id, others in hidden.items()
    }
    return tuple(replace(wrong, twins=twins.get(wrong.id, {})) for wrong in table)
