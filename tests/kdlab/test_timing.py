"""How long a notebook takes, with a clock that the test turns."""

import pytest
import torch

import kdlab
from kdlab import runtime
from kdlab.timing import MOST, Timetable, seconds_of


class Clock:
    """Each step turns it on by what the list says, and then by the last number for ever."""

    def __init__(self, *steps):
        self.now, self.steps, self.count = 100.0, list(steps), 0

    def __call__(self):
        return self.now

    def step(self):
        self.count += 1
        self.now += self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


def test_what_warms_up_and_what_is_disturbed_once_does_not_count():
    clock = Clock(9.0, 5.0, 1.0, 1.0, 30.0, 1.0)
    assert seconds_of(clock.step, clock=clock) == 1.0


@pytest.mark.parametrize(("seconds", "steps"), [(1.0, 8), (0.02, 15), (0.0001, MOST)])
def test_of_short_steps_more_are_measured(seconds, steps):
    clock = Clock(seconds)
    assert seconds_of(clock.step, clock=clock) == pytest.approx(seconds)
    assert clock.count == pytest.approx(2 + steps, abs=1)


def test_the_time_holds_the_teacher_and_every_training():
    assert Timetable(images=1000, per_image=0.12, besides=60).seconds == pytest.approx(180)
    assert str(Timetable(1000, 0.12, 60)) == "about 3 min"
    assert str(Timetable(1000, 0.001)) == "less than 1 min"


def test_real_epochs_replace_the_trial_and_what_is_done_is_no_longer_left():
    table = Timetable(images=1000, per_image=0.1, besides=60)
    table.trained(200, seconds=80)
    assert table.seconds == pytest.approx(800 * 0.4)
    table.trained(200, seconds=40)
    assert table.seconds == pytest.approx(600 * 0.3)
    table.left_out(400)
    assert table.seconds == pytest.approx(200 * 0.3)
    table.trained(900, seconds=100)  # somebody trains more than the notebook does
    assert table.seconds == 0


@pytest.fixture
def setup(monkeypatch, small_data, tmp_path):
    """`setup` with small images, and with steps of which each takes a second."""
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(runtime, "load_data", lambda *given, **named: small_data)
    measured = []

    def second(step, **named):
        measured.append(step)
        return 1.0

    monkeypatch.setattr(runtime, "seconds_of", second)
    yield lambda name: (kdlab.setup(name, language="en"), measured)
    kdlab.set_language("both")


@pytest.mark.parametrize(("name", "epochs"), [("lab1_baseline", 20), ("lab3_cosine", 40)])
def test_a_notebook_counts_its_epochs_and_its_teacher(setup, small_data, name, epochs, capsys):
    lab, measured = setup(name)
    assert lab.timetable.images == epochs * 100
    students = epochs * 100 / 100  # the first batch has all hundred images
    asked = (100 + 20 + 30) / 8
    taught = 16 * 100 / 8
    assert lab.timetable.seconds == pytest.approx(students + asked + taught)
    assert len(measured) == 3
    assert f"time       about {lab.timetable.seconds / 60:.0f} min" in capsys.readouterr().out


def test_a_teacher_that_is_there_is_not_trained(setup, monkeypatch):
    monkeypatch.setattr(runtime, "find_digest", lambda *given: "abc")
    lab, measured = setup("lab1_baseline")
    assert lab.timetable.seconds == pytest.approx(20 + 150 / 8)
    assert len(measured) == 2


def test_nobody_waits_for_a_measurement_when_grading(setup, monkeypatch, capsys):
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    _, measured = setup("lab1_baseline")
    assert measured == []
    assert "time       not measured" in capsys.readouterr().out


def test_the_bar_says_what_the_notebook_still_takes(setup, small_network, monkeypatch, capsys):
    monkeypatch.setattr("kdlab.bar.DELAY", 0)
    monkeypatch.setattr("kdlab.lab.fit", fit_of_long_epochs)
    lab, _ = setup("lab1_baseline")
    said = lab.fit(None, small_network, title="student, CE", epochs=5)
    assert said == ["notebook 38 min", "notebook 36 min"]
    assert lab.timetable.images == 100 * 15


def fit_of_long_epochs(step, model, batches, told, **named):
    """Two epochs of two minutes each; the other three were done before."""
    history, said = kdlab.History("x"), []
    for _ in range(2):
        history.add(1.0, None, 120.0)
        said.append(told(history))
    return said


def test_a_trial_changes_neither_the_chance_nor_the_networks(setup, monkeypatch):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    setup("lab1_baseline")
    assert torch.equal(torch.rand(1), expected)
