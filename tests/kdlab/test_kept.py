"""A training that has ended is kept for the same code, data and seed, and for nothing else."""

import copy

import pytest
import torch

import kdlab
from kdlab import runtime
from kdlab.checkpoints import Checkpoints
from kdlab.errors import TrainingError
from kdlab.training import fit

CELL = """
from torch.nn import functional as F

calls = []
temperature = {"T": 2.0}

def soften(logits):
    return logits / temperature["T"]

def step(model, inputs, labels):
    COUNT
    return F.cross_entropy(soften(model(inputs)), labels)
"""


def cell(change=("", ""), count="pass"):
    """A notebook's names, after its cell was executed."""
    names = {"__name__": "__main__"}
    exec(CELL.replace("COUNT", count).replace(*change), names)
    return names


@pytest.fixture
def train(small_data, small_network, tmp_path):
    def run(step, seed=0, epochs=2, data=small_data, network=small_network):
        network = copy.deepcopy(network)
        history = fit(
            step, network, data.train.batches(16, shuffle=True, seed=seed), epochs=epochs,
            seed=seed, checkpoints=Checkpoints(tmp_path, "student", keep=9), title="student",
            progress=False,
        )  # fmt: skip
        return history, torch.cat([each.detach().flatten() for each in network.parameters()])

    return run


def is_kept(capsys):
    return "kept from" in capsys.readouterr().out


def test_the_same_training_is_read_and_ends_as_before(train, capsys):
    history, weights = train(cell()["step"])
    assert not is_kept(capsys)
    again, same = train(cell()["step"])  # after a restart everything is another object
    assert is_kept(capsys)
    assert torch.equal(weights, same) and again == history


@pytest.mark.parametrize(
    "change",
    [
        ("cross_entropy(", "cross_entropy(2 * "),  # the step itself
        ("logits / t", "logits * t"),  # what it calls
        ('"T": 2.0', '"T": 3.0'),  # a number in what it reads
    ],
)
def test_changed_code_trains_anew(train, change, capsys):
    train(cell()["step"])
    train(cell(change)["step"])
    assert not is_kept(capsys)


def test_another_seed_length_network_or_data_trains_anew(train, small_data, small_network, capsys):
    train(cell()["step"])
    train(cell()["step"], seed=1)
    train(cell()["step"], epochs=3)
    other = copy.deepcopy(small_network)
    other[-1].bias.data += 1
    train(cell()["step"], network=other)
    small_data.train.images[0] = 0
    train(cell()["step"])
    assert not is_kept(capsys)


def test_a_comment_and_a_new_line_train_nothing_anew(train, capsys):
    train(cell()["step"])
    train(cell(("    return F.", "    # why\n\n    return F."))["step"])
    assert is_kept(capsys)


def test_a_step_that_writes_something_down_is_not_kept(train, capsys):
    """Read in place of trained, its list would stay empty, and a plot of it false."""
    for _ in range(2):
        names = cell(count="calls.append(float(labels[0]))")
        train(names["step"])
        assert len(names["calls"]) == 14
    assert not is_kept(capsys)


@pytest.fixture
def setup(monkeypatch, small_data, tmp_path):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setattr(runtime, "load_data", lambda *given, **named: small_data)
    yield lambda: kdlab.setup("lab1_baseline", language="en")
    kdlab.set_language("both")


def test_run_all_after_a_restart_trains_nothing(setup, small_network, capsys):
    expected = None
    for _ in range(2):
        lab = setup()
        names = cell() | {"lab": lab}
        network = copy.deepcopy(small_network)
        exec("to = lambda model, x, y: step(model, x.to(lab.device), y)", names)
        lab.fit(names["to"], network, title="student, CE", epochs=2)
        result = lab.measure("student, CE", network)
        expected = expected or result.accuracy
        assert result.accuracy == expected
        assert lab.timetable.images == 100 * 18
    assert "student, CE: kept from" in capsys.readouterr().out


def test_a_network_whose_training_broke_off_is_not_measured_or_kept(setup, small_network):
    lab = setup()
    calls = []

    def step(model, inputs, labels):
        calls.append(1)
        assert len(calls) < 2
        return model(inputs).square().mean()

    with pytest.raises(AssertionError):
        lab.fit(step, small_network, title="student, CE", epochs=3)
    with pytest.raises(TrainingError, match="'student, CE' did not run to its end"):
        lab.measure("student, CE", small_network)
    assert lab.results() == []
    lab.fit(cell()["step"], small_network, title="student, CE", epochs=1)
    assert lab.measure("student, CE", small_network) == lab.results()[0]


def test_a_result_that_cannot_be_stored_is_measured_all_the_same(
    setup, small_network, monkeypatch, capsys
):
    def full(result, folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kdlab.lab.store_result", full)
    assert setup().measure("student, CE", small_network).accuracy >= 0
    assert "is not kept for later labs ([Errno 28]" in capsys.readouterr().out
