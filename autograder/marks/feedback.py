"""What students see of a graded cell: points and a message per check, nothing of the test.

nbgrader's feedback is the autograded notebook as HTML. So the last step of autograding replaces
the source and the outputs of graded cells; grading again starts from the submission, and is not
affected.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from traitlets import Bool

from autograder.marks.score import Result, read_result
from autograder.notebooks import is_graded_code
from labkit.judge.messages import Text

_UNGRADED = Text(
    "아직 채점되지 않았습니다. 채점기에 문제가 있었으며, 담당자가 확인합니다.",
    "Not graded yet: the grader had a problem. Your instructor will look at it.",
)

_HTML = """\
<div class="grader-result tex2jax_ignore">
<p><b>{{ heading }}</b></p>
{% for text in notes %}<p>{{ text }}</p>
{% endfor %}{% if result.checks %}<table>
<thead><tr><th>검사 / check</th><th>점수 / points</th><th>설명 / message</th></tr></thead>
<tbody>
{% for check in result.checks %}<tr class="grader-{{ 'full' if check.is_full else 'part' }}">
<td>{{ '✓' if check.is_full else '✗' }} {{ check.title.ko }}<br>{{ check.title.en }}</td>
<td>{{ '%g' | format(check.points) }} / {{ '%g' | format(check.max_points) }}</td>
<td>{% for text in check.message if text %}<div>{{ text }}</div>{% endfor %}</td>
</tr>
{% endfor %}</tbody>
</table>{% endif %}
</div>"""

#: Of the table, on every page. Nothing that a student writes has a class there (see
#: `autograder.rendering`), so no table of theirs gets its frame and its first line.
TABLE_STYLE = """
.grader-result { border: 2px solid #0072b2; border-radius: 4px; padding: .4em .7em .7em; }
.grader-result::before {
  content: "채점기가 작성한 결과 · Written by the grader"; display: block;
  font-size: .85em; color: #005a8c;
}
.grader-result table { border-collapse: collapse; width: 100%; table-layout: fixed; }
.grader-result th, .grader-result td {
  border: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top;
}
.grader-result th:nth-child(1) { width: 34%; }
.grader-result th:nth-child(2) { width: 12%; }
.grader-result td div { white-space: pre-wrap; }
.grader-full td:first-child { border-left: 4px solid #0072b2; }
.grader-part td:first-child { border-left: 4px dashed #d55e00; }
"""

#: Of the page of feedback.
STYLE = """
.text_cell_render th, .text_cell_render td { padding: .1em .6em; }
div.output_area pre { white-space: pre-wrap; }
@media screen and (max-width: 600px) {
  div.nbgrader_cell .panel-heading { height: auto !important; overflow: hidden; }
  .panel-body, div#notebook-container { padding: 6px !important; }
  .grader-result th:nth-child(2) { width: 20% !important; }
  div.input_area pre { white-space: pre-wrap; }
}
@media screen and (prefers-color-scheme: dark) {
  html, body, .panel, .panel-body, div#notebook, div#notebook-container, div.cell,
  div.output_area, .rendered_html { background: #16191d !important; }
  html, body, .panel, h1, h2, h3, h4, h5, h6, p, li, td, th, pre, code, .score, .panel-heading,
  .rendered_html { color: #e4e6e9 !important; }
  pre, code, .highlight, div.input_area, div.nbgrader_cell .input_area, .rendered_html code,
  .panel-heading, .panel-footer, .grader-result tr {
    background: #20252b !important; border-color: #4a525c !important;
  }
  pre span { color: inherit !important; }
  pre .c1, pre .cm, pre .sd { color: #9db0c4 !important; }
  a, a:visited { color: #7fb8ff !important; }
  .grader-result { border-color: #56b4e9; }
  .grader-result::before { color: #9fd0f5; }
  img { background: #fff; }
}
@media print {
  @page { margin: 14mm; }
  body, div#notebook, div#notebook-container, .panel-body {
    padding: 0 !important; margin: 0 !important; border: 0 !important; width: auto !important;
  }
  .grader-result, .grader-result * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h3, h4, .grader-result p { break-after: avoid; }
  tr, img, svg, li { break-inside: avoid; }
  thead { display: table-header-group; }
  div.cell, div.output, div.output_area, div.output_subarea, .rendered_html {
    overflow: visible !important; max-width: 100% !important;
  }
  .rendered_html table { max-width: 100%; font-size: 8pt; }
  .rendered_html table:not(.grader-result table) td { overflow-wrap: anywhere; }
  .grader-result table { font-size: 9pt; }
  pre, code { white-space: pre-wrap !important; overflow-wrap: anywhere; }
  pre { font-size: 7.5pt !important; }
  img { max-width: 100% !important; height: auto !important; }
  a[href]::after { content: none !important; }
  .anchor-link, .prompt { display: none !important; }
}
"""


def plain(result: Result) -> str:
    """The result as lines of text, for readers without HTML."""
    lines = [_heading(result), *_notes(result)]
    for check in result.checks:
        lines.append(f"  {check.points:g} / {check.max_points:g}  {check.title.en}")
        lines += [f"      {text}" for text in check.message if text]
    return "\n".join(lines)


def html(result: Result) -> str:
    """The result as a table; everything that came from a kernel is escaped."""
    return _TEMPLATE.render(result=result, heading=_heading(result), notes=_notes(result))


def _heading(result: Result) -> str:
    points = "?" if result.points is None else f"{result.points:.4g}"
    return f"{result.name.removeprefix('test-')}: {points} / {result.max_points:g}"


def _notes(result: Result) -> list[str]:
    return [text for text in (_UNGRADED if result.points is None else result.message) if text]


_TEMPLATE = Environment(autoescape=True).from_string(_HTML)


class ShowResults(ClearHiddenTests):
    """Last of ``Autograde.autograde_preprocessors``: graded cells become their results."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace the hidden source and all outputs, whatever the kernel put there."""
        if is_graded_code(cell):
            result = read_result(cell)
            cell, resources = super().preprocess_cell(cell, resources, index)
            data = {"text/html": html(result), "text/plain": plain(result)}
            cell.outputs = [new_output("display_data", data=data)]
        return cell, resources


class TableStyle(Preprocessor):
    """For each page that nbconvert makes of a graded notebook: the style of the grader's table."""

    enabled = Bool(True).tag(config=True)
    style = TABLE_STYLE

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Add to the style sheets that nbconvert puts into the page."""
        resources.setdefault("inlining", {}).setdefault("css", []).append(self.style)
        return nb, resources


class FeedbackStyle(TableStyle):
    """Last of ``GenerateFeedback.preprocessors``: also a dark page at night, and one for paper."""

    style = TABLE_STYLE + STYLE
