"""Trainings that take no time."""

import pytest
import torch

from autograder.checks import end_to_end, trainings
from kdlab.models import TeacherCNN
from kdlab.profiles import PROFILES, Settings
from kdlab.teachers.train import freeze


@pytest.fixture
def small_stage(monkeypatch, tmp_path, small_data):
    """An untrained teacher, 100 images, one epoch for each phase."""
    torch.manual_seed(0)
    teacher = freeze(TeacherCNN(4))
    monkeypatch.setattr(trainings, "load_data", lambda *_, **__: small_data)
    monkeypatch.setattr(trainings, "load_teacher", lambda *_, **__: teacher)
    for exercise in trainings.EPOCHS:
        monkeypatch.setitem(trainings.EPOCHS, exercise, 1)
    settings = Settings(PROFILES["grading"], "small", tmp_path)
    made = trainings.make_stage("small", torch.device("cpu"), settings)
    monkeypatch.setattr(end_to_end, "stage", lambda test_seed: made)
    return made
