"""``kdlab.check("2-2")``, ``kdlab.hint("2-2")`` and their like: see `labkit.selfcheck`."""

from __future__ import annotations

from labkit.selfcheck import SelfChecks

#: Those of all labs, until `kdlab.setup` says which notebook this is.
self_checks = SelfChecks("kdlab")
check, hint = self_checks.check, self_checks.hint
example, progress = self_checks.example, self_checks.progress
