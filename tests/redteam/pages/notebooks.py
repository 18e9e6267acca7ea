"""In the metadata of cells and notebooks, in raw cells, in names."""

from __future__ import annotations

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell, new_raw_cell

from pages.register import IMG, PIXEL, RUN, named, notebook


@notebook("title", "metadata")
def _title(found: NotebookNode) -> None:
    found.metadata.title = f"</title><script>{RUN}</script>"


@notebook("kernel", "metadata")
def _kernel(found: NotebookNode) -> None:
    found.metadata.kernelspec = from_dict({"name": IMG, "display_name": IMG, "language": IMG})


@notebook("lexer", "metadata")
def _lexer(found: NotebookNode) -> None:
    found.metadata.language_info = from_dict({"name": f'"{IMG}', "pygments_lexer": f'x">{IMG}'})


@notebook("widgets", "metadata")
def _widgets(found: NotebookNode) -> None:
    state = {"state": {"a": f"</script>{IMG}<!--<script>"}, "version_major": 2}
    found.metadata.widgets = {"application/vnd.jupyter.widget-state+json": state}


@notebook("tags", "metadata")
def _tags(found: NotebookNode) -> None:
    named(found, "1-1").metadata.tags = [f'x">{IMG}', "hide-input"]


@notebook("cell-id", "invalid")
def _cell_id(found: NotebookNode) -> None:
    named(found, "1-1").id = f'x">{IMG}'


@notebook("count", "invalid")
def _count(found: NotebookNode) -> None:
    named(found, "1-1").execution_count = IMG


@notebook("magics", "metadata")
def _magics(found: NotebookNode) -> None:
    cell = named(found, "1-1")
    cell.source = f"%%html\n<script>{RUN}</script>{IMG}"
    cell.metadata.magics_language = f'html">{IMG}'


@notebook("alternative-text", "metadata")
def _alt(found: NotebookNode) -> None:
    cell = named(found, "1-1")
    cell.metadata.alt = f'" onload="{RUN}'
    shown = {"output_type": "display_data", "data": {"image/png": PIXEL}, "metadata": {}}
    cell.outputs = [from_dict(shown)]


@notebook("raw-cell", "raw")
def _raw(found: NotebookNode) -> None:
    source = f"{IMG}<a href=evil.html>click</a>"
    found.cells.append(new_raw_cell(source, id="raw", metadata={"raw_mimetype": "text/html"}))


@notebook("own-cell", "event", live=True)
def _own(found: NotebookNode) -> None:
    found.cells.insert(0, new_markdown_cell(f"x\n\n<p>\n\n{IMG}", id="own"))


@notebook("code", "code")
def _code(found: NotebookNode) -> None:
    named(found, "1-1").source = f"x = '</pre></div>{IMG}'  # <script>{RUN}</script>"


@notebook("last-name", "names", last_name=IMG, first_name=f'"><script>{RUN}</script>')
def _last_name(found: NotebookNode) -> None:
    pass


@notebook("comment-on-the-answer", "names", comment=f"**well done** {IMG}")
def _comment(found: NotebookNode) -> None:
    pass


@notebook("message", "fault")
def _message(found: NotebookNode) -> None:
    (output,) = named(found, "test-1-1").outputs
    (check,) = output.data["application/vnd.kdlab.score+json"]["checks"]
    check.update(share=0.0, outcome="incorrect", message=[IMG, f"</td>$x$<script>{RUN}</script>"])
