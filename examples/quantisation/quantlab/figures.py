"""Figures that say in a sentence what they show: below the image, and as its alternative text."""

from __future__ import annotations

import base64
import io

from labkit.language import in_language, say
from matplotlib.figure import Figure

_PIXELS_PER_INCH = 90  # as wide as it looks in a notebook
_SHARPNESS = 2  # pixels of the file for each of these, for screens that show twice as many


class Picture:
    """A drawn figure with its caption.

    Parameters
    ----------
    figure : Figure
        With labels in English.
    ko, en : str
        What it shows.
    """

    def __init__(self, figure: Figure, ko: str, en: str) -> None:
        self.figure, self.caption = figure, (ko, en)

    def _ipython_display_(self) -> None:  # what a notebook calls for a cell's last value
        self.show()

    def show(self) -> None:
        """Show the image with its alternative text, and print the caption below it."""
        from IPython.display import display  # takes a moment to import

        about = {
            "width": round(self.figure.get_figwidth() * _PIXELS_PER_INCH),
            "alt": in_language(*self.caption, separator=" "),
        }
        image = {"image/png": base64.b64encode(self.to_png()).decode("ascii")}
        display(image, raw=True, metadata={"image/png": about})
        say(*self.caption)

    def to_png(self) -> bytes:
        """The figure as a PNG."""
        stream = io.BytesIO()
        self.figure.savefig(stream, format="png", dpi=_PIXELS_PER_INCH * _SHARPNESS)
        return stream.getvalue()
