"""The exporters with which nbgrader's converters read notebooks here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.converters import Autograde

from autograder.classrun.converter import AutogradeClass
from autograder.notebooks import UnreadableNotebookError, read_notebook
from autograder.notes import Notes, notes_of, put_notes, take_notes


class TolerantExporter(NotebookExporter):
    """``NotebookExporter`` that reads what students' editors write."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert the notebook at `filename`."""
        path = Path(filename)
        resources = {} if resources is None else resources
        resources.setdefault("metadata", {}).update(name=path.stem, path=str(path.parent))
        return self.from_notebook_node(self.read(path, resources), resources, **options)  # type: ignore[no-any-return]

    def read(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        """The notebook at `path`."""
        return read_notebook(path)


class GradingExporter(TolerantExporter):
    """The exporter of ``Autograde``, which makes an `AutogradeClass` of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._converter: AutogradeClass | None = None
        if isinstance(self.parent, Autograde):
            self._converter = AutogradeClass.take_over(self.parent)

    def read(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        """The notebook that was handed in for `path`, which may be called otherwise."""
        found = self._converter.handed_in.get(str(path)) if self._converter else None
        if found is None:
            return super().read(path, resources)
        if found.path is None:
            raise UnreadableNotebookError(found.reason)
        put_notes(resources, Notes(changes=list(found.changes)))
        return super().read(found.path, resources)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert, and hand on what the steps noted."""
        if self._converter and resources is not None:
            changes = notes_of(resources).changes
            begun = replace(self._converter.begin_with, changes=changes, ungraded=[], look_at=[])
            put_notes(resources, begun)
        output, resources = super().from_notebook_node(nb, resources, **options)
        noted = take_notes(resources)
        if self._converter:
            self._converter.ledger.take(resources["nbgrader"], noted)
        return output, resources
