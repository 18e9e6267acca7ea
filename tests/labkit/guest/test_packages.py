"""Imports that fail: the cell goes on, who asks gets the truth, and use says which package."""

import ast
import importlib.util
import linecache
import os
import sys

import pytest

from labkit.errors import MissingPackageError
from labkit.guest import packages
from labkit.probe.faults import fault_of

NUMBER = iter(range(10**6))


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    monkeypatch.setattr(packages, "_SAID", set())


def run(source):
    """The names of a notebook after a cell of it."""
    place = f"<cell {next(NUMBER)}>"
    linecache.cache[place] = (len(source), None, source.splitlines(True), place)
    names = {"__name__": "__main__"}
    exec(compile(packages.guarded(ast.parse(source)), place, "exec"), names)
    return names


def test_a_missing_package_is_named_once_and_the_cell_goes_on(capsys):
    names = run("import nosuch\nimport nosuch.part as part\nfrom nosuch import thing\nx = 3")
    assert names["x"] == 3
    assert capsys.readouterr().out.count("`nosuch` is not there when grading") == 1
    assert "nosuch" not in sys.modules


USES = ["nosuch.f(1)", "nosuch()", "list(nosuch)", "nosuch + 1", "2 * nosuch", "float(nosuch)",
        "nosuch.a.b.c()", "[0][nosuch]", "isinstance(3, nosuch.T)", "bool(nosuch)", "len(nosuch.x)",
        "nosuch[3]()", "type('A', (nosuch.Base,), {})", "exec('class A(nosuch.B): pass')",
        "exec('with nosuch.f: pass')", "exec('nosuch.x = 3')",
        "exec('@nosuch.f\\ndef g(): 0')"]  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_use_says_which_package(use):
    names = run("import nosuch")
    with pytest.raises((MissingPackageError, TypeError)) as raised:
        eval(use, names)
    if raised.type is MissingPackageError:
        fault = fault_of(raised.value)
        assert (fault.kind, fault.details["package"]) == ("not_there", "nosuch")


def test_naming_it_is_no_use():
    names = run("import nosuch\ndef f(x: nosuch.Float['a b'], y: nosuch.T | None = None): return 3")
    assert names["f"](1) == 3
    assert "not there" in repr(names["nosuch"].thing)


CAUGHT = [
    "try:\n    import nosuch\nexcept ImportError:\n    nosuch = 5",
    "try:\n    from nosuch import nosuch\nexcept ModuleNotFoundError:\n    nosuch = 5",
    "try:\n    import json, nosuch.b as nosuch\nexcept (ValueError, ImportError):\n    nosuch = 5",
    "try:\n    import nosuch\nexcept:\n    nosuch = 5",
    "try:\n    if True:\n        import nosuch\nexcept Exception as e:\n    nosuch = 5",
    "nosuch = 5\nimport contextlib\nwith contextlib.suppress(ImportError):\n    import nosuch",
    "def load():\n    import nosuch\n    return nosuch\n\n\ntry:\n    nosuch = load()\n"
    "except ImportError:\n    nosuch = 5",
    "import builtins\ntry:\n    from google.colab import drive as nosuch\n"
    "except ImportError:\n    nosuch = 5",
]


@pytest.mark.parametrize("source", CAUGHT)
def test_who_waits_for_the_error_gets_it(source, capsys):
    assert run(source)["nosuch"] == 5
    assert capsys.readouterr().out == ""


NOT_CAUGHT = [
    "try:\n    import nosuch\nexcept ValueError:\n    1 / 0",
    "try:\n    pass\nexcept ImportError:\n    pass\nimport nosuch",
    "try:\n    1 / 0\nexcept Exception:\n    import nosuch",
    "try:\n    import nosuch\nfinally:\n    pass",
]


@pytest.mark.parametrize("source", NOT_CAUGHT)
def test_nobody_else_does(source):
    assert isinstance(run(source)["nosuch"], packages.Absent)


def test_who_asks_is_told_the_truth():
    names = run("import importlib.util\nimport wandb_nosuch\n"
                "there = importlib.util.find_spec('wandb_nosuch')")  # fmt: skip
    assert names["there"] is None
    assert importlib.util.find_spec("nosuch") is None


def test_what_is_there_is_what_it_is():
    names = run("from __future__ import annotations\nimport os.path, json as j\n"
                "from math import pi, tau as t\nfrom os.path import *")  # fmt: skip
    assert names["os"] is os
    assert names["j"].loads("3") == 3
    assert names["t"] == 2 * names["pi"]
    assert names["join"] is os.path.join


def test_a_part_that_is_missing_leaves_the_package(capsys):
    names = run("import os.nosuch\nfrom math import nosuch")
    assert names["os"] is os
    with pytest.raises(MissingPackageError, match=r"math\.nosuch"):
        names["nosuch"]()
    with pytest.raises(MissingPackageError):
        os.nosuch.f()
    del os.nosuch


def test_what_only_shows_does_nothing(capsys, monkeypatch):
    for name in ("wandb", "torchsummary", "google", "google.colab"):
        monkeypatch.setitem(sys.modules, name, None)  # not here, whatever is installed
    names = run(
        "import wandb, google.colab\nfrom google.colab import drive, files, userdata\n"
        "from torchsummary import summary\n"
        "with wandb.init(project='x') as run:\n    run.log({'a': 1})\n    wandb.config.lr = 3\n"
        "drive.mount('/content/drive')\ngoogle.colab.output.clear()\n"
        "uploaded = [name for name in files.upload().keys()]\n"
        "import os\nos.environ['NOSUCH_KEY'] = userdata.get('KEY')\n"
        "@wandb.watch\ndef f(): return 3\n"
        "class Callback(wandb.keras.Callback):\n    pass\nCallback(3)\n"
        "text = f'{summary(3)}' + str(summary) + repr(summary)"
    )
    os.environ.pop("NOSUCH_KEY")
    assert names["f"]() == 3
    assert names["uploaded"] == []
    assert "does nothing" in names["text"]
    assert "`wandb` is not there when grading. It only shows" in capsys.readouterr().out
