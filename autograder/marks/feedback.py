"""What students see of a graded cell: points, causes and checks, nothing of the test.

nbgrader's feedback is the autograded notebook as HTML. So the last step of autograding replaces
the source and the outputs of graded cells; grading again starts from the submission, and is not
affected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from traitlets import Bool

from autograder.marks.score import Result, read_result
from autograder.marks.told import in_few_words, in_languages, told_once
from autograder.notebooks import LANGUAGES, is_graded_code, language_of

#: In the metadata of a graded cell: why points were lost, for the table on top of the feedback.
CAUSES = "causes"
_HTML = """\
{% macro said(text) -%}
{% for language, words in in_languages(text, languages) %}<div lang="{{ language }}">{{ words }}\
</div>{% endfor %}
{%- endmacro -%}
<div class="grader-result tex2jax_ignore">
<p><b>{{ heading }}</b></p>
{% for text in told.first %}{{ said(text) }}
{% endfor %}{% if has_table %}<table>
<tbody>
{% for check, texts in told.checks %}<tr class="grader-{{ 'full' if check.is_full else 'part' }}">
<td>{{ '·' if not check.weight else '✓' if check.is_full else '✗' }} {{ said(check.title) }}</td>
<td>{% if check.weight %}{{ '%g' | format(check.points) }} / {{ '%g' | format(check.max_points) }}\
{% endif %}</td>
{% if not is_full %}<td>{% for text in texts %}{{ said(text) }}{% endfor %}</td>
{% endif %}</tr>
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
.grader-result td {
  border: 1px solid #999; padding: .3em .6em; text-align: left; vertical-align: top;
}
.grader-result td:nth-child(1) { width: 38%; }
.grader-result td:nth-child(2) { width: 5.5em; }
.grader-result td:nth-child(2):last-child { width: 25%; }
.grader-result div[lang] { white-space: pre-wrap; overflow-wrap: anywhere; }
.grader-result td:first-child div { display: inline; }
.grader-result td:first-child div + div::before { content: " · "; }
.grader-full td:first-child { border-left: 4px solid #0072b2; }
.grader-part td:first-child { border-left: 4px dashed #d55e00; }
"""


def plain(result: Result) -> str:
    """The result as lines of text, for readers without HTML."""
    told = told_once(result)
    lines = [_heading(result), *(part for text in told.first for part in text if part)]
    for check, texts in told.checks:
        lines.append(f"  {check.points:g} / {check.max_points:g}  {check.title.en}")
        lines += [f"      {part}" for text in texts for part in text if part]
    return "\n".join(lines)


def html(result: Result, languages: Sequence[str] = LANGUAGES) -> str:
    """The result as a table; everything that came from a kernel is escaped."""
    is_full = all(check.is_full for check in result.checks if check.weight)
    told = told_once(result)
    # Where everything is said above and nothing earned, a table would hold zeros alone.
    has_table = any(check.points or texts for check, texts in told.checks)
    return _TEMPLATE.render(
        heading=_heading(result),
        told=told,
        has_table=has_table,
        is_full=is_full,
        languages=languages,
    )


def _heading(result: Result) -> str:
    points = "?" if result.points is None else f"{result.points:.4g}"
    return f"{result.name.removeprefix('test-')}: {points} / {result.max_points:g}"


_ENVIRONMENT = Environment(autoescape=True)
_ENVIRONMENT.globals["in_languages"] = in_languages
_TEMPLATE = _ENVIRONMENT.from_string(_HTML)


def languages_of(notebook: NotebookNode) -> tuple[str, ...]:
    """The languages in which a notebook was released."""
    language = language_of(notebook)
    return (language,) if language in LANGUAGES else LANGUAGES


class ShowResults(ClearHiddenTests):
    """Last of ``Autograde.autograde_preprocessors``: graded cells become their results."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace hidden sources and all outputs, whatever the kernel put there."""
        self._languages = languages_of(nb)
        found: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return found

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Replace those of one cell."""
        if is_graded_code(cell):
            result = read_result(cell)
            cell, resources = super().preprocess_cell(cell, resources, index)
            data = {"text/html": html(result, self._languages), "text/plain": plain(result)}
            cell.outputs = [new_output("display_data", data=data)]
            cell.metadata[CAUSES] = [list(text) for text in in_few_words(result)]
        return cell, resources


class TableStyle(Preprocessor):
    """For each page that nbconvert makes of a graded notebook: the style of the grader's table."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Add to the style sheets that nbconvert puts into the page."""
        resources.setdefault("inlining", {}).setdefault("css", []).append(TABLE_STYLE)
        return nb, resources
