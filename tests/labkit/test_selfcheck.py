"""The self-check prints what it found, in the chosen language, and never raises."""

import re
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

import kdlab
from kdlab.models import StudentCNN
from labkit import selfcheck
from labkit.judge import messages
from labkit.judge.case import Case
from labkit.judge.explain import describe_case
from labkit.public import public_sheets

HANGUL = re.compile("[가-힣]")


pytestmark = pytest.mark.usefixtures("fresh")


def printed(capsys, exercise="4-1", **names):
    kdlab.check(exercise, namespace=names)
    out, err = capsys.readouterr()
    assert err == ""
    return out


def mse(x, y):
    return ((x - y) ** 2).mean()


def test_right_is_right(capsys):
    assert printed(capsys, mse=mse).splitlines() == ["✓ 4-1 정답입니다.", "✓ 4-1 Correct."]


def test_a_known_mistake_is_named_once_in_both_languages(capsys):
    out = printed(capsys, mse=lambda x, y: ((x - y) ** 2).sum())
    assert out.count("Likely cause: The squares are only added up") == 1
    assert out.count("예상되는 원인:") == 1
    # One failing check does not hide the next; the right form alone is no success yet.
    assert "○ 결과의 shape과 형식" in out
    assert "Tried with: x (4, 5), y (4, 5)" in out


def test_an_unknown_mistake_is_described(capsys):
    out = printed(capsys, mse=lambda x, y: 1.37 * mse(x, y))
    assert "Likely cause" not in out
    assert "What came is 1.37 times what was expected." in out


def test_what_all_checks_say_is_said_once(capsys):
    out = printed(capsys, mse=lambda x, y: None)
    assert out.count("It returned None. Is a return missing?") == 1
    assert out.count("✗") > 3


def test_other_values_are_told_once_and_other_faults_beside_them(capsys):
    out = printed(capsys, mse=lambda x, y: 1.37 * mse(x.mul_(1), y))
    assert out.count("What came is 1.37 times") == out.count("Tried with") == 1
    out = printed(capsys, mse=lambda x, y: 1.37 * mse(x.add_(1), y))
    assert out.count("It changed the values of its inputs x.") == 1


@pytest.mark.parametrize("subject", [None, "unwritten", lambda x, y: x])
def test_whoever_is_not_right_yet_is_told_of_the_hints_until_there_are_none(capsys, subject):
    names = {"mse": unwritten if subject == "unwritten" else subject} if subject else {}
    assert printed(capsys, **names).splitlines()[-1] == '   💡 kdlab.hint("4-1")'
    for _ in public_sheets("kdlab")["4-1"].hints:
        kdlab.hint("4-1")
    capsys.readouterr()
    assert "hint(" not in printed(capsys, **names)
    assert "hint(" not in printed(capsys, mse=mse)


def test_small_inputs_are_shown_as_they_are():
    case = Case("f", {"x": np.array([[0.5, -1.23456]]), "n": 3, "many": np.zeros((4, 5))})
    assert describe_case(case) == "x = [[0.5, -1.23]], n = 3, many (4, 5)"


def raises(x, y):
    return x.no_such_thing


def unwritten(x, y):
    raise NotImplementedError("4-1")


def quits(x, y):
    sys.exit(3)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        (unwritten, "Not attempted yet."),
        (None, "The name mse is not defined."),
        (raises, "AttributeError: 'Tensor' object has no attribute 'no_such_thing'"),
        (quits, "SystemExit"),
        (3, "This is a int"),
        (lambda x, y: None, "It returned None."),
        (lambda x, y: (x, y), "It returned a tuple (2)."),
        (lambda x, y: "0.5", "It returned a str."),
        (lambda x, y: mse(x, y).item(), "A plain number instead of a tensor."),
        (lambda x, y: mse(x, y).detach(), "cut off from the graph"),
        (lambda x, y: mse(x, y).half(), "The result is of type torch.float16."),
        (lambda x, y: mse(x, y) * float("nan"), "There is a NaN or an infinity."),
        (lambda x, y: mse(x, y).reshape(1), "The shape is [1], but should be []."),
        (lambda x, y: mse(x.zero_(), y), "It changed the values of its inputs x."),
        (lambda x: x, "TypeError"),
    ],
)
def test_bad_code_gets_its_own_message_and_no_exception(capsys, subject, words):
    names = {} if subject is None else {"mse": subject}
    assert words in printed(capsys, **names)


def test_the_students_line_is_shown(capsys):
    out = printed(capsys, mse=raises)
    assert "return x.no_such_thing" in out


def test_whatever_fails_in_the_check_itself_is_printed(capsys, monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("in the check")

    monkeypatch.setattr(selfcheck, "judge", broken)
    out = printed(capsys, mse=mse)
    assert "The self-check itself failed (ZeroDivisionError: in the check)" in out


@pytest.mark.parametrize("call", [kdlab.check, kdlab.hint])
def test_an_unknown_exercise_is_told(capsys, call):
    call("9-9")
    told = "There is no self-check for 9-9. There are self-checks for: 1-1, "
    assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("chosen", "korean", "english"),
    [("ko", True, False), ("en", False, True), ("both", True, True)],
)
def test_the_language_is_the_chosen_one(capsys, monkeypatch, chosen, korean, english):
    monkeypatch.setenv("LABKIT_LANGUAGE", chosen)
    out = printed(capsys, mse=lambda x, y: (x - y).abs().mean())
    assert bool(HANGUL.search(out)) is korean
    assert ("Likely cause" in out) is english


def test_a_wrong_language_setting_gives_both(capsys, monkeypatch):
    monkeypatch.setenv("LABKIT_LANGUAGE", "latin")
    out = printed(capsys, mse=mse)
    assert "정답입니다." in out
    assert "Correct." in out


def test_hints_come_one_by_one_and_end(capsys):
    hints = public_sheets("kdlab")["4-1"].hints
    for number in range(1, len(hints) + 1):
        kdlab.hint("4-1")
        out = capsys.readouterr().out
        assert all(hint.en in out for hint in hints[:number])
        assert not any(hint.en in out for hint in hints[number:])
    kdlab.hint("4-1")
    assert messages.NO_HINT.en in capsys.readouterr().out


def test_classes_are_checked_too(capsys):
    class StudentRegressor(StudentCNN):
        def __init__(self, num_classes=10):
            super().__init__(num_classes)
            self.regressor = nn.Conv2d(16, 32, 3, padding=1)

        def forward(self, x):
            maps = self.features(x)
            return self.classifier(maps.flatten(1)), self.regressor(maps)

    class Rectified(StudentRegressor):
        def forward(self, x):
            logits, out = super().forward(x)
            return logits, F.relu(out)

    assert "✓" in printed(capsys, "4-2", StudentRegressor=StudentRegressor)
    assert "ReLU behind the regressor" in printed(capsys, "4-2", StudentRegressor=Rectified)


def test_layers_that_are_missing_or_too_many_are_told(capsys):
    class StudentRegressor(StudentCNN):
        def __init__(self, num_classes=10):
            super().__init__(num_classes)
            self.regressor = nn.Conv2d(16, 32, 5, padding=2)

        def forward(self, x):
            maps = self.features(x)
            return self.classifier(maps.flatten(1)), self.regressor(maps)

    out = printed(capsys, "4-2", StudentRegressor=StudentRegressor)
    assert "Missing parameters: [32, 16, 3, 3]. Extra parameters: [32, 16, 5, 5]." in out


@pytest.mark.parametrize("result", [None, 0.5, "x", (1, 2), float("nan"), torch.ones(3), []])
def test_no_result_of_any_exercise_makes_a_check_raise(capsys, result):
    for exercise, sheet in public_sheets("kdlab").items():
        out = printed(capsys, exercise, **{sheet.name: lambda *args, **kwargs: result})
        assert out.startswith(f"✗ {exercise}"), out
        assert "itself failed" not in out


def test_every_text_is_there_in_both_languages_and_fits_its_details():
    texts = [*messages.OUTCOMES.values(), *messages.FAULTS.values(), *messages.DIFFERENCES.values()]
    sheets = public_sheets("kdlab").values()
    titles = [check.title for sheet in sheets for check in sheet.checks]
    assert all(title.ko and title.en for title in titles)
    for sheet in sheets:
        texts += [*sheet.hints, *(mistake.message for mistake in sheet.mistakes)]
        assert 2 <= len(sheet.hints) <= 3
    for text in texts:
        assert HANGUL.search(text.ko) or "{" in text.ko, text
        assert not HANGUL.search(text.en), text
        fields = [sorted(re.findall(r"{(\w+)", words)) for words in text]
        assert fields[0] == fields[1], text
