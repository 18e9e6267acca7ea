"""The table at the end of a run."""

import io

from rich.console import Console

from autograder.classrun import Note
from autograder.grade.pool import Pool
from autograder.grade.table import Row, make_table


def shown(*rows):
    out = io.StringIO()
    Console(file=out, width=140).print(make_table("lab1_toy", list(rows)))
    return out.getvalue()


def test_it_says_where_the_time_of_a_slow_submission_went():
    told = "cell 3 ([red]while True:) 600 s, soft_loss 80 s"
    said = shown(Row("jun", {"1-1": 2.0}, ungraded=False, repaired=True, slow=told))
    assert f"repaired, slow: {told}" in said


def test_it_says_nothing_of_others():
    said = shown(Row("jun", {"1-1": None}, ungraded=False, repaired=False))
    assert "slow" not in said and "?" in said
    assert "ungraded" in shown(Row("mina", {}, ungraded=True, repaired=True))


def test_notes_have_their_kind():
    assert Note("jun", "lab", "x", "Slow").kind == "Slow"
    assert Note("jun", "lab", "x", "UNGRADED").kind == "UNGRADED"
    assert Note("jun", "lab", "x").kind == "Repaired"


class Client:
    """Two workers, and futures that never end."""

    loop = None

    def scheduler_info(self, n_workers):
        return {"workers": {"a": 1, "b": 2}}


def test_the_longest_is_of_those_whose_turn_it_is(stand_in):
    now = [0.0]
    stand_in("autograder.grade.pool", "time", monotonic=lambda: now[0])
    pool = Pool(Client)
    assert pool.longest() == 0
    for key in ("one", "two", "three"):
        pool._keys[key] = key
        pool._note_turns()
        now[0] += 10
    assert pool.longest() == 30
    for key in ("one", "two"):  # the third has waited, and begins now
        pool._keys.pop(key)
        pool._since.pop(key)
    pool._note_turns()
    assert pool.longest() == 0
    now[0] += 5
    assert pool.longest() == 5
