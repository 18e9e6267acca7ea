"""What submissions may see of this machine's data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.sandbox import HOME
from kdlab.data import digits_m_cache, load_data
from kdlab.profiles import read_settings, training_sets

#: Where kdlab keeps its data in a kernel; ``KDLAB_DATA_ROOT`` is not known there.
_DATA_INSIDE = Path(HOME, ".cache", "kdlab")


def visible(environment: Mapping[str, str]) -> dict[Path, str]:
    """The training sets of the end-to-end checks, and the images of ``digits-m``.

    Nothing in them is hidden: the end-to-end checks measure on other images. Without those of
    ``digits-m`` each kernel would make them anew.
    """
    settings = read_settings(cuda=False, environ=environment)
    sets = training_sets(settings).resolve()
    made = digits_m_cache(settings.data_root)
    if not made.exists():
        load_data("digits-m", settings.data_root)
    images = {made.resolve(): str(digits_m_cache(_DATA_INSIDE))} if made.exists() else {}
    return {sets: str(sets), **images}
