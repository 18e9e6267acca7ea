"""A comparison that takes seconds: few images, a teacher of the right shape with little to do."""

import pytest
import torch
from torch import nn

from kdlab.compare.setting import Setting
from kdlab.methods import DataFree
from kdlab.models.blocks import conv_stack, dense_head
from kdlab.teachers.train import freeze


class QuickTeacher(nn.Module):
    """The teacher's feature maps at the same places, from convolutions with fewer channels."""

    def __init__(self, num_classes):
        super().__init__()
        self.features = conv_stack((3, 4, 64, 4, 32), pool_after=(2, 4))
        self.classifier = dense_head(2048, 512, num_classes)

    def forward(self, inputs):
        return self.classifier(self.features(inputs).flatten(1))


@pytest.fixture
def teacher():
    torch.manual_seed(11)
    return freeze(QuickTeacher(4))


@pytest.fixture
def setting(small_data, teacher, tmp_path, monkeypatch):
    """Two epochs on 100 images of four classes."""
    reconstruct = DataFree.reconstruct
    monkeypatch.setattr(DataFree, "reconstruct", lambda self, n, steps: reconstruct(self, 20, 2))
    return Setting(small_data, teacher, epochs=2, folder=tmp_path)
