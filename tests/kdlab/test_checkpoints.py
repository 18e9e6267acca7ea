"""Two slots, one of which is always whole."""

import pytest
import torch

from kdlab.checkpoints import Checkpoints, checkpoint_folder
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


def test_drive_is_used_where_it_is_mounted(tmp_path):
    assert checkpoint_folder(tmp_path, drive=tmp_path / "absent") == tmp_path / "checkpoints"
    drive = tmp_path / "drive"
    drive.mkdir()
    assert checkpoint_folder(tmp_path, drive=drive) == drive / "kdlab" / "checkpoints"


def test_a_history_survives_its_text():
    made = history(2)
    assert History.from_json(made.to_json()) == made
    assert repr(made) == "History('x', 2 epochs, loss 0.500)"
    assert repr(History("y")) == "History('y', no epochs)"
    assert made.seconds == 1.0
