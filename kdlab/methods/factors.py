"""Factors: what the teacher says in its own words, and what the student makes of it."""

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional as F

from kdlab.methods.adapters import own_stream
from kdlab.methods.arithmetic import in_float32, unit
from kdlab.methods.shapes import expect_pair
from labkit.errors import ConfigurationError


@in_float32
def factor_transfer(factor_s: Tensor, factor_t: Tensor, p: int = 1) -> Tensor:
    r"""Difference between the normalised factors of student and teacher.

    .. math:: \frac{1}{NCHW} \sum \Big| \frac{F^s}{\|F^s\|_2} - \frac{F^t}{\|F^t\|_2} \Big|^p

    Parameters
    ----------
    factor_s : Tensor
        What a `Translator` made of the student's map, ``(N, C, H, W)``.
    factor_t : Tensor
        What a trained `Paraphraser` made of the teacher's map, of the same shape.
    p : {1, 2}, default 1

    Returns
    -------
    Tensor
        Scalar, 0 or above; the scale of an image's factor does not change it. A factor of zeros
        gets no gradient.

    Notes
    -----
    Kim, Park, Kwak 2018, "Paraphrasing complex network: network compression via factor transfer",
    section 3.2 (there the norm of the difference; the authors' code takes the mean). Code that
    squares and averages over the channels first is attention transfer, another method.
    """
    advice = "Make the translator with as many factors as the paraphraser: `Translator(C_s, k)`."
    expect_pair(("factor_s", "factor_t"), factor_s, factor_t, "N C H W", advice=advice)
    if p not in (1, 2):
        raise ConfigurationError(f"p={p!r} must be 1 or 2.")
    difference = unit(factor_s.flatten(1)) - unit(factor_t.detach().flatten(1))
    return difference.abs().mean() if p == 1 else difference.square().mean()


class Paraphraser(nn.Module):
    """An autoencoder of the teacher's feature map; its middle are the factors.

    It is trained on the teacher's maps without labels, by `reconstruction`, and then frozen.

    Parameters
    ----------
    channels : int
        Of the teacher's map.
    factors : int
        Channels of the factors; the paper takes half of the teacher's or more.
    seed : int, default 0
        Of its weights.
    """

    def __init__(self, channels: int, factors: int, seed: int = 0) -> None:
        super().__init__()
        with own_stream(seed):
            self.encoder = _convolutions((channels, channels, factors, factors), nn.Conv2d)
            back = (factors, factors, channels, channels)
            self.decoder = _convolutions(back, nn.ConvTranspose2d)

    def forward(self, feature_map: Tensor) -> Tensor:
        """Factors ``(N, factors, H, W)`` of a map ``(N, C, H, W)``."""
        factors: Tensor = self.encoder(feature_map)
        return factors

    def reconstruction(self, feature_map: Tensor) -> Tensor:
        """Mean squared difference between a map and what its factors give back; a scalar."""
        feature_map = feature_map.detach()
        return F.mse_loss(self.decoder(self.encoder(feature_map)).float(), feature_map.float())


class Translator(nn.Module):
    """Brings the student's feature map to the paraphraser's factors; trained with the student.

    Parameters
    ----------
    channels : int
        Of the student's map.
    factors : int
        As many as the paraphraser has.
    seed : int, default 1
        Of its weights.
    """

    def __init__(self, channels: int, factors: int, seed: int = 1) -> None:
        super().__init__()
        with own_stream(seed):
            self.encoder = _convolutions((channels, channels, factors, factors), nn.Conv2d)

    def forward(self, feature_map: Tensor) -> Tensor:
        """Factors ``(N, factors, H, W)`` of a map ``(N, C, H, W)``."""
        factors: Tensor = self.encoder(feature_map)
        return factors


def _convolutions(channels: tuple[int, ...], kind: type[nn.Module]) -> nn.Sequential:
    """3×3 layers with leaky ReLUs, as in the authors' code (slope 0.1, no batch normalisation)."""
    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        layers += [kind(before, after, 3, padding=1), nn.LeakyReLU(0.1)]
    return nn.Sequential(*layers)
