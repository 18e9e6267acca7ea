"""Figures that say in a sentence what they show."""

from __future__ import annotations

import base64
import io
import textwrap
import unicodedata

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from kdlab.plots.style import lab_style
from labkit.errors import ConfigurationError
from labkit.language import in_language

_PIXELS_PER_INCH = 90  # as wide as it looks in a notebook
_COLUMNS = 96  # of text as wide as a figure
_SHARPNESS = 2  # pixels of the file for each of these, for screens that show twice as many


class DescribedFigure(Figure):
    """A matplotlib figure with a sentence about what it shows, in Korean and in English."""

    _description: tuple[str, str] | None = None

    def describe(self, ko: str, en: str) -> None:
        """Say what the figure shows."""
        self._description = (ko, en)

    def description(self, separator: str = "\n", language: str | None = None) -> str:
        """What the figure shows, in the chosen language."""
        if self._description is None:
            return ""
        return in_language(*self._description, separator=separator, language=language)

    def to_png(self) -> bytes:
        """The figure as a PNG that holds its description."""
        stream = io.BytesIO()
        with lab_style():
            self.savefig(
                stream,
                format="png",
                dpi=_PIXELS_PER_INCH * _SHARPNESS,
                metadata={"Description": self.description(" ")},
            )
        return stream.getvalue()

    def _ipython_display_(self) -> None:
        """Show the image with its alternative text, and print the sentence below it."""
        from IPython.display import display  # there, since IPython is what calls this method

        about = {
            "width": round(self.get_figwidth() * _PIXELS_PER_INCH),
            "alt": self.description(" "),
        }
        data = {
            "image/png": base64.b64encode(self.to_png()).decode("ascii"),
            "text/plain": repr(self),
        }
        display(data, metadata={"image/png": about}, raw=True)
        if self._description is not None:
            for line in self.description().splitlines():
                print(_wrapped(line))
        # A figure that is a cell's last value would be shown again at the end of the cell.
        plt.close(self)


def _wrapped(line: str) -> str:
    """Broken between words at the width of a figure; notebooks break anywhere."""
    wide = sum(unicodedata.east_asian_width(letter) == "W" for letter in line)
    width = round(_COLUMNS * len(line) / (len(line) + wide))  # such letters take two columns
    return textwrap.fill(line, width, break_on_hyphens=False)


def new_figure(width: float, height: float, layout: str = "constrained") -> DescribedFigure:
    """An empty figure; sizes in inches, where a notebook is about 9 wide."""
    figure = plt.figure(figsize=(width, height), layout=layout, FigureClass=DescribedFigure)
    assert isinstance(figure, DescribedFigure)
    return figure


def figure_description(figure: DescribedFigure, language: str | None = None) -> str:
    """What a figure of this package shows.

    Parameters
    ----------
    figure : DescribedFigure
        What one of the functions of `kdlab.plots` returned.
    language : {"ko", "en", "both"}, optional
        Default: the language that was chosen with `kdlab.set_language`.

    Raises
    ------
    ConfigurationError
        If it is not a figure of this package.
    """
    if not isinstance(figure, DescribedFigure):
        raise ConfigurationError(
            f"figure={figure!r} has no description. Give what a function of kdlab.plots returned."
        )
    return figure.description(language=language)
