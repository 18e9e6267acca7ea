"""Students at full length over temperature and loss weights, measured once and shipped.

    grid = load_grid()
    grid.rows[0].validation["accuracy"]

``python -m kdlab grid`` makes the file that is read here; `kdlab.plots.plot_grid` draws it.
"""

from kdlab.evaluation import MEASURES
from kdlab.grid.stored import Grid, Row, load_grid

__all__ = ["MEASURES", "Grid", "Row", "load_grid"]
