"""All exercises of a notebook at a glance: how far each is, and the points so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from labkit.judge.messages import Text
from labkit.judge.sheet import Report, Sheet
from labkit.public import Item
from labkit.show import page
from labkit.show.account import CORRECT, OPEN, WRONG
from labkit.show.plain import marked

BY_OTHERS = "–"
_STATES = {
    "correct": (CORRECT, Text("정답", "correct")),
    "attempted": (WRONG, Text("작성 중", "attempted")),
    "untouched": (OPEN, Text("아직 작성하지 않음", "untouched")),
    "written": (BY_OTHERS, Text("사람이 읽고 채점", "read by a person")),
    "measured": (BY_OTHERS, Text("채점할 때 학습하여 측정", "trained and measured when graded")),
}
_HEAD = (Text("번호", "id"), Text("상태", "state"), Text("점수", "points"))
_TOTAL = Text(
    "지금까지 {earned:g}점, 자가 점검이 있는 문제 {most:g}점 가운데(전체 {all:g}점). 채점할 때는 "
    "다른 입력을 씁니다.",
    "{earned:g} points so far, of {most:g} in exercises with a self-check ({all:g} in all). "
    "Grading uses other inputs.",
)
_NOTHING = Text("이 노트북에는 점수가 있는 문제가 없습니다.", "Nothing here gives points.")


@dataclass(frozen=True)
class Row:
    """One exercise: its state, which is one of `_STATES`, and the points so far."""

    id: str
    name: str
    state: str
    earned: float
    points: float

    @property
    def is_checked(self) -> bool:
        """Whether a self-check can tell."""
        return self.state in ("correct", "attempted", "untouched")


def row_of(item: Item, sheet: Sheet | None, report: Report | None) -> Row:
    """The row of something that gives points; without a report, others grade it."""
    if sheet is None or report is None:
        return Row(item.id, "", item.kind, 0.0, item.points)
    untouched = report.outcome in ("not_attempted", "missing")
    state = "correct" if report.outcome == "correct" else "untouched" if untouched else "attempted"
    most = sum(check.weight for check in sheet.checks)
    earned = round(item.points * report.earned / most, 2)
    return Row(item.id, sheet.name, state, earned, item.points)


def progress_text(rows: Sequence[Row]) -> str:
    """The table as text."""
    lines = []
    for row in rows:
        mark, state = _STATES[row.state]
        points = f"{_points(row)} / {row.points:g}"
        lines.append(f"{mark} {row.id:<5}{points:>9}  {' / '.join(state.lines())}  {row.name}")
    return "\n".join([*lines, *marked("·", _total(rows))])


def progress_page(rows: Sequence[Row]) -> str:
    """The table as HTML."""

    def content(language: str) -> str:
        head = [page.said(text, language) for text in _HEAD]
        cells = [_cells(row, language) for row in rows]
        table = page.table(head, cells) if rows else ""
        return table + page.line(page.said(_total(rows), language))

    return page.block(content)


def _cells(row: Row, language: str) -> list[str]:
    mark, state = _STATES[row.state]
    name = f" {page.code(row.name)}" if row.name else ""
    told = f"{page.coloured(mark)} {page.said(state, language)}"
    return [f"<b>{escape(row.id)}</b>{name}", told, f"{_points(row)} / {row.points:g}"]


def _points(row: Row) -> str:
    """The points so far; of what others grade nothing is known."""
    return f"{row.earned:g}" if row.is_checked else BY_OTHERS


def _total(rows: Sequence[Row]) -> Text:
    if not rows:
        return _NOTHING
    checked = [row for row in rows if row.is_checked]
    return _TOTAL.fill(
        earned=sum(row.earned for row in checked),
        most=sum(row.points for row in checked),
        all=sum(row.points for row in rows),
    )
