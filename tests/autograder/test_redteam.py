"""The red team's class: hostile, broken and unusual submissions with honest neighbours between.

One run of each command over the whole class; every submission is then looked at by itself.
"""

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "redteam"))

from broken import BROKEN
from classroom import Classroom, Seat
from hostile import ATTACKS
from judging import Outcome, judged, totals
from run import BOUND, with_ours
from unusual import UNUSUAL
from watching import Run

GROUPS = {
    "answers", "bridge", "files", "interpreter", "kernel", "later", "limits", "messages",
    "metadata", "network", "pages", "paper", "recognition", "rooms", "rules",
}  # fmt: skip
WAYS = ("autograder grade", "nbgrader autograde")
# `make redteam` grades all of them; a test of every change takes some of each group. What happens
# to the broken ones before they are executed is tested for each of them in `test_broken`.
SMALL, TOY = [*ATTACKS[::2], *UNUSUAL[::2]], BROKEN[::4]
CASES = [*SMALL, *TOY]

in_one_class = pytest.mark.xdist_group("redteam")


def test_there_are_enough_hostile_ones_and_no_two_of_one_kind_and_place():
    assert {attack.group for attack in ATTACKS} == GROUPS
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 170
    assert len({(attack.kind, attack.place) for attack in ATTACKS}) == len(ATTACKS)


def test_there_are_enough_honest_ones_and_no_two_of_one_kind_and_place():
    cases = [*BROKEN, *UNUSUAL]
    assert len({case.name for case in cases}) == len(cases) >= 165
    assert len({(case.kind, case.place) for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("deserved", "outcome", "found"),
    [
        ({"a": 3.0}, Outcome({"a": 3.0}), {}),
        ({"a": 3.0}, Outcome({"a": 4.0}), {"undeserved": 1.0}),
        ({"a": 3.0}, Outcome({"a": 1.0}, ["seen"]), {"lost": 2.0, "leaks": 1}),
        ({"a": 3.0}, Outcome({"a": None}, ungraded=True), {"ungraded": 1}),
        ({"a": 3.0}, Outcome(), {"runs stopped": 1}),
        (None, Outcome({"a": None}, ungraded=True), {}),
        (None, Outcome(ungraded=True), {}),
        (None, Outcome({"a": None}), {"unnamed": 1}),
        (None, Outcome({"a": 2.0}, ungraded=True), {"undeserved": 2.0}),
    ],
)
def test_whoever_judges_the_class_sees_what_is_wrong(deserved, outcome, found):
    seat = Seat("somebody", "small", deserved, ATTACKS[0])
    assert judged(seat, outcome) == Counter(found)
    neighbour = judged(Seat("neighbour", "small", {"a": 3.0}), outcome)
    assert ("neighbours below full marks" in neighbour) == (outcome.points.get("a") not in (3, 4))


def test_a_command_that_ends_in_a_traceback_stops_the_run():
    assert totals(Run("Traceback", 2, 1.0, left=["sleep 1"]), []) == Counter(
        {"runs stopped": 1, "survivors": 1}
    )


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """The class after a run of each command."""
    if sys.platform != "linux" or not shutil.which("bwrap"):
        pytest.skip("Hostile submissions run in bubblewrap alone, and there is none here.")
    root = tmp_path_factory.mktemp("redteam") / "course"
    room = Classroom(root, SMALL, TOY)
    return dict(zip(WAYS, with_ours(room, every=3), strict=True))


@pytest.fixture(scope="session")
def honest(tmp_path_factory):
    """An honest class, smaller than that one: more students take no less memory."""
    root = tmp_path_factory.mktemp("honest") / "course"
    room = Classroom(root, SMALL[::8], TOY[::8], honest=True)
    return dict(zip(WAYS, with_ours(room), strict=True))


@in_one_class
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_gets_what_it_deserves(case, graded):
    way = graded["autograder grade"]
    student = next(seat.student for seat in way.seats if seat.case is case)
    assert way.judgements[student] == Counter(), way.outcomes[student]


@in_one_class
@pytest.mark.slow
def test_the_stock_command_gives_the_same(graded):
    way = graded["nbgrader autograde"]
    assert {who: found for who, found in way.judgements.items() if found} == {}


@in_one_class
@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_it_costs_nobody_else_anything(way, graded):
    run = graded[way].run
    judgements = graded[way].judgements
    neighbours = [seat.student for seat in graded[way].seats if seat.case is None]
    assert len(neighbours) > len(graded[way].seats) / 12
    assert {who: judgements[who] for who in neighbours if judgements[who]} == {}
    assert run.left == []
    assert run.code in (0, 1)
    assert graded[way].totals["runs stopped"] == 0


@in_one_class
@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_it_takes_little_more_memory_than_an_honest_class(way, graded, honest):
    bounds = {role: BOUND * peak for role, peak in honest[way].run.peaks.items()}
    assert bounds.keys() >= {"command"}
    assert {r: p for r, p in graded[way].run.peaks.items() if p > bounds[r]} == {}
