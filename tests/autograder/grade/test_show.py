"""How far a run is, on a terminal and in a log."""

import io

from rich.console import Console

from autograder.grade.show import Show


def run(terminal):
    out = io.StringIO()
    with Show(Console(file=out, force_terminal=terminal, width=140)) as show:
        show.expect("lab1_toy", 3)
        show.tell("mina", "unchanged")
        show.tell("jun", "executed")
        show.tell("[bold]soo", "ungraded")
    return show, out.getvalue()


def test_a_log_has_a_line_for_each_submission_that_was_graded():
    _, said = run(terminal=False)
    lines = said.strip().split("\n")
    assert lines[0] == "lab1_toy: 3 submissions"
    assert lines[1].startswith("lab1_toy 2/3 jun: executed, about ")
    assert lines[2].startswith("lab1_toy 3/3 [bold]soo: ungraded, about 0 s left")
    assert len(lines) == 3


def test_a_terminal_has_a_bar_and_no_lines():
    _, said = run(terminal=True)
    assert "3/3" in said
    assert "jun: executed," not in said


def test_the_states_are_counted():
    show, _ = run(terminal=False)
    assert show.states == {"unchanged": 1, "executed": 1, "ungraded": 1}


def test_a_submission_that_hangs_counts_in_the_time_left():
    """At the pace of the others it would be seconds; it may take all the time that there is."""
    taken = [10.0]
    out = io.StringIO()
    with Show(Console(file=out, width=140)) as show:
        show.watch(lambda: taken[0], 900.0)
        show.expect("lab1_toy", 3)
        show.tell("jun", "executed")
        assert show.left() == "about 0 s left"
        taken[0] = 120.0
        assert show.left() == "about 13 min left"
        show.tell("mina", "executed")
        show.tell("soo", "executed")
        assert show.left() == "about 0 s left"
    assert "lab1_toy 2/3 mina: executed, about 13 min left" in out.getvalue()
