"""The second course's own hidden half: its tables, its references, and what it refuses."""

import copy

import numpy as np
import pytest
import torch

from autograder.checks.exercise import Exercise
from autograder.checks.matrix import idle_checks, verdicts
from autograder.execution.submission import LocalSubmission
from autograder.subject import find_subject


@pytest.fixture
def exercises(in_course):
    """The exercises that students write, by number."""
    found = find_subject(in_course).exercises()
    return {each.id: each for each in found if isinstance(each, Exercise)}


@pytest.mark.parametrize("seed", [0, 107, pytest.param(2**31 - 2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("id", ["q-1", "q-2", "q-3"])
def test_right_ways_pass_and_mistakes_are_named_whatever_the_seed(exercises, id, seed):
    found = list(verdicts(exercises[id], seed))
    assert {each.id: each.defects for each in found if each.defects} == {}
    assert idle_checks(exercises[id], found) == []


@pytest.mark.parametrize("id", ["q-1", "q-2", "q-3"])
def test_the_tables_are_long_enough(exercises, id):
    assert len(exercises[id].right) >= 6
    assert len(exercises[id].wrong) >= 8
    assert len(exercises[id].hints) >= 2


@pytest.fixture
def untrained(in_course, monkeypatch):
    """The grader's task with a network that nobody trained, and what right functions answer."""
    from quantcourse.end_to_end import grade, stage
    from quantcourse.end_to_end.calibrate import right_names
    from quantlab.network import LAYERS, DigitsCNN

    torch.manual_seed(0)
    weights = {n: p.detach().numpy().copy() for n, p in DigitsCNN().named_parameters()}
    count = sum(weights[f"{layer}.weight"].size for layer in LAYERS)
    task = stage.Task(weights, int(stage.AVERAGE_BITS * count))
    monkeypatch.setattr(grade, "task", lambda seed: task)
    found = LocalSubmission(right_names()).run(
        "quantlab.end_to_end:quantise_network",
        weights=weights,
        options=list(stage.OPTIONS),
        budget=task.budget,
        activation_bits=stage.ACTIVATION_BITS,
    )
    return task, found


def test_the_rebuilt_network_is_the_one_that_torch_computes(untrained):
    from quantcourse.end_to_end.rebuild import rebuild, size
    from quantcourse.references.network import Layer, logits
    from quantlab.network import LAYERS, DigitsCNN

    task, found = untrained
    layers = rebuild(found, task)
    assert size(found, task) <= task.budget / task.count
    network = DigitsCNN().eval()
    state = {n: torch.from_numpy(w) for n, w in task.weights.items()}
    for name in LAYERS:
        state[f"{name}.weight"] = torch.from_numpy(layers[name].weight.astype(np.float32))
    network.load_state_dict(state)
    images = torch.rand(5, 1, 8, 8) * 2 - 1
    plain = {name: Layer(each.weight, each.bias) for name, each in layers.items()}
    with torch.no_grad():
        wanted = network(images).numpy()
    np.testing.assert_allclose(logits(images.double().numpy(), plain), wanted, atol=1e-4)


def broken(found, layer, **changes):
    """The answer with some entries of a layer replaced; `None` leaves an entry out."""
    other = copy.deepcopy(found)
    for name, value in changes.items():
        if value is None:
            del other[layer][name]
        else:
            other[layer][name] = value
    return other


@pytest.mark.parametrize(
    "spoil",
    [
        lambda f: None,
        lambda f: [1, 2],
        lambda f: {"conv1": f["conv1"]},
        lambda f: broken(f, "conv1", scales=None),
        lambda f: broken(f, "conv2", bits=5),
        lambda f: broken(f, "conv2", bits=True),
        lambda f: broken(f, "conv2", bits="2"),
        lambda f: broken(f, "fc", q=f["fc"]["q"] + 0.5),
        lambda f: broken(f, "fc", q=f["fc"]["q"] * 100),
        lambda f: broken(f, "fc", q=f["fc"]["q"][:-1]),
        lambda f: broken(f, "fc", q=f["fc"]["q"].tolist()),
        lambda f: broken(f, "fc", scales=f["fc"]["scales"] * np.nan),
        lambda f: broken(f, "fc", scales=f["fc"]["scales"][:, None]),
        lambda f: broken(f, "conv3", input_scale=0.0),
        lambda f: broken(f, "conv3", input_scale=float("nan")),
        lambda f: broken(f, "conv3", input_zero_point=float("inf")),
        lambda f: broken(f, "conv3", input_zero_point="0"),
    ],
)
def test_what_is_no_quantised_network_gets_nothing_and_is_told_why(untrained, spoil):
    from quantcourse.end_to_end.grade import grade_network

    _, found = untrained

    class Stranger(LocalSubmission):
        def run(self, function, **arguments):
            return spoil(found)

    scores = grade_network(Stranger({}))
    assert [score.share for score in scores] == [0, 0]
    assert all("No quantised network can be made of this" in each.message.en for each in scores)


def test_a_network_from_elsewhere_gets_nothing(untrained):
    from quantcourse.end_to_end.grade import grade_network

    _, found = untrained
    other = copy.deepcopy(found)
    for layer in other.values():  # another network's weights, of the same size
        mixed = np.random.RandomState(0).permutation(layer["q"].ravel())
        layer["q"] = mixed.reshape(layer["q"].shape)

    class Stranger(LocalSubmission):
        def run(self, function, **arguments):
            return other

    assert {score.outcome for score in grade_network(Stranger({}))} == {"elsewhere"}


def test_a_missing_function_is_named(untrained):
    from quantcourse.end_to_end.calibrate import right_names
    from quantcourse.end_to_end.grade import grade_network

    names = right_names()
    del names["choose_bits"]
    scores = grade_network(LocalSubmission(names))
    assert {score.outcome for score in scores} == {"undefined"}
    assert "choose_bits" in scores[0].message.en
