"""Lateness takes what the rule says: never more than there is, never less for coming later."""

import datetime

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import TraitError

from autograder.cli import main
from autograder.errors import UsageError
from autograder.exchange.late import DAY, LatePenalty, Rule, book_penalties, read_extensions

shares = st.floats(0, 1)
rules = st.builds(
    Rule, shares, shares, st.sampled_from(["maximum", "score"]), st.floats(0, 2 * DAY)
)
seconds = st.floats(0, 400 * DAY)
scores = st.floats(0, 25)


@given(rules, scores, scores, seconds, seconds)
def test_it_is_between_nothing_and_the_score_and_within_the_limit(rule, a, b, late, extension):
    score, maximum = sorted((a, b))
    penalty = rule.penalty(score, maximum, late, extension)
    assert 0 <= penalty <= score
    assert penalty <= rule.most * (maximum if rule.of == "maximum" else score)


@given(rules, scores, seconds, seconds, seconds)
def test_who_is_later_never_loses_less(rule, score, extension, a, b):
    earlier, later = sorted((a, b))
    assert rule.penalty(score, 25, earlier, extension) <= rule.penalty(score, 25, later, extension)


@given(rules, scores, seconds, seconds, seconds)
def test_a_longer_extension_never_costs_more(rule, score, late, a, b):
    shorter, longer = sorted((a, b))
    assert rule.penalty(score, 25, late, longer) <= rule.penalty(score, 25, late, shorter)


@given(rules, scores, seconds, seconds)
def test_within_the_extension_and_the_grace_nothing_is_taken(rule, score, late, extra):
    assert rule.penalty(score, 25, late, late + extra) == 0
    assert rule.penalty(score, 25, min(late, rule.grace)) == 0


@given(rules, scores, scores, seconds)
def test_a_better_solution_never_ends_below_a_worse_one(rule, a, b, late):
    assume(rule.per_day <= 1)
    worse, better = sorted((a, b))
    kept = [score - rule.penalty(score, 25, late) for score in (worse, better)]
    assert kept[0] <= kept[1] + 1e-9


@pytest.mark.parametrize(
    ("late", "taken"),
    [(0, 0), (600, 0), (601, 2.5), (DAY, 2.5), (DAY + 1, 5), (3 * DAY, 7.5), (9 * DAY, 12.5)],
)
def test_days_count_as_soon_as_they_begin_up_to_the_limit(late, taken):
    rule = Rule(per_day=0.1, most=0.5, grace=600)
    assert rule.penalty(20, 25, late) == pytest.approx(taken)
    assert rule.penalty(20, 25, late + 2 * DAY, extension=2 * DAY) == pytest.approx(taken)
    assert rule.penalty(3, 25, late) == min(3, taken)
    assert Rule(0.1, 0.5, "score", 600).penalty(20, 25, late) == pytest.approx(0.8 * taken)


def test_settings_that_are_none_are_refused():
    for name, value in [("per_day", -1), ("most", 101), ("of", "week"), ("grace", -5)]:
        with pytest.raises(TraitError):
            LatePenalty(**{name: value})


def test_the_table_of_extensions(tmp_path):
    path = tmp_path / "extensions.csv"
    path.write_text("student_id,assignment,days\nmina,lab1,2\nmina,lab1,1\njun,*,0.5\n")
    read = [(each.student, each.assignment, each.seconds) for each in read_extensions(path)]
    assert read == [("mina", "lab1", 2 * DAY), ("mina", "lab1", DAY), ("jun", "*", DAY / 2)]
    path.write_text("student_id,days\n")
    with pytest.raises(UsageError, match="line 1 has no column 'assignment'"):
        read_extensions(path)
    for wrong in ("", "two", "-1", "nan", "inf"):
        path.write_text(f"student_id,assignment,days\nmina,lab1,{wrong}\n")
        with pytest.raises(UsageError, match=r"line 2: .* is no number of days"):
            read_extensions(path)


@pytest.fixture
def late(gradebook):
    """Mina, who has 5 of 6 points, was two and a half days late."""
    submission = gradebook.find_submission("lab1", "mina")
    due = submission.duedate
    submission.timestamp = due + datetime.timedelta(days=2.5)
    gradebook.db.commit()
    return gradebook


def test_the_step_of_autograde_asks_with_the_notebooks_points(late, config, toy, tmp_path):
    config.AssignLatePenalties.plugin_class = LatePenalty
    config.LatePenalty.per_day = 10
    where = {
        "notebook": "nb",
        "assignment": "lab1",
        "student": "mina",
        "db_url": f"sqlite:///{tmp_path}/gradebook.db",
    }
    step = AssignLatePenalties(config=config)
    step.preprocess(toy.notebook(), {"nbgrader": where})
    late.db.expire_all()
    assert late.find_submission("lab1", "mina").late_submission_penalty == pytest.approx(1.8)


def test_penalties_follow_marks_rules_and_extensions(late, config, tmp_path):
    labs = [late.find_assignment("lab1")]

    def book(**rule):
        return book_penalties(late, labs, LatePenalty(config=config, **rule))

    assert book() == []
    ((lab, student, before, after),) = book(per_day=10)
    assert (lab, student, before, after) == ("lab1", "mina", 0, pytest.approx(1.8))
    assert book(per_day=10) == []
    (tmp_path / "extensions.csv").write_text("student_id,assignment,days\nmina,*,2\n")
    assert book(per_day=10)[0][3] == pytest.approx(0.6)
    (tmp_path / "extensions.csv").write_text("student_id,assignment,days\nmina,lab1,3\n")
    assert book(per_day=10)[0][3] == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of nbgrader's own application
def test_the_command_says_what_changed(late, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(main, ["penalties"])
    assert run.exit_code == 2
    assert "is no course" in run.output
    (tmp_path / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(tmp_path)!r}\nc.LatePenalty.per_day = 10"
    )
    run = CliRunner().invoke(main, ["penalties", "lab1"])
    assert run.output == "lab1, mina: 0 -> 1.8 points taken\n1 penalties changed.\n"
    run = CliRunner().invoke(main, ["penalties", "lab9"])
    assert run.exit_code == 2
    assert "no assignment 'lab9'; it has: lab1, lab2" in run.output
