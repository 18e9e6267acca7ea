"""The page says who needs a look, what was wrong how often, and nothing of students runs."""

import datetime
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.report import likeness
from autograder.report.facts import Lab, collect
from autograder.report.page import make_page
from autograder.report.tables import exercise_rows, score_plots

LAB = "lab2_soft_targets"
NOW = datetime.datetime(2026, 3, 1, 12, 30)


class Reader(HTMLParser):
    """Reads a page: its tags with their attributes, and the cells of its tables."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.rows, self.text, self._open = [], [], "", []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._open.append(tag)

    def handle_endtag(self, tag):
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, text):
        self.text += text
        if self._open:
            self.rows[-1][-1] += text


@pytest.fixture(scope="module")
def small(make_class, tmp_path_factory):
    """Fourteen students, one lab."""
    return make_class(tmp_path_factory.mktemp("class"), 14, (LAB,))


@pytest.fixture(scope="module")
def report(small):
    """What `autograder report` prints, and the page that it writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(small.folder)
        run = CliRunner().invoke(main, ["report", LAB, "--output", "out.html"])
    assert run.exit_code == 0, run.output
    assert run.output == "out.html: 13 submissions\n"
    return (small.folder / "out.html").read_text("utf-8")


@pytest.fixture(scope="module")
def read(report):
    return Reader(report)


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(report, read):
    for tag, attributes in read.tags:
        assert tag not in ("script", "img", "iframe", "object", "embed", "base", "form")
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert attributes.get("href", "#")[:6] in ("#", "data:,") or attributes["href"][0] == "#"
    assert "url(" not in report
    assert "@import" not in report


def test_what_students_wrote_is_shown_as_text(read):
    assert "Copy of <script>document.title='hacked'</script>" in read.text
    assert "mean: <script>" in read.text


def test_the_ungraded_come_first_with_reasons_then_those_to_look_at_and_the_repaired(read):
    rows = [row for row in read.rows if len(row) == 3 and row[1] == LAB]
    bodies = [row for row in rows if row[0] != "Student"]
    assert [row[0] for row in bodies] == ["2026-005", "2026-009", "2026-003"]
    assert "of something unknown, line 3" in bodies[1][2]
    assert "the kernel did not come back" in bodies[0][2]
    assert "the cell 1-1 was put back" in bodies[2][2]


def test_everybody_is_in_the_table_and_nobody_has_a_zero_for_nothing(read):
    rows = {row[0][:8]: row for row in read.rows if row[0][:5] == "2026-" and row[1] != LAB}
    assert len(rows) == 14
    assert rows["2026-012"][1] == "–"
    assert rows["2026-000"][1:8].count("?") == 1  # the written answer has no mark yet
    assert "−1.5" in rows["2026-002"][8]


def test_the_ungraded_are_no_zeros_in_the_distribution(small):
    (lab,) = labs(small)
    (plot,) = score_plots([lab])
    assert plot.title == f"{LAB}: 12 submissions"  # of 13
    assert "12 values" in plot.drawing
    one, total = [plot.title for plot in score_plots([lab, lab])][-2:]
    assert (one, total) == (f"{LAB}: 12 submissions", "In total: 12 students")


def test_counts_of_checks_and_mistakes_agree_with_the_results(small):
    (lab,) = labs(small)
    for row in exercise_rows(lab):
        results = [each.results[row.name] for each in lab.submissions if row.name in each.results]
        assert len(row.checks) == (len(results[0].checks) if results else 0)
        for number, check in enumerate(row.checks):
            assert check.passed == sum(
                result.checks[number].points == result.checks[number].max_points
                for result in results
            )
            named = [r.checks[number].mistake for r in results if r.checks[number].mistake]
            assert sum(check.mistakes.values()) == len(named)
            assert check.frequent == sorted(check.frequent, key=lambda each: -each[1])


def labs(course):
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    folders = {"root": str(course.folder), "release_directory": "labs"}
    with Gradebook(course.database) as gradebook:
        directory = CourseDirectory(config=Config(CourseDirectory=folders))
        return collect(gradebook, directory, gradebook.assignments, course.folder / "results")


def test_a_pair_that_shares_its_code_is_named(small, monkeypatch):
    (lab,) = labs(small)
    first, second = lab.submissions[:2]
    first.answers.update(second.answers)
    (group,) = [each for each in likeness.compare(
        {each.student: each.answers for each in lab.submissions}, lab.released,
    ).groups if first.student in each.students]  # fmt: skip
    assert second.student in group.students


def test_a_result_that_is_gone_costs_its_details_alone(small, tmp_path):
    (lab,) = labs(small)
    page = make_page("c", [Lab(lab.name, lab.exercises, [
        type(each)(each.grades, each.repairs, each.ungraded) for each in lab.submissions
    ], lab.missing, ())], NOW)  # fmt: skip
    text = Reader(page).text
    assert "Of 12 submissions there is no stored result" in text
    assert "No submission was measured." in text
    assert "No times are known." in text
    assert "Not compared: with fewer than 12 submissions" in text


def test_a_lab_that_nobody_handed_in_has_a_page(small):
    page = make_page("c", [Lab("lab9", {"9-1": 4.0}, [], ["mina"], ())], NOW)
    assert "Nobody has handed anything in." in page
    assert "mina" in page


def test_wrong_uses_are_said(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(main, ["report"])
    assert (run.exit_code, "is no course" in run.output) == (2, True)
    monkeypatch.chdir(small.folder)
    run = CliRunner().invoke(main, ["report", "lab7"])
    assert (run.exit_code, "no assignment 'lab7'" in run.output) == (2, True)
    run = CliRunner().invoke(main, ["report", "--output", "no/such/folder.html"])
    assert (run.exit_code, "cannot be written" in run.output) == (3, True)
