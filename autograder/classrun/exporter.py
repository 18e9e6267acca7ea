"""The exporters with which nbgrader's converters read notebooks here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from autograder.classrun.class_run import ClassRun
from autograder.notebooks import UnreadableNotebookError, read_notebook


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
    """The exporter of ``Autograde``: one run over a class, from the files to the report."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.run: ClassRun | None = None
        if hasattr(self.parent, "convert_notebooks"):
            self.run = ClassRun(self.parent, self)

    def read(self, path: Path, resources: dict[str, Any]) -> NotebookNode:
        """The notebook that was handed in for `path`, which may be called otherwise."""
        found = self.run.handed_in.get(str(path)) if self.run else None
        if found is None:
            return super().read(path, resources)
        if found.path is None:
            raise UnreadableNotebookError(found.reason)
        resources["kdlab"] = {"changes": list(found.changes)}
        return super().read(found.path, resources)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert, and hand on what the steps noted."""
        if self.run is not None and resources is not None:
            resources.setdefault("kdlab", {}).update(self.run.offers)
        output, resources = super().from_notebook_node(nb, resources, **options)
        noted = resources.pop("kdlab", {})
        if self.run is not None:
            self.run.ledger.take(resources["nbgrader"], noted)
        return output, resources
