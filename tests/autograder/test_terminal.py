"""What strangers called things acts neither in a terminal nor in a page of nbgrader."""

import io

import pytest
from nbgrader.coursedir import CourseDirectory
from rich.console import Console
from traitlets.config import Config

from autograder.classrun import Note
from autograder.configuration import configure
from autograder.grade.show import Show
from autograder.grade.table import Row, make_table
from autograder.repair.submissions import find_all, without_name, without_submission
from autograder.terminal import printable

NASTY = "\x1b]0;title\x07\x1b[31m[/] [bold]\u202emina\r\n"


def printed(show):
    stream = io.StringIO()
    show(Console(file=stream, force_terminal=True, color_system=None, width=200))
    return stream.getvalue()


def test_a_line_has_no_sign_that_acts():
    line = printable(NASTY)
    assert line.isprintable()
    assert "mina" in line and "[bold]" in line
    assert printable("김민아, lab1: ok ✓") == "김민아, lab1: ok ✓"
    assert Note(NASTY, "lab", f"no {NASTY}", "UNGRADED").line.isprintable()


def test_the_table_shows_a_name_as_it_is_and_the_run_goes_on():
    row = Row(NASTY, {"1-1": 4.0}, ungraded=False, repaired=False)
    text = printed(lambda console: console.print(make_table("lab", [row])))
    assert "[/] [bold]" in text
    assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]


def test_the_progress_shows_a_name_as_it_is():
    def show(console):
        with Show(console) as shown:
            shown.expect("lab", 1)
            shown.tell(NASTY, "executed")

    text = printed(show)
    assert "[/] [bold]" in text
    assert "\x1b]0" not in text and "\u202e" not in text


@pytest.fixture
def course(tmp_path):
    """A course with these folders in ``submitted/``, and a file in each."""

    def make(*students):
        for student in students:
            folder = tmp_path / "submitted" / student / "lab"
            folder.mkdir(parents=True)
            (folder / "lab.ipynb").write_text("{}", "utf-8")
        (tmp_path / "labs" / "lab").mkdir(parents=True)
        (tmp_path / "labs" / "lab" / "lab.ipynb").write_text(
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "utf-8"
        )
        config = Config()
        configure(config, tmp_path)
        found = CourseDirectory(config=config)
        found.assignment_id = "lab"
        return found

    return make


def test_a_folder_that_a_page_would_read_as_html_is_named_and_not_in_the_gradebook(course):
    bad = ["<img src=x onerror=alert(1)>", 'x"); alert(1); ("', "\x1b[31mred", "back\\slash"]
    found = course("mina", "O'Brien, 김", *bad)
    names = {path.split("/")[-2] for path in find_all(found)}
    assert names == {"mina", "O'Brien, 김"}
    assert without_name(found) == sorted(bad)
    missing = without_submission(found)
    assert not any("rename" in text for text in (*missing.students, *missing.misplaced))
