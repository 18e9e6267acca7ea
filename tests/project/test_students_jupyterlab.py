"""JupyterLab as students see it has nothing of nbgrader: they can neither validate nor assign.

nbgrader's *Validate* runs a notebook's visible cells. In one without a line of code none fails, and
it says that all tests are passed.
"""

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "jupyter"
#: What a server of these settings would load: its own extensions, and what is off in the browser.
ASKS = """
import json
from jupyter_core.paths import jupyter_path
from jupyter_server.extension.config import ExtensionConfigManager
from jupyter_server.serverapp import ServerApp
from jupyterlab_server.config import get_page_config
found = ExtensionConfigManager(read_config_path=ServerApp().config_file_paths)
page = get_page_config([folder + "/labextensions" for folder in jupyter_path()])
on = [name for name, is_on in found.get_jpserver_extensions().items() if is_on]
print(json.dumps({"on": on, "off": list(page.get("disabledExtensions", []))}))
"""


def jupyterlab(*config):
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, config))}
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_nothing_of_nbgrader_is_there_with_our_settings_and_without_them_it_is():
    students, usual = jupyterlab(CONFIG), jupyterlab()
    assert [name for name in students["on"] if "nbgrader" in name] == []
    assert "@jupyter/nbgrader" in students["off"]
    assert [name for name in usual["on"] if "nbgrader" in name], "nothing was switched off"
    assert "@jupyter/nbgrader" not in usual["off"]
    assert set(usual["on"]) - set(students["on"]) == {
        name for name in usual["on"] if "nbgrader" in name
    }


def test_make_lab_uses_these_settings():
    text = (ROOT / "Makefile").read_text("utf-8")
    recipe = text[text.index("\nlab:") :].splitlines()[2]
    assert "JUPYTER_CONFIG_PATH=$(CURDIR)/jupyter" in recipe and "jupyter lab" in recipe


def test_the_bundles_environment_has_no_nbgrader():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "nbgrader" not in with_needs([*project["dependencies"], "jupyterlab"])
    assert "nbgrader" in with_needs(["kdlab-autograder"])  # it would be found


def with_needs(names):
    """These distributions and what they need, by their normalised names."""
    found, waiting = set(), [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        try:
            waiting += [Requirement(each) for each in requires(name) or ()]
        except PackageNotFoundError:
            continue  # for another system
    return found
