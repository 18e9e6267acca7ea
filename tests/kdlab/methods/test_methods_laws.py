"""Laws that hold for every loss, whatever its formula."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kdlab import methods


def test_the_gradient_is_that_of_the_value(case):
    student, teacher = case.tensors(n=3)
    assert torch.autograd.gradcheck(lambda *s: case(s, teacher), student)


def test_it_is_a_scalar_that_is_not_negative(case):
    student, teacher = case.tensors(dtype=torch.float32)
    loss = case(student, teacher)
    assert loss.shape == () and loss.dtype == torch.float32 and loss > 0


def test_it_is_zero_for_a_student_that_is_its_teacher(matcher):
    student, _ = matcher.tensors()
    assert matcher(student, [each.detach().clone() for each in student]).item() < 1e-12


def test_the_teacher_gets_no_gradient_and_the_student_does(case):
    student, teacher = case.tensors()
    for each in teacher:
        each.requires_grad_()
    case(student, teacher).backward()
    assert all(each.grad is None for each in teacher)
    assert all(each.grad.abs().max() > 0 for each in student)


def test_a_duplicated_batch_has_the_same_loss(repeatable):
    student, teacher = repeatable.tensors()
    once = repeatable(student, teacher)
    twice = repeatable(*([torch.cat([each, each]) for each in part] for part in (student, teacher)))
    torch.testing.assert_close(twice, once)


def test_the_order_of_the_samples_does_not_matter(unindexed):
    student, teacher = unindexed.tensors(n=6)
    order = torch.tensor([4, 0, 3, 5, 1, 2])
    moved = unindexed([each[order] for each in student], [each[order] for each in teacher])
    torch.testing.assert_close(moved, unindexed(student, teacher))


def test_the_order_does_not_matter_to_triplets_that_are_named_by_index():
    s, t = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
    order = torch.tensor([4, 0, 3, 5, 1, 2])
    triplets = torch.tensor([[0, 1, 2], [3, 5, 4]])
    plain = methods.relative_triplet(s, [t], 1.0, triplets)
    moved = methods.relative_triplet(s[order], [t[order]], 1.0, order.argsort()[triplets])
    torch.testing.assert_close(moved, plain)
    twice = methods.relative_triplet(
        torch.cat([s, s]), [torch.cat([t, t])], 1.0, torch.cat([triplets, triplets + 6])
    )
    torch.testing.assert_close(twice, plain)


def test_the_loss_sees_a_teacher_of_other_samples(matcher):
    student, _ = matcher.tensors(n=4)
    other = [each.detach()[torch.tensor([1, 2, 3, 0])] for each in student]
    assert matcher(student, other) > 1e-6


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.01, 100))
def test_scale_does_not_matter_where_it_should_not(factor):
    from_conftest = [
        (methods.cosine, (6,)),
        (methods.attention_transfer, (3, 4, 4)),
        (methods.neuron_selectivity, (3, 4, 4)),
        (methods.factor_transfer, (3, 4, 4)),
        (methods.relational_distance, (6,)),
        (methods.relational_angle, (6,)),
    ]
    generator = torch.Generator().manual_seed(0)
    for loss, shape in from_conftest:
        s, t = torch.randn(2, 5, *shape, generator=generator, dtype=torch.float64)
        torch.testing.assert_close(loss(s * factor, t), loss(s, t))
        torch.testing.assert_close(loss(s, t * factor), loss(s, t))


def test_other_losses_do_depend_on_scale(case):
    student, teacher = case.tensors()
    changed = case([3 * each for each in student], teacher)
    same = torch.isclose(changed, case(student, teacher))
    assert bool(same) == case.scale


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("whose", ["student", "teacher"])
def test_what_is_not_finite_makes_the_loss_not_finite(case, whose, bad):
    student, teacher = case.tensors()
    tensors = {"student": student, "teacher": teacher}[whose]
    for number in range(len(tensors)):
        changed = [each.detach().clone() for each in tensors]
        changed[number].view(-1)[3] = bad
        both = (changed, teacher) if whose == "student" else (student, changed)
        is_masked = case.name == "soft_targets" and whose == "teacher" and bad == -float("inf")
        assert bool(torch.isfinite(case(*both))) == is_masked


def test_half_precision_that_overflowed_is_seen(case):
    student, teacher = case.tensors(dtype=torch.float16)
    assert not torch.isfinite(case(student, [(each.double() * 1e6).half() for each in teacher]))


def test_one_sample_is_enough(case):
    student, teacher = case.tensors(n=1, dtype=torch.float32)
    loss = case(student, teacher)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(torch.isfinite(each.grad).all() for each in student)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_widened(case, dtype):
    student, teacher = case.tensors(dtype=dtype)
    loss = case(student, teacher)
    exact = case([each.double() for each in student], [each.double() for each in teacher])
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, exact.float(), rtol=1e-4, atol=1e-6)
    loss.backward()
    assert all(torch.isfinite(each.grad).all() for each in student)


def test_autocast_around_it_changes_nothing(case):
    student, teacher = case.tensors(dtype=torch.float32)
    plain = case(student, teacher)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = case(student, teacher)
    assert torch.equal(inside, plain)


def test_values_that_overflow_half_precision(case):
    """Squares of 300 and sums over a map are beyond float16."""
    student, teacher = case.tensors(dtype=torch.float16)
    loss = case([300 * each for each in student], [300 * each for each in teacher])
    assert torch.isfinite(loss)
