"""Self-checks: each exercise tried on public inputs, with the likely cause of what is wrong."""

from kdlab.checks.visible import check, hint

__all__ = ["check", "hint"]
