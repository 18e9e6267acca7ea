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


def fetch(address, seconds=90):
    """The page at `address`, once the server answers."""
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
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
