"""The end-to-end checks, on small images and with made-up bars, and once on the real ones."""

import pytest
import torch

from autograder.checks import end_to_end, grade, trainings
from autograder.checks.calibrate import measure as measure_all
from autograder.checks.calibrate import references, set_bars
from autograder.checks.thresholds import Bar, load_bars
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.profiles import PROFILES, Settings
from kdlab.teachers.train import freeze

EASY = {"accuracy": Bar(True, 5, 0.5, 0.1, 0.0, 0.001)}
HARD = {"accuracy": Bar(True, 5, 0.5, 0.1, 1.01, 0.001)}


@pytest.fixture
def small_stage(monkeypatch, tmp_path, small_data):
    """An untrained teacher, 100 images, one epoch."""
    torch.manual_seed(0)
    teacher = freeze(TeacherCNN(4))
    monkeypatch.setattr(trainings, "load_data", lambda *_, **__: small_data)
    monkeypatch.setattr(trainings, "load_teacher", lambda *_: teacher)
    monkeypatch.setitem(trainings.EPOCHS, "cpu", 1)
    settings = Settings(PROFILES["grading"], "small", tmp_path)
    made = trainings.make_stage("small", torch.device("cpu"), settings)
    monkeypatch.setattr(end_to_end, "stage", lambda: made)
    return made


def bars(monkeypatch, **by_exercise):
    given = {f"{name[1]}-e": value for name, value in by_exercise.items()}
    monkeypatch.setattr(end_to_end, "load_bars", lambda data, device: given)


@pytest.mark.parametrize("exercise", ["1-e", "2-e", "3-e", "4-e"])
def test_points_come_from_every_measure(small_stage, monkeypatch, exercise):
    kind = {
        name: Bar(True, 5, 0.5, 0.1, -1e9, 0.001) for name in ("accuracy", "kl", "cosine", "mse")
    }
    bars(monkeypatch, **{f"e{exercise[0]}": kind})
    score = grade(exercise, references())
    assert float(score) == score.max_points == 4
    assert all("needed" in check.message.en for check in score.checks)
    assert all("n = 5" in check.message.ko for check in score.checks)


def test_a_miss_says_how_far_and_is_tried_with_a_second_seed(small_stage, monkeypatch):
    bars(monkeypatch, e1=HARD)
    seeds = []
    training = trainings.TRAININGS["1-e"]

    def watched(on, names, seed):
        seeds.append(seed)
        return training(on, names, seed)

    monkeypatch.setitem(trainings.TRAININGS, "1-e", watched)
    score = grade("1-e", references())
    assert float(score) == 0
    assert tuple(seeds) == end_to_end.SEEDS
    assert "needed 101.0%" in score.checks[0].message.en


def test_the_better_of_two_seeds_counts(small_stage, monkeypatch):
    bars(monkeypatch, e1={"accuracy": Bar(True, 5, 0.5, 0.1, 0.5, 0.001)})
    reached = iter([{"accuracy": 0.4}, {"accuracy": 0.6}])
    monkeypatch.setitem(trainings.TRAININGS, "1-e", lambda *_: next(reached))
    assert float(grade("1-e", references())) == 4


def test_without_a_bar_it_says_uncalibrated_and_names_the_command(small_stage, monkeypatch):
    bars(monkeypatch)
    score = grade("2-e", references())
    assert any("autograder calibrate" in check.message.en for check in score.checks)
    assert any("uncalibrated" in check.message.ko for check in score.checks)


@pytest.mark.parametrize("exercise", ["1-e", "2-e", "3-e", "4-e"])
def test_what_is_missing_is_named(small_stage, exercise):
    score = grade(exercise, {})
    assert float(score) == 0
    assert {check.outcome for check in score.checks} == {"missing"}
    assert end_to_end.NEEDS[exercise][0] in score.checks[0].message.en


def broken(**changes):
    return {**references(), **changes}


@pytest.mark.parametrize(
    ("step", "outcome", "words"),
    [
        (lambda *_: 1 / 0, "raised", "ZeroDivisionError"),
        (lambda *_: None, "raised", "instead of a tensor"),
        (lambda model, x, y, ce: ce(model(x), y) * float("nan"), "raised", "loss is nan"),
        (lambda model, x, y, ce: ce(model(x), y).detach(), "raised", "no gradient"),
    ],
)
def test_a_step_that_fails_costs_these_points_and_says_why(
    small_stage, monkeypatch, step, outcome, words
):
    bars(monkeypatch, e1=EASY)
    score = grade("1-e", broken(baseline_step=step))
    assert float(score) == 0
    assert {check.outcome for check in score.checks} == {outcome}
    assert words in score.checks[0].message.en


def test_a_stub_is_not_attempted(small_stage):
    def stub(*_):
        raise NotImplementedError("1-3")

    score = grade("1-e", broken(baseline_step=stub))
    assert {check.outcome for check in score.checks} == {"not_attempted"}


def test_the_cached_teachers_say_what_live_ones_say(small_stage):
    inputs, _ = next(iter(small_stage.data.train.batches(16, shuffle=True, seed=3)))
    for cached in (small_stage.cosine, small_stage.regressor):
        with torch.no_grad():
            for stored, live in zip(cached(inputs), cached.teacher(inputs), strict=True):
                torch.testing.assert_close(stored, live, rtol=2e-2, atol=2e-2)  # bfloat16
    assert small_stage.cosine(inputs)[1].shape == (16, 1024)
    assert small_stage.regressor(inputs)[1].shape == (16, 32, 8, 8)


def test_the_teachers_outputs_are_computed_once_for_all_submissions(
    small_stage, monkeypatch, tmp_path
):
    def never(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr(trainings.kdlab, "remember", never)
    settings = Settings(PROFILES["grading"], "small", tmp_path)
    trainings.make_stage("small", torch.device("cpu"), settings)


def test_the_same_seed_trains_the_same_student(small_stage):
    first, again = (trainings.baseline(small_stage, references(), seed=5) for _ in range(2))
    assert first == again


def test_calibration_compares_each_method_with_its_absence(small_stage):
    heard = []
    with_term, without = measure_all(small_stage, range(3), heard.append)
    made = set_bars(with_term, without)
    assert set(made) == {"1-e", "2-e", "3-e", "4-e"}
    assert len(heard) == 3
    for exercise, name in (("2-e", "kl"), ("3-e", "cosine"), ("4-e", "mse")):
        assert made[exercise][name].n == 3
        assert made[exercise][name].power is not None
    assert made["1-e"]["accuracy"].power is None


def test_the_stored_bars_tell_distillation_from_its_absence():
    stored = load_bars("digits-m", "cpu")
    # Wanted is 0.99 for each. From six seeds the cosine comes to 0.96: its spread is not yet
    # known well enough for more (`autograder calibrate --seeds 30`).
    for exercise, name, least in (
        ("2-e", "kl", 0.99),
        ("3-e", "cosine", 0.95),
        ("4-e", "mse", 0.99),
    ):
        assert stored[exercise][name].power >= least
    for measures in stored.values():
        for bar in measures.values():
            assert bar.failure_rate <= 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "expected"), [("1-e", 4), ("2-e", 2), ("3-e", 2), ("4-e", 2)])
def test_on_real_images_a_missing_loss_term_costs_half(exercise, expected, tmp_path, monkeypatch):
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    trainings.stage.cache_clear()
    try:
        assert float(grade(exercise, references(with_term=0.0))) == expected
    finally:
        trainings.stage.cache_clear()


def test_the_networks_of_both_sides_start_alike():
    """A student with a regressor starts from the baseline's weights."""
    torch.manual_seed(3)
    plain = StudentCNN().state_dict()
    torch.manual_seed(3)
    regressor = references()["StudentRegressor"]().state_dict()
    for name, value in plain.items():
        assert torch.equal(value, regressor[name])
