"""What every test shares: one thread for torch (tests run side by side) and no stray settings."""

import os

import pytest
import torch

torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """A developer's own KDLAB_* variables must not change what is tested."""
    for name in list(os.environ):
        if name.startswith("KDLAB_"):
            monkeypatch.delenv(name)
