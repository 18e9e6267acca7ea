"""JupyterLab shows nbgrader's formgrader for this course."""

import json
import urllib.request

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(released_course, serve):
    """A running Jupyter server in the course folder."""
    return serve(released_course.root)


def fetch(server, path, method="GET"):
    """The page at `path`."""
    headers = {"Authorization": f"token {server.token}"}
    request = urllib.request.Request(server.address + path, headers=headers, method=method)
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
