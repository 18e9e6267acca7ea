"""The library's version; its wheel is named for it."""

__version__ = "0.1.0"
