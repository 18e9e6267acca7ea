"""What the named mistakes come to stands beside the bars."""

import json
from dataclasses import replace

import pytest

from autograder.errors import UsageError
from kdcourse.course import SUBJECT
from kdcourse.end_to_end import calibrate_mistakes as subject
from kdcourse.end_to_end.kept import Kept
from kdcourse.end_to_end.lookup import records, step_of
from kdcourse.end_to_end.thresholds import Bar


@pytest.fixture
def two_mistakes(monkeypatch):
    """Of every step, one mistake that trains and, in lab 1, one that does not."""
    steps = [record.step for record in records().values()]
    few = {step: (_of(step, "logits") or SUBJECT.find(step).wrong[0],) for step in steps}
    few["1-3"] = (_of("1-3", "softmax-first"), _of("1-3", "no-grad"))
    monkeypatch.setattr(
        subject, "step_of", lambda record: replace(step_of(record), wrong=few[record.step])
    )
    return few


def _of(step, part):
    return next((wrong for wrong in SUBJECT.find(step).wrong if part in wrong.id), None)


def test_each_mistake_is_trained_and_judged(small_stage, two_mistakes, tmp_path):
    low, high = (Bar(True, 5, 0.5, 0.1, bar, 0.001) for bar in (0.0, 1.01))
    given = {"1-e": {"accuracy": low}, "2-e": {"accuracy": high}}
    said = []
    kept = Kept(tmp_path)
    found = subject.try_mistakes(small_stage, [0, 1], said.append, given, kept)
    trained, ended = (found["1-e"][wrong.id] for wrong in two_mistakes["1-3"])
    assert trained["passes"] == 1
    assert len(trained["values"]["accuracy"]) == 2
    assert ended == {"values": {}, "faults": ["raised", "raised"], "passes": 0}
    assert all(entry["passes"] == 0 for entry in found["2-e"].values())
    assert len(said) == sum(map(len, two_mistakes.values()))


def test_what_was_tried_is_not_tried_again(small_stage, two_mistakes, tmp_path, monkeypatch):
    kept = Kept(tmp_path)
    found = subject.try_mistakes(small_stage, [0], print, {}, kept)
    monkeypatch.setattr(subject, "_try", lambda *_: pytest.fail("it was trained again"))
    assert subject.try_mistakes(small_stage, [0], print, {}, kept) == found


def test_they_are_added_to_the_files_with_the_bars(
    small_stage, two_mistakes, monkeypatch, tmp_path
):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    paths = [tmp_path / f"lab{number}-small-cpu.json" for number in (1, 2, 3, 4)]
    monkeypatch.setattr(subject, "stage_for", lambda dataset, device: small_stage)
    monkeypatch.setattr(
        subject, "bars_path", lambda lab, data, device: tmp_path / f"{lab}-{data}-{device}.json"
    )
    for path in paths:  # each of them is asked for before anything is trained
        with pytest.raises(UsageError, match=f"There are no bars yet: {path}"):
            subject.calibrate_mistakes("small", "cpu", 1, print)
        path.write_text(json.dumps({"bars": {}, "schedule": {}, "seeds": [0, 1, 2]}))
    assert subject.calibrate_mistakes("small", "cpu", 1, print) == paths
    for exercise, path in zip(("1-e", "2-e", "3-e", "4-e"), paths, strict=True):
        content = json.loads(path.read_text())
        assert content["seeds"] == [0, 1, 2]
        assert content["mistake_seeds"] == [0]
        assert set(content["mistakes"]) == {exercise}
