"""A class whose notebooks want to run in the browser of whoever reads them."""

import json
import re
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "redteam"))

from pages import PAYLOADS, named

from autograder.configuration import configure
from autograder.marks.feedback import ShowResults
from autograder.marks.score import SCORE_TYPE
from autograder.rendering import Defuse

RUNS = {
    *("script", "iframe", "object", "embed", "form", "input", "base", "meta", "link", "svg"),
    *("style", "template", "video", "audio", "math", "textarea", "noscript", "button"),
}


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def check(page):
    """Nothing that runs, loads, leads beside the page, or has a name or looks of its own."""
    for tag, attributes in Tags(page).found:
        assert tag not in RUNS, (tag, page)
        for name, value in attributes.items():
            assert not name.startswith("on"), (name, page)
            assert name not in ("id", "name", "srcset", "srcdoc", "formaction"), (name, page)
            if name == "class":
                assert "grader" not in value
            if name == "style":
                assert re.fullmatch(r"text-align:\s*\w+;?", value), value
            if name == "src":
                assert value.startswith("data:image/"), value
            if name == "href":
                assert re.match(r"https?://\w|mailto:", value, re.IGNORECASE), value
    assert "<!--" not in page


@pytest.fixture(scope="session")
def tags_of():
    """The tags of a page with their attributes, as a list."""
    return lambda page: Tags(page).found


@pytest.fixture(scope="session")
def assert_page_is_harmless():
    """Nothing on a page runs, loads, leads beside it, or has a name or looks of its own."""
    return check


@pytest.fixture(scope="session")
def executed(toy):
    """Makes the toy lab as a student handed it in, executed and scored, with payloads in it."""

    def make(*payloads):
        notebook = toy.notebook()
        check = {"id": "value", "title": ["값", "value"], "share": 1, "weight": 1,
                 "outcome": "correct", "message": ["", ""]}  # fmt: skip
        data = {SCORE_TYPE: {"exercise": "1-1", "checks": [check]}, "text/plain": "4.0"}
        named(notebook, "test-1-1").outputs = [new_output("execute_result", data=data)]
        for payload in payloads:
            payload.put(notebook)
        return notebook

    return make


@pytest.fixture(scope="session")
def graded(toy):
    """The last steps of grading: with our first wall, or as stock nbgrader stores it."""

    def finish(notebook, folder="", defuse=True):
        notebook = toy.copy(notebook)
        resources = {"metadata": {"path": str(folder)}}
        if defuse:
            notebook, resources = Defuse().preprocess(notebook, resources)
        return ShowResults().preprocess(notebook, resources)[0]

    return finish


@pytest.fixture(scope="session")
def stock_page():
    """A page as ``jupyter nbconvert --to html`` makes it of any notebook."""
    exporters = {name: HTMLExporter(template_name=name) for name in ("lab", "classic", "basic")}

    def make(notebook, template="lab"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what nbconvert thinks of these notebooks
            return exporters[template].from_notebook_node(notebook)[0]

    return make


class PageClass:
    """Writes a class: graded notebooks, their gradebook, the pages of feedback."""

    def __init__(self, course, lab):
        self.root, self.lab = course.root, lab
        self.config = Config()
        configure(self.config, self.root)
        self.gradebook = Gradebook(f"sqlite:///{self.root}/gradebook.db")

    def add(self, student, notebook, **names):
        """A student with an autograded notebook and a file that a link may lead to."""
        folder = self.root / "autograded" / student / self.lab
        folder.mkdir(parents=True)
        (folder / f"{self.lab}.ipynb").write_text(json.dumps(notebook), "utf-8")
        (folder / "evil.html").write_text("<script>top.pwned = 1</script>", "utf-8")
        comment = names.pop("comment", None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own way of adding a submission
            self.gradebook.add_student(student, **names)
            self.gradebook.add_submission(self.lab, student)
        if comment:
            found = self.gradebook.find_comment("1-w", self.lab, self.lab, student)
            found.manual_comment = comment
            self.gradebook.db.commit()

    def submissions(self):
        """The ids under which the formgrader shows them, by student."""
        found = self.gradebook.notebook_submissions(self.lab, self.lab)
        return {each.student.id: each.id for each in found}

    def write_feedback(self):
        """The pages of feedback, by nbgrader's own converter."""
        course = CourseDirectory(config=self.config)
        course.assignment_id = self.lab
        converter = GenerateFeedback(coursedir=course, config=self.config)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converter.start()
        return {
            path.parent.parent.name: path
            for path in sorted((self.root / "feedback").glob("*/*/*.html"))
            if path.name != "evil.html"
        }


@pytest.fixture(scope="session")
def page_course(make_course, toy, tmp_path_factory):
    """A released course for all of these tests."""
    course = make_course(tmp_path_factory.mktemp("course"))
    course.run("generate_assignment", toy.lab)
    return course


@pytest.fixture(scope="session")
def page_class(page_course, toy):
    """An empty one."""
    made = PageClass(page_course, toy.lab)
    yield made
    made.gradebook.close()


@pytest.fixture(scope="session")
def payloads():
    """All of them."""
    return PAYLOADS
