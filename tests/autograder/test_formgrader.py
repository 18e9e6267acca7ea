"""JupyterLab shows nbgrader's formgrader for this course."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.slow

TOKEN = "only-for-this-test"


@pytest.fixture
def server(released_course):
    """A running Jupyter server in the course folder; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"),
            "--ServerApp.port_retries=0",
        ],
        cwd=released_course.root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(30)


def fetch(address, seconds=90, method="GET"):
    """The page at `address`, once the server answers."""
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(address, headers=headers, method=method)
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(request, timeout=120) as reply:
                return reply.read().decode("utf-8")
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def test_the_formgrader_knows_the_released_lab(server, toy):
    assert "formgrade" in fetch(f"{server}/formgrader/")
    (lab,) = json.loads(fetch(f"{server}/formgrader/api/assignments"))
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
    address = f"{server}/formgrader/api/submission/{toy.lab}"
    first = json.loads(fetch(f"{address}/mina/autograde", method="POST"))
    assert first["success"], first
    assert course.grades("mina")["test-1-1"] == (4.0, False)
    assert list((course.root / "results").glob("*/*.result"))
    second = json.loads(fetch(f"{address}/broken/autograde", method="POST"))
    assert not second["success"]
    assert "UNGRADED: broken" in second["log"]
