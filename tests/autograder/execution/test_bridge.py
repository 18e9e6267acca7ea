"""What the grader asks, whom it asks again, and what it does when a kernel says nothing."""

import time

import numpy as np
import pytest

from autograder.errors import GraderError
from autograder.execution import asking
from labkit.judge.case import Case, Fault, Observation
from labkit.wire import pack

CASE = Case("call", {"x": np.ones(3)})
SEEN = Observation({"value": np.ones(1)})


def kernel_of(there):
    return there.exchange.client


def test_what_is_asked_holds_the_case_and_nothing_that_is_expected(scripts):
    there = scripts.bridge(scripts.honest(Observation()))
    there.observe("soft_targets_loss", CASE)
    (asked,) = kernel_of(there).asked
    assert set(asked) == {"do", "name", "case", "device", "nonce"}
    assert asked["case"].arguments["x"].tolist() == [1, 1, 1]


def test_the_first_answer_counts(scripts):
    def twice(asked):
        for value in (1.0, 2.0):
            seen = Observation({"value": np.array([value])})
            yield scripts.shown(pack({"nonce": asked["nonce"], "answer": seen}))
        yield scripts.idle

    assert scripts.bridge(twice).observe("f", CASE).entries["value"] == 1.0


def test_a_call_that_does_not_end_is_tried_twice_and_never_again(scripts):
    def script(asked):
        return [None] * 100 if asked["do"] == "observe" else [scripts.idle]

    there = scripts.bridge(script, limit=0.2)
    first, second, third = (there.observe("endless", CASE) for _ in range(3))
    assert first.fault == second.fault == third.fault == Fault("time", {"seconds": 0})
    asked = [each["do"] for each in kernel_of(there).asked]
    assert asked == ["observe", "observe", "disarm"]
    assert kernel_of(there).asked[-1]["name"] == "endless"
    assert kernel_of(there).interrupted == 2
    assert not there.unresponsive and not kernel_of(there).fresh
    assert there.observe("another", CASE).fault.kind == "time"
    assert there.clock.hit


def test_a_call_that_came_to_no_end_once_is_right_the_second_time(scripts):
    """As one that is compiled at first, on a busy machine."""
    slow = iter([True, False])
    honest = scripts.honest(SEEN)
    there = scripts.bridge(lambda asked: [None] * 100 if next(slow) else honest(asked), limit=0.2)
    assert there.observe("compiled", CASE).fault is None
    assert len(kernel_of(there).asked) == 2


def test_a_functions_first_call_has_a_longer_limit(scripts):
    there = scripts.bridge(lambda asked: [None] * 7 + scripts.honest(SEEN)(asked), limit=0.05)
    object.__setattr__(there.limits, "first_call", 5.0)
    assert there.observe("compiled", CASE).fault is None
    # The second has not, and is cut off.
    assert there.observe("compiled", CASE).fault.kind == "time"


def test_a_cell_that_tried_a_function_in_vain_was_the_first_attempt(scripts):
    def script(asked):
        return [None] * 100 if asked["do"] == "observe" else [scripts.idle]

    there = scripts.bridge(script, limit=0.1)
    there.notice_timeout("endless")
    assert there.observe("endless", CASE).fault.kind == "time"
    assert [each["do"] for each in kernel_of(there).asked].count("observe") == 1


def test_a_training_that_does_not_end_is_not_tried_again(scripts):
    there = scripts.bridge(lambda asked: [None] * 100, limit=0.1)
    assert there.run("library.training:train").kind == "time"
    assert len(kernel_of(there).asked) == 1


def test_a_kernel_that_ignores_interrupts_is_given_up(scripts, monkeypatch):
    monkeypatch.setattr(asking, "GRACE", 0.1)
    there = scripts.bridge(
        lambda asked: [None] * 100, limit=0.1, heeds_interrupts=False, fresh=1
    )
    there.observe("endless", CASE)
    assert len(kernel_of(there).fresh) == 1  # for the second attempt
    assert there.unresponsive
    started = time.monotonic()
    assert there.observe("another", CASE).fault.kind == "died"
    assert time.monotonic() - started < 0.1


def test_after_a_death_the_question_is_asked_again_in_a_fresh_kernel(scripts):
    """`exit()` in a cell ends the kernel amid the questions about another exercise."""
    dies = iter([True, False, False])
    honest = scripts.honest(SEEN)
    there = scripts.bridge(lambda asked: ["dies"] if next(dies) else honest(asked))
    assert there.observe("f", CASE).fault is there.observe("g", CASE).fault is None
    assert kernel_of(there).fresh == [False]


def test_only_a_function_that_kills_every_kernel_loses_its_points(scripts):
    honest = scripts.honest(SEEN)
    there = scripts.bridge(lambda asked: ["dies"] if asked["name"] == "f" else honest(asked))
    assert there.observe("f", CASE).fault == there.observe("f", CASE).fault == Fault("died")
    assert len(kernel_of(there).asked) == 3
    # The first kernel does all that the cells did; the next only what they define.
    assert kernel_of(there).fresh == [False, True]
    assert there.observe("g", CASE).fault is None
    assert kernel_of(there).fresh == [False, True, False]


def test_where_the_cells_killed_the_kernel_they_only_define_from_then_on(scripts):
    honest = scripts.honest(SEEN)

    def script(asked):
        return honest(asked) if True in kernel_of(there).fresh else ["dies"]

    there = scripts.bridge(script)
    assert there.observe("f", CASE).fault is None
    kernel_of(there).queue = []
    there.exchange.unresponsive = True
    assert there.observe("g", CASE).fault is None
    assert kernel_of(there).fresh == [False, True, True]


@pytest.mark.parametrize("answer", ["silence", "noise", 3.0, Fault("no such kind")])
def test_what_nobody_can_read_is_asked_for_once_more(scripts, answer):
    def script(asked):
        if answer == "silence":
            return [scripts.idle]
        if answer == "noise":
            return [("noise", {"why": "a message with too few frames"}, None), scripts.idle]
        return scripts.honest(answer)(asked)

    there = scripts.bridge(script)
    kinds = [there.observe("f", CASE).fault.kind for _ in range(2)]
    assert kinds == ["silent" if isinstance(answer, str) else "malformed"] * 2
    assert len(kernel_of(there).asked) == 2
    assert kernel_of(there).fresh == [False]


def test_without_a_fresh_kernel_the_fault_stands(scripts):
    there = scripts.bridge(lambda asked: ["dies"], fresh=0)
    assert there.observe("f", CASE).fault.kind == "died"
    assert len(kernel_of(there).asked) == 1


def test_an_endless_flood_of_messages_ends_at_the_limit(scripts):
    def script(asked):
        return [("stream", {}, None)] * (100_000 if asked["do"] == "observe" else 0)

    there = scripts.bridge(lambda asked: [*script(asked), scripts.idle], limit=0.3)
    assert there.observe("f", CASE).fault.kind == "time"


def test_more_than_anybody_would_read_is_no_answer(scripts, monkeypatch):
    monkeypatch.setattr(asking, "MOST_HEARD", 10_000)
    there = scripts.bridge(lambda asked: [("stream", {}, "another")] * 1000)
    assert there.observe("f", CASE).fault.kind == "malformed"


def test_when_the_time_for_all_is_used_up_nothing_is_asked(scripts):
    there = scripts.bridge(scripts.honest(SEEN), total=10.0)
    assert there.observe("f", CASE).fault is None
    there.clock.spent["cell 3 (while True:)"] += 11.0
    fault = there.observe("f", CASE).fault
    assert fault == Fault("total_time", {"seconds": 10, "where": "cell 3 (while True:) 11 s"})
    assert len(kernel_of(there).asked) == 1


def test_a_question_has_no_more_time_than_is_left(scripts):
    there = scripts.bridge(lambda asked: [None] * 1000, limit=60, total=0.2)
    started = time.monotonic()
    assert there.observe("endless", CASE).fault.kind == "total_time"
    assert time.monotonic() - started < 5


def test_a_kernel_that_cannot_answer_at_first_is_the_graders_fault(scripts):
    scripts.bridge(scripts.honest("hello")).greet()
    with pytest.raises(GraderError, match="does not answer"):
        scripts.bridge(lambda asked: [scripts.idle]).greet()


def test_functions_of_the_library_are_called_with_data_and_give_data(scripts):
    weights = {"a.weight": np.ones((2, 3), np.float32)}
    there = scripts.bridge(scripts.honest(weights))
    found = there.run("library.training:train", start=weights, epochs=1)
    assert np.array_equal(found["a.weight"], weights["a.weight"])
    asked = kernel_of(there).asked[0]
    assert (asked["function"], asked["arguments"]["epochs"]) == ("library.training:train", 1)
    assert asked["arguments"]["start"]["a.weight"].shape == (2, 3)
    assert scripts.bridge(scripts.honest(Fault("none"))).run("library:train") == Fault("none")


def test_functions_can_be_called_with_data(scripts):
    there = scripts.bridge(scripts.honest({"returned": 9}))
    assert there.call("square", 3, twice=True) == 9
    assert kernel_of(there).asked[0]["arguments"] == [3]
    assert scripts.bridge(scripts.honest(Fault("none"))).call("square", 3) == Fault("none")


def test_what_answers_need_is_imported_before_the_first_question_and_costs_no_time(scripts):
    there = scripts.bridge(lambda asked: [None] * 5 + scripts.honest(SEEN)(asked), limit=5)
    there.greeted = False
    assert there.observe("f", CASE).fault is None
    assert there.observe("f", CASE).fault is None
    assert [each["do"] for each in kernel_of(there).asked] == ["hello", "observe", "observe"]
    assert set(there.clock.spent) == {"f"}
