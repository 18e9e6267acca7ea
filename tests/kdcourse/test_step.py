"""Training steps that are composed of parts: by default the lecture's, and alike in every lab."""

from inspect import signature

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from autograder.checks.sheets import hidden_sheet
from kdcourse.course import SUBJECT
from kdcourse.lab2.right_step import METHOD as SOFT_TARGETS
from kdcourse.lab3.right_step import METHOD as COSINE
from kdcourse.lab4.right_step import METHOD as REGRESSOR
from kdcourse.step import altered, exchanged
from labkit.probe.networks import build_network
from labkit.probe.observe import observe

# The method, the shape of the networks' second output, and the method's own argument.
METHODS = {
    "2-3": (SOFT_TARGETS, None, 2.5),
    "3-3": (COSINE, (4,), nn.CosineEmbeddingLoss()),
    "4-3": (REGRESSOR, (2, 2, 2), nn.MSELoss()),
}
PLACED = ("teacher", "student", "inputs", "labels")
EACH = pytest.mark.parametrize("id", METHODS)


def arguments(id):
    """A call with random networks and numbers, the same each time."""
    method, shape, extra = METHODS[id]
    random = np.random.RandomState(0)

    def network(training):
        parameters = {"weight": random.normal(size=(6, 5)), "bias": random.normal(size=5)}
        if shape:
            parameters["hidden_weight"] = random.normal(size=(6, int(np.prod(shape))))
        spec = {"parameters": parameters, "training": training, "hidden_shape": shape}
        return build_network(spec, torch.float64, "cpu")

    return {
        "teacher": network(False),
        "student": network(True),
        "inputs": torch.tensor(random.normal(size=(3, 6))),
        "labels": torch.tensor([4, 0, 1]),
        method.weight: 0.3,
        "ce_loss_weight": 1.25,
        "ce_loss": nn.CrossEntropyLoss(label_smoothing=0.1),
        method.extra: extra,
    }


def outcome(step, id):
    """The loss and the gradients of the student's and of the teacher's parameters."""
    given = arguments(id)
    loss = step(**given)
    loss.backward()
    return [loss, *(p.grad for n in ("student", "teacher") for p in given[n].parameters())]


def is_the_lectures(got, id):
    wanted = outcome(METHODS[id][0].lecture, id)
    return all(
        (a is None and b is None) or torch.allclose(a, b, rtol=1e-12, atol=1e-14)
        for a, b in zip(got, wanted, strict=True)
    )


@EACH
def test_without_other_parts_a_step_is_the_lectures(id):
    assert is_the_lectures(outcome(METHODS[id][0].step(), id), id)


@EACH
def test_each_right_way_is_the_lectures(id):
    for right in SUBJECT.find(id).right:
        assert is_the_lectures(outcome(right.subject, id), id), right.id


@EACH
def test_the_lectures_way_comes_first_and_is_written_out(id):
    exercise = SUBJECT.find(id)
    assert exercise.right[0].subject is METHODS[id][0].lecture
    assert exercise.right[0].subject.__closure__ is None


@EACH
def test_all_have_the_lectures_names_of_arguments(id):
    method = METHODS[id][0]
    assert {*PLACED, "ce_loss", "ce_loss_weight", method.weight, method.extra} == set(
        signature(method.lecture).parameters
    )
    exercise = SUBJECT.find(id)
    for each in (*exercise.right, *exercise.wrong):
        assert signature(each.subject) == signature(method.lecture), each.id


@EACH
def test_arguments_are_taken_by_place_and_by_name(id):
    method = METHODS[id][0]
    given, step = arguments(id), method.step()
    in_order = [given[name] for name in signature(method.lecture).parameters]
    assert step(*in_order) == step(**given)
    with pytest.raises(TypeError):
        step(**given, temperature=2.0)


@EACH
def test_every_part_can_be_replaced(id):
    method = METHODS[id][0]
    given = arguments(id)
    weights = given[method.weight], given["ce_loss_weight"]

    def see(student, teacher, inputs):
        assert (student, teacher) == (given["student"], given["teacher"])
        return (inputs, inputs + 1), (inputs + 2, inputs + 3)

    step = method.step(
        see=see,
        alter=altered(lambda logits: logits * 2, "logits"),
        term=lambda seen: [seen.compared, seen.wanted, seen.extra],
        label=lambda seen: [seen.logits, seen.teacher_logits, seen.labels],
        mix=lambda *parts: parts,
    )
    own, ce, *mixed = step(**given)
    x = given["inputs"]
    assert mixed == list(weights)
    assert torch.equal(own[0], x + 1)
    assert torch.equal(own[1], x + 3)
    assert own[2] is given[method.extra]
    assert torch.equal(ce[0], 2 * x)
    assert torch.equal(ce[1], x + 2)
    assert ce[2] is given["labels"]


def test_an_altered_step_is_another_one_where_it_matters():
    """The squared error and the cosine are symmetric, the KL is not."""
    turned = {id: outcome(method.step(alter=exchanged), id) for id, (method, *_) in METHODS.items()}
    same = {id: is_the_lectures(seen, id) for id, seen in turned.items()}
    assert same == {"2-3": False, "3-3": True, "4-3": True}
    detached = METHODS["2-3"][0].step(alter=altered(Tensor.detach, "compared"))
    got, wanted = (outcome(step, "2-3") for step in (detached, SOFT_TARGETS.lecture))
    assert got[0].item() == pytest.approx(wanted[0].item())
    assert not torch.allclose(got[1], wanted[1])


def test_the_same_mistake_has_the_same_name_and_message_in_each_lab():
    """Up to the name of the method's own weight."""
    ids, messages = {}, {}
    for id, (method, *_) in METHODS.items():
        short = method.weight.partition("_")[0]
        for wrong in SUBJECT.find(id).wrong:
            name = wrong.id.replace(short, "own")
            message = wrong.message.en.replace(method.weight, "own").replace(method.loss.en, "loss")
            ids.setdefault(message, set()).add(name)
            messages.setdefault(name, []).append(message)
    assert {message: names for message, names in ids.items() if len(names) > 1} == {}
    in_all = {name for name, said in messages.items() if len(said) == len(METHODS)}
    assert {"teacher-not-detached", "one-minus-own-weight", "no-weights", "item"} < in_all
    assert {name for name in in_all if len(set(messages[name])) > 1} == set()


@EACH
def test_a_lab_leaves_out_only_what_another_mistake_does_too(id):
    known = {wrong.id for wrong in SUBJECT.find(id).wrong}
    left_out = {wrong.id for wrong in METHODS[id][0].mistakes()} - known
    assert left_out == ({"no-hidden-term"} if id == "3-3" else set())


@EACH
def test_messages_name_the_labs_own_weight(id):
    method = METHODS[id][0]
    messages = {wrong.id: wrong.message for wrong in method.mistakes()}
    assert all(method.weight in text for text in messages["one-minus-ce-weight"])
    assert all("{" not in text for message in messages.values() for text in message)


@EACH
def test_a_case_is_called_as_the_lecture_is(id):
    """And what its networks return has the shape that the lab's networks return."""
    method, shape, _ = METHODS[id]
    for trial in hidden_sheet(SUBJECT.find(id)).trials:
        parameters = list(signature(method.lecture).parameters)
        assert set(trial.case.arguments) == set(parameters)
        assert tuple(trial.case.arguments)[:4] == PLACED
        assert set(trial.case.keywords) == set(parameters[4:])
        network = trial.case.arguments["student"]["network"]
        assert ("hidden_weight" in network["parameters"]) == bool(shape)
        assert ("hidden_shape" in network) == (id == "4-3")
        assert observe(method.step(), trial.case).fault is None
