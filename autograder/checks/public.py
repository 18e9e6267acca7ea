"""Writes ``public/<lab>.json`` in the students' library: what self-checks compare with.

    autograder public-checks

Only numbers and messages get into it: public cases, expected entries, what each known mistake does
in these cases, and the points that the notebook gives. No implementation travels to students, and
no hidden case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from autograder.checks.exercise import Exercise
from autograder.checks.sheets import make_sheet
from autograder.errors import UsageError
from autograder.notebooks import grade_id, is_graded_code, nbgrader, read_notebook
from autograder.results.own_modules import source_of
from autograder.subject import Subject, find_subject
from labkit.judge.case import Fault, Observation, encode, numbers_of
from labkit.judge.compare import Target, digest, same
from labkit.judge.sheet import Sheet, Trial

PUBLIC_SEED = 1
DIGITS = 7
"""Significant digits of what is expected; of what mistakes do, `COARSE` are enough."""
COARSE = 5


def public_data(subject: Subject, lab: str) -> dict[str, Any]:
    """Everything that the file of a lab holds."""
    exercises = [each for each in subject.exercises(lab) if isinstance(each, Exercise)]
    return {
        "made_by": "autograder public-checks",
        "items": list(_items(subject, lab, {each.id for each in exercises})),
        "exercises": {each.id: _plain(make_sheet(each, PUBLIC_SEED)) for each in exercises},
    }


def _items(subject: Subject, lab: str, checked: set[str]) -> Iterator[list[Any]]:
    """What gives points: its number, the points, and who tells whether it is right."""
    path = public_folder(subject).parents[1] / "solutions" / lab / f"{lab}.ipynb"
    if not path.is_file():
        raise UsageError(f"The points of {lab} stand in its notebook, and there is no {path}.")
    for cell in read_notebook(path).cells:
        if "points" in nbgrader(cell) and nbgrader(cell).get("grade"):
            id = str(grade_id(cell)).removeprefix("test-")
            kind = "code" if id in checked else "measured" if is_graded_code(cell) else "written"
            yield [id, nbgrader(cell)["points"], kind]


def public_folder(subject: Subject) -> Path:
    """Where the students' library keeps the files, one for each lab."""
    if not subject.library:
        raise UsageError("The course has no library for students, so there are no self-checks.")
    return source_of(subject.library).with_name("public")


def write(subject: Subject) -> list[Path]:
    """Write the file of each lab, one line a trial and a mistake; returns their paths."""
    folder, written = public_folder(subject), []
    folder.mkdir(exist_ok=True)
    for lab in subject.labs:
        path = folder / f"{lab}.json"
        path.write_text(_readable(public_data(subject, lab)) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _plain(sheet: Sheet) -> dict[str, Any]:
    """An exercise; what no check with points looks at is left out of the mistakes."""
    graded = {place for check in sheet.checks if check.weight for place in check.looks_at}
    looked_at = {place for check in sheet.checks for place in check.looks_at}
    return {
        "name": sheet.name,
        "title": list(sheet.title),
        "hints": [list(hint) for hint in sheet.hints],
        **({"rule": [list(sheet.rule.text), list(sheet.rule.forbids)]} if sheet.rule else {}),
        "checks": [
            {
                "id": check.id,
                "title": list(check.title),
                "weight": check.weight,
                "looks_at": [list(place) for place in check.looks_at],
            }
            for check in sheet.checks
        ],
        "trials": [
            _trial(trial, {entry for n, entry in looked_at if n == number})
            for number, trial in enumerate(sheet.trials)
        ],
        "mistakes": [
            {
                "id": mistake.id,
                "message": list(mistake.message),
                "observations": [
                    _observation(seen, trial, {entry for n, entry in graded if n == number})
                    for number, (seen, trial) in enumerate(
                        zip(mistake.observations, sheet.trials, strict=True)
                    )
                ],
            }
            for mistake in sheet.mistakes
        ],
    }


def _trial(trial: Trial, entries: set[str]) -> dict[str, Any]:
    return {
        "case": encode(trial.case),
        "expected": {
            name: _target(target)
            for name, target in trial.expected.items()
            if name in entries
        },
    }


def _target(target: Target) -> dict[str, Any]:
    """An expected entry; without a tolerance where it is exact."""
    tolerance = float(target.tolerance.max(initial=0.0))
    tolerated = {"tolerance": float(f"{tolerance:.3g}")} if tolerance else {}
    return {"value": encode(target.value, partial(numbers_of, digits=DIGITS))} | tolerated


def _observation(seen: Observation, trial: Trial, wanted: set[str]) -> dict[str, Any]:
    """What a mistake does.

    Left out is what is as expected anyway or, where there is a fault, what it stands for.
    """
    entries: dict[str, Any] = {}
    for name, target in trial.expected.items():
        entry = seen.entry(name)
        usual = entry is seen.fault if seen.fault else same(entry, digest(target.value), target)
        if name in wanted and not usual:
            entries[name] = encode(_shortened(entry), partial(numbers_of, digits=COARSE))
    fault = {"fault": encode(_shortened(seen.fault))} if seen.fault else {}
    return {"entries": entries} | fault


def _shortened(entry: Any) -> Any:
    """A fault without what depends on the machine: lines of source and messages of torch."""
    if isinstance(entry, Fault):
        kept = {k: v for k, v in entry.details.items() if k in ("type", "name")}
        return Fault(entry.kind, kept)
    return entry


def _readable(data: dict[str, Any]) -> str:
    """JSON with a line for each trial and each mistake, so that a difference can be read."""
    def lines(things: list[Any]) -> str:
        texts = (json.dumps(t, ensure_ascii=False, separators=(",", ":")) for t in things)
        return "[\n" + ",\n".join(texts) + "\n]"

    parts = []
    for id, exercise in data["exercises"].items():
        fields = ",\n".join(
            f'"{name}": {lines(value) if isinstance(value, list) else json.dumps(value)}'
            for name, value in exercise.items()
        )
        parts.append(f'"{id}": {{\n{fields}\n}}')
    made_by, items = json.dumps(data["made_by"]), json.dumps(data["items"])
    head = f'{{"made_by": {made_by},\n"items": {items},\n"exercises": {{\n'
    return head + ",\n".join(parts) + "\n}}"


@click.command()
def public_checks() -> None:
    """Write anew what the visible self-checks compare with.

    Example: autograder public-checks
    """
    for path in write(find_subject()):
        click.echo(f"{path}: {path.stat().st_size / 1000:.0f} kB")
