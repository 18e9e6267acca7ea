"""Bad code of every kind becomes a fault of its own, and nothing of it leaks out of the probe."""

# Longer than 250 lines: one table of what student code does, for both kinds of cases.

import sys
import warnings

import numpy as np
import pytest
import torch

from labkit.judge.case import Case, Fault
from labkit.judge.messages import FAULTS
from labkit.probe.observe import observe
from labkit.probe.weights import weight_of

X = np.array([[1.0, 2.0], [3.0, 5.0]])
CASE = Case("call", {"x": X}, gradients=("x",))


def network(training):
    parameters = {"weight": np.eye(2), "bias": np.zeros(2)}
    return {"network": {"parameters": parameters, "training": training, "factors": {"train": 3.0}}}


NETWORKS = Case("call", {"teacher": network(False), "student": network(True), "x": X})


def fault(subject, entry="value", case=CASE):
    found = observe(subject, case).entry(entry)
    assert isinstance(found, Fault), found
    assert found.kind in FAULTS
    return found


def test_a_right_function_is_seen_as_it_is():
    seen = observe(lambda x: (x**2).sum(), CASE)
    assert seen.fault is None
    assert seen.entry("value") == 39
    assert np.array_equal(seen.entry("gradient:x"), 2 * X)
    assert seen.entry("shape").size == 0
    assert not any(isinstance(entry, Fault) for entry in seen.entries.values())


def quits(x):
    sys.exit(1)


def raises(x):
    raise ValueError("a strange\nlong story")


def unwritten(x):
    raise NotImplementedError("1-1")


def beyond_torch(x):
    raise NotImplementedError('"add_stub" not implemented for \'Half\'')


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text either")


def raises_unprintable(x):
    raise Unprintable


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (None, "missing"),
        (3, "not_callable"),
        (unwritten, "not_attempted"),
        (beyond_torch, "raised"),
        (raises, "raised"),
        (quits, "raised"),
        (lambda: 1, "raised"),
        (lambda x: None, "none"),
        (lambda x: (x, x), "type"),
        (lambda x: "0.5", "type"),
        (lambda x: True, "type"),
        (lambda x: {"loss": x}, "type"),
    ],
)
def test_what_gives_no_number_is_a_fault(subject, kind):
    assert fault(subject).kind == kind


@pytest.mark.parametrize(
    ("subject", "entry", "kind"),
    [
        (lambda x: 39.0, "form", "no_tensor"),
        (lambda x: x.detach().numpy().sum(), "form", "no_tensor"),
        (lambda x: (x**2).sum().half(), "form", "dtype"),
        (lambda x: (x**2).sum().long(), "form", "dtype"),
        (lambda x: (x**2).sum().detach(), "gradient:x", "no_graph"),
        (lambda x: torch.tensor(39.0), "gradient:x", "no_graph"),
        (lambda x: x.sum().backward() or (x**2).sum(), "inputs", None),
        (lambda x: (x.mul_(2) ** 2).sum(), "inputs", "changed"),
    ],
)
def test_what_breaks_the_contract_is_a_fault_of_one_entry(subject, entry, kind):
    seen = observe(subject, CASE)
    assert seen.fault is None
    found = seen.entry(entry)
    assert getattr(found, "kind", None) == kind


def test_a_backward_pass_inside_is_found_out():
    def backward(x):
        loss = (x**2).sum()
        loss.backward()
        return loss

    assert fault(backward, "gradient:x").kind == "backward"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_numbers_all_the_same(value):
    seen = observe(lambda x: x.sum() * value, CASE)
    assert not np.isfinite(seen.entry("value")).any()


def test_a_one_element_tensor_keeps_its_shape():
    seen = observe(lambda x: (x**2).sum().reshape(1, 1), CASE)
    assert np.array_equal(seen.entry("shape"), [1, 1])


def test_another_shape_than_the_cotangents_has_no_gradient():
    case = Case("call", {"x": X}, gradients=("x",), cotangent=np.ones((2, 2)))
    assert fault(lambda x: x.sum(1), "gradient:x", case).kind == "no_backward_shape"
    assert np.array_equal(observe(lambda x: x * 3, case).entry("gradient:x"), 3 * np.ones((2, 2)))


def test_parts_of_a_tuple_have_entries_of_their_own():
    case = Case("call", {"x": X}, returns=("logits", "hidden"))
    seen = observe(lambda x: (x, x.sum()), case)
    assert seen.entry("value:hidden") == 11
    for result in ((X,), 1, (X, X, X), torch.ones(3)):
        assert fault(lambda x, result=result: result, "value:logits", case).kind == "not_the_tuple"


def test_dtype_and_layout_are_as_the_case_says():
    seen = {}

    def look(x):
        seen["x"] = x.dtype, x.is_contiguous()
        return x.sum()

    observe(look, Case("call", {"x": X}, dtype="float64", layout="strided"))
    assert seen["x"] == (torch.float64, False)
    observe(look, Case("call", {"x": X}))
    assert seen["x"] == (torch.float32, True)


def test_forbidden_functions_are_seen_under_any_name():
    case = Case("call", {"x": X}, forbidden=("mse_loss",))
    for subject in (
        lambda x: torch.nn.functional.mse_loss(x, x),
        lambda x: torch.nn.MSELoss()(x, x),
    ):
        assert fault(subject, case=case).details["name"] == "mse_loss"
    assert observe(lambda x: (x - x).square().mean(), case).fault is None


def test_networks_tell_about_mode_gradient_and_statistics():
    def step(teacher, student, x):
        with torch.no_grad():
            wanted = teacher(x)
        return ((student(x) - wanted) ** 2).sum()

    def careless(teacher, student, x):
        return ((student(x) - teacher.train()(x)) ** 2).sum()

    good, bad = observe(step, NETWORKS), observe(careless, NETWORKS)
    assert good.entry("mode:teacher") == good.entry("passes:teacher") == 0
    assert not good.entry("gradient:teacher").any()
    assert good.entry("gradient:student").any()
    assert bad.entry("mode:teacher") == bad.entry("passes:teacher") == 1
    assert bad.entry("value") != good.entry("value")  # the teacher answers otherwise in train mode


def test_a_frozen_teacher_needs_no_graph():
    seen = observe(lambda teacher, student, x: teacher(x).sum().detach(), NETWORKS)
    assert not seen.entry("gradient:teacher").any()
    assert seen.entry("gradient:student").kind == "no_graph"


def test_changed_weights_are_found_out():
    def step(teacher, student, x):
        with torch.no_grad():
            student.weight.zero_()
        return student(x).sum()

    assert observe(step, NETWORKS).entry("inputs").details["names"] == ["student.weight"]


def test_the_students_own_line_is_named(tmp_path):
    cell = tmp_path / "cell.py"
    cell.write_text("def f(x):\n    y = x + 1\n    return y.nothing\n")
    names = {}
    exec(compile(cell.read_text(), str(cell), "exec"), names)
    details = fault(names["f"]).details
    assert (details["type"], details["line"]) == ("AttributeError", 3)
    assert details["source"] == "return y.nothing"


def test_long_messages_are_cut():
    def long(x):
        raise ValueError("z" * 5000)

    assert len(fault(long).details["message"]) == 200


def test_nothing_leaks(capsys):
    def noisy(x):
        print("secret")
        print("secret", file=sys.stderr)
        warnings.warn("secret", stacklevel=1)
        torch.manual_seed(99)
        torch.rand(3)
        torch.set_grad_enabled(False)
        return x.sum()

    before = torch.random.get_rng_state()
    assert observe(noisy, CASE).fault is None
    assert torch.equal(before, torch.random.get_rng_state())
    assert torch.is_grad_enabled()
    assert capsys.readouterr() == ("", "")


def test_the_generator_starts_from_the_cases_seed():
    draws = [
        float(observe(lambda x: torch.rand(()) + 0 * x.sum(), Case("call", {"x": X}, seed=seed))
              .entry("value"))
        for seed in (1, 1, 2)
    ]  # fmt: skip
    assert draws[0] == draws[1] != draws[2]


# --- classes


class Tiny(torch.nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.first = torch.nn.Linear(4, 5)
        self.second = torch.nn.Linear(5, classes)

    def forward(self, x):
        return self.second(self.first(x.flatten(1)))


MODULE = Case(
    "module",
    {},
    cotangent=np.ones((2, 3)),
    options={"inputs": {"shape": [2, 1, 2, 2], "seed": 4}, "weights": 5},
)


def test_a_class_is_seen_by_its_layers_outputs_and_gradients():
    seen = observe(Tiny, MODULE)
    assert np.array_equal(seen.entry("layers")[:, 0], [3, 3, 5, 5])
    assert seen.entry("value").shape == (2, 3)
    assert seen.entry("gradient:3") == pytest.approx(2 * weight_of((3,), 6).sum())


def test_names_and_order_of_layers_make_no_difference():
    class Backwards(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.b = torch.nn.Linear(5, 3)
            self.a = torch.nn.Linear(4, 5)

        def forward(self, x):
            return self.b(self.a(x.flatten(1)))

    one, other = observe(Tiny, MODULE), observe(Backwards, MODULE)
    for name, entry in one.entries.items():
        assert np.allclose(entry, other.entry(name)), name


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        (lambda: 3, "not_a_module"),
        (lambda: torch.nn.Identity(), "no_backward_shape"),
        (lambda: Tiny(7), "no_backward_shape"),
        (lambda: torch.nn.Linear(9, 3), "raised"),
        (lambda: torch.nn.Sequential(torch.nn.Flatten(), UnderNoGrad()), "no_graph"),
    ],
)
def test_classes_that_cannot_be_measured_say_why(subject, kind):
    seen = observe(subject, MODULE)
    kinds = {e.kind for e in (*seen.entries.values(), seen.fault) if isinstance(e, Fault)}
    assert kinds == ({kind} if not isinstance(subject(), torch.nn.Identity) else set())


class UnderNoGrad(Tiny):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


PLAIN = Case("call", {"prices": [3.0, 1.0, 2.0], "rows": [[1, 2], [3]]}, returns="number")


def test_a_list_of_numbers_is_an_argument_like_others():
    seen = observe(lambda prices, rows: sum(prices) + len(rows[0]), PLAIN)
    assert seen.fault is None and seen.entry("value") == 8
    assert not any(isinstance(entry, Fault) for entry in seen.entries.values())


@pytest.mark.parametrize(
    ("spoil", "name"),
    [(lambda prices, rows: prices.sort(), "prices"), (lambda prices, rows: rows[1].pop(), "rows")],
)
def test_a_list_that_is_changed_is_found_out_and_the_case_stays(spoil, name):
    for _ in range(2):  # the second call finds what the first one did to the case
        found = fault(lambda prices, rows: spoil(prices, rows) or 1.0, "inputs", PLAIN)
        assert (found.kind, found.details) == ("changed", {"names": [name]})
