"""Reads what a course's library knows of its labs: the files ``public/<lab>.json``.

`autograder public-checks` writes them. They hold public cases, expected numbers, messages and what
each graded cell gives in points, and no code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from labkit.judge.case import Observation, decode
from labkit.judge.compare import Target, digest
from labkit.judge.messages import Text
from labkit.judge.sheet import CheckSheet, Mistake, Sheet, Trial
from labkit.rules import Rule


@dataclass(frozen=True)
class Item:
    """Something of a lab that gives points.

    Attributes
    ----------
    kind : {"code", "written", "measured"}
        An exercise with a self-check, a question that a person reads, or what the grader trains.
    """

    id: str
    points: float
    kind: str


@dataclass(frozen=True, eq=False)
class PublicLab:
    """What the library knows of a lab: what gives points, in the notebook's order, and sheets."""

    items: tuple[Item, ...]
    sheets: dict[str, Sheet]


def public_sheets(package: str, lab: str | None = None) -> dict[str, Sheet]:
    """The exercises by number, as the files in a library's folder ``public`` have them.

    Parameters
    ----------
    package : str
        The library.
    lab : str, optional
        Of this lab alone; none if there is no file for it.
    """
    return {id: sheet for each in public_labs(package, lab) for id, sheet in each.sheets.items()}


@cache
def public_labs(package: str, lab: str | None = None) -> tuple[PublicLab, ...]:
    """Each lab that the library has a file for, or the one lab."""
    folder = files(package).joinpath("public")
    there = sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else []
    wanted = [
        file
        for file in there
        if file.name == f"{lab}.json" or (lab is None and file.name.endswith(".json"))
    ]
    return tuple(_lab(json.loads(file.read_text(encoding="utf-8"))) for file in wanted)


def _lab(plain: dict[str, Any]) -> PublicLab:
    items = tuple(Item(*fields) for fields in plain.get("items", ()))
    return PublicLab(items, {id: _sheet(id, each) for id, each in plain["exercises"].items()})


def _sheet(id: str, fields: dict[str, Any]) -> Sheet:
    trials = tuple(
        Trial(
            decode(trial["case"]),
            {
                name: Target(decode(target["value"]), np.asarray(target.get("tolerance", 0.0)))
                for name, target in trial["expected"].items()
            },
        )
        for trial in fields["trials"]
    )
    checks = tuple(
        CheckSheet(
            check["id"], Text(*check["title"]), check["weight"],
            tuple((trial, entry) for trial, entry in check["looks_at"]),
        )
        for check in fields["checks"]
    )
    mistakes = [_mistake(mistake, trials) for mistake in fields["mistakes"]]
    hints = tuple(Text(*text) for text in fields["hints"])
    title = Text(*fields["title"])
    text, forbids = fields.get("rule", (None, ()))
    rule = Rule(Text(*text), tuple(forbids)) if text else None
    return Sheet(id, fields["name"], title, trials, checks, lambda: mistakes, hints, rule)


def _mistake(fields: dict[str, Any], trials: tuple[Trial, ...]) -> Mistake:
    """A mistake; what the file leaves out is as expected."""
    observations = []
    for trial, plain in zip(trials, fields["observations"], strict=True):
        seen: Observation = decode({"Observation": plain})
        usual = {name: digest(target.value) for name, target in trial.expected.items()}
        kept = usual if seen.fault is None else {}
        observations.append(Observation(kept | seen.entries, seen.fault))
    return Mistake(fields["id"], Text(*fields["message"]), observations)
