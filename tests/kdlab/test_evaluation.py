"""Measures, against the same computed in plain words."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from kdlab import evaluation
from kdlab.models import StudentCNN, TeacherCNN


class Fixed(nn.Module):
    """Returns its inputs as logits: predictions can be written down. Dropout shows train mode."""

    def __init__(self):
        super().__init__()
        self.dropout = nn.Dropout(0.9)

    def forward(self, inputs):
        return self.dropout(inputs)


def one_hot(*classes):
    return nn.functional.one_hot(torch.tensor(classes), 3).float()


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(1, 7))
def test_accuracy_weighs_every_image_alike_whatever_the_batches(predicted, size):
    labels = torch.zeros(len(predicted), dtype=torch.long)
    logits = one_hot(*predicted)
    batches = [(logits[i : i + size], labels[i : i + size]) for i in range(0, len(labels), size)]
    assert evaluation.accuracy(Fixed(), batches) == pytest.approx(
        predicted.count(0) / len(predicted)
    )


def test_modes_are_restored_module_by_module():
    model = nn.Sequential(Fixed(), nn.Dropout())
    model.train()
    model[1].eval()
    evaluation.accuracy(model, [(one_hot(0), torch.tensor([0]))])
    assert (model.training, model[0].training, model[1].training) == (True, True, False)


def test_mode_is_restored_after_an_error():
    class Broken(nn.Module):
        def forward(self, inputs):
            raise RuntimeError("broken")

    model = Broken().train()
    with pytest.raises(RuntimeError, match="broken"):
        evaluation.accuracy(model, [(one_hot(0), torch.tensor([0]))])
    assert model.training


def test_no_images_is_an_error():
    with pytest.raises(ValueError, match="no images"):
        evaluation.accuracy(Fixed(), [])


def test_agreement_does_not_ask_for_labels():
    class Same(nn.Module):
        def forward(self, inputs):
            return one_hot(*[0] * len(inputs)), "a second output"

    batches = [(one_hot(0, 1, 0, 2), torch.tensor([2, 2, 2, 2]))]
    assert evaluation.agreement(Fixed(), Same(), batches) == 0.5


def test_kl_to_teacher_is_the_definition_times_t_squared():
    student_logits, teacher_logits, T = torch.tensor([[3.0, 2.0]]), torch.tensor([[5.0, 1.0]]), 2
    p = [math.exp(5 / T), math.exp(1 / T)]
    q = [math.exp(3 / T), math.exp(2 / T)]
    p, q = [value / sum(p) for value in p], [value / sum(q) for value in q]
    expected = T**2 * sum(a * math.log(a / b) for a, b in zip(p, q, strict=True))

    class Teacher(nn.Module):
        def forward(self, inputs):
            return teacher_logits

    batches = [(student_logits, torch.tensor([0]))]
    assert evaluation.kl_to_teacher(Fixed(), Teacher(), batches, T) == pytest.approx(expected)
    assert evaluation.kl_to_teacher(Teacher(), Teacher(), batches, T) == pytest.approx(0, abs=1e-12)


def test_kl_is_finite_for_extreme_logits():
    class Teacher(nn.Module):
        def forward(self, inputs):
            return torch.tensor([[2000.0, 0.0, 0.0]])

    value = evaluation.kl_to_teacher(Fixed(), Teacher(), [(one_hot(1), torch.tensor([0]))], T=1)
    assert math.isfinite(value)


def test_hidden_cosine_pairs_as_avg_pool1d_does(small_data):
    student, teacher = StudentCNN(4).eval(), TeacherCNN(4).eval()
    batches = list(small_data.test.batches(7))
    cosines = []
    with torch.no_grad():
        for inputs, _ in batches:
            pooled = nn.functional.avg_pool1d(teacher.features(inputs).flatten(1), 2)
            cosines.append(
                nn.functional.cosine_similarity(student.features(inputs).flatten(1), pooled)
            )
    expected = torch.cat(cosines).mean().item()
    assert evaluation.hidden_cosine(student, teacher, batches) == pytest.approx(expected, abs=1e-6)


def test_feature_mse_is_the_mean_over_all_values(small_data):
    teacher = TeacherCNN(4).eval()

    class Student(nn.Module):
        def forward(self, inputs):
            return None, teacher.features(inputs) + 0.5

    value = evaluation.feature_mse(Student(), teacher, small_data.test.batches(7))
    assert value == pytest.approx(0.25, abs=1e-5)


def test_predict_keeps_the_order(small_data, small_network):
    logits = evaluation.predict(small_network, small_data.test.batches(7))
    assert logits.shape == (30, 4)
    at_once = evaluation.predict(small_network, small_data.test.batches(30))
    torch.testing.assert_close(logits, at_once)
