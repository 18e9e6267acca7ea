"""The table on top of the feedback: a line for each exercise, with its points and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import is_task
from pygments.formatters import HtmlFormatter
from traitlets import Bool

from autograder.marks.feedback import CAUSES, languages_of
from autograder.marks.folding import Released, fold, released_texts
from autograder.marks.told import in_languages
from autograder.notebooks import UnreadableNotebookError, grade_id, nbgrader, read_notebook
from labkit.judge.messages import Text

_WAITS = Text("아직 채점되지 않았습니다.", "Not marked yet.")
_LABELS = {
    "exercise": Text("문제", "Exercise"),
    "points": Text("점수", "Points"),
    "cause": Text("설명", "Why"),
    "comment": Text("의견", "Comment"),
    "late": Text("늦게 제출하여 뺀 점수", "Taken off for lateness"),
    "open": Text(
        "아직 채점되지 않은 문제가 있어, 점수가 달라질 수 있습니다.",
        "Some exercises are not marked yet: the points may change.",
    ),
    "answer": Text("답안", "Answer"),
    "top": Text("처음으로", "Top"),
    "folded": Text("배포한 그대로인 셀 {n}개", "as handed out: {n}"),
}
_TABLE = """\
{% macro said(text) -%}
{% for language, words in in_languages(text, languages) -%}
{{ ' · ' if not loop.first }}<span lang="{{ language }}">{{ words }}</span>
{%- endfor %}
{%- endmacro -%}
<section class="grader-overview">
<h1>{{ title }}: <span>{{ '%.4g' | format(score) }} / {{ '%g' | format(most) }}</span></h1>
{% if rows | selectattr('waits') | list %}<p>{{ said(labels.open) }}</p>
{% endif %}{% if late %}<p>{{ said(labels.late) }}: {{ '%.4g' | format(late) }}</p>
{% endif %}<table>
<thead><tr>{% for name in ('exercise', 'points', 'cause') %}<th>{{ said(labels[name]) }}</th>
{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}<tr class="grader-{{ row.state }}">
<td><a href="#{{ row.place }}">{{ row.name }}</a></td>
<td>{{ '–' if row.waits else '%.4g' | format(row.points) }} / {{ '%g' | format(row.most) }}</td>
<td>{% if row.state == 'full' %}✓{% endif %}
{% for text in row.causes %}<div>{{ said(text) }}</div>
{% endfor %}{% if row.comment %}<a href="#{{ row.comment }}">{{ said(labels.comment) }}</a>
{% endif %}</td>
</tr>
{% endfor %}</tbody>
</table>
</section>"""
_ENVIRONMENT = Environment(autoescape=True)
_ENVIRONMENT.globals |= {"in_languages": in_languages, "labels": _LABELS}
_TEMPLATE = _ENVIRONMENT.from_string(_TABLE)
#: Colours of code at night.
_AT_NIGHT = HtmlFormatter(style="github-dark").get_token_style_defs(":root .highlight")


@dataclass(frozen=True)
class Row:
    """A line of the table; ``points`` is None as long as nobody has marked it."""

    name: str
    place: str
    points: float | None
    most: float
    causes: tuple[Text, ...]
    comment: str

    @property
    def waits(self) -> bool:
        """Whether nobody has marked it yet."""
        return self.points is None

    @property
    def state(self) -> str:
        """``"open"``, ``"full"`` or ``"part"``, as it looks."""
        if self.points is None:
            return "open"
        return "full" if self.points >= self.most else "part"


def rows(cells: Sequence[NotebookNode]) -> Iterator[Row]:
    """The exercises of an autograded notebook, whose cells know their points and comments."""
    commented = {grade_id(cell) for cell in cells if nbgrader(cell).get("comment")}
    for cell in cells:
        about, place = nbgrader(cell), grade_id(cell)
        if not place or not (about.get("grade") or is_task(cell)):
            continue
        name = place.removeprefix("test-")
        causes = [Text(*map(str, each)) for each in cell.metadata.get(CAUSES, [])]
        score, most = about.get("score"), float(about.get("points") or 0)
        if score is None and not causes:
            causes = [_WAITS]
        points = None if score is None else float(score)
        comment = f"comment-{name}" if name in commented else ""
        yield Row(name, place, points, most, tuple(causes), comment)


class Overview(Preprocessor):
    """Last of ``GenerateFeedback.preprocessors``: what the template puts around the notebook."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Add to the resources what is written here, as HTML where it is no plain text."""
        where, languages = resources["nbgrader"], languages_of(nb)
        fold(nb.cells, self._released(where))
        resources["overview"] = {
            "table": _TEMPLATE.render(
                title=where["notebook"],
                score=where["score"],
                most=where["max_score"],
                late=where["late_penalty"],
                rows=list(rows(nb.cells)),
                languages=languages,
            ),
            "language": languages[0],
            "at_night": "\n".join(_AT_NIGHT),
            "labels": {
                name: " · ".join(words for _, words in in_languages(text, languages))
                for name, text in _LABELS.items()
            },
        }
        return nb, resources

    def _released(self, where: dict[str, Any]) -> Released:
        """The released cells; none where the release is not there, so that all is shown."""
        course = CourseDirectory(parent=self)
        assignment = where.get("assignment", "")
        folder = course.format_path(course.release_directory, ".", assignment)
        try:
            notebook = read_notebook(Path(folder, f"{where['notebook']}.ipynb"))
        except (OSError, UnreadableNotebookError):
            return {}
        return released_texts(notebook.cells, Path(folder))
