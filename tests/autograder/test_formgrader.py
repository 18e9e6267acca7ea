"""JupyterLab shows nbgrader's formgrader for this course."""

import json
import urllib.request

import pytest
from nbgrader.api import Gradebook

from autograder.marks.answers import digest_on_page
from autograder.marks.journal import Journal, Place

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(released_course, serve):
    """A running Jupyter server in the course folder."""
    return serve(released_course.root)


def fetch(server, path, method="GET", **body):
    """The page at `path`."""
    headers = {"Authorization": f"token {server.token}"}
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(server.address + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as reply:
        return reply.read().decode("utf-8")


def test_the_formgrader_knows_the_released_lab(server, toy):
    assert "formgrade" in fetch(server, "/formgrader/")
    (lab,) = json.loads(fetch(server, "/formgrader/api/assignments"))
    assert lab["name"] == toy.lab
    assert lab["max_score"] == 6
    assert (lab["source_path"], lab["release_path"]) == (
        f"solutions/{toy.lab}",
        f"labs/{toy.lab}",
    )


def test_its_button_grades_as_the_command_does(server, released_course, toy):
    """The formgrader makes nbgrader's own converter; ours takes over there too."""
    course = released_course
    course.submit("mina", course.solved())
    course.submit("broken", b"this is no notebook")
    path = f"/formgrader/api/submission/{toy.lab}"
    first = json.loads(fetch(server, f"{path}/mina/autograde", method="POST"))
    assert first["success"], first
    assert course.grades("mina")["test-1-1"] == (4.0, False)
    assert list((course.root / "results").glob("*/*.result"))
    second = json.loads(fetch(server, f"{path}/broken/autograde", method="POST"))
    assert not second["success"]
    assert "UNGRADED: broken" in second["log"]


def test_a_mark_that_is_given_in_it_is_noted_with_its_answer(server, released_course, toy):
    course = released_course
    course.submit("jun", course.solved())
    fetch(server, f"/formgrader/api/submission/{toy.lab}/jun/autograde", method="POST")
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        where = (toy.lab, toy.lab, "jun")
        grade, comment = gradebook.find_grade("1-w", *where), gradebook.find_comment("1-w", *where)
        addresses = f"grade/{grade.id}", f"comment/{comment.id}"
    fetch(server, f"/formgrader/api/{addresses[0]}", method="PUT", manual_score=1.5)
    fetch(server, f"/formgrader/api/{addresses[1]}", method="PUT", manual_comment="자세히")
    place = Place("jun", toy.lab, toy.lab, "1-w")
    journal = Journal(course.root)
    page = course.root / "autograded" / "jun" / toy.lab / f"{toy.lab}.ipynb"
    text = digest_on_page(page, "1-w")
    assert journal.newest(place, "mark", text).points == 1.5
    assert journal.newest(place, "comment", text).comment == "자세히"
