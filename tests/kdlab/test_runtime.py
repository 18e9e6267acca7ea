"""The first cell, and what it returns."""

from dataclasses import replace
from importlib.resources import files

import pytest
import torch
from torch import nn

import kdlab
from kdlab import runtime
from kdlab.errors import DownloadError
from kdlab.profiles import PROFILES
from labkit.errors import UnknownNameError


@pytest.fixture
def small(monkeypatch, small_data, tmp_path):
    """`setup` with small images, in a folder of its own."""
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(runtime, "load_data", lambda name, root, device, url=None: small_data)
    yield tmp_path
    kdlab.set_language("both")


def test_one_block_tells_what_the_notebook_runs_on(small, capsys):
    kdlab.setup("lab1_baseline", language="en")
    out, err = capsys.readouterr()
    for word in (torch.__version__, "torchvision", "kdlab", "CPU", "small: 100 / 20 / 30 images",
                 "fast", "min", "Setup complete"):  # fmt: skip
        assert word in out
    assert err == ""


def test_korean(small, capsys):
    kdlab.setup("lab1_baseline", language="ko")
    assert "준비가 끝났습니다." in capsys.readouterr().out


def test_where_cifar10_cannot_be_had_digits_m_goes_on(monkeypatch, small_data, tmp_path, capsys):
    asked = []

    def load(name, root, device, url=None):
        asked.append(name)
        if name == "cifar10":
            raise DownloadError("mirror A: timed out; mirror B: not found")
        return small_data

    monkeypatch.setattr(runtime, "load_data", load)
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("KDLAB_PROFILE", "full")
    lab = kdlab.setup("lab1_baseline", language="en")
    assert asked == ["cifar10", "digits-m"]
    assert lab.profile.name == "fast"
    out = capsys.readouterr().out
    assert "mirror A: timed out" in out
    assert "going on with digits-m" in out


def test_a_grader_measures_on_fewer_images(small, small_data, monkeypatch):
    few = replace(PROFILES["grading"], held_out_images=7)
    monkeypatch.setitem(PROFILES, "grading", few)
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    lab = kdlab.setup("lab1_baseline")
    assert torch.equal(lab.data.test.ids, small_data.test.ids[:7])
    assert torch.equal(lab.data.validation.ids, small_data.validation.ids[:7])
    assert len(lab.data.train) == len(small_data.train)


def test_a_folder_that_was_asked_for_is_not_replaced(monkeypatch, tmp_path):
    def load(name, root, device, url=None):
        raise DownloadError("broken")

    monkeypatch.setattr(runtime, "load_data", load)
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("KDLAB_DATASET", "folder:x")
    with pytest.raises(DownloadError):
        kdlab.setup("lab1_baseline")


def test_a_notebook_that_nobody_has_heard_of_works_and_has_no_self_checks(small, capsys):
    lab = kdlab.setup("lab5_anything")
    assert lab.name == "lab5_anything"
    kdlab.check("2-2")
    out = capsys.readouterr().out
    assert "time       not measured" in out
    assert "There is no self-check for 2-2." in out


def test_a_notebook_may_name_the_package_with_its_self_checks(small, capsys, tmp_path, monkeypatch):
    """As a lab of an instructor's own, beside the course's."""
    package = tmp_path / "ourlabs"
    (package / "public").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    source = files("kdlab").joinpath("public", "lab4_regressor.json")
    (package / "public" / "lab5_anything.json").write_text(source.read_text("utf-8"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    kdlab.setup("lab5_anything", package="ourlabs")
    kdlab.check("4-1", namespace={"mse": lambda x, y: ((x - y) ** 2).mean()})
    assert "✓ 4-1" in capsys.readouterr().out
    kdlab.setup("lab4_regressor")
    kdlab.check("2-2")  # of another lab
    assert "There is no self-check for 2-2." in capsys.readouterr().out


def test_unknown_data_set(monkeypatch, tmp_path):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("KDLAB_DATASET", "digit-m")
    with pytest.raises(UnknownNameError, match="digits-m"):
        kdlab.setup("lab1_baseline")


def step(model, inputs, labels):
    return nn.functional.cross_entropy(model(inputs), labels)


def test_a_lab_trains_measures_and_remembers(small, small_network, capsys):
    lab = kdlab.setup("lab1_baseline", language="en")
    history = lab.fit(step, small_network, title="student, CE", epochs=2)
    assert len(history) == 2
    assert history.rows[0]["accuracy"] is not None
    result = lab.measure("student, CE", small_network)
    assert lab.results() == [result]
    later = kdlab.setup("lab2_soft_targets", language="en")
    assert later.results() == [result]
    later.measure("student, KD", small_network)
    assert lab.results() == [result]  # a lab shows no results of later labs
    again = later.measure("student, CE", small_network)
    assert [each.lab for each in later.results()] == [again.lab, "lab2_soft_targets"]


@pytest.fixture
def calls(small_network):
    """How many images the network was asked about, one number a call."""
    seen = []
    small_network.register_forward_hook(lambda module, given, _: seen.append(len(given[0])))
    return seen


def test_a_frozen_network_is_asked_once(small, small_data, small_network, calls):
    lab = kdlab.setup("lab1_baseline", language="en")
    small_network.requires_grad_(False)
    lab.measure("teacher", small_network)
    assert sum(calls) == len(small_data.test)
    student = nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(48, 4))
    assert lab.measure("student", student, small_network).agreement is not None
    assert sum(calls) == len(small_data.test)


def test_a_network_that_may_still_learn_is_asked_anew(small, small_network):
    lab = kdlab.setup("lab1_baseline", language="en")
    before = lab.measure("student", small_network).accuracy
    with torch.no_grad():
        small_network[-1].weight.zero_()
        small_network[-1].bias.copy_(torch.eye(4)[0])  # now it always says the same
    after = lab.measure("student", small_network).accuracy
    assert after == (lab.data.test.labels == 0).float().mean()
    assert before != after


def test_a_result_is_shown_in_one_line(small, small_network):
    lab = kdlab.setup("lab1_baseline", language="en")
    shown = repr(lab.measure("student, CE", small_network))
    assert shown.startswith("student, CE: accuracy")
    assert "parameters" in shown
    assert "\n" not in shown


def test_while_grading_there_is_no_bar_and_no_checkpoint(small, small_network, monkeypatch, capsys):
    monkeypatch.setenv("KDLAB_PROFILE", "grading")
    lab = kdlab.setup("lab1_baseline", language="en")
    capsys.readouterr()
    lab.fit(step, small_network, title="student")
    assert capsys.readouterr().out == ""
    assert not (small / "checkpoints").exists()


def test_the_public_names_exist():
    for name in kdlab.__all__:
        assert hasattr(kdlab, name)
