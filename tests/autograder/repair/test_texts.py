"""Which texts could be cells, and which of them belong together."""

import copy

import pytest
from nbformat.v4 import new_code_cell

from autograder.publishing import release_notebook
from autograder.repair import repair
from autograder.repair.texts import joined, may_be_joined, runs

ANSWER = "def square(x):\n    return x * x"
NOTES = "이 함수는 제곱을 돌려준다. (note to myself:"


@pytest.fixture(scope="module")
def release(make_course, tmp_path_factory):
    return release_notebook(make_course(tmp_path_factory.mktemp("texts")).source)


@pytest.mark.parametrize(
    ("text", "could_run"),
    [
        ("%%time\n" + ANSWER, True),
        ("\n%%capture out\n" + ANSWER, True),
        ("%%time\n" + NOTES, False),
        ("%%bash\nls | wc -l", True),
        ("%%html\n<b>", True),
        (ANSWER + "\n%%time", False),
        ("%matplotlib inline\n!ls\nx = !ls\ny = %pwd\nprint?\n?print", True),
        ("await main()", True),
        ("return 3", False),
        ("1 \\\n", True),
        ("  indented = 1", False),
        ("text = '''\n%%time\n'''", True),
    ],
)
def test_whether_a_text_could_be_a_cell(text, could_run):
    assert runs(text) is could_run


@pytest.mark.parametrize(
    ("parts", "are_one"),
    [
        (["def f(x):\n    y = x", "    return y"], True),
        (["%%time\ndef f(x):\n    y = x", "    return y"], True),
        (["import functools\n@functools.cache", ANSWER], True),
        (["print(", "1)"], True),
        (["%%time\n" + ANSWER, NOTES], False),
        (["%%timeit\n" + ANSWER, NOTES], False),
        (["%%capture\n" + ANSWER, "x = = 1"], False),
        (["%%bash\nls", "    x"], False),
        (['"""', ANSWER, '"""'], False),
        (["notes = (", "square = 1", ")"], False),
        (["total = 1 + \\", "square = lambda x: x * x"], False),
        ([NOTES, "%%time\n" + ANSWER], False),
        (["1 \\\n", "%%time\n" + ANSWER], True),
        ([ANSWER, "    return x"], False),  # what is whole does not go on
        (["%%time\n" + ANSWER, "    return x"], False),
        (["def f(x):\n    raise ValueError", "    return x"], False),
        (["def f(x):\n    if x:\n        return 1", "    return 2"], True),
        (["def f(x):\n    if x:\n        return 1", "    else:\n        return 2"], True),
        (["def f(x):\n    for y in x:\n        break", "        x()\n    return 2"], False),
        (["class A:\n    def f(x):\n        return 1", "    def g(x):\n        return 2"], True),
    ],
)
def test_parts_are_joined_if_they_run_together_and_swallow_nothing(parts, are_one):
    assert may_be_joined(parts) is are_one


def test_a_magic_for_the_whole_cell_stays_on_top_alone():
    assert joined(["%%time\na = 1", "%%time\nb = 2"]) == "%%time\na = 1\nb = 2"


@pytest.mark.parametrize(
    "magic", ["%%time\n", "%%capture out\n", "%%timeit -n 1\n", "%time pass\n", "!pip list\n", ""]
)
@pytest.mark.parametrize("own", [NOTES, "    - a list", "x = = 1", "%%bash\nls (", "'", '"""'])
@pytest.mark.parametrize("named", [False, True], ids=["", "of the same name"])
def test_an_own_cell_that_is_no_python_leaves_the_answer_as_it_was(
    release, toy, magic, own, named
):
    notebook = copy.deepcopy(release)
    cell = toy.named(notebook, "1-1")
    cell.source = magic + toy.solution
    at = notebook.cells.index(cell)
    for place in (at + 1, at):
        more = new_code_cell(own, id=f"own-{place}")
        if named:
            more.metadata = copy.deepcopy(cell.metadata)
        notebook.cells.insert(place, more)
    repaired, _ = repair(notebook, release)
    assert toy.named(repaired, "1-1").source == magic + toy.solution


def test_parts_of_one_answer_that_are_timed_each_become_one_cell(release, toy):
    notebook = copy.deepcopy(release)
    cell = toy.named(notebook, "1-1")
    cell.source = "%%time\n" + toy.solution
    helper = copy.deepcopy(cell)
    helper.id, helper.source = "helper", "%%time\ndef helper(x):\n    return x"
    notebook.cells.insert(notebook.cells.index(cell) + 1, helper)
    repaired, _ = repair(notebook, release)
    source = toy.named(repaired, "1-1").source
    assert source.count("%%time") == 1 and source.startswith("%%time\n")
    assert "def helper" in source and toy.solution in source and runs(source)
