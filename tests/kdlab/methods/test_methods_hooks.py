"""Features by module path, and adapters that leave no trace in the student's random stream."""

import pytest
import torch
from torch import nn

import kdlab
from kdlab.methods import (
    Paraphraser,
    Translator,
    WeightProjector,
    WithFeatures,
    call_with_features,
    match_channels,
    match_features,
    pool_channels,
    pool_pairs,
)
from kdlab.models import StudentCNN, TeacherCNN
from kdlab.precision import mixed_precision
from labkit.errors import ConfigurationError, UnknownNameError


class Block(nn.Module):
    """Works in place, has a module that never runs, and one that returns a tuple."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.unused = nn.Linear(2, 2)
        self.recurrent = nn.GRU(4, 4, batch_first=True)

    def forward(self, inputs):
        hidden = self.relu(self.conv(inputs)).mean((2, 3))
        return self.recurrent(hidden[:, None])[0][:, 0]


@pytest.fixture
def block():
    torch.manual_seed(0)
    return Block()


def test_features_are_what_the_modules_return():
    torch.manual_seed(0)
    student, inputs = StudentCNN().eval(), torch.randn(2, 3, 32, 32)
    logits, (hidden, feature_map, hidden_again) = call_with_features(
        student, inputs, ["classifier.1", "features", "classifier.1"]
    )
    assert torch.equal(logits, student(inputs))
    assert torch.equal(feature_map, student.features(inputs))
    assert torch.equal(hidden, student.classifier[:2](feature_map.flatten(1)))
    assert hidden_again is hidden


def test_gradients_flow_through_them(block):
    _, (feature,) = call_with_features(block, torch.randn(2, 3, 4, 4), ["conv"])
    feature.sum().backward()
    assert block.conv.weight.grad.abs().max() > 0


def test_pre_activations_survive_an_activation_in_place(block):
    inputs = torch.randn(2, 3, 4, 4)
    _, (before,) = call_with_features(block, inputs, ["conv"])
    assert (before < 0).any()
    assert torch.equal(before, block.conv(inputs))


def test_features_come_in_float32_out_of_mixed_precision():
    """An adapter, which is called outside, has weights in float32."""
    student = StudentCNN()
    with mixed_precision(student, torch.bfloat16):
        _, (feature_map,) = call_with_features(student, torch.randn(2, 3, 32, 32), ["features"])
    assert match_channels(16, 32)(feature_map).dtype == torch.float32


def test_no_hook_is_left_behind(block):
    call_with_features(block, torch.randn(2, 3, 4, 4), ["conv"])
    with pytest.raises(RuntimeError):
        call_with_features(block, torch.randn(2, 5, 4, 4), ["conv"])
    assert not any(module._forward_hooks for module in block.modules())


@pytest.mark.parametrize(
    ("paths", "error", "said"),
    [
        (["convv"], UnknownNameError, "Did you mean 'conv'"),
        (["unused"], ConfigurationError, "not called"),
        (["recurrent"], ConfigurationError, "tuple"),
        ("conv", ConfigurationError, "['conv']"),
    ],
)
def test_paths_that_give_no_feature(block, paths, error, said):
    with pytest.raises(error) as raised:
        call_with_features(block, torch.randn(2, 3, 4, 4), paths)
    assert said in str(raised.value)


def test_a_teachers_features_are_remembered_for_each_image(small_data):
    teacher = TeacherCNN(4).eval()
    remembered = kdlab.remember(WithFeatures(teacher, ["features"]), small_data.train)
    inputs, _ = next(iter(small_data.train.batches(8, shuffle=True, seed=3)))
    with torch.no_grad():
        logits, feature_map = remembered(inputs)
        torch.testing.assert_close(logits, teacher(inputs), rtol=0.05, atol=0.05)
        torch.testing.assert_close(feature_map, teacher.features(inputs), rtol=0.05, atol=0.05)
    assert feature_map.shape == (8, 32, 8, 8)


ADAPTERS = [
    lambda seed: match_channels(16, 32, seed=seed),
    lambda seed: match_features(16, 32, seed=seed),
    lambda seed: Paraphraser(8, 4, seed=seed),
    lambda seed: Translator(8, 4, seed=seed),
    lambda seed: WeightProjector((4, 3, 3, 3), (8, 5, 3, 3), seed=seed),
]


@pytest.mark.parametrize("make", ADAPTERS)
def test_adapters_leave_the_students_weights_alone(make):
    torch.manual_seed(7)
    alone = StudentCNN().state_dict()
    torch.manual_seed(7)
    adapter = make(3)
    beside = StudentCNN().state_dict()
    assert all(torch.equal(alone[name], beside[name]) for name in alone)
    again, other = make(3), make(4)
    flat = [torch.cat([p.flatten() for p in each.parameters()]) for each in (adapter, again, other)]
    assert torch.equal(flat[0], flat[1]) and not torch.equal(flat[0], flat[2])


def test_shapes_of_adapters():
    maps = torch.randn(2, 16, 8, 8)
    assert match_channels(16, 32, kernel_size=3)(maps).shape == (2, 32, 8, 8)
    assert match_features(6, 9)(torch.randn(2, 6)).shape == (2, 9)
    assert Translator(16, 5)(maps).shape == Paraphraser(16, 5)(maps).shape == (2, 5, 8, 8)


def test_the_two_ways_of_pooling():
    maps = torch.arange(16.0).view(1, 4, 2, 2)  # channel c holds 4c, 4c+1, 4c+2, 4c+3
    assert pool_pairs(maps.flatten(1), 8)[0].tolist() == [0.5 + 2 * i for i in range(8)]
    assert pool_channels(maps, 2).flatten(1)[0].tolist() == [2, 3, 4, 5, 10, 11, 12, 13]


def test_a_paraphraser_learns_to_reconstruct():
    level = torch.rand(16, 1, 1, 1, generator=torch.Generator().manual_seed(0))
    maps = level * torch.tensor([1.0, 2.0, 0.0, 3.0]).view(1, 4, 1, 1).expand(16, 4, 6, 6)
    paraphraser = Paraphraser(4, 4)
    optimizer = torch.optim.Adam(paraphraser.parameters(), lr=1e-2)
    before = paraphraser.reconstruction(maps).item()
    for _ in range(60):
        optimizer.zero_grad()
        paraphraser.reconstruction(maps).backward()
        optimizer.step()
    assert paraphraser.reconstruction(maps).item() < before / 2
