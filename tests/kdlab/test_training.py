"""The training loop: it learns, it repeats itself, it resumes, and it says what is wrong."""

import pytest
import torch
from torch import nn

from kdlab.checkpoints import Checkpoints
from kdlab.errors import TrainingError
from kdlab.training import constant, fit, one_cycle

cross_entropy = nn.CrossEntropyLoss()


def step(model, inputs, labels):
    return cross_entropy(model(inputs), labels)


def train(data, network, **options):
    options = {"epochs": 2, "progress": False, **options}
    return fit(step, network, data.train.batches(16, shuffle=True), **options)


def weights(network):
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


def copy_of(network):
    import copy

    return copy.deepcopy(network)


def test_the_loss_falls_and_the_history_has_all_epochs(small_data, small_network):
    history = train(
        small_data,
        small_network,
        epochs=12,
        validation=small_data.validation.batches(20),
        title="x",
    )
    assert [row["epoch"] for row in history.rows] == list(range(1, 13))
    assert history.rows[-1]["loss"] < 0.8 * history.rows[0]["loss"]
    assert all(0 <= row["accuracy"] <= 1 and row["seconds"] > 0 for row in history.rows)
    assert history.title == "x"


def test_same_seeds_same_weights_whatever_the_global_random_state(small_data, small_network):
    twin, other = copy_of(small_network), copy_of(small_network)
    torch.manual_seed(1)
    train(small_data, small_network)
    torch.manual_seed(2)
    train(small_data, twin)
    train(small_data, other, seed=5)
    assert torch.equal(weights(small_network), weights(twin))
    assert not torch.equal(weights(small_network), weights(other))


def test_the_global_random_state_is_left_alone(small_data, small_network):
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    train(small_data, small_network)
    assert torch.equal(torch.rand(1), expected)


class Killed(Exception):
    pass


def killed_in_epoch(number):
    """A step that dies in the middle of an epoch, as a machine does."""
    calls = {"n": 0}

    def dying(model, inputs, labels):
        calls["n"] += 1
        if calls["n"] == (number - 1) * 7 + 4:
            raise Killed
        return step(model, inputs, labels)

    return dying


def test_an_interrupted_training_ends_as_an_undisturbed_one(
    small_data, small_network, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr("kdlab.training.fingerprint", lambda *_, **__: "the same training")
    undisturbed = copy_of(small_network)
    train(small_data, undisturbed, epochs=5)

    slots = Checkpoints(tmp_path, "student")
    batches = small_data.train.batches(16, shuffle=True)
    with pytest.raises(Killed):
        fit(killed_in_epoch(4), copy_of(small_network), batches, epochs=5, checkpoints=slots,
            progress=False)  # fmt: skip
    history = train(small_data, small_network, epochs=5, checkpoints=slots, title="student")
    assert torch.equal(weights(small_network), weights(undisturbed))
    assert len(history) == 5
    assert "Resumed student after epoch 3 of 5" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []  # a finished training leaves nothing


def test_another_training_is_not_resumed(small_data, small_network, tmp_path, capsys):
    slots = Checkpoints(tmp_path, "student")
    batches = small_data.train.batches(16, shuffle=True)
    with pytest.raises(Killed):
        fit(killed_in_epoch(2), copy_of(small_network), batches, epochs=3, checkpoints=slots,
            progress=False)  # fmt: skip
    train(small_data, small_network, epochs=3, checkpoints=slots)  # another step
    assert "Resumed" not in capsys.readouterr().out


def test_a_full_disk_ends_no_training(small_data, small_network, tmp_path, capsys, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kdlab.checkpoints.atomic_write", full)
    history = train(small_data, small_network, checkpoints=Checkpoints(tmp_path, "student"))
    assert len(history) == 2
    assert "No space left on device" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda model, inputs, labels: None, "NoneType instead of a tensor"),
        (lambda model, inputs, labels: 1.0, "float instead of a tensor"),
        (lambda model, inputs, labels: model(inputs), "a loss is one number"),
        (lambda model, inputs, labels: step(model, inputs, labels).detach(), "no gradient"),
        (lambda model, inputs, labels: step(model, inputs, labels) * float("nan"), "loss is nan"),
        (lambda model, inputs, labels: step(model, inputs, labels) / 0, "loss is inf"),
    ],
)
def test_a_step_that_gives_no_loss_is_told_so(small_data, small_network, wrong, words):
    with pytest.raises(TrainingError, match=words):
        fit(wrong, small_network, small_data.train.batches(16), epochs=1, progress=False)


def test_nothing_is_written_to_stderr(small_data, small_network, capfd, monkeypatch):
    monkeypatch.setattr("kdlab.bar.DELAY", 0)
    train(small_data, small_network, progress=True, title="student")
    out, err = capfd.readouterr()
    assert "student" in out
    assert err == ""


def test_augmentation_is_seen_by_the_step_and_repeats(small_data, small_network):
    seen = []

    def watching(model, inputs, labels):
        seen.append(inputs.flatten()[0].item())
        return step(model, inputs, labels)

    def augment(inputs, generator):
        return inputs * 0 + torch.rand(1, generator=generator)

    for _ in range(2):
        fit(watching, copy_of(small_network), small_data.train.batches(50), epochs=2,
            augment=augment, progress=False)  # fmt: skip
    assert seen[:4] == seen[4:]
    assert len(set(seen[:4])) == 4


def test_half_precision_gives_float32_to_the_loss(small_data, monkeypatch):
    monkeypatch.setattr("kdlab.training.choose_dtype", lambda device: torch.bfloat16)
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    kinds = set()

    def watching(model, inputs, labels):
        logits = model(inputs)
        kinds.add(logits.dtype)
        return cross_entropy(logits, labels)

    fit(watching, network, small_data.train.batches(50), epochs=1, half_precision=True,
        progress=False)  # fmt: skip
    assert kinds == {torch.float32}
    assert "forward" not in vars(network)  # the wrapped forward is gone


def test_schedules():
    assert {constant(share / 10) for share in range(11)} == {1.0}
    rates = [one_cycle(share / 100) for share in range(101)]
    assert max(rates) == pytest.approx(1.0)
    assert rates[0] == pytest.approx(0.04)
    assert rates[-1] == pytest.approx(0, abs=1e-12)
    assert rates.index(max(rates)) == 30
