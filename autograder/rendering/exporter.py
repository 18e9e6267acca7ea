"""The exporter of feedback: a page that loads nothing, runs nothing and says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets.config import Config

#: Pictures and styles are part of the page, formulas are MathML: it needs no script, and none runs.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'"
)
_HEAD = f"""<head>
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">"""
_TEMPLATES = str(Path(__file__).parent / "templates")


class FeedbackExporter(HTMLExporter):
    """The page of feedback, which needs no network and may do nothing.

    The resources hold what `autograder.marks.overview.Overview` puts there.
    """

    @property
    def default_config(self) -> Config:
        """Where its templates lie; nbgrader configures those of all pages alike."""
        own = Config()
        own.FeedbackExporter.template_name = "feedback"
        own.FeedbackExporter.extra_template_basedirs = [_TEMPLATES]
        found: Config = super().default_config.copy()
        found.merge(own)
        return found

    def from_notebook_node(  # type: ignore[override]  # as in HTMLExporter
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, whose first words say what it may do."""
        page, resources = super().from_notebook_node(nb, resources, **options)
        head, _, rest = page.partition("</head>")
        head = head.replace("<head>", _HEAD, 1)
        return f"{head}</head>{rest}", resources
