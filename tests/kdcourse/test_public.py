"""``public/<lab>.json`` is what ``autograder public-checks`` makes, and gives nothing away."""

import json

import numpy as np
import pytest

from autograder.checks.exercise import Exercise, Measured
from autograder.checks.public import public_data, public_folder
from autograder.notebooks import grade_id, nbgrader, read_notebook
from kdcourse.course import LABS, SUBJECT
from labkit.judge.sheet import judge
from labkit.probe.observe import observe
from labkit.public import public_labs, public_sheets

EXERCISES = {each.id: each for each in SUBJECT.exercises() if isinstance(each, Exercise)}
FOLDER = public_folder(SUBJECT)


def alike(made, stored, where="public"):
    """The same data; numbers up to what another machine's torch may round differently."""
    if isinstance(made, dict):
        assert made.keys() == stored.keys(), where
        for name, value in made.items():
            alike(value, stored[name], f"{where}/{name}")
    elif isinstance(made, list) and not all(isinstance(v, int | float) for v in made):
        assert len(made) == len(stored), where
        for number, value in enumerate(made):
            alike(value, stored[number], f"{where}/{number}")
    elif isinstance(made, list | float):
        room = 1e-3 * np.abs(np.nan_to_num(made)).max(initial=1e-2)
        assert np.allclose(made, stored, rtol=0, atol=room, equal_nan=True), where
    else:
        assert made == stored, f"{where}: run autograder public-checks"


@pytest.mark.parametrize("lab", LABS)
def test_the_file_is_in_step(lab):
    stored = json.loads((FOLDER / f"{lab}.json").read_text(encoding="utf-8"))
    alike(json.loads(json.dumps(public_data(SUBJECT, lab))), stored)


def test_there_is_a_file_for_each_lab_and_all_are_small():
    assert {path.stem for path in FOLDER.iterdir()} == set(LABS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 620_000


@pytest.mark.parametrize("lab", LABS)
def test_points_are_those_of_the_notebook(lab):
    (there,) = public_labs("kdlab", lab)
    cells = read_notebook(FOLDER.parents[1] / "solutions" / lab / f"{lab}.ipynb").cells
    given = {grade_id(c).removeprefix("test-"): nbgrader(c) for c in cells if nbgrader(c)}
    graded = {id: meta["points"] for id, meta in given.items() if meta.get("points")}
    assert {item.id: item.points for item in there.items} == graded
    assert sum(graded.values()) == 25
    kinds = {item.id: item.kind for item in there.items}
    measured = {each.id for each in SUBJECT.exercises(lab) if isinstance(each, Measured)}
    assert {id for id, kind in kinds.items() if kind == "code"} == there.sheets.keys()
    assert {id for id, kind in kinds.items() if kind == "measured"} == measured
    assert {id[2] for id, kind in kinds.items() if kind == "written"} <= {"w"}


@pytest.mark.parametrize("id", EXERCISES)
def test_visible_checks_say_what_the_grader_says(id):
    sheet = public_sheets("kdlab")[id]

    def report(subject):
        return judge(sheet, lambda case: observe(subject, case))

    lost = {v.id: report(v.subject).earned for v in EXERCISES[id].right}
    assert {name for name, points in lost.items() if points < EXERCISES[id].weight} == set()
    named = {wrong.id: report(wrong.subject).mistake for wrong in EXERCISES[id].wrong}
    assert {id: found and found.id for id, found in named.items()} == {id: id for id in named}
