"""``public.json`` is what ``python -m autograder.checks`` makes, and gives nothing away."""

import json

import numpy as np
import pytest

from autograder.checks.catalogue import EXERCISES
from autograder.checks.mistakes import MISTAKES
from autograder.checks.public import PATH, public_data
from autograder.checks.variants import VARIANTS
from kdlab.checks.probe import observe
from kdlab.checks.sheet import judge
from kdlab.checks.visible import public_sheets


def alike(made, stored, where="public.json"):
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
        assert made == stored, f"{where}: run python -m autograder.checks"


def test_the_file_is_in_step():
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    alike(json.loads(json.dumps(public_data())), stored)


def test_the_file_is_small():
    assert PATH.stat().st_size < 400_000


@pytest.mark.parametrize("id", EXERCISES)
def test_visible_checks_say_what_the_grader_says(id):
    sheet = public_sheets()[id]

    def report(subject):
        return judge(sheet, lambda case: observe(subject, case))

    lost = {v.id: report(v.subject).earned for v in VARIANTS[id]}
    assert {name for name, points in lost.items() if points < EXERCISES[id].points} == set()
    named = {wrong.id: report(wrong.subject).mistake for wrong in MISTAKES[id]}
    assert {id: found and found.id for id, found in named.items()} == {id: id for id in named}
