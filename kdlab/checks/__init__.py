"""Self-checks: each exercise tried on public inputs, with the likely cause of what is wrong.

`check` and `hint` are loaded when they are first used: the grader needs this package's messages
without torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kdlab.checks.visible import check, hint

__all__ = ["check", "hint"]


def __getattr__(name: str) -> Any:
    """Load `check` or `hint` on first use."""
    if name not in __all__:
        raise AttributeError(f"module 'kdlab.checks' has no attribute {name!r}")
    return getattr(import_module("kdlab.checks.visible"), name)
