"""The command that makes a teacher which comes with the package."""

import hashlib

import pytest
from safetensors.torch import load_file

from kdlab.models import TeacherCNN
from kdlab.teachers import __main__ as command
from kdlab.teachers.shipped import SHIPPED, shipped_for
from kdlab.teachers.train import RECIPES, Recipe


@pytest.fixture
def small_images(monkeypatch, small_data, tmp_path):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path / "root"))
    monkeypatch.setattr(command, "load_data", lambda name, root: small_data)
    monkeypatch.setitem(RECIPES, "cifar10", Recipe(1))
    return small_data


def test_it_writes_the_weights_and_prints_what_is_to_be_declared(small_images, tmp_path, capsys):
    command.main(["folder:x", "cifar10"], tmp_path)
    (path,) = tmp_path.glob("*.safetensors")
    assert path.name == f"cifar10-{small_images.digest[:12]}.safetensors"
    assert load_file(path).keys() == TeacherCNN(4).state_dict().keys()
    said = capsys.readouterr().out
    assert hashlib.sha256(path.read_bytes()).hexdigest() in said
    assert small_images.digest in said
    assert "Test images: " in said


def test_an_interrupted_training_goes_on(small_images, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(RECIPES, "cifar10", Recipe(2))
    save = command.Checkpoints.save

    def cut(*arguments):
        save(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as power, pytest.raises(KeyboardInterrupt):
        power.setattr(command.Checkpoints, "save", cut)
        command.main(["folder:x", "cifar10"], tmp_path)
    command.main(["folder:x", "cifar10"], tmp_path)
    assert "Resumed teacher after epoch 1 of 2" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["folder:x"], ["folder:x", "imagenet"]])
def test_whose_teacher_it_becomes_has_to_be_said(small_images, tmp_path, arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        command.main(arguments, tmp_path)
    assert caught.value.code == 2
    assert "cifar10" in capsys.readouterr().err


def test_weights_that_are_too_large_are_not_written(small_images, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "LIMIT", 1000)
    with pytest.raises(SystemExit, match="at most 1,000 are allowed"):
        command.main(["folder:x", "cifar10"], tmp_path)
    assert not list(tmp_path.glob("*.safetensors"))


def test_what_is_declared_is_there():
    for each in SHIPPED:
        content = each.read()
        assert hashlib.sha256(content).hexdigest() == each.sha256
        assert len(content) <= command.LIMIT
        assert all(shipped_for("any name", digest) is each for digest in each.digests)
        assert each.data_set in RECIPES
    assert shipped_for("folder:x", "another digest") is None
