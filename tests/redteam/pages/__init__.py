"""Notebooks whose text or outputs want to run in a browser; see `pages.register`."""

from pages import notebooks, outputs, texts
from pages.register import PAYLOADS, PIXEL, RUN, Payload, named

__all__ = ["PAYLOADS", "PIXEL", "RUN", "Payload", "named", "notebooks", "outputs", "texts"]
