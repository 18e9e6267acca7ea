"""What a correct solution reaches, how far it scatters, and where the bar stands.

Accuracy depends on chance. Each bar comes from many trainings of the reference, whose mean and
spread are kept in ``thresholds/<data set>-<device>.json``; ``autograder calibrate`` makes the file.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent / "thresholds"
FAILURES = 1e-3  # of correct solutions, at most, for each measure; the retry is counted in
# Standard deviations between the mean and the bar, at least. Accuracies have a long lower tail and
# tell little of a loss term: their bars may stand far off. A method's own measure tells it apart.
FAR, NEAR = 3.5, 2.5


@dataclass(frozen=True)
class Bar:
    """Where the bar of one measure stands, and why.

    Attributes
    ----------
    higher_is_better : bool
        Whether a value above the bar passes, or one below.
    n : int
        Trainings of the reference.
    mean, spread : float
        Their mean and standard deviation.
    threshold : float
        The bar.
    failure_rate : float
        Share of correct solutions that miss it with both seeds.
    without_mean, without_spread : float or None
        The same for trainings from which the lab's loss term is missing.
    power : float or None
        Share of those that the bar catches with one seed.
    """

    higher_is_better: bool
    n: int
    mean: float
    spread: float
    threshold: float
    failure_rate: float
    without_mean: float | None = None
    without_spread: float | None = None
    power: float | None = None

    def passes(self, value: float) -> bool:
        """Whether a measured value is good enough; NaN never is."""
        return value >= self.threshold if self.higher_is_better else value <= self.threshold


def set_bar(values: list[float], higher_is_better: bool, without: list[float] | None = None) -> Bar:
    """The bar from measured values of the reference.

    It stands where one seed fails with probability √(1/1000) by Student's prediction interval, so
    that two seeds in a row fail once in a thousand, and at least `FAR` from the mean, or `NEAR` if
    it is compared with its absence: other processors shift the mean a little, and an exercise has
    more than one measure.

    Parameters
    ----------
    values : list of float
        One value for each seed, at least 3.
    without : list of float, optional
        The same measure where the lab's loss term was left out.
    """
    from scipy import stats  # takes a second to import; grading only reads the bars

    n, mean, spread = len(values), float(np.mean(values)), float(np.std(values, ddof=1))
    widening = float(np.sqrt(1 + 1 / n))
    once = float(np.sqrt(FAILURES))
    least = NEAR if without else FAR
    distance = max(least, float(stats.t.isf(once, n - 1)) * widening) * spread
    sign = 1.0 if higher_is_better else -1.0
    threshold = mean - sign * distance
    # Values that are all alike leave nothing to chance.
    failure_rate = float(stats.t.sf(distance / (spread * widening), n - 1)) ** 2 if spread else 0.0
    bar = Bar(higher_is_better, n, mean, spread, threshold, failure_rate)
    if not without:
        return bar
    missing, scatter = float(np.mean(without)), float(np.std(without, ddof=1))
    away = sign * (threshold - missing) / float(np.sqrt(1 + 1 / len(without)))
    power = float(stats.t.cdf(away / scatter, len(without) - 1)) if scatter else float(away > 0)
    kept = asdict(bar) | {"without_mean": missing, "without_spread": scatter, "power": power}
    return Bar(**kept)


def bars_path(data: str, device: str, folder: Path = FOLDER) -> Path:
    """Where the bars of a data set on a kind of device are kept."""
    return folder / f"{data.replace(':', '-')}-{device}.json"


def load_bars(data: str, device: str, folder: Path = FOLDER) -> dict[str, dict[str, Bar]]:
    """The bars by exercise and measure; empty if this combination was never calibrated."""
    path = bars_path(data, device, folder)
    if not path.exists():
        return {}
    plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        exercise: {name: Bar(**fields) for name, fields in bars.items()}
        for exercise, bars in plain["bars"].items()
    }
