"""The bar that a training shows while it runs: 80 columns at most, and nothing of it stays."""

from __future__ import annotations

import sys
from types import TracebackType

from tqdm import tqdm

from kdlab.history import History

COLUMNS = 80  # of a terminal, and of a notebook's output on a small screen
LONGEST_TITLE = 22
DELAY = 0.3  # seconds: nothing is drawn of a training whose first step raises


class Bar:
    """A bar on stdout.

    Parameters
    ----------
    title : str
        Of the training.
    steps : int
        Of the whole training.
    shown : bool
        Whether there is one at all.
    """

    def __init__(self, title: str, steps: int, shown: bool = True) -> None:
        short = title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
        self.bar = tqdm(
            total=steps, desc=short, file=sys.stdout, disable=not shown, mininterval=0.3,
            ncols=COLUMNS, leave=False, delay=DELAY,
            bar_format="{desc}: {percentage:3.0f}%|{bar}| {unit}", unit="",
        )  # fmt: skip

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.close()

    def step(self) -> None:
        """One batch is done."""
        self.bar.update()

    def tell(self, history: History, besides: str = "") -> None:
        """An epoch is done: show what it came to, and what else there is to say."""
        last = history.rows[-1]
        said = [f"loss {last['loss']:.3f}"]
        if last["accuracy"] is not None:
            said.append(f"val {last['accuracy']:.1%}")
        if besides:
            said.append(besides)
        self.bar.unit = ", ".join(said)  # the only text that tqdm shows as it is
