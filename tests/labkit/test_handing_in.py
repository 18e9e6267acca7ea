"""The last cell: what it finds in a notebook, in a file beside the kernel and on Colab."""

import json
import os
import sys
import types

import pytest

from labkit import handing_in
from labkit.handing_in import finish
from labkit.language import set_language

PARTS, FUNCTIONS = ("1-1", "1-2", "1-w", "1-e"), {"1-1": "loss", "1-2": "Net"}
STUB = 'def {name}(x):\n    raise NotImplementedError("{id}: write your code here")\n'
EMPTY = (
    "**답:** *이 문장을 지우고 답을 쓰세요.*\n\n"
    "**Answer:** *Replace this sentence with your answer.*"
)


def cell(kind, source, grade_id):
    about = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": kind, "source": source.splitlines(keepends=True), "metadata": about}


def notebook(loss="def loss(x):\n    return x\n", net="class Net:\n    pass\n", word="I think"):
    return {
        "metadata": {},
        "cells": [
            cell("code", loss, "1-1"), cell("code", "# graded", "test-1-1"),
            cell("code", net, "1-2"), cell("code", "# graded", "test-1-2"),
            cell("markdown", word, "1-w"), cell("code", "# graded", "test-1-e"),
        ],
    }  # fmt: skip


UNTOUCHED = notebook(STUB.format(name="loss", id="1-1"), STUB.format(name="Net", id="1-2"), EMPTY)


class Student:
    """A kernel in a folder with a notebook, and what it says at the end."""

    def __init__(self, folder, names, capsys):
        self.folder, self.names, self.capsys = folder, names, capsys

    def saves(self, content, name="lab1.ipynb"):
        (self.folder / name).write_text(json.dumps(content))

    def runs(self, *sources):
        self.names.setdefault("In", []).extend(sources)

    def finishes(self):
        finish("lab1", PARTS, FUNCTIONS)
        out, err = self.capsys.readouterr()
        assert err == ""
        return out


@pytest.mark.parametrize("guest", [False, True])
def test_the_points_so_far_come_first_where_somebody_reads_them(student, monkeypatch, guest):
    shown = []
    if guest:
        room = types.SimpleNamespace(is_active=True)
        monkeypatch.setitem(sys.modules, "labkit.guest", room)
    finish("lab1", PARTS, FUNCTIONS, lambda: shown.append("points"))
    said = student.capsys.readouterr().out
    assert (shown, bool(said)) == (([], False) if guest else (["points"], True))


@pytest.fixture
def student(monkeypatch, tmp_path, capsys):
    names = {}
    fake = types.ModuleType("__main__")
    fake.__dict__.update(names)
    monkeypatch.setitem(sys.modules, "__main__", fake)
    monkeypatch.setitem(sys.modules, "google.colab", None)
    monkeypatch.delitem(sys.modules, "labkit.guest", raising=False)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.chdir(tmp_path)
    set_language("en")
    yield Student(tmp_path, vars(fake), capsys)
    monkeypatch.undo()
    set_language("both")


def test_everything_is_there_and_saved(student):
    student.saves(notebook())
    student.runs("def loss(x):\n    return x", "class Net:\n    pass")
    said = student.finishes()
    assert "✓ Each exercise and question has an answer" in said
    assert "✓ lab1.ipynb: saved at" in said
    assert "✗" not in said and "○" not in said


def test_stubs_and_empty_answers_are_named(student):
    student.saves(UNTOUCHED)
    said = student.finishes()
    for line in ("○ 1-1: not written yet", "○ 1-2: not written yet", "○ 1-w: no answer yet"):
        assert line in said
    assert "1-e" not in said and "Each exercise" not in said


def test_what_was_executed_and_not_saved(student):
    student.saves(notebook())
    student.runs("def loss(x):\n    return x", "def loss(x):\n    return 2 * x")
    said = student.finishes()
    assert "✗ There are changes that are not saved (1-1)" in said and "Save it (Ctrl+S)" in said
    student.saves(notebook(loss="def loss(x):\n    return 2 * x"))
    assert "not saved" not in student.finishes()


@pytest.mark.parametrize("name", ["lab1 (1).ipynb", "Untitled.ipynb", "Copy of lab1.ipynb"])
def test_another_file_name_is_said_with_the_right_one(student, name):
    student.saves(notebook(), name)
    said = student.finishes()
    assert f"The file is called {name}. Rename it to lab1.ipynb" in said


@pytest.mark.parametrize(
    ("gone", "part"), [(0, "1-1"), (1, "1-1"), (3, "1-2"), (4, "1-w"), (5, "1-e")]
)
def test_a_cell_that_is_gone_is_said_with_what_to_do(student, gone, part):
    content = notebook()
    del content["cells"][gone]
    student.saves(content)
    student.runs("def loss(x):\n    return x", "class Net:\n    pass")
    said = student.finishes()
    assert f"✗ {part}: a cell is missing. Bring it back (Edit → Undo delete cells)" in said
    assert said.count("✗ 1-") == 1


def test_without_a_file_it_says_so_and_looks_at_what_was_run(student):
    student.runs("def loss(x):\n    return x")
    said = student.finishes()
    assert "The saved notebook was not found. Save it" in said
    assert "○ 1-2: not written yet" in said and "○ 1-1" not in said
    assert "Each exercise" not in said  # nobody knows


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', '{"cells": [1]}', "{}"])
def test_a_file_that_cannot_be_read_is_none(student, content):
    (student.folder / "lab1.ipynb").write_text(content)
    assert "was not found" in student.finishes()


def test_of_several_files_the_one_that_is_told_counts_else_the_newest(student, monkeypatch):
    student.saves(UNTOUCHED, "old.ipynb")
    student.saves(notebook(), "lab1.ipynb")
    student.saves({"cells": []}, "another.ipynb")
    os.utime(student.folder / "old.ipynb", (1, 1))
    assert "✓ Each exercise" in student.finishes()
    monkeypatch.setenv("JPY_SESSION_NAME", str(student.folder / "old.ipynb"))
    assert "old.ipynb. Rename it" in student.finishes()
    student.names["__vsc_ipynb_file__"] = str(student.folder / "lab1.ipynb")
    assert "✓ Each exercise" in student.finishes()


def test_when_grading_it_does_nothing(student, monkeypatch):
    student.saves(UNTOUCHED)
    guest = types.SimpleNamespace(is_active=True)
    monkeypatch.setitem(sys.modules, "labkit.guest", guest)
    assert student.finishes() == ""
    guest.is_active = False
    assert student.finishes()


def test_a_fault_of_ours_is_said_and_stops_nothing(student, monkeypatch):
    def breaks(marks):
        raise RuntimeError("whatever")

    monkeypatch.setattr(handing_in, "from_disk", breaks)
    said = student.finishes()
    assert "could not be checked (RuntimeError: whatever). Hand in all the same" in said


# -- on Colab ----------------------------------------------------------------------------------


class Colab:
    """Colab's package, as far as a last cell uses it."""

    def __init__(self, content):
        self.content, self.asked, self.given = content, [], []
        self.refuses = None
        self._message = types.SimpleNamespace(blocking_request=self.answer)
        self.files = types.SimpleNamespace(download=self.download)

    def answer(self, request_type, request="", timeout_sec=5, parent=None):
        self.asked.append((request_type, timeout_sec))
        if isinstance(self.content, Exception):
            raise self.content
        return self.content

    def download(self, name):
        if self.refuses:
            raise self.refuses
        with open(name, encoding="utf-8") as file:
            self.given.append((name, json.load(file)))


@pytest.fixture
def colab(student, monkeypatch):
    def install(content):
        made = Colab(content)
        package = types.ModuleType("google.colab")
        package.__dict__.update(_message=made._message, files=made.files)
        monkeypatch.setitem(sys.modules, "google.colab", package)
        return made

    return install


def test_colab_gives_the_notebook_under_the_right_name(student, colab):
    content = notebook() | {"metadata": {"colab": {"name": "Copy of lab1.ipynb"}}}
    made = colab({"ipynb": content})
    said = student.finishes()
    assert made.given == [("lab1.ipynb", content)] and made.asked == [("get_ipynb", 20)]
    assert "↓ lab1.ipynb is being downloaded" in said
    assert "File → Download → Download .ipynb, rename that file to lab1.ipynb" in said
    assert "✓ Each exercise" in said and "saved" not in said


def test_half_of_the_answers_may_be_handed_in_and_an_untouched_one_is_not_offered(student, colab):
    half = colab({"ipynb": notebook(word=EMPTY)})
    assert "○ 1-w: no answer yet" in student.finishes() and len(half.given) == 1
    untouched = colab({"ipynb": UNTOUCHED})
    assert "○ 1-1" in student.finishes() and untouched.given == []


@pytest.mark.parametrize(
    "content", [TimeoutError("no answer"), None, {}, {"ipynb": None}, {"ipynb": {"cells": 1}}]
)
def test_where_colab_does_not_answer_the_menu_is_named(student, colab, content):
    colab(content)
    said = student.finishes()
    assert "File → Download → Download .ipynb, rename that file to lab1.ipynb" in said


def test_where_the_browser_refuses_the_menu_is_named(student, colab):
    colab({"ipynb": notebook()}).refuses = RuntimeError("Failed to fetch")
    said = student.finishes()
    assert "File → Download" in said and "being downloaded" not in said
