"""Rules of exercises: said in the notebook, applied to the source and while it runs, everywhere."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import kdlab
from autograder.checks import grading
from autograder.checks.exercise import Exercise
from autograder.notebooks import grade_id, is_graded_code, read_notebook, tags
from kdcourse.course import SUBJECT
from kdcourse.end_to_end.grade import _reason
from kdlab.selfcheck import self_checks
from labkit.judge.case import Case, Fault
from labkit.probe.observe import observe
from labkit.rules import Code, verdict_on

ROOT = Path(__file__).resolve().parents[2]
RULED = {
    lab: [each for each in SUBJECT.exercises(lab) if isinstance(each, Exercise) and each.rule]
    for lab in SUBJECT.labs
}
PAIRS = [(lab, exercise) for lab, ruled in RULED.items() for exercise in ruled]


def test_the_exercises_with_a_rule():
    ids = [exercise.id for _, exercise in PAIRS]
    assert ids == ["1-1", "1-2", "1-4", "2-2", "2-4", "3-1", "4-1"]


def notebook(lab, folder="solutions"):
    return read_notebook(ROOT / folder / lab / f"{lab}.ipynb")


@pytest.mark.parametrize("folder", ["solutions", "labs"])
@pytest.mark.parametrize(("lab", "exercise"), PAIRS, ids=lambda each: getattr(each, "id", each))
def test_each_rule_is_said_in_the_text_above_its_cell(lab, exercise, folder):
    cells = notebook(lab, folder).cells
    at = next(n for n, cell in enumerate(cells) if grade_id(cell) == exercise.id)
    above = cells[max(0, at - 4) : at]
    for language, said in zip(("ko", "en"), exercise.rule.text, strict=True):
        texts = [cell.source for cell in above if f"lang-{language}" in tags(cell)]
        assert any(said in text for text in texts)


@pytest.mark.parametrize("lab", SUBJECT.labs)
def test_the_solutions_are_neither_against_a_rule_nor_doubtful(lab):
    cells = [c for c in notebook(lab).cells if c.cell_type == "code" and not is_graded_code(c)]
    code = Code(tuple(cell.source for cell in cells))
    for exercise in RULED[lab]:
        found = verdict_on(exercise.rule, exercise.name, code)
        assert found.broken is None and found.doubts == ()


@pytest.mark.parametrize(("lab", "exercise"), PAIRS, ids=lambda each: getattr(each, "id", each))
def test_self_checks_and_cases_have_the_same_rule(lab, exercise):
    from labkit.public import public_sheets

    sheet = public_sheets("kdlab", lab)[exercise.id]
    assert sheet.rule == replace(exercise.rule, watched=())
    for trial in sheet.trials:
        assert trial.case.forbidden == exercise.rule.watched


READY_MADE = {
    "1-1": ["def cross_entropy(z, y, weight=None, ignore_index=-100):\n"
            "    return F.cross_entropy(z, y, weight, ignore_index=ignore_index)"],
    "1-2": ["from kdlab.models import StudentCNN"],
    "1-4": ["accuracy = kdlab.accuracy"],
    "2-2": ["from kdlab import methods as m\n"
            "def soft_targets_loss(z, v, T): return m.soft_targets(z, v, T)"],
    "2-4": ["def soft_target_gradient(z, v, T):\n    z = z.detach().requires_grad_()\n"
            "    (z * v * T).sum().backward()\n    return z.grad"],
    "3-1": ["cosine_embedding_loss = F.cosine_embedding_loss",
            "def cosine_embedding_loss(a, b, t, margin=0.0):\n"
            "    return nn.CosineEmbeddingLoss(margin)(a, b, t)"],
    "4-1": ["mse = nn.MSELoss()", "def mse(x, y):\n    return F.mse_loss(x, y)"],
}  # fmt: skip
HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\nimport kdlab"
ALL = [(exercise, cell) for _, exercise in PAIRS for cell in READY_MADE[exercise.id]]


class Submission:
    """Names of this process, with the source that they come from."""

    seed, test_seed, subject = 5, None, "kdcourse.course:SUBJECT"

    def __init__(self, *cells, python=""):
        self.code = Code((HEAD, *cells), python=python)
        self.names = {"torch": torch, "nn": nn, "F": F, "kdlab": kdlab}
        self.asked = 0

    def observe(self, name: str, case: Case):
        self.asked += 1
        return observe(self.names.get(name), case)


def graded(monkeypatch, exercise, submission):
    monkeypatch.setattr(grading, "current_submission", lambda namespace: submission)
    return grading.grade(exercise)


@pytest.mark.parametrize(("exercise", "cell"), ALL, ids=lambda each: getattr(each, "id", None))
def test_what_is_forbidden_gets_nothing_in_words_and_its_mistake_is_named(
    exercise, cell, monkeypatch
):
    submission = Submission(cell)
    score = graded(monkeypatch, exercise.id, submission)
    assert score == 0
    assert submission.asked == 0  # its process is not even asked
    assert "does not allow" in score.checks[0].message.en
    assert score.look_at == ()
    if exercise.rule.watched:
        assert score.checks[0].mistake in ("ready-made", "autograd")


@pytest.mark.parametrize(("exercise", "cell"), ALL, ids=lambda each: getattr(each, "id", None))
def test_no_check_mark_becomes_a_zero(exercise, cell, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    self_checks.open("kdlab", None)
    names = {"In": ["", HEAD, cell]}
    exec(HEAD, names)
    exec(cell, names)
    kdlab.check(exercise.id, namespace=names)
    said = capsys.readouterr().out
    assert said.startswith(f"✗ {exercise.id}")
    assert re.search("does not allow|ready-made|autograd", said)


def test_what_hides_keeps_its_points_and_is_flagged(monkeypatch):
    cell = "def mse(x, y):\n    return getattr(F, 'm' + kind)(x, y)"
    submission = Submission(cell)
    submission.names["mse"] = lambda x, y: ((x - y) ** 2).mean()
    score = graded(monkeypatch, "4-1", submission)
    assert score == score.most
    assert score.look_at == (
        "getattr with a computed name, cell 2, line 2: return getattr(F, 'm' + kind)(x, y)",
    )
    submission.names["mse"] = lambda x, y: None
    assert graded(monkeypatch, "4-1", submission).look_at == ()  # nothing to take away


def test_a_cell_that_is_no_python_is_told_as_that(monkeypatch):
    cell = "x = 1\ndef mse(x, y)\n    return 3"
    score = graded(monkeypatch, "4-1", Submission(cell))
    assert "not valid in Python" in score.checks[0].message.en
    assert "Line 2 of your cell: def mse(x, y)" in score.checks[0].message.en
    assert "written with" not in score.look_at[0]
    newer = graded(monkeypatch, "4-1", Submission(cell, python="3.99.0"))
    assert "written with Python 3.99.0" in newer.checks[0].message.en
    assert "written with Python 3.99.0" in newer.look_at[0]
    missing = graded(monkeypatch, "4-1", Submission("x = 3"))
    assert "not defined" in missing.checks[0].message.en and missing.look_at == ()


def test_a_training_that_lacks_such_a_name_says_the_same():
    missing = Fault("undefined", {"names": "StudentCNN, mse"})
    assert _reason(missing, Submission("x = 1")) is missing
    reason = _reason(missing, Submission("def mse(x, y)\n    return 3", python="3.99.0"))
    assert (reason.kind, reason.details["line"]) == ("newer_syntax", 1)
    other = Fault("died")
    assert _reason(other, Submission("def mse(x, y)")) is other
