"""The page: one HTML file without anything from elsewhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.report import likeness, tables
from autograder.report.facts import Lab, Submission

TEMPLATE = "report.html.j2"


def make_page(course: str, labs: list[Lab], now: datetime) -> str:
    """The report as HTML; whatever came from students is escaped.

    Parameters
    ----------
    course : str
        Its name, for the heading.
    labs : list of Lab
        At least one.
    now : datetime
        When the report is made.
    """
    # Everything is escaped but the drawings, which escape for themselves.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    everything = [(lab, each) for lab in labs for each in lab.submissions]
    return environment.get_template(TEMPLATE).render(
        course=course,
        now=now.strftime("%Y-%m-%d %H:%M"),
        labs=labs,
        submissions=len(everything),
        ungraded=[pair for pair in everything if pair[1].ungraded],
        look_at=[pair for pair in everything if pair[1].look_at],
        repaired=[pair for pair in everything if pair[1].repairs],
        unknown=[pair for pair in everything if pair[1].results is None and not pair[1].ungraded],
        scores=list(tables.score_plots(labs)),
        exercises={lab.name: list(tables.exercise_rows(lab)) for lab in labs},
        measures={lab.name: list(tables.measure_plots(lab)) for lab in labs},
        times={lab.name: list(tables.time_plots(lab)) for lab in labs},
        groups={lab.name: _groups(lab) for lab in labs},
        least_class=likeness.LEAST_CLASS,
        share=likeness.COMMON,
        students=_students(labs),
    )


def _groups(lab: Lab) -> likeness.Comparison | None:
    """Similar submissions; None where the class is too small to tell."""
    answers = {each.student: each.answers for each in lab.submissions if each.answers}
    if len(answers) < likeness.LEAST_CLASS:
        return None
    return likeness.compare(answers, lab.released)


def _students(labs: list[Lab]) -> list[tuple[str, str, dict[str, Submission]]]:
    """Id, name and submissions by lab of everybody; who needs a look comes first."""
    found: dict[str, dict[str, Submission]] = {}
    for lab in labs:
        for student in lab.missing:
            found.setdefault(student, {})
        for each in lab.submissions:
            found.setdefault(each.student, {})[lab.name] = each
    rows = [
        (student, next((each.name for each in own.values()), ""), own)
        for student, own in found.items()
    ]
    return sorted(rows, key=_order)


def _order(row: tuple[str, str, dict[str, Submission]]) -> tuple[bool, bool, bool, str]:
    own = row[2].values()
    needs = ("ungraded", "look_at", "repairs")
    ungraded, look, repaired = (not any(getattr(e, need) for e in own) for need in needs)
    return ungraded, look, repaired, row[0]
