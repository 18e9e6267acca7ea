"""Train the lecture's student with each method, and compare: ``python -m kdlab compare``."""

from kdlab.compare import losses, schemes  # the recipes register themselves
from kdlab.compare.figure import plot_methods
from kdlab.compare.recipes import RECIPES
from kdlab.compare.summary import summarise

__all__ = ["RECIPES", "losses", "plot_methods", "schemes", "summarise"]
