"""Figures and tables of the notebooks.

Every function returns a matplotlib figure that knows a sentence about what it shows. In a notebook
the sentence stands below the figure, in the chosen language; the image carries it as alternative
text, for the front ends that read that.
"""

from kdlab.plots.capacity import plot_capacity
from kdlab.plots.comparison import ComparisonTable, comparison_table, plot_comparison
from kdlab.plots.curves import plot_history
from kdlab.plots.diagrams import (
    diagram_baseline,
    diagram_cosine,
    diagram_regressor,
    diagram_soft_targets,
)
from kdlab.plots.figure import DescribedFigure, figure_description
from kdlab.plots.grid import plot_grid
from kdlab.plots.samples import show_samples
from kdlab.plots.style import lab_style
from kdlab.plots.temperature import plot_large_T_limit, plot_temperature

__all__ = [
    "ComparisonTable",
    "DescribedFigure",
    "comparison_table",
    "diagram_baseline",
    "diagram_cosine",
    "diagram_regressor",
    "diagram_soft_targets",
    "figure_description",
    "lab_style",
    "plot_capacity",
    "plot_comparison",
    "plot_grid",
    "plot_history",
    "plot_large_T_limit",
    "plot_temperature",
    "show_samples",
]
