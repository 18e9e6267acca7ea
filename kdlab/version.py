"""The version of kdlab, in one place: the package is built with it."""

__version__ = "0.1.0"
