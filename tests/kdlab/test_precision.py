"""Mixed precision and memory order."""

import pytest
import torch
from torch import nn

from kdlab.precision import (
    accepts_channels_last,
    choose_dtype,
    in_channels_last,
    mixed_precision,
)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2)

    def forward(self, x):
        inside = self.linear(x)
        return inside, x.argmax(1), inside.dtype


def test_it_computes_in_half_and_returns_float32():
    model = Pair()
    with mixed_precision(model, torch.bfloat16):
        first, index, inside = model(torch.randn(3, 4))
    assert inside == torch.bfloat16
    assert first.dtype == torch.float32
    assert index.dtype == torch.int64


def test_afterwards_the_network_is_as_before_also_after_an_error():
    model = Pair()
    with pytest.raises(RuntimeError), mixed_precision(model, torch.bfloat16):
        raise RuntimeError
    assert model(torch.randn(3, 4))[2] == torch.float32
    assert "forward" not in vars(model)


def test_none_changes_nothing():
    model = Pair()
    with mixed_precision(model, None):
        assert model(torch.randn(3, 4))[2] == torch.float32


def test_a_cpu_without_the_instructions_computes_in_float32(monkeypatch):
    monkeypatch.setattr("kdlab.precision._cpu_has_bfloat16", lambda: False)
    assert choose_dtype(torch.device("cpu")) is None
    monkeypatch.setattr("kdlab.precision._cpu_has_bfloat16", lambda: True)
    assert choose_dtype(torch.device("cpu")) == torch.bfloat16


@pytest.mark.parametrize(
    ("capability", "dtype"), [((7, 5), torch.float16), ((8, 0), torch.bfloat16)]
)
def test_the_gpus_generation_decides(monkeypatch, capability, dtype):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert choose_dtype(torch.device("cuda")) == dtype


class Flattens(nn.Module):
    def __init__(self, how):
        super().__init__()
        self.convolution, self.how = nn.Conv2d(3, 4, 3), how

    def forward(self, x):
        return self.how(self.convolution(x))


def test_a_network_that_uses_view_keeps_the_plain_order():
    images = torch.randn(2, 3, 8, 8)
    with_view = Flattens(lambda x: x.view(x.size(0), -1)).to(memory_format=torch.channels_last)
    with_flatten = Flattens(lambda x: x.flatten(1)).to(memory_format=torch.channels_last)
    assert not accepts_channels_last(with_view, images)
    assert accepts_channels_last(with_flatten, images)
    assert with_view.training


@pytest.mark.parametrize("how", [lambda x: x.view(x.size(0), -1), lambda x: x.flatten(1)])
def test_the_faster_order_is_tried_and_leaves_no_trace(how):
    images, network = torch.randn(2, 3, 8, 8), Flattens(how)
    torch.testing.assert_close(in_channels_last(network, images), network(images))
    assert network.convolution.weight.is_contiguous()


def test_other_errors_are_not_hidden():
    with pytest.raises(RuntimeError, match="channels"):
        in_channels_last(Flattens(torch.flatten), torch.randn(2, 5, 8, 8))
