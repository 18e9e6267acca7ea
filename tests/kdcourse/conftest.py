"""Trainings that take no time."""

import pytest
import torch

from kdcourse.end_to_end import grade, stage
from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.record import Schedule
from kdcourse.end_to_end.thresholds import Bar
from kdlab.models import TeacherCNN
from kdlab.profiles import PROFILES, Settings
from kdlab.teachers.train import freeze


@pytest.fixture
def small_stage(monkeypatch, tmp_path, small_data):
    """An untrained teacher, 100 images, one epoch for each phase, bars that everything passes."""
    torch.manual_seed(0)
    teacher = freeze(TeacherCNN(4))
    monkeypatch.setattr(stage, "load_data", lambda *_, **__: small_data)
    monkeypatch.setattr(stage, "load_teacher", lambda *_, **__: teacher)
    for record in records().values():
        monkeypatch.setitem(record.own_schedules, "small", Schedule(epochs=1))
    settings = Settings(PROFILES["grading"], "small", tmp_path)
    made = stage.make_stage("small", torch.device("cpu"), settings)
    monkeypatch.setattr(grade, "stage", lambda test_seed: made)
    monkeypatch.setattr(grade, "bars_for", lambda record, here: _low(record))
    return made


def _low(record):
    sides = {each.name: each.higher_is_better for each in record.graded}
    return {n: Bar(up, 5, 0.5, 0.1, -1e9 if up else 1e9, 0.001) for n, up in sides.items()}
