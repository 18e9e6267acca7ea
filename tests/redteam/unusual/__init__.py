"""Right submissions of the small lab, as people really write them."""

from unusual import colab, devices, habits, imports  # noqa: F401 - they register
from unusual.register import UNUSUAL

__all__ = ["UNUSUAL"]
