"""Files are refused at a limit, in a line that names it; odd ones are read as they were meant."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

from autograder import limits
from autograder.notebooks import UnreadableNotebookError, from_json, read_closely, read_notebook
from autograder.publishing import release_notebook
from autograder.repair import find_notebook, repair

ROOT = Path(__file__).resolve().parents[2]
CODE = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}


def notebook_of(*cells, **more):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}


def code(text):
    return {**CODE, "source": text}


def prose(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def write(folder, content):
    path = folder / "a.ipynb"
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (" " * (limits.NOTEBOOK_BYTES + 1), "MiB; at most 32 are read"),
        (notebook_of(code("x"), metadata=[[]]), None),
        ("[" * (limits.NESTING + 1), "nested deeper than 100"),
        ('{"nbformat": 4, "cells": [' + '{"a":' * limits.NESTING, "nested deeper than 100"),
        ("[" + "0," * limits.PARTS, "more than 1000000 texts, brackets and commas"),
        ("[" + '"",' * limits.PARTS, "more than 1000000 texts, brackets and commas"),
        (notebook_of(*[code("x")] * (limits.CELLS + 1)), "it has 2001 cells; up to 2000"),
        (notebook_of(*[code("x")] * limits.CELLS), None),
        (notebook_of(code("x\n" * limits.CODE)), "cell 1 has 400000 characters of code"),
        (notebook_of(code("x" * (limits.LINE + 1))), "cell 1 has 100001 characters in a line"),
        (notebook_of(*[code("x\n" * 80_000)] * 7), "its code has 1120000 characters"),
        (notebook_of(prose("x " * limits.WORDS)), "cell 1 has 400000 characters beside"),
        (notebook_of(prose("x" * (limits.PROSE + 1))), "cell 1 has 16777217 characters; up to"),
        (notebook_of(prose(f"![](data:image/png;base64,{'A' * 10**6})")), None),
        ('"' + "\\\\" * 10**6, "not JSON"),
        ('{"nbformat": 4, "nbformat_minor": ' + "9" * 5000 + ', "cells": []}', "not JSON"),
        ("<<<<<<< HEAD\n{}", "merge conflict"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_a_file_is_refused_at_a_limit_in_one_line(tmp_path, content, reason):
    path = write(tmp_path, content)
    if reason is None:
        assert nbformat.validate(read_notebook(path)) is None
        return
    with pytest.raises(UnreadableNotebookError, match=reason) as error:
        read_notebook(path)
    assert str(error.value).startswith("a.ipynb") and len(str(error.value)) < 300


def test_limits_on_the_bytes_come_before_anything_is_parsed(tmp_path, stand_in):
    stand_in("autograder.json_file", "json", JSONDecoder=None)
    for content in (" " * (limits.NOTEBOOK_BYTES + 1), "[" * 10**6, "[" + "0," * limits.PARTS):
        with pytest.raises(UnreadableNotebookError):
            read_notebook(write(tmp_path, content))


@pytest.mark.parametrize(("limit", "reason"), [("BYTES", "have 2 MiB"), ("FILES", "are 5 files")])
def test_what_lies_beside_a_notebook_is_limited_before_it_is_read(
    tmp_path, monkeypatch, limit, reason
):
    monkeypatch.setattr(limits, f"BESIDE_{limit}", {"BYTES": limits.MIB, "FILES": 4}[limit])
    write(tmp_path, notebook_of(code("x")))
    for number in range(5):
        (tmp_path / f"{number}.bin").write_bytes(bytes(limits.MIB // 2))
    found = find_notebook(tmp_path, "a.ipynb", from_json(notebook_of(code("x"))))
    assert found.path is None and reason in found.reason


def counted(function, *arguments):
    """How many functions are called, of Python and of C."""
    calls = 0

    def count(frame, event, about):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return calls


NAMED = {"nbgrader": {"grade_id": "1-1", "solution": True, "grade": False, "locked": False}}
CROWDS = {
    "equal": lambda n, toy: [code("x = 1")] * n,
    "no Python": lambda n, toy: [code("this is not ( Python")] * n,
    "of one name": lambda n, toy: [{**code(f"a{i} = {i}"), "metadata": NAMED} for i in range(n)],
    "answers": lambda n, toy: [{**code(toy.solution), "metadata": NAMED}] * n,
    "stubs": lambda n, toy: [code("def square(x):\n    pass")] * n,
    "prose": lambda n, toy: [prose(f"some words {i}") for i in range(n)],
    "empty": lambda n, toy: [code("")] * n,
    "bad metadata": lambda n, toy: [{**code("x"), "metadata": {"collapsed": i}} for i in range(n)],
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_twice_the_cells_are_at_most_twice_the_work(course, toy, crowd):
    release = release_notebook(course.source)
    solved = json.loads(json.dumps(release))

    def work(number):
        raw = {**solved, "cells": [*solved["cells"], *CROWDS[crowd](number, toy)]}
        return counted(lambda: repair(from_json(raw), release))

    work(10)  # what is imported or compiled once
    once, twice = work(80), work(160)
    assert twice < 2.3 * once


@pytest.mark.parametrize(
    ("cell", "source", "odd"),
    [
        ({"input": "a = 1"}, "a = 1", "input"),
        ({"input": ["a = 1\n", "b"]}, "a = 1\nb", "input"),
        ({"source": "", "input": "a = 1"}, "a = 1", "input"),
        ({"source": None, "input": "a = 1"}, "a = 1", "input"),
        ({"source": ["a = 1", "", "b"]}, "a = 1\n\nb", "line ends"),
        ({"source": ["a = 1", "b"]}, "a = 1\nb", "line ends"),
        ({"source": list("a = 1\nb")}, "a = 1\nb", None),
        ({"source": ["a = 1\n", "b"]}, "a = 1\nb", None),
        ({"source": ["a = ", "1\n", "b"]}, "a = 1\nb", None),
        ({"source": ["a = 1\n", None, "b"]}, "a = 1\nb", "null"),
        ({"source": [None, "a = 1", None, "b"]}, "a = 1\nb", "line ends, null"),
        ({"source": ["a = 1\n", 7, "b"]}, "a = 1\nb", "source"),
        ({"source": "a = 1", "cell_type": "Code "}, "a = 1", None),
        ({"source": "a = 1", "cell_type": None}, "a = 1", "cell_type"),
        ({"source": "a = 1", "cell_type": "python"}, "a = 1", "cell_type"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(tmp_path, cell, source, odd):
    reading = read_closely(write(tmp_path, notebook_of({**CODE, **cell})))
    (found,) = reading.notebook.cells
    assert (found.cell_type, found.source) == ("code", source)
    assert ", ".join(reading.odd) == (odd or "")


RIGHT = json.dumps(notebook_of(code("right = 1")))


@pytest.mark.parametrize(
    ("content", "odd"),
    [
        (RIGHT + RIGHT.replace("right", "wrong"), True),
        (RIGHT + "\n" + RIGHT.replace("right", "wrong") + "}", True),
        (RIGHT + ']}\n  "nbformat": 4}', True),
        (RIGHT + "\0" * 512, False),
        ("\ufeff\ufeff\n" + RIGHT + "\n\n", False),
        ('{"autosave": 1}' + RIGHT, True),
        ("null\n" + RIGHT, True),
        (json.dumps({"worksheets": [notebook_of(code("right = 1"))], "nbformat": 4}), False),
        (json.dumps({"cells": [code("right = 1")]}), False),
        (json.dumps({**notebook_of(code("right = 1")), "nbformat": 4.5}), False),
    ],
)
def test_a_file_is_read_as_it_was_meant(tmp_path, content, odd):
    reading = read_closely(write(tmp_path, content))
    assert [cell.source for cell in reading.notebook.cells] == ["right = 1"]
    assert reading.odd == (("text behind its end",) if odd else ())
