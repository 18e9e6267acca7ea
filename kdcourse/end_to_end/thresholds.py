"""What a correct solution reaches, how far it scatters, and where the bar stands.

Accuracy depends on chance. Each bar comes from many trainings of the reference, whose mean and
spread are kept in ``bars/<lab>-<data set>-<device>.json``; ``autograder calibrate`` makes these
files.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.errors import GraderError
from kdcourse.end_to_end.record import EndToEnd

FOLDER = Path(__file__).parent / "bars"
DEVICES = ("cpu", "cuda")
FAILURES = 1e-3  # of correct solutions, at most, for each measure; the retry is counted in
# Standard deviations between the mean and the bar, at least: accuracies have a long lower tail, and
# other processors shift the mean a little. A method's own measure also tells it from its absence:
# there the bar comes as near as that needs.
FAR, NEAR = 3.5, 2.5
#: Standard deviations by which a bar is widened that was measured on another kind of device or in
#: another precision. Float32 and bfloat16 lay within 0.44 of each other in all eight measures (n =
#: 10, one CPU); on `digits-m`, 30 trainings on a CPU and 30 on an H100 within a quarter.
ELSEWHERE = 0.5
POWER = 0.998  # of trainings without the loss term that are caught, unless the bar came too near


class BarsError(GraderError):
    """A measure has no bar: nobody knows what a correct solution reaches here."""


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
        """Whether a measured value is good enough; NaN and infinite ones never are."""
        if not math.isfinite(value):
            return False
        return value >= self.threshold if self.higher_is_better else value <= self.threshold

    def wider(self, spreads: float) -> Bar:
        """The bar so many standard deviations further from the mean."""
        away = spreads * self.spread
        moved = self.threshold - away if self.higher_is_better else self.threshold + away
        return replace(self, threshold=moved)


def set_bar(values: list[float], higher_is_better: bool, without: list[float] | None = None) -> Bar:
    """The bar from measured values of the reference.

    It stands where one seed fails with probability √(1/1000) by Student's prediction interval, so
    that two seeds in a row fail once in a thousand, and at least `FAR` from the mean: an exercise
    has more than one measure. If that would let too many pass from which the lab's loss term is
    missing, it comes nearer, but not nearer than `NEAR`.

    Parameters
    ----------
    values : list of float
        One value for each seed, at least 3.
    without : list of float, optional
        The same measure where the lab's loss term was left out.
    """
    from scipy import stats  # takes a second to import; grading only reads the bars

    def student(share: float, n: int) -> float:
        """By how many standard deviations one more value is off with this probability, at most."""
        return float(stats.t.isf(share, n - 1) * np.sqrt(1 + 1 / n))

    n, mean, spread = _summary(values)
    sign = 1.0 if higher_is_better else -1.0
    distance = FAR * spread
    if without:
        others, missing, scatter = _summary(without)
        caught = missing + sign * student(1 - POWER, others) * scatter
        distance = max(NEAR * spread, min(distance, sign * (mean - caught)))
    distance = max(distance, student(FAILURES**0.5, n) * spread)
    threshold = mean - sign * distance
    # Values that are all alike leave nothing to chance.
    widened = float(np.sqrt(1 + 1 / n)) * spread
    failure_rate = float(stats.t.sf(distance / widened, n - 1)) ** 2 if spread else 0.0
    bar = Bar(higher_is_better, n, mean, spread, threshold, failure_rate)
    if not without:
        return bar
    away = sign * (threshold - missing) / float(np.sqrt(1 + 1 / others))
    power = float(stats.t.cdf(away / scatter, others - 1)) if scatter else float(away > 0)
    return replace(bar, without_mean=missing, without_spread=scatter, power=power)


def _summary(values: list[float]) -> tuple[int, float, float]:
    """Number, mean and standard deviation."""
    return len(values), float(np.mean(values)), float(np.std(values, ddof=1))


def bars_path(lab: str, data: str, device: str, folder: Path = FOLDER) -> Path:
    """Where a lab's bars for a data set on a kind of device are kept.

    Parameters
    ----------
    lab : str
        A record's ``bars``, such as ``"lab2"``.
    """
    return folder / f"{lab}-{data.replace(':', '-')}-{device}.json"


@dataclass(frozen=True)
class Circumstances:
    """What a bar belongs to, beside the exercise and its schedule.

    Attributes
    ----------
    data : str
        The data set.
    device : {"cpu", "cuda"}
    precision : str
        In which the forward passes of a training are computed, such as ``"float32"``.
    teacher : str
        sha256 of the teacher: of two teachers of one recipe, the measures on students differ by
        some of their standard deviations.
    """

    data: str
    device: str
    precision: str
    teacher: str


def load_bars(record: EndToEnd, here: Circumstances, folder: Path = FOLDER) -> dict[str, Bar]:
    """An exercise's bars by measure; empty if none was measured for it in these circumstances.

    Bars of another teacher or another schedule are no bars. What was not measured on this kind of
    device, or in this precision, is taken from another one, wider by `ELSEWHERE`.

    Raises
    ------
    BarsError
        If a file of bars is damaged.
    """
    found: dict[str, Bar] = {}
    for kind in sorted(DEVICES, key=lambda kind: kind != here.device):
        path = bars_path(record.bars, here.data, kind, folder)
        if not path.exists():
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if _belong(content, record, here):
                there = {n: Bar(**each) for n, each in content["bars"][record.id].items()}
                if kind != here.device or content["precision"] != here.precision:
                    there = {name: bar.wider(ELSEWHERE) for name, bar in there.items()}
                found = there | found
        except Exception as error:  # whatever a damaged file holds
            raise BarsError(
                f"{path} is damaged ({type(error).__name__}: {error}). Fetch it again, or measure"
                f" anew: {command(here)}"
            ) from None
    return found


def _belong(content: dict[str, Any], record: EndToEnd, here: Circumstances) -> bool:
    """Whether bars in a file are of this schedule and teacher; without a teacher, any will do."""
    if content["schedule"].get(record.id) != record.trained_by(here.data):
        return False
    return record.teacher == "none" or content["teacher"] == here.teacher


def command(here: Circumstances) -> str:
    """How an instructor measures the bars that are missing."""
    return f"autograder calibrate --dataset {here.data} --device {here.device} --jobs 2"
