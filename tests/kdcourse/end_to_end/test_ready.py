"""No bar, no points: said before anything is executed, with what to do."""

import os
import shutil
from pathlib import Path

import pytest
import torch

from kdcourse.course import LABS, SUBJECT
from kdcourse.end_to_end import ready, thresholds
from kdcourse.end_to_end.lookup import records
from kdcourse.end_to_end.thresholds import FOLDER
from kdlab.errors import DownloadError, FolderError
from kdlab.profiles import PROFILES, Settings
from kdlab.teachers import shipped
from kdlab.teachers.shipped import SHIPPED, Shipped

CUDA = torch.device("cuda")


@pytest.fixture
def bars(tmp_path, monkeypatch):
    """A copy of the stored bars that may be taken away."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "bars"))
    load = thresholds.load_bars
    monkeypatch.setattr(ready, "load_bars", lambda record, here: load(record, here, folder))
    return folder


@pytest.fixture
def images(monkeypatch, small_data):
    """Of an own data set, whose teacher nobody has trained."""
    ready._images_and_teacher.cache_clear()
    monkeypatch.setattr(ready, "load_data", lambda *_, **__: small_data)
    yield small_data
    ready._images_and_teacher.cache_clear()


def obstacle(lab, root, **variables):
    return SUBJECT.obstacle(lab, {"KDLAB_DATA_ROOT": str(root), **variables})


@pytest.mark.parametrize("lab", LABS)
def test_with_bars_nothing_is_in_the_way(lab, tmp_path):
    assert obstacle(lab, tmp_path) == ""
    assert os.listdir(tmp_path) == []  # neither images nor a teacher were made for that


@pytest.mark.parametrize("lab", LABS)
def test_without_them_the_command_is_named(lab, bars, tmp_path):
    (bars / f"{lab.partition('_')[0]}-digits-m-cpu.json").unlink()
    said = obstacle(lab, tmp_path / "root")
    assert "autograder calibrate --dataset digits-m --device cpu" in said
    assert all(obstacle(other, tmp_path / "root") == "" for other in LABS if other != lab)


def test_a_damaged_file_of_bars_is_said(bars, tmp_path):
    (bars / "lab3-digits-m-cpu.json").write_text("{")
    assert "lab3-digits-m-cpu.json is damaged" in obstacle("lab3_cosine", tmp_path / "root")


@pytest.mark.parametrize("name", ["cifar10", "folder:/images"])
def test_a_data_set_without_bars_is_said_and_no_teacher_is_trained(name, images, tmp_path):
    said = obstacle("lab2_soft_targets", tmp_path, KDLAB_DATASET=name)
    assert f"autograder calibrate --dataset {images.name}" in said
    assert "KDLAB_DATASET=digits-m" in said
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("error", [DownloadError("no network"), FolderError("no such folder")])
def test_images_that_are_missing_are_said_with_those_that_are_there(error, monkeypatch, tmp_path):
    def fails(*_, **__):
        raise error

    ready._images_and_teacher.cache_clear()
    monkeypatch.setattr(ready, "load_data", fails)
    said = obstacle("lab1_baseline", tmp_path, KDLAB_DATASET="cifar10")
    assert str(error) in said
    assert "KDLAB_DATASET=digits-m" in said


def settings(root, dataset="cifar10"):
    return Settings(PROFILES["full"], dataset, root)


def test_a_gpu_without_bars_of_cifar10_grades_on_what_has_some(tmp_path, monkeypatch):
    monkeypatch.setattr(ready, "name_of_precision", lambda device: "bfloat16")
    assert ready.data_set_for(settings(tmp_path), False, CUDA) == "digits-m"
    assert ready.data_set_for(settings(tmp_path), True, CUDA) == "cifar10"  # as was asked


def test_a_gpu_with_bars_of_cifar10_grades_on_it(bars, tmp_path, monkeypatch):
    """The bars of digits-m under another name, and a teacher to go with them."""
    teacher = Shipped("x.safetensors", SHIPPED[0].sha256, "cifar10", ("d",), ("cifar10",))
    monkeypatch.setattr(ready, "SHIPPED", (*SHIPPED, teacher))
    monkeypatch.setattr(ready, "name_of_precision", lambda device: "bfloat16")
    for record in records().values():
        monkeypatch.setitem(record.own_schedules, "cifar10", record.schedule)
        name = f"{record.bars}-digits-m-cpu.json"
        shutil.copy(bars / name, bars / name.replace("digits-m", "cifar10"))
    assert ready.data_set_for(settings(tmp_path), False, CUDA) == "cifar10"
    (bars / "lab4-cifar10-cpu.json").unlink()
    assert ready.data_set_for(settings(tmp_path), False, CUDA) == "digits-m"


def test_a_teacher_serves_the_images_that_it_names_and_no_others(monkeypatch):
    teacher = Shipped("x", "", "cifar10", ("of jpeg",), ("cifar10",))
    monkeypatch.setattr(shipped, "SHIPPED", (teacher,))
    assert shipped.counts_as("folder:anything", "of jpeg") == "cifar10"
    assert shipped.counts_as("cifar10", "of the archive") == "cifar10"
    assert shipped.counts_as("folder:cifar10", "other images") == "folder:cifar10"


def test_a_run_begins_by_saying_that_a_gpu_has_no_bars_of_cifar10(tmp_path, monkeypatch):
    monkeypatch.setattr(ready, "name_of_precision", lambda device: "bfloat16")
    said = SUBJECT.remark("lab2_soft_targets", {"KDLAB_DATA_ROOT": str(tmp_path)}, "gpu")
    assert "graded on digits-m, not on cifar10" in said
    assert "autograder calibrate --dataset cifar10 --device cuda" in said


@pytest.mark.parametrize(
    ("variables", "device"), [({}, "cpu"), ({"KDLAB_DATASET": "cifar10"}, "gpu")]
)
def test_where_it_is_graded_as_expected_nothing_is_said(variables, device):
    assert SUBJECT.remark("lab2_soft_targets", variables, device) == ""


def test_with_bars_of_cifar10_nothing_is_said_on_a_gpu(tmp_path, monkeypatch):
    monkeypatch.setattr(ready, "data_set_for", lambda *_, **__: "cifar10")
    assert SUBJECT.remark("lab1_baseline", {"KDLAB_DATA_ROOT": str(tmp_path)}, "gpu") == ""
