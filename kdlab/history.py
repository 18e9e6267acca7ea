"""What happened during a training, epoch by epoch."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TypedDict


class Epoch(TypedDict):
    """One row of a `History`."""

    epoch: int
    loss: float
    accuracy: float | None
    seconds: float


@dataclass
class History:
    """Loss and accuracy of each epoch.

    Attributes
    ----------
    title : str
        Name of the training, used in legends.
    rows : list of dict
        For each epoch ``epoch`` (from 1), ``loss`` (mean over the training images), ``accuracy``
        (on the validation images, 0 to 1, or None) and ``seconds``.
    """

    title: str = ""
    rows: list[Epoch] = field(default_factory=list)

    def add(self, loss: float, accuracy: float | None, seconds: float) -> None:
        """Append one epoch."""
        self.rows.append(
            {"epoch": len(self.rows) + 1, "loss": loss, "accuracy": accuracy, "seconds": seconds}
        )

    @property
    def seconds(self) -> float:
        """Time of all epochs together."""
        return sum(row["seconds"] for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        if not self.rows:
            return f"History({self.title!r}, no epochs)"
        last = self.rows[-1]
        seen = "" if last["accuracy"] is None else f", validation {last['accuracy']:.1%}"
        return f"History({self.title!r}, {len(self)} epochs, loss {last['loss']:.3f}{seen})"

    def to_json(self) -> str:
        """As text, to be stored beside the weights."""
        return json.dumps({"title": self.title, "rows": self.rows})

    @classmethod
    def from_json(cls, text: str) -> History:
        """The inverse of `to_json`."""
        return cls(**json.loads(text))
