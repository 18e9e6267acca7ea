"""The end-to-end checks, on small images and with made-up bars, and once on the real ones."""

import numpy as np
import pytest
import torch

from autograder.checks import grade
from autograder.execution.submission import LocalSubmission, entered
from kdcourse.end_to_end import grade as end_to_end
from kdcourse.end_to_end import ready, stage
from kdcourse.end_to_end.grade import likeness, strange
from kdcourse.end_to_end.lookup import records, reference, step_of
from kdcourse.end_to_end.thresholds import Bar, BarsError
from kdlab.end_to_end import pairs_of, train
from kdlab.profiles import PROFILES, Settings
from kdlab.training_set import read_training_set

EXERCISES = ("1-e", "2-e", "3-e", "4-e")
EASY = {"accuracy": Bar(True, 5, 0.5, 0.1, 0.0, 0.001)}
HARD = {"accuracy": Bar(True, 5, 0.5, 0.1, 1.01, 0.001)}


def references(with_term=True):
    """What the four labs ask for, in one submission."""
    names = {}
    for record in records().values():
        names |= reference(record, with_term)
    return names


def start_of(exercise, classes, seed):
    return stage.initial_weights(records()[exercise].network, classes, seed)


def bars(monkeypatch, **by_exercise):
    """Bars for some measures, and such for the others as any training passes."""
    given = {f"{name[1]}-e": value for name, value in by_exercise.items()}
    low = end_to_end.bars_for
    monkeypatch.setattr(
        end_to_end, "bars_for", lambda record, here: low(record, here) | given.get(record.id, {})
    )


@pytest.mark.parametrize("exercise", ["1-e", "2-e", "3-e", "4-e"])
def test_points_come_from_every_measure(small_stage, exercise):
    score = grade(exercise, references())
    assert float(score) == score.most == 4
    assert all("needed" in check.message.en for check in score.checks)
    assert all("n = 5" in check.message.ko for check in score.checks)


def test_a_miss_says_how_far_and_is_tried_with_a_second_seed(small_stage, monkeypatch):
    bars(monkeypatch, e1=HARD)
    submission = Watched(references(), seed=77)
    with entered(submission):
        score = grade("1-e")
    assert float(score) == 0
    assert submission.seeds == [77, 78]
    assert "needed 101.0%" in score.checks[0].message.en


class Watched(LocalSubmission):
    """Notes with which seeds networks are trained."""

    seeds = ()

    def run(self, function, **arguments):
        self.seeds = [*self.seeds, arguments["seed"]]
        return super().run(function, **arguments)


def test_the_better_of_two_seeds_counts(small_stage, monkeypatch):
    bars(monkeypatch, e1={"accuracy": Bar(True, 5, 0.5, 0.1, 0.5, 0.001)})
    reached = iter([{"accuracy": 0.4}, {"accuracy": 0.6}])
    monkeypatch.setattr(end_to_end, "measure", lambda *_: next(reached))
    assert float(grade("1-e", references())) == 4


def test_without_a_bar_there_is_no_score_and_nothing_is_trained(small_stage, monkeypatch):
    monkeypatch.setattr(end_to_end, "bars_for", ready.bars_for)
    submission = Watched(references(), seed=77)
    with entered(submission), pytest.raises(BarsError, match="no bar was measured for accuracy"):
        grade("2-e")
    assert submission.seeds == ()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_measure_that_is_no_number_gives_nothing(small_stage, monkeypatch, exercise, value):
    """Of each sign: on one side or the other it would lie beyond every bar."""
    measures = {each.name: value for each in records()[exercise].measures}
    monkeypatch.setattr(end_to_end, "measure", lambda *_: measures)
    assert float(grade(exercise, references())) == 0


@pytest.mark.parametrize("exercise", ["1-e", "2-e", "3-e", "4-e"])
def test_what_is_missing_is_named(small_stage, exercise):
    score = grade(exercise, {})
    assert float(score) == 0
    assert {check.outcome for check in score.checks} == {"undefined"}
    assert "Not defined" in score.checks[0].message.en


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


def test_the_stored_teacher_says_what_the_live_one_says(small_stage):
    on = read_training_set(str(small_stage.training_set), "cpu")
    live = small_stage.teacher.whole
    inputs, _ = next(iter(on.images.batches(16, shuffle=True, seed=3)))
    with torch.no_grad():
        logits, maps = live(inputs), live.features(inputs)
        for second, wanted in ((on.maps, maps), (pairs_of(on.maps), pairs_of(maps))):
            stored = on.teacher(second)(inputs)
            for got, expected in zip(stored, (logits, wanted), strict=True):
                torch.testing.assert_close(got, expected, rtol=2e-2, atol=2e-2)  # bfloat16
        torch.testing.assert_close(on.teacher()(inputs), logits, rtol=2e-2, atol=2e-2)


def test_changed_images_have_no_stored_answer(small_stage):
    on = read_training_set(str(small_stage.training_set), "cpu")
    inputs, _ = next(iter(on.images.batches(16)))
    with pytest.raises(RuntimeError, match="unchanged"):
        on.teacher()(inputs + 1)


def test_a_damaged_training_set_is_written_anew(small_stage):
    path = small_stage.training_set
    whole = path.read_bytes()
    path.write_bytes(b"x" + whole[1:])
    settings = Settings(PROFILES["grading"], "small", path.parents[1])
    again = stage.make_stage("small", torch.device("cpu"), settings)
    assert again.training_set == path
    assert path.read_bytes() == whole


def test_no_test_image_is_in_the_training_set(small_stage):
    on = read_training_set(str(small_stage.training_set), "cpu")
    assert torch.equal(on.images.images, small_stage.data.train.images)
    seen = {image.numpy().tobytes() for image in on.images.images}
    assert not seen & {image.numpy().tobytes() for image in small_stage.data.test.images}


def test_the_teachers_outputs_are_computed_once_for_all_submissions(
    small_stage, monkeypatch, tmp_path
):
    def never(*_):
        raise AssertionError("computed again")

    monkeypatch.setattr(stage.TrainingSet, "write", never)
    settings = Settings(PROFILES["grading"], "small", tmp_path)
    stage.make_stage("small", torch.device("cpu"), settings)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_same_seed_trains_the_same_student(small_stage, exercise):
    start = start_of(exercise, 4, 5)
    plan = records()[exercise].plan(step_of(records()[exercise]).name, "small")
    first, again = (
        train(references(), plan, str(small_stage.training_set), start, 5, 1) for _ in range(2)
    )
    assert first.keys() == start.keys()
    assert all(np.array_equal(first[name], again[name]) for name in start)
    assert strange(first, start) is None


def test_weights_that_were_brought_along_are_refused():
    start = start_of("1-e", 10, 5)
    others = start_of("1-e", 10, 6)
    largest = "classifier.0.weight"
    assert abs(likeness(others[largest], start[largest])) < 0.01
    assert strange(others, start).kind == "elsewhere"
    assert strange(start, start) is None


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda w: w.pop("features.0.bias"), "malformed"),
        (lambda w: w.update(extra=np.zeros(3, np.float32)), "malformed"),
        (lambda w: w.update({"features.0.bias": np.zeros(17, np.float32)}), "malformed"),
        (lambda w: w.update({"features.0.bias": np.zeros(16, np.int64)}), "malformed"),
        (lambda w: w.update({"features.0.bias": "weights"}), "malformed"),
        (
            lambda w: w.update({"features.0.bias": np.full(16, np.nan, np.float32)}),
            "weights_not_finite",
        ),
    ],
)
def test_weights_from_a_stranger_are_looked_at(change, kind):
    start = start_of("1-e", 10, 5)
    weights = dict(start)
    change(weights)
    assert strange(weights, start).kind == kind


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "expected"), [("1-e", 4), ("2-e", 2), ("3-e", 2), ("4-e", 2)])
def test_on_real_images_a_missing_loss_term_costs_half(exercise, expected, tmp_path, monkeypatch):
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    stage._stage.cache_clear()
    try:
        assert float(grade(exercise, references(with_term=False))) == expected
    finally:
        stage._stage.cache_clear()


def test_all_labs_start_from_the_same_common_weights():
    plain, *others = (start_of(exercise, 10, 3) for exercise in EXERCISES)
    for other in others:
        assert all(np.array_equal(value, other[name]) for name, value in plain.items())
