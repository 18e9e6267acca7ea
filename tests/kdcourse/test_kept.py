"""A single slip keeps a share of the points for values, and never as much as a right answer."""

import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.checks import grade
from autograder.checks.consistency import contradictions
from autograder.checks.exercise import VALUE, Exercise
from autograder.checks.matrix import verdicts
from autograder.checks.scores import score_of
from autograder.checks.sheets import hidden_sheet
from autograder.execution.submission import LocalSubmission, entered
from autograder.notebooks import grade_id, nbgrader, tags
from autograder.results.versions import deciding_files
from kdcourse.course import LABS, SUBJECT
from kdcourse.demo import STUDENTS
from kdcourse.kept import KEPT
from labkit.judge.sheet import judge
from labkit.probe.observe import observe

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = {each.id: each for each in SUBJECT.exercises() if isinstance(each, Exercise)}
SLIPS = [(id, wrong) for id, each in EXERCISES.items() for wrong in each.wrong if wrong.keeps]
#: The factor is forgotten, and the mean is over the classes, too.
TWO_MISTAKES = """
from torch.nn import functional as F

def soft_targets_loss(student_logits, teacher_logits, T):
    target, log_q = F.softmax(teacher_logits / T, 1), F.log_softmax(student_logits / T, 1)
    return F.kl_div(log_q, target, reduction="mean")
"""


def graded(exercise, source):
    names = {}
    exec(source, names)
    with entered(LocalSubmission(names, subject="kdcourse.course:SUBJECT")):
        return grade(exercise)


def test_forgetting_the_factor_alone_is_the_slip():
    assert {(id, wrong.id) for id, wrong in SLIPS} == {
        (id, "no-T-squared") for id in ("2-2", "2-3", "2-4")
    }
    assert {wrong.keeps for _, wrong in SLIPS} == {KEPT}


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted({id for id, _ in SLIPS}))
def test_a_slip_keeps_its_share_and_a_right_answer_is_worth_more(id):
    exercise = EXERCISES[id]
    found = {(each.kind, each.id): each for each in verdicts(exercise, seed=90210)}
    values = sum(check.weight for check in exercise.checks if check.entries == VALUE)
    right = {each.earned for (kind, _), each in found.items() if kind == "right"}
    assert right == {exercise.weight}
    slip = found["wrong", "no-T-squared"]
    assert slip.earned >= KEPT * values > 0
    assert slip.earned < exercise.weight


@pytest.mark.slow
@pytest.mark.parametrize("id", sorted({id for id, _ in SLIPS}))
def test_no_mistake_gets_as_much_as_a_right_answer_whatever_it_keeps(id):
    """However much an instructor lets every named mistake keep, short of all."""
    generous = replace(
        EXERCISES[id], wrong=tuple(replace(each, keeps=0.999) for each in EXERCISES[id].wrong)
    )
    sheet = hidden_sheet(generous)
    for wrong in generous.wrong:
        report = judge(sheet, lambda case, subject=wrong.subject: observe(subject, case))
        assert float(score_of(generous, report)) < generous.weight


def test_the_slip_of_2_2_in_a_submission():
    score = graded("2-2", STUDENTS.wrong["2-2"])
    shares = {check.id: check.share for check in score.checks}
    assert shares == {
        **dict.fromkeys(("value", "temperature", "size", "law"), KEPT),
        **{"gradient": 0.0, "form": 1.0},
    }
    assert float(score) == 3.5 * KEPT + 0.5
    assert {check.mistake for check in score.checks if check.share < 1} == {"no-T-squared"}
    assert not any("Likely cause" in check.message.en for check in score.checks)


def test_two_mistakes_keep_nothing():
    assert float(graded("2-2", TWO_MISTAKES)) == 0


@pytest.mark.parametrize("keeps", [1.0, 1.5, -0.1, float("nan")])
def test_a_share_of_everything_is_refused(keeps, monkeypatch):
    exercise = EXERCISES["2-4"]
    wrong = tuple(replace(each, keeps=keeps) for each in exercise.wrong[:1])
    spoilt = replace(exercise, wrong=wrong)
    monkeypatch.setattr(type(SUBJECT), "exercises", lambda self, lab=None: iter([spoilt]))
    one_lab = replace(SUBJECT, labs={"lab2_soft_targets": SUBJECT.labs["lab2_soft_targets"]})
    (found,) = contradictions(one_lab)
    assert "no-T-squared" in found and "not a share below 1" in found


def test_changing_the_share_executes_one_lab_again():
    deciding = [lab for lab in LABS if "kdcourse.kept" in deciding_files(SUBJECT, lab)]
    assert deciding == ["lab2_soft_targets"]


def test_the_docs_say_what_a_slip_keeps():
    text = " ".join((ROOT / "docs/grading.md").read_text("utf-8").split())
    assert f"gets {KEPT:.0%} of the points for values" in text
    assert re.search(r"forgets the factor T² in (.+?) and makes no other", text)[1] == (
        ", ".join(sorted(id for id, _ in SLIPS)[:-1]) + f" or {max(id for id, _ in SLIPS)}"
    )


@pytest.mark.parametrize("id", sorted({id for id, _ in SLIPS}))
def test_the_exercise_says_what_a_slip_keeps(id):
    lab = "lab2_soft_targets"
    cells = nbformat.read(ROOT / "solutions" / lab / f"{lab}.ipynb", 4).cells
    places = [at for at, cell in enumerate(cells) if nbgrader(cell).get("solution")]
    (here,) = (at for at in places if grade_id(cells[at]) == id)
    above = [cell for cell in cells[max((at for at in places if at < here), default=0) : here]]
    for language in ("ko", "en"):
        prose = "".join(cell.source for cell in above if f"lang-{language}" in tags(cell))
        told = [line for line in prose.split("\n") if "$T^2$" in line and "%" in line]
        assert [re.findall(r"(\d+)%", line) for line in told] == [[f"{KEPT:.0%}"[:-1]]]
