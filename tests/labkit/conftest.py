"""What the tests of self-checks share."""

import pytest

from kdlab.selfcheck import self_checks
from labkit import language


@pytest.fixture
def fresh(monkeypatch):
    """No language chosen, no hint given yet."""
    monkeypatch.setattr(language, "_chosen", None)
    monkeypatch.setattr(self_checks, "_given", {})
    self_checks.open("kdlab", None)
