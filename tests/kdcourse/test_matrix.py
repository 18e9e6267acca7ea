"""The checks are checked: right passes, wrong loses points and is named, and no check is idle."""

import re
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.exercise import Exercise
from autograder.checks.matrix import idle_checks, verdicts
from autograder.checks.sheets import hidden_sheet, make_sheet
from kdcourse.course import SUBJECT
from labkit.judge.case import Fault, Observation
from labkit.judge.sheet import is_formal, judge
from labkit.probe.observe import observe

EXERCISES = {each.id: each for each in SUBJECT.exercises() if isinstance(each, Exercise)}


@pytest.mark.parametrize("id", EXERCISES)
def test_every_variant_passes_and_every_mistake_is_named(id):
    found = list(verdicts(EXERCISES[id]))
    assert {each.id: each.defects for each in found if each.defects} == {}
    assert idle_checks(EXERCISES[id], found) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2**31 - 2])
@pytest.mark.parametrize("id", EXERCISES)
def test_the_matrix_holds_for_the_hidden_inputs_of_any_submission(id, seed):
    found = list(verdicts(EXERCISES[id], seed))
    assert {each.id: each.defects for each in found if each.defects} == {}


@pytest.mark.parametrize("id", EXERCISES)
def test_right_form_without_a_right_value_earns_nothing(id):
    """What one can say without computing anything: shapes, zeros, nothing changed, eval mode."""
    sheet = hidden_sheet(EXERCISES[id])

    def claim(case):
        (expected,) = [trial.expected for trial in sheet.trials if trial.case is case]
        known = ("shape", "form", "inputs", "mode", "passes")
        return Observation(
            {
                name: target.value if name.partition(":")[0] in known else target.value * 0
                for name, target in expected.items()
            }
        )

    report = judge(sheet, claim)
    assert report.earned == 0
    if "form" in {check.id for check in sheet.checks if is_formal(sheet, check)}:
        assert "unbacked" in {r.finding.difference.kind for r in report.results if r.finding}


@pytest.mark.parametrize("id", EXERCISES)
def test_the_tables_are_long_enough(id):
    of_a_loss_or_step = id in {"1-1", "1-3", "2-2", "2-3", "3-1", "3-3", "4-1", "4-3", "2-5"}
    assert len(EXERCISES[id].right) >= 6
    assert len(EXERCISES[id].wrong) >= (8 if of_a_loss_or_step else 5)
    for table in (EXERCISES[id].right, EXERCISES[id].wrong):
        assert len({entry.id for entry in table}) == len(table)


def errors(sheet, subject):
    """Each number's error as a share of its tolerance, by trial and entry."""
    graded = {place for check in sheet.checks if check.weight for place in check.looks_at}
    for trial, entry in sorted(graded):
        target = sheet.trials[trial].expected[entry]
        seen = observe(subject, sheet.trials[trial].case).entry(entry)
        if isinstance(seen, Fault) or seen.shape != target.value.shape:
            yield np.inf
            continue
        off = np.abs(seen - target.value) / np.maximum(target.tolerance, 1e-300)
        yield float(np.max(np.nan_to_num(off, nan=np.inf), initial=0.0))


@pytest.mark.parametrize("id", EXERCISES)
@pytest.mark.parametrize("seed", [3, 90210])
def test_rounding_uses_at_most_half_of_the_tolerance(id, seed):
    sheet = make_sheet(EXERCISES[id], seed)
    worst = {v.id: max(errors(sheet, v.subject)) for v in EXERCISES[id].right}
    assert {name: error for name, error in worst.items() if error > 0.5} == {}


@pytest.mark.parametrize("id", EXERCISES)
def test_a_mistake_is_several_tolerances_off(id):
    sheet = hidden_sheet(EXERCISES[id])
    clear = {w.id: max(errors(sheet, w.subject)) for w in EXERCISES[id].wrong}
    assert {name: error for name, error in clear.items() if not error > 5} == {}


@pytest.mark.parametrize("id", EXERCISES)
def test_a_stub_is_not_attempted_and_nothing_is_missing(id):
    def stub(*args, **kwargs):
        raise NotImplementedError(id)

    sheet = hidden_sheet(EXERCISES[id])
    for subject, outcome in ((stub, "not_attempted"), (None, "missing")):
        report = judge(sheet, lambda case, subject=subject: observe(subject, case))
        assert (report.outcome, report.earned) == (outcome, 0)


POINTS = {
    "1-1": 7, "1-2": 5, "1-3": 3, "1-4": 4,
    "2-1": 2, "2-2": 5, "2-3": 6, "2-4": 2, "2-5": 3,
    "3-1": 7, "3-2": 5, "3-3": 7,
    "4-1": 5, "4-2": 6, "4-3": 7,
}  # fmt: skip


@pytest.mark.parametrize("id", EXERCISES)
def test_the_weights_of_the_checks_are_what_the_lab_gives_in_points(id):
    assert EXERCISES[id].weight == pytest.approx(POINTS[id])


def test_known_mistakes_are_tried_no_more_than_it_takes(monkeypatch):
    """Most are ruled out where the submission is wrong, by a single trial."""
    tried = []

    def counted(subject, case):
        tried.append(case)
        return observe(subject, case)

    monkeypatch.setattr("autograder.checks.sheets.observe", counted)
    wrong = EXERCISES["2-2"].wrong[0]
    sheet = make_sheet(EXERCISES["2-2"], seed=5)
    report = judge(sheet, lambda case: observe(wrong.subject, case))
    assert report.mistake.id == wrong.id
    everything = len(EXERCISES["2-2"].wrong) * len(sheet.trials)
    assert len(tried) < everything / 3
    assert list(report.mistake.observations) == report.mistake.observations[:]


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_numbers_in_the_readme_are_those_of_the_tables(name):
    text = (Path(__file__).resolve().parents[2] / name).read_text("utf-8")
    right = sum(len(exercise.right) for exercise in EXERCISES.values())
    wrong = sum(len(exercise.wrong) for exercise in EXERCISES.values())
    told = re.findall(r"(\d+) (?:known wrong ways|right ways)|(?:오답|풀이) (\d+)", text)
    assert [int(a or b) for a, b in told] == [wrong, right]
