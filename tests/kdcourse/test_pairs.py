"""Two mistakes at once, as students make them: named, told in both languages, told apart."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.checks.exercise import Exercise, Wrong
from autograder.checks.pairs import composed, of_parts, pair, with_twins
from kdcourse.course import SUBJECT
from labkit.judge.messages import Text
from labkit.public import public_sheets
from labkit.selfcheck import try_out

EXERCISES = {each.id: each for each in SUBJECT.exercises() if isinstance(each, Exercise)}
PAIRS = [(id, wrong) for id, each in EXERCISES.items() for wrong in each.wrong if "+" in wrong.id]


def named(exercise, subject):
    """What the self-check calls the mistake in an answer."""
    sheet = public_sheets("kdlab")[exercise]
    mistake = try_out(sheet, {sheet.name: subject}).report.mistake
    return mistake and mistake.id


def test_there_are_pairs_of_every_exercise():
    assert len(PAIRS) >= 30
    written_as_text = {"2-5"}  # its mistakes are edits of one text, each of another place
    assert {id for id, _ in PAIRS} == EXERCISES.keys() - written_as_text


@pytest.mark.parametrize(("id", "wrong"), [pytest.param(*each, id=each[1].id) for each in PAIRS])
def test_a_pair_says_what_both_of_its_mistakes_say(id, wrong):
    messages = {each.id: each.message for each in EXERCISES[id].wrong}
    for single in wrong.id.split("+"):
        for both, one in zip(wrong.message, messages[single], strict=True):
            assert one in both
    assert wrong.message.ko.startswith("두 가지가 겹쳤습니다.")
    assert wrong.message.en.startswith("Two things at once.")


# Written as students write them, and not from the parts of the tables.
def kl_by_default(student_logits, teacher_logits, T):
    log_q = F.log_softmax(student_logits / T, dim=1)
    return nn.KLDivLoss()(log_q, F.softmax(teacher_logits / T, dim=1))


def kl_at_one_temperature(student_logits, teacher_logits, T):
    q, p = F.log_softmax(student_logits, dim=1), F.softmax(teacher_logits, dim=1)
    return nn.KLDivLoss(reduction="batchmean")(q, p)


def kl_with_sum(student_logits, teacher_logits, T):
    log_q = F.log_softmax(student_logits / T, dim=1)
    return nn.KLDivLoss(reduction="sum")(log_q, F.softmax(teacher_logits / T, dim=1))


def kl_of_probabilities(student_logits, teacher_logits, T):
    q, p = F.softmax(student_logits / T, dim=1), F.softmax(teacher_logits / T, dim=1)
    return F.kl_div(q, p, reduction="batchmean")


def kl_in_wrong_order(student_logits, teacher_logits, T):
    q, p = F.log_softmax(student_logits / T, dim=1), F.softmax(teacher_logits / T, dim=1)
    return F.kl_div(p, q, reduction="batchmean") * T**2


def soft_cross_entropy(student_logits, teacher_logits, T):
    return F.cross_entropy(student_logits / T, F.softmax(teacher_logits / T, dim=1))


def hard_labels(student_logits, teacher_logits, T):
    return F.cross_entropy(student_logits, torch.argmax(teacher_logits, dim=1))


def equation_two(student_logits, teacher_logits, T):
    return (F.softmax(student_logits / T, 1) - F.softmax(teacher_logits / T, 1)) / T


def difference(student_logits, teacher_logits, T):
    return F.softmax(student_logits / T, 1) - F.softmax(teacher_logits / T, 1)


def step_with(loss, T_of=lambda T: T, ce=None, detach=True):
    def knowledge_distillation_step(
        teacher, student, inputs, labels, T, soft_target_loss_weight, ce_loss_weight, ce_loss
    ):
        with torch.set_grad_enabled(not detach):
            teacher_logits = teacher(inputs)
        student_logits = student(inputs)
        soft = loss(student_logits, teacher_logits, T_of(T))
        hard = (ce or ce_loss)(student_logits, labels)
        return soft_target_loss_weight * soft + ce_loss_weight * hard

    return knowledge_distillation_step


def right_loss(z, v, T):
    return kl_with_sum(z, v, T) * T**2 / len(z)


def cosine_without_margin(x1, x2, target, margin=0.0):
    cos = (x1 * x2).sum(1) / (x1.norm(dim=1) * x2.norm(dim=1))
    return torch.where(target == 1, 1 - cos, cos).mean()


def cosine_along_the_batch(x1, x2, target, margin=0.0):
    return (1 - F.cosine_similarity(x1, x2, dim=0)).mean()


def cosine_step_along_the_batch(
    teacher, student, inputs, labels, hidden_rep_loss_weight, ce_loss_weight, ce_loss, cosine_loss
):
    with torch.no_grad():
        _, wanted = teacher(inputs)
    logits, hidden = student(inputs)
    loss = (1 - F.cosine_similarity(hidden, wanted, dim=0)).mean()
    return hidden_rep_loss_weight * loss + ce_loss_weight * ce_loss(logits, labels)


def mean_of_accuracies(model, batches):
    model.eval()
    found = []
    with torch.no_grad():
        for inputs, labels in batches:
            found.append((model(inputs).argmax(1) == labels).float().mean().item())
    return sum(found) / len(found)


def bare_cross_entropy(logits, labels, weight=None, ignore_index=-100):
    if labels.dtype.is_floating_point:
        return -(labels * F.log_softmax(logits, 1)).sum(1).mean()
    return -F.log_softmax(logits, 1)[range(len(labels)), labels].mean()


@pytest.mark.parametrize(
    ("exercise", "subject", "id"),
    [
        ("1-1", bare_cross_entropy, "weights-unused+ignore-index-unused"),
        ("1-4", mean_of_accuracies, "left-in-eval-mode+mean-of-batches"),
        ("2-1", lambda logits, T: F.softmax(logits, dim=0), "over-batch+no-temperature"),
        ("2-2", kl_by_default, "mean-reduction+no-T-squared"),
        ("2-2", kl_at_one_temperature, "no-temperature"),
        ("2-2", kl_with_sum, "no-T-squared+sum-over-batch"),
        ("2-2", kl_of_probabilities, "no-T-squared+log-missing"),
        ("2-2", kl_in_wrong_order, "arguments-exchanged"),
        ("2-2", soft_cross_entropy, "no-T-squared+cross-entropy"),
        ("2-2", hard_labels, "hard-labels"),
        ("2-3", step_with(kl_by_default), "mean-reduction+no-T-squared"),
        ("2-3", step_with(hard_labels), "hard-labels"),
        ("2-3", step_with(right_loss, lambda T: 2), "T-fixed-2"),
        ("2-3", step_with(right_loss, lambda T: 4.0), "T-fixed-4"),
        ("2-3", step_with(right_loss, lambda T: 1), "no-temperature"),
        (
            "2-3",
            step_with(right_loss, ce=F.cross_entropy, detach=False),
            "teacher-not-detached+own-cross-entropy",
        ),
        ("2-4", equation_two, "no-T-squared+not-averaged"),
        ("2-4", difference, "no-T+not-averaged"),
        ("3-1", cosine_without_margin, "margin-ignored+no-clamp"),
        ("3-1", cosine_along_the_batch, "target-ignored+along-batch"),
        ("3-3", cosine_step_along_the_batch, "own-cosine-loss+along-batch"),
        ("4-1", lambda x, y: torch.norm(x - y), "root+summed"),
    ],
)
def test_a_likely_first_answer_is_named(exercise, subject, id):
    assert named(exercise, subject) == id


@of_parts
def _sum(first=1, second=2):
    return lambda: first + second


TABLE = (
    Wrong("a", Text("가", "A"), _sum(first=10)),
    Wrong("b", Text("나", "B"), _sum(second=20)),
    Wrong("c", Text("다", "C"), _sum(first=30)),
    Wrong("d", Text("라", "D"), lambda: 5),
)


def test_mistakes_in_different_parts_are_put_together():
    assert pair(TABLE, "a", "b").subject() == 30
    assert pair(TABLE, "a", "d", lambda: 7).subject() == 7
    (twin,) = with_twins(TABLE, {"a": ["b"]})[0].twins.items()
    assert (twin[0], twin[1]()) == ("a+b", 30)


@pytest.mark.parametrize("other", [2, 3])
def test_mistakes_in_the_same_part_cannot_be_composed(other):
    with pytest.raises(ValueError, match="say who makes both"):
        composed(TABLE[0].subject, TABLE[other].subject)
