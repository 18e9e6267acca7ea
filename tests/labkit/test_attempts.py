"""Cells that wait for the student's code."""

import linecache

import pytest

from labkit.attempts import is_stub, own_lines, uses
from labkit.language import set_language

CELL = "/tmp/ipykernel_123/456.py"


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language("both")


def run_cell(source, **names):
    """Run source as IPython runs a cell: with a file name of its own and its lines at hand."""
    linecache.cache[CELL] = (len(source), None, source.splitlines(keepends=True), CELL)
    exec(compile(source, CELL, "exec"), {"uses": uses, **names})


STUB = """
def f():
    raise NotImplementedError("1-2")

with uses("1-2", "1-3"):
    f()
done = print("went on")
"""


def test_what_torch_cannot_do_is_no_stub(capsys):
    run_cell(STUB.replace('"1-2")\n\nwith', '"addmm for Half")\n\nwith'))
    out = capsys.readouterr().out
    assert "The code of exercise 1-2, 1-3 raised an error" in out
    assert "NotImplementedError: addmm for Half" in out


@pytest.mark.parametrize("exercise", ["1-2", "q-1", "2-e", "lab3-14b"])
@pytest.mark.parametrize("told", ["", ": write your code here / 여기에 코드를 쓰세요"])
def test_a_stub_of_any_course_is_known(exercise, told):
    assert is_stub(NotImplementedError(f"{exercise}{told}"))


@pytest.mark.parametrize(
    "told", ["Could not run 'aten::x' with arguments", "slow-path not supported", "torch-only op"]
)
def test_a_sentence_of_torch_is_no_stub(told):
    assert not is_stub(NotImplementedError(told))


def test_a_stub_is_waited_for(capsys):
    run_cell(STUB)
    out = capsys.readouterr().out
    assert "runs once exercise 1-2, 1-3 is done" in out
    assert "went on" in out


def test_an_error_shows_the_students_own_lines(capsys):
    run_cell("def f(x):\n    return x / 0\nwith uses('1-1'):\n    f(1)\n")
    out = capsys.readouterr().out
    assert "ZeroDivisionError: division by zero" in out
    assert "line 2 of f: return x / 0" in out
    assert "line 4: f(1)" in out


def test_a_name_that_an_earlier_cell_did_not_make(capsys):
    run_cell("with uses('1-2'):\n    history\n")
    assert "'history' is not defined" in capsys.readouterr().out


def test_a_name_error_inside_the_students_function_is_the_students(capsys):
    run_cell("def f():\n    return misspelt\nwith uses('1-2'):\n    f()\n")
    assert "raised an error" in capsys.readouterr().out


def test_korean_and_both(capsys):
    set_language("ko")
    run_cell(STUB)
    assert "완성하면 실행됩니다" in capsys.readouterr().out
    set_language("both")
    run_cell(STUB)
    out = capsys.readouterr().out
    assert "완성하면 실행됩니다" in out
    assert "runs once" in out


def test_strict_raises(monkeypatch):
    monkeypatch.setenv("LABKIT_STRICT", "1")
    with pytest.raises(NotImplementedError):
        run_cell(STUB)


def test_an_interruption_stops_the_notebook():
    with pytest.raises(KeyboardInterrupt), uses("1-1"):
        raise KeyboardInterrupt


def test_nothing_goes_to_stderr(capfd):
    run_cell("with uses('1-1'):\n    1 / 0\n")
    assert capfd.readouterr().err == ""


def test_lines_of_libraries_are_left_out():
    try:
        run_cell("import json\njson.loads('{')\n")
    except ValueError as error:
        assert own_lines(error) == ["line 2: json.loads('{')"]
