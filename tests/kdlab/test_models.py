"""The lecture's two networks."""

import pytest
import torch

from kdlab.models import StudentCNN, TeacherCNN

IMAGES = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("network", "parameters", "shape"),
    [(TeacherCNN, 1_186_986, (2, 32, 8, 8)), (StudentCNN, 267_738, (2, 16, 8, 8))],
)
def test_parameters_and_shapes_are_the_lectures(network, parameters, shape):
    model = network()
    assert sum(parameter.numel() for parameter in model.parameters()) == parameters
    assert model.features(IMAGES).shape == shape
    assert model(IMAGES).shape == (2, 10)
    assert network(num_classes=3)(IMAGES).shape == (2, 3)


@pytest.mark.parametrize("network", [TeacherCNN, StudentCNN])
def test_only_train_mode_is_random(network):
    model = network()
    assert not torch.equal(model(IMAGES), model(IMAGES))
    model.eval()
    assert torch.equal(model(IMAGES), model(IMAGES))


def test_logits_come_from_the_feature_map():
    model = TeacherCNN().eval()
    expected = model.classifier(model.features(IMAGES).flatten(1))
    torch.testing.assert_close(model(IMAGES), expected)
