"""A block that ended badly leaves nothing behind that another cell could show."""

import linecache

import matplotlib
import pytest

from labkit.attempts import uses
from labkit.language import set_language

matplotlib.use("agg")
CELL = "/tmp/ipykernel_7/{}.py"


class Kernel:
    """Runs cells one after the other, in names of its own, as IPython does."""

    def __init__(self):
        self.names = {"uses": uses}
        self.count = 0

    def run(self, source):
        self.count += 1
        file = CELL.format(self.count)
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self.names)


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr("labkit.blocks._MADE", {})
    monkeypatch.setattr("labkit.blocks._UNMADE", {})
    set_language("en")
    yield Kernel()
    set_language("both")


STUB = 'def step():\n    raise NotImplementedError("2-3")\n'
BROKEN = "def step():\n    return 1 / 0\n"
TRAIN = """
with uses("2-3"):
    network = "made"
    step()
    network = "trained"
"""
SHOW = """
with uses("2-3"):
    print("accuracy of what is", network)
"""


def test_what_was_only_begun_is_not_shown(kernel, capsys):
    for answer in (STUB, BROKEN):
        kernel.run(answer + TRAIN + SHOW)
        assert "accuracy" not in capsys.readouterr().out


def test_a_stub_is_waited_for_in_every_block_that_needs_what_it_makes(kernel, capsys):
    kernel.run(STUB + TRAIN + SHOW)
    assert capsys.readouterr().out.count("This cell runs once exercise 2-3 is done") == 2


def test_after_an_error_the_next_block_names_the_exercise_and_the_name(kernel, capsys):
    kernel.run(BROKEN + TRAIN)
    capsys.readouterr()
    kernel.run(SHOW)
    said = capsys.readouterr().out
    assert "uses exercise 2-3 did not run to its end, so there is no `network`" in said
    assert "Run that cell first" in said


def test_also_where_a_function_of_the_cell_asks_for_it(kernel, capsys):
    kernel.run(BROKEN + TRAIN)
    kernel.run("def measure():\n    return network\nwith uses('2-3'):\n    measure()\n")
    assert "there is no `network`" in capsys.readouterr().out


def test_what_an_earlier_run_of_the_block_made_is_not_shown_for_the_code_of_now(kernel, capsys):
    kernel.run("def step():\n    pass\n" + TRAIN)
    assert kernel.names["network"] == "trained"
    kernel.run(BROKEN + TRAIN)
    kernel.run(SHOW)
    assert "accuracy" not in capsys.readouterr().out


def test_what_other_cells_made_stays_as_it_was(kernel):
    kernel.run("network = 'of another cell'")
    kernel.run(BROKEN + TRAIN)
    assert kernel.names["network"] == "of another cell"


def test_repaired_it_is_shown_again(kernel, capsys):
    kernel.run(BROKEN + TRAIN)
    kernel.run("def step():\n    pass\n" + TRAIN + SHOW)
    assert "accuracy of what is trained" in capsys.readouterr().out


def test_a_block_that_was_stopped_leaves_nothing_either(kernel):
    with pytest.raises(KeyboardInterrupt):
        kernel.run("def step():\n    raise KeyboardInterrupt\n" + TRAIN)
    assert "network" not in kernel.names


@pytest.mark.parametrize(
    "binds",
    [
        "x = 1", "x, y = 1, 2", "for x in (1, 2): pass", "x: int = 1", "(x := 1)", "x = y = 1",
        "def x(): pass", "class x: pass", "if True:\n        x = 1",
        "with open('/dev/null') as x: pass", "try:\n        x = 1\n    finally:\n        pass",
    ],
)  # fmt: skip
def test_every_way_of_making_a_name_counts(kernel, binds, capsys):
    kernel.run(f"with uses('1-1'):\n    {binds}\n    1 / 0\n")
    assert "x" not in kernel.names


@pytest.mark.parametrize(
    "binds", ["import json", "from json import loads", "f = lambda x: x", "[x for x in '']"]
)
def test_what_is_imported_or_inside_a_function_is_no_name_of_the_block(kernel, binds):
    kernel.run("x, json, loads = 1, 2, 3")
    kernel.run(f"with uses('1-1'):\n    {binds}\n    1 / 0\n")
    assert {"x", "json", "loads"} <= kernel.names.keys()


def test_a_figure_that_was_begun_is_not_drawn(kernel):
    from matplotlib import pyplot

    kernel.run("from matplotlib import pyplot\nbefore = pyplot.figure()")
    kernel.run("with uses('1-1'):\n    pyplot.figure()\n    1 / 0\n")
    assert pyplot.get_fignums() == [kernel.names["before"].number]
    pyplot.close("all")


def test_a_block_inside_a_function_and_one_without_source_end_as_before(kernel, capsys):
    kernel.run("def f():\n    with uses('1-1'):\n        y = 1 / 0\nf()\n")
    exec("with uses('1-1'):\n    z = 1 / 0\n", kernel.names)
    assert capsys.readouterr().out.count("ZeroDivisionError") == 2


def test_a_call_over_several_lines(kernel):
    kernel.run("with uses(\n    '1-1',\n    '1-2',\n):\n    x = 1\n    1 / 0\n")
    assert "x" not in kernel.names
