"""`progress` and `example`: how far one is, and what to try one's code on."""

import pytest
import torch
from torch.nn import functional as F

import kdlab
from kdlab.models import StudentCNN
from kdlab.selfcheck import self_checks
from labkit import language, selfcheck
from labkit.public import public_labs, public_sheets


@pytest.fixture(autouse=True)
def of_lab_2(monkeypatch):
    """The notebook is that of lab 2, in English."""
    monkeypatch.setattr(language, "_chosen", "en")
    self_checks.open("kdlab", "lab2_soft_targets")
    yield
    self_checks.open("kdlab", None)


def softmax_with_temperature(logits, T):
    return torch.softmax(logits / T, 1)


def soft_targets_loss(student_logits, teacher_logits, T):
    log_q, p = F.log_softmax(student_logits / T, 1), F.softmax(teacher_logits / T, 1)
    return F.kl_div(log_q, p, reduction="batchmean") * T**2


def unwritten(*args):
    raise NotImplementedError("2-4: nothing here yet")


def rows(capsys, **names):
    kdlab.progress(namespace=names)
    return {line.split()[1]: line.split() for line in capsys.readouterr().out.splitlines()}


def test_every_exercise_has_its_state_and_its_points(capsys):
    found = rows(
        capsys,
        softmax_with_temperature=softmax_with_temperature,
        soft_targets_loss=lambda z, v, T: soft_targets_loss(z, v, T).item(),
        soft_target_gradient=unwritten,
    )
    assert found["2-1"] == ["✓", "2-1", "2", "/", "2", "correct", "softmax_with_temperature"]
    assert found["2-2"][0] == "✗" and "attempted" in found["2-2"]
    assert 0 < float(found["2-2"][2]) < 5
    assert found["2-3"][:5] == ["○", "2-3", "0", "/", "6"]
    assert found["2-4"][0] == "○" and "untouched" in found["2-4"]
    assert found["2-w"][2] == found["2-e"][2] == "–"
    so_far = 2 + float(found["2-2"][2])
    assert " ".join(found.pop(f"{so_far:g}")).startswith(f"· {so_far:g} points so far, of 18")
    assert list(found) == [item.id for item in public_labs("kdlab", "lab2_soft_targets")[0].items]


def test_nothing_that_an_answer_does_makes_progress_raise(capsys, monkeypatch):
    names = [sheet.name for sheet in public_sheets("kdlab", "lab2_soft_targets").values()]
    for subject in (3, lambda *a, **k: 1 / 0, lambda *a, **k: None, StudentCNN):
        assert len(rows(capsys, **dict.fromkeys(names, subject))) >= 6

    def broken(*args):
        raise ZeroDivisionError("in the check")

    monkeypatch.setattr(selfcheck, "try_out", broken)
    kdlab.progress(namespace={})
    assert kdlab.example("2-2", namespace={}) is None
    said = capsys.readouterr().out
    assert said.count("The self-check itself failed (ZeroDivisionError: in the check)") == 2


def test_a_lab_without_exercises_says_so(capsys):
    self_checks.open("kdlab", "lab9_none")
    kdlab.progress(namespace={})
    assert "Nothing here gives points." in capsys.readouterr().out


def test_an_example_is_what_a_right_answer_agrees_with():
    made = kdlab.example("2-2", namespace={})
    loss = soft_targets_loss(**made.inputs)
    assert torch.allclose(loss, made.expected["value"], rtol=1e-4)
    loss.backward()
    wanted = made.expected["gradient:student_logits"]
    assert torch.allclose(made.inputs["student_logits"].grad, wanted, atol=1e-5)
    assert made.inputs["T"] == 2.5  # the first one, as nothing is written


def test_an_example_is_the_case_in_which_the_answer_is_wrong(capsys):
    def fails_for_one_row(z, v, T):
        return soft_targets_loss(z, v, T) + (len(z) == 1)

    kdlab.check("2-2", namespace={"soft_targets_loss": fails_for_one_row})
    assert '   🔍 kdlab.example("2-2")\n' in capsys.readouterr().out
    made = kdlab.example("2-2", namespace={"soft_targets_loss": fails_for_one_row})
    assert made.inputs["student_logits"].shape == (1, 3)
    told = repr(made)
    assert "student_logits = tensor([[" in told and "T = 3.0" in told
    assert "value = tensor(1.3736)" in told


@pytest.mark.parametrize("exercise", public_sheets("kdlab"))
def test_every_exercise_has_an_example(exercise):
    self_checks.open("kdlab", None)
    made = kdlab.example(exercise, namespace={})
    assert made.expected and repr(made).startswith("inputs\n")


def test_an_example_of_a_class_has_images_and_the_weights():
    self_checks.open("kdlab", None)
    made = kdlab.example("1-2", namespace={})
    model = made.prepare(StudentCNN(**made.inputs))
    assert torch.allclose(model(made.images), made.expected["value"], atol=1e-4)


def test_an_unknown_exercise_has_no_example(capsys):
    assert kdlab.example("9-9") is None
    assert "There is no self-check for 9-9." in capsys.readouterr().out
