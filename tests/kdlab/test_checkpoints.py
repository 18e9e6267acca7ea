"""Two slots, one of which is always whole."""

import os
import re

import pytest
import torch

from kdlab.checkpoints import Checkpoints
from kdlab.errors import CheckpointError
from kdlab.history import History


@pytest.fixture
def trained(small_network):
    """A network and its optimizer after one step."""
    optimizer = torch.optim.Adam(small_network.parameters())
    small_network(torch.randn(2, 3, 32, 32)).sum().backward()
    optimizer.step()
    return small_network, optimizer


def history(epochs):
    made = History("x")
    for epoch in range(epochs):
        made.add(1.0 / (epoch + 1), None, 0.5)
    return made


def test_the_newer_of_two_generations_is_restored(trained, tmp_path):
    network, optimizer = trained
    slots = Checkpoints(tmp_path, "student")
    for epochs in (1, 2, 3):
        slots.save("mark", network, optimizer, history(epochs))
    assert len(list(tmp_path.iterdir())) == 2
    assert slots.restore("mark", network, optimizer).rows == history(3).rows


def test_a_torn_file_gives_way_to_the_one_before(trained, tmp_path, capsys):
    network, optimizer = trained
    slots = Checkpoints(tmp_path, "student")
    for epochs in (1, 2):
        slots.save("mark", network, optimizer, history(epochs))
    newest = slots.slots[0]
    newest.write_bytes(newest.read_bytes()[: newest.stat().st_size // 2])
    assert len(slots.restore("mark", network, optimizer)) == 1
    assert "damaged" in capsys.readouterr().out


def test_weights_and_optimizer_come_back_exactly(trained, tmp_path, small_network):
    network, optimizer = trained
    slots = Checkpoints(tmp_path, "student")
    slots.save("mark", network, optimizer, history(1))
    expected = {name: value.clone() for name, value in network.state_dict().items()}
    moments = optimizer.state_dict()["state"][0]["exp_avg"].clone()
    for parameter in network.parameters():
        parameter.data.zero_()
    fresh = torch.optim.Adam(network.parameters())
    slots.restore("mark", network, fresh)
    for name, value in network.state_dict().items():
        assert torch.equal(value, expected[name])
    assert torch.equal(fresh.state_dict()["state"][0]["exp_avg"], moments)


def test_nothing_stored_or_another_mark_is_none(trained, tmp_path):
    slots = Checkpoints(tmp_path, "student")
    assert slots.restore("mark", *trained) is None
    slots.save("mark", *trained, history(1))
    assert slots.restore("other", *trained) is None


def test_a_checkpoint_that_does_not_fit_says_so(trained, tmp_path):
    slots = Checkpoints(tmp_path, "student")
    slots.save("mark", *trained, history(1))
    other = torch.nn.Linear(2, 2)
    with pytest.raises(CheckpointError, match="does not fit"):
        slots.restore("mark", other, torch.optim.Adam(other.parameters()))


def test_what_has_ended_is_kept_under_its_mark_and_says_from_when(trained, tmp_path, capsys):
    network, _ = trained
    slots = Checkpoints(tmp_path, "student", keep=2)
    expected = {name: value.clone() for name, value in network.state_dict().items()}
    slots.finish("mark", network, history(3))
    for parameter in network.parameters():
        parameter.data.zero_()
    assert slots.finished("another", network, "student, CE") is None
    found = slots.finished("mark", network.eval(), "student, CE")
    assert (found.rows, found.title) == (history(3).rows, "student, CE")
    assert all(torch.equal(value, expected[name]) for name, value in network.state_dict().items())
    assert network.training  # as a training leaves it
    said = capsys.readouterr().out
    assert re.search(r"student, CE: kept from \d\d:\d\d \(2 s saved\)", said)


def test_of_another_day_the_date_is_said(trained, tmp_path, capsys):
    slots = Checkpoints(tmp_path, "student", keep=2)
    slots.finish("mark", trained[0], history(1))
    (file,) = (tmp_path / "finished").iterdir()
    os.utime(file, (0, 86_400 * 300))
    slots.finished("mark", trained[0], "student")
    assert re.search(r"kept from 1970-10-2\d \d\d:\d\d", capsys.readouterr().out)


def test_of_one_name_the_newest_are_kept(trained, tmp_path):
    slots, other = Checkpoints(tmp_path, "student", 2), Checkpoints(tmp_path, "student, KD", 2)
    other.finish("mark", trained[0], history(1))
    for number, mark in enumerate("abc"):
        slots.finish(mark, trained[0], history(1))
        os.utime(tmp_path / "finished" / f"student.{mark}.safetensors", (0, number))
    slots.finish("d", trained[0], history(1))
    there = {path.name.rpartition(".safe")[0] for path in (tmp_path / "finished").iterdir()}
    assert there == {"student, KD.mark", "student.c", "student.d"}


def test_without_a_wish_nothing_is_kept(trained, tmp_path):
    slots = Checkpoints(tmp_path, "student")
    slots.finish("mark", trained[0], history(1))
    assert slots.finished("mark", trained[0], "") is None
    assert list(tmp_path.iterdir()) == []


def test_a_torn_end_is_trained_again_and_a_full_disk_stops_nothing(
    trained, tmp_path, capsys, monkeypatch
):
    slots = Checkpoints(tmp_path, "student", keep=2)
    slots.finish("mark", trained[0], history(1))
    (file,) = (tmp_path / "finished").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert slots.finished("mark", trained[0], "") is None

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kdlab.checkpoints.atomic_write", full)
    slots.finish("mark", trained[0], history(1))
    assert "not stored ([Errno 28]" in capsys.readouterr().out


def test_a_history_survives_its_text():
    made = history(2)
    assert History.from_json(made.to_json()) == made
    assert repr(made) == "History('x', 2 epochs, loss 0.500)"
    assert repr(History("y")) == "History('y', no epochs)"
    assert made.seconds == 1.0
