"""The notebook's figures: labels in English, colours that everybody can tell apart.

Colours are those of M. Okabe, K. Ito 2008, "Color Universal Design"; lines and bars differ by
pattern too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from quantlab.figures import Picture
from quantlab.network import LAYERS

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
_STYLES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, ":", "^"), (RED, "-.", "D"))


def _axes(height: float = 3.4) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6, height), layout="constrained")
    return figure, figure.subplots()


def plot_steps(x: Tensor, restored: Mapping[int, Tensor]) -> Picture:
    """Numbers against what is left of them, for several numbers of bits.

    Parameters
    ----------
    x : Tensor
        (N,), rising.
    restored : mapping of int to Tensor
        By bits, (N,).
    """
    figure, axis = _axes(3.6)
    axis.plot(x, x, color="black", linewidth=0.8, label="float32")
    for (bits, values), (colour, line, _) in zip(restored.items(), _STYLES, strict=False):
        axis.step(x, values, color=colour, linestyle=line, where="mid", label=f"{bits} bits")
    axis.set_xlabel("number")
    axis.set_ylabel("restored number")
    axis.legend()
    return Picture(
        figure,
        "입력값과, 양자화한 뒤 되돌린 값: bit가 적을수록 계단이 커지고, 0은 항상 0으로 남습니다.",
        "Numbers and what is left of them: fewer bits make larger steps, and 0 always stays 0.",
    )


def plot_channel_ranges(weights: Mapping[str, Tensor]) -> Picture:
    """Largest magnitude of each output channel, layer by layer; weights are (O, …)."""
    figure, axis = _axes()
    for at, (weight, (colour, _, mark)) in enumerate(zip(weights.values(), _STYLES, strict=False)):
        largest = weight.detach().flatten(1).abs().amax(1).numpy()  # (O,)
        places = at + np.linspace(-0.3, 0.3, len(largest))
        axis.plot(places, np.sort(largest), mark, color=colour, markersize=4)
    axis.set_xticks(range(len(weights)), list(weights))
    axis.set_ylabel("largest |weight| of a channel")
    axis.set_ylim(bottom=0)
    return Picture(
        figure,
        "층마다, 출력 channel의 weight 가운데 가장 큰 크기를 작은 것부터 늘어놓았습니다. "
        "한 층 안에서도 channel마다 범위가 다릅니다.",
        "The largest magnitude in each output channel, sorted, layer by layer: channels of one "
        "layer have different ranges.",
    )


def plot_sensitivities(losses: Tensor, options: Sequence[int]) -> Picture:
    """Loss increase of each layer, (L, B), against its bits."""
    figure, axis = _axes()
    for name, row, (colour, line, mark) in zip(LAYERS, losses.tolist(), _STYLES, strict=True):
        axis.plot(options, row, line, marker=mark, color=colour, label=name)
    axis.set_yscale("symlog", linthresh=1e-2)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xticks(list(options))
    axis.set_xlabel("bits of this layer alone")
    axis.set_ylabel("increase of the loss")
    axis.legend()
    return Picture(
        figure,
        "한 층만 양자화했을 때 calibration 이미지의 loss가 늘어난 정도: 층마다 다르고, "
        "0 근처에서는 우연으로 오르내립니다.",
        "By how much the loss on the calibration images grows when one layer alone is quantised: "
        "layers differ, and near 0 the values go up and down by chance.",
    )


def plot_accuracies(results: Sequence[tuple[str, float, float]]) -> Picture:
    """Accuracy against size: (name, bits a weight, accuracy) of up to five networks."""
    figure, axis = _axes()
    marks = [*[(mark, colour) for colour, _, mark in _STYLES], ("P", "black")]
    for (name, bits, accuracy), (mark, colour) in zip(results, marks, strict=False):
        axis.plot([bits], [100 * accuracy], mark, color=colour, markersize=8, label=name)
    axis.set_xscale("log", base=2)
    axis.set_xlabel("bits a weight, on average")
    axis.set_ylabel("accuracy on test digits (%)")
    axis.legend()
    return Picture(
        figure,
        "Weight 하나가 차지하는 평균 bit와 test 정확도: bit를 층마다 다르게 주면 작은 크기에서도 "
        "정확도가 남습니다.",
        "Average bits a weight, and the accuracy on the test digits: with bits chosen for each "
        "layer, much of the accuracy is left at a small size.",
    )
