# mypy: disallow-subclassing-any=False
"""Runs a submission's cells with the grading profile."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute
from traitlets import default


class ExecuteSubmission(Execute):
    """nbgrader's ``Execute``; configured as such (``c.Execute.timeout`` and the others)."""

    @default("skip_cells_with_tag")
    def _no_tag_skips_a_cell(self) -> str:
        # A test cell that is skipped has no output, which nbgrader takes for success.
        return uuid.uuid4().hex

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Execute all cells in one kernel."""
        with default_environment(KDLAB_PROFILE="grading"):
            return super().preprocess(nb, resources, km)  # type: ignore[no-any-return]


@contextmanager
def default_environment(**settings: str) -> Iterator[None]:
    """Set environment variables that are not set yet, for the kernels started meanwhile."""
    added = {name: value for name, value in settings.items() if not os.environ.get(name)}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
