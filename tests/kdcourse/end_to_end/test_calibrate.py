"""Calibration: seed by seed, resumable, and for another data set than was measured."""

import json
from concurrent.futures import Future
from dataclasses import replace

import pytest

from autograder.execution.submission import LocalSubmission
from kdcourse.end_to_end import calibrate, trainings
from kdcourse.end_to_end.calibrate import calibrate_references, set_bars
from kdcourse.end_to_end.kept import Kept
from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.record import Schedule
from kdcourse.end_to_end.trainings import try_seeds, try_seeds_side_by_side

EXERCISES = ("1-e", "2-e", "3-e", "4-e")


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path / "kept")


@pytest.fixture
def bars_here(small_stage, monkeypatch, tmp_path):
    """Bars are written here, and what is kept of an interrupted run lies here too."""
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(calibrate, "stage_for", lambda *_: small_stage)
    monkeypatch.setattr(
        calibrate, "bars_path", lambda lab, name, kind: tmp_path / f"{lab}-{name}-{kind}.json"
    )
    return tmp_path


class InThisProcess:
    """Stands in for the executor with processes."""

    def __init__(self, jobs, context, prepare, arguments):
        self.jobs = jobs

    def __enter__(self):
        return self

    def __exit__(self, *error): ...

    def submit(self, function, *arguments):
        done = Future()
        done.set_result(function(*arguments))
        return done


def test_side_by_side_gives_the_same_values_in_the_same_order(
    small_stage, monkeypatch, kept, tmp_path
):
    monkeypatch.setattr(trainings, "ProcessPoolExecutor", InThisProcess)
    monkeypatch.setattr(trainings, "stage_for", lambda *_: small_stage)
    heard = []
    there = Kept(tmp_path / "there")
    found = try_seeds_side_by_side("small", "cpu", [1, 0], 2, heard.append, there)
    assert found == try_seeds(small_stage, [1, 0], heard.append, kept)
    told = [text.split(":")[0] for text in heard if ":" in text]
    assert told == ["seed 1", "seed 0"] * 2


def test_bars_may_serve_another_data_set_than_was_measured(small_stage, monkeypatch, bars_here):
    seen = set()

    class Seen(LocalSubmission):
        def run(self, function, **arguments):
            seen.add((arguments["epochs"], arguments["plan"]["warm_up"]))
            return super().run(function, **arguments)

    monkeypatch.setattr(trainings, "LocalSubmission", Seen)
    for record in records().values():
        monkeypatch.setitem(record.own_schedules, "larger", Schedule(epochs=2, warm_up=0.1))
    paths = calibrate_references("small", "cpu", 3, lambda _: None, serves="larger")
    assert [path.name for path in paths] == [f"lab{n}-larger-cpu.json" for n in (1, 2, 3, 4)]
    assert seen == {(2, 0.1)}
    for exercise, path in zip(EXERCISES, paths, strict=True):
        content = json.loads(path.read_text())
        assert content["data"]["name"] == small_stage.data.name
        rate = records()[exercise].rate
        assert content["schedule"] == {exercise: {"epochs": 2, "warm_up": 0.1, "rate": rate}}
        assert path.with_suffix(".png").is_file()


def test_calibration_compares_each_method_with_its_absence(small_stage, kept):
    heard = []
    with_term, without = try_seeds(small_stage, range(3), heard.append, kept)
    made = set_bars(with_term, without)
    assert set(made) == {"1-e", "2-e", "3-e", "4-e"}
    assert len(heard) == 3
    for exercise, name in (("2-e", "kl"), ("3-e", "cosine"), ("4-e", "mse")):
        assert made[exercise][name].n == 3
        assert made[exercise][name].power is not None
    assert made["1-e"]["accuracy"].power is None


@pytest.fixture
def power_cut(monkeypatch):
    """Trainings take no time, and the third ends the process; their seeds are listed."""
    tried, waiting = [], [True]

    def try_seed(on, seed):
        tried.append(seed)
        if len(tried) == 3 and waiting:
            waiting.clear()
            raise KeyboardInterrupt
        reached = [0.5 + seed / 100]
        all_of_it = {id: {m.name: reached for m in r.measures} for id, r in records().items()}
        return all_of_it, {id: m for id, m in all_of_it.items() if records()[id].method_measure}

    monkeypatch.setattr(trainings, "_try_seed", try_seed)
    return tried


def test_an_interrupted_one_goes_on_and_comes_to_the_same(
    small_stage, bars_here, power_cut, kept
):
    heard = []
    with pytest.raises(KeyboardInterrupt):
        calibrate_references("small", "cpu", 3, heard.append)
    assert not list(bars_here.glob("lab*.json"))
    paths = calibrate_references("small", "cpu", 3, heard.append)
    assert power_cut == [0, 1, 2, 2]
    assert any("Going on: 2 trainings of before" in text for text in heard)
    expected, _ = try_seeds(small_stage, range(3), print, kept)
    written = [json.loads(path.read_text())["values"] for path in paths]
    assert {id: values for each in written for id, values in each.items()} == expected
    assert not (bars_here / "calibration" / "small-cpu").exists()  # they are in the files now


@pytest.mark.parametrize("what", ["teacher", "schedule"])
def test_what_belongs_to_something_else_is_not_used(
    bars_here, power_cut, small_stage, monkeypatch, what
):
    heard = []
    with pytest.raises(KeyboardInterrupt):
        calibrate_references("small", "cpu", 4, heard.append)
    if what == "teacher":
        other = replace(small_stage, teacher_digest="of another")
        monkeypatch.setattr(calibrate, "stage_for", lambda *_: other)
    else:
        monkeypatch.setitem(records()["2-e"].own_schedules, "small", Schedule(1, warm_up=0.5))
    calibrate_references("small", "cpu", 3, heard.append)
    assert power_cut == [0, 1, 2, 0, 1, 2]
    assert any(f"belongs to another {what}" in text for text in heard)


@pytest.mark.parametrize("content", ["", "{", "[1"])
def test_a_training_whose_file_was_cut_is_done_again(kept, content):
    kept.put("seed 0", [1])
    (path,) = kept._folder.iterdir()
    path.write_text(content)
    assert kept.once("seed 0", lambda: [2]) == [2]
    assert kept.get("seed 0") == [2]


def test_of_two_at_once_one_waits(small_stage, tmp_path):
    """The second hears of the first one's trainings when that is over."""
    from threading import Thread

    seen = []

    def second():
        with Kept.entered(small_stage, tmp_path, print) as kept:
            seen.append(kept.get("seed 0"))

    with Kept.entered(small_stage, tmp_path, print) as kept:
        waiting = Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        assert seen == []
        kept.put("seed 0", [5])
    waiting.join()
    assert seen == [[5]]


def test_any_name_may_be_kept(kept):
    for name in ("2-3 a/b, 3 seeds", "x" * 1000, "정답"):
        kept.put(name, {"of": name})
        assert kept.get(name) == {"of": name}
