"""The time for all of a submission."""

import pytest

from autograder.execution.clock import Clock


def test_time_is_counted_by_place_and_shared():
    clock = Clock(100)
    with pytest.raises(KeyError), clock.counting("cell 1"):
        raise KeyError
    clock.spent["cell 1"] += 70
    clock.spent["soft_loss"] += 20
    assert 9.9 < clock.left < 10
    assert clock.limited(600) == pytest.approx(clock.left)
    assert clock.limited(3) == 3


def test_it_is_told_where_the_time_went_the_longest_first():
    clock = Clock(900)
    for place, seconds in {"a": 3.0, "b": 20.2, "c": 700.0, "d": 30.0, "e": 25.0}.items():
        clock.spent[place] += seconds
    assert clock.where() == "c 700 s, d 30 s, e 25 s"
    assert clock.fault().details == {"seconds": 900, "where": clock.where()}
    assert all("c 700 s" in text and "900" in text for text in clock.text())


def test_a_record_tells_of_it_only_where_something_ran_into_a_limit():
    clock = Clock(900)
    clock.spent["training"] += 50
    assert clock.told() == {}
    clock.hit = True
    assert clock.told() == {"at training": 50}


def test_there_is_never_less_than_nothing_left():
    clock = Clock(1)
    clock.spent["a"] += 5
    assert clock.left == 0
    assert clock.where() == "a 5 s"
