"""From runs to a table: means, intervals, paired differences."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

from kdlab.compare.recipes import RECIPES, in_order
from kdlab.compare.run import Outcome

BASELINE = "cross_entropy"


@dataclass(frozen=True)
class Estimate:
    """A mean with half the width of its 95 % interval; None where one seed says nothing of it."""

    mean: float
    half_width: float | None

    def __str__(self) -> str:
        """In percent or percentage points."""
        if self.half_width is None:
            return f"{100 * self.mean:.1f}"
        return f"{100 * self.mean:.1f} ± {100 * self.half_width:.1f}"


@dataclass(frozen=True)
class Row:
    """A method over its seeds.

    Attributes
    ----------
    method, kind, note : str
    seeds : int
    accuracy, agreement : Estimate
    difference : Estimate or None
        Of the accuracy to the baseline's with the same seed; None for the baseline.
    seconds_per_epoch, megabytes : float
        Median, largest.
    gradient_ratio : float or None
        Geometric mean; see `Outcome`.
    """

    method: str
    kind: str
    note: str
    seeds: int
    accuracy: Estimate
    agreement: Estimate
    difference: Estimate | None
    seconds_per_epoch: float
    megabytes: float
    gradient_ratio: float | None


def estimate(values: Sequence[float]) -> Estimate:
    """Mean and Student's interval over seeds."""
    mean = statistics.fmean(values)
    if len(values) < 2:
        return Estimate(mean, None)
    error = statistics.stdev(values) / len(values) ** 0.5
    return Estimate(mean, float(stats.t.ppf(0.975, len(values) - 1)) * error)


def summarise(outcomes: Iterable[Outcome]) -> list[Row]:
    """A row for each method that was run, by kind, each control behind what it controls."""
    by_method: dict[str, dict[int, Outcome]] = {}
    for outcome in outcomes:
        by_method.setdefault(outcome.method, {})[outcome.seed] = outcome
    baseline = by_method.get(BASELINE, {})
    return [_row(name, by_method[name], baseline) for name in in_order() if name in by_method]


def _row(name: str, runs: dict[int, Outcome], baseline: dict[int, Outcome]) -> Row:
    each = list(runs.values())
    paired = [runs[seed].accuracy - baseline[seed].accuracy for seed in runs if seed in baseline]
    ratios = [one.gradient_ratio for one in each if one.gradient_ratio]
    return Row(
        method=name,
        kind=RECIPES[name].kind,
        note=RECIPES[name].note,
        seeds=len(each),
        accuracy=estimate([one.accuracy for one in each]),
        agreement=estimate([one.agreement for one in each]),
        difference=estimate(paired) if paired and name != BASELINE else None,
        seconds_per_epoch=statistics.median(one.seconds_per_epoch for one in each),
        megabytes=max(one.peak_bytes for one in each) / 1e6,
        gradient_ratio=statistics.geometric_mean(ratios) if ratios else None,
    )


def markdown(rows: Iterable[Row], about: str) -> str:
    """The table as Markdown, with a line that says what it was measured on."""
    header = (
        "| method | kind | accuracy % | difference to cross_entropy, points | agreement % "
        "| s / epoch | peak MB | gradient ratio | seeds | |\n"
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n"
    )
    lines = [
        f"| {row.method} | {row.kind} | {row.accuracy} | {_signed(row.difference)} "
        f"| {row.agreement} | {row.seconds_per_epoch:.2f} | {row.megabytes:.0f} "
        f"| {'' if row.gradient_ratio is None else f'{row.gradient_ratio:.2g}'} "
        f"| {row.seeds} | {row.note} |\n"
        for row in rows
    ]
    return header + "".join(lines) + f"\n{about}\n"


def _signed(difference: Estimate | None) -> str:
    if difference is None:
        return ""
    return str(difference) if difference.mean < 0 else f"+{difference}"
