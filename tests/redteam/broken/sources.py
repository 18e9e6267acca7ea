"""Sources, attachments and cells as damaged programs and careless scripts leave them."""

import copy
import json

from nbformat.v4 import new_code_cell, new_markdown_cell

from broken.edits import code_of
from broken.lab import ANSWER, named, place
from broken.register import broken, cells_of

#: One dot.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)

# sources


@cells_of("input in place of source @ answer cell")
def input_in_place_of_source(lab, notebook):
    for name in ("1-1", "1-2", "1-3"):
        cell = named(notebook, name)
        cell["input"] = cell.pop("source")


@cells_of("lines without ends @ sources")
def lines_without_ends(lab, notebook):
    for cell in notebook.cells:
        cell["source"] = cell["source"].split("\n")


@cells_of("null among the lines @ sources")
def null_among_the_lines(lab, notebook):
    for cell in notebook.cells:
        cell["source"] = [*cell["source"].splitlines(keepends=True), None]


@cells_of("null @ sources of empty cells")
def null_for_empty(lab, notebook):
    notebook.cells += [{"cell_type": "code", "metadata": {}, "source": None} for _ in range(3)]


@cells_of("null @ outputs and metadata")
def null_for_outputs(lab, notebook):
    for cell in notebook.cells:
        cell["outputs"] = cell["execution_count"] = None
        cell.setdefault("metadata", None)
    notebook["metadata"] = None


@cells_of("lists of lists @ sources")
def one_line_in_a_list_of_one(lab, notebook):
    for cell in notebook.cells:
        cell["source"] = [cell["source"]]


@broken("a second object @ behind the notebook")
def second_object_behind(lab, folder):
    text = json.dumps(lab.solved())
    lab.write(folder, text + "\n" + json.dumps({"cells": [], "nbformat": 4}))


@broken("remains of a longer file @ behind the notebook")
def remains_of_a_longer_file(lab, folder):
    text = json.dumps(lab.solved(), indent=1)
    lab.write(folder, text + text[-200:])


@broken("a remark @ before the notebook")
def remark_before(lab, folder):
    lab.write(folder, "\n\n  \t" + json.dumps(lab.solved()) + "\n\n")


@cells_of("blanks at the ends @ sources")
def blanks_everywhere(lab, notebook):
    for cell in notebook.cells:
        cell.source = "\n\n" + cell.source.replace("\n", "   \n") + "\n\n\n"


@cells_of("no-break spaces @ comments")
def spaces_of_a_word_processor(lab, notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("# multiply", "#\u00a0\u200bmultiply\ufeff")


@cells_of("old line ends @ sources")
def old_macintosh(lab, notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r")


@cells_of("decomposed Korean @ texts")
def decomposed_korean(lab, notebook):
    import unicodedata

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = unicodedata.normalize("NFD", cell.source)


@cells_of("form feeds and controls @ sources")
def controls(lab, notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("# ", "# \x0c\x1b[31m\x07")


@cells_of("blacks and sorted @ answer cells")
def formatted_by_a_program(lab, notebook):
    for name in ("1-1", "1-3"):
        cell = named(notebook, name)
        lines = [line for line in cell.source.split("\n") if "##### " not in line]
        cell.source = "\n".join(lines).replace('"""', "'''") + "\n"


@cells_of("the answer in comments @ below the answer")
def answer_with_comments_of_a_friend(lab, notebook):
    cell = named(notebook, "1-1")
    cell.source += "\n\n# def square(x):\n#     return x ** 3\n"


@cells_of("another indentation @ answer cells")
def two_blanks_for_four(lab, notebook):
    for name in ("1-1", "1-3"):
        cell = named(notebook, name)
        cell.source = cell.source.replace("    ", "  ")


@cells_of("tabs @ answer cells")
def tabs_for_blanks(lab, notebook):
    cell = named(notebook, "1-3")
    cell.source = cell.source.replace("    ", "\t")


@cells_of("syntax error @ one answer", {"test-1-1": 0, "test-1-3": 0})
def bracket_forgotten(lab, notebook):
    cell = named(notebook, "1-1")
    cell.source = cell.source.replace("x * x", "(x * x")


@cells_of("syntax error @ own cell")
def broken_own_cell(lab, notebook):
    notebook.cells.insert(4, new_code_cell("for i in range(3)\n    print(i"))


@cells_of("notes in a code cell @ above the answer")
def notes_above_an_answer(lab, notebook):
    at = place(notebook, "1-1")
    notebook.cells.insert(at, new_code_cell("곱하기를 쓰면 된다. It's x * x!"))


@cells_of("notes in a code cell @ below the answer")
def notes_below_an_answer(lab, notebook):
    at = place(notebook, "1-1")
    notebook.cells.insert(at + 1, new_code_cell("제곱은 항상 0 이상이다 (x**2 >= 0)"))


@cells_of("%%time and notes @ answer cell", kernel=True)
def timed_with_notes_below(lab, notebook):
    cell = named(notebook, "1-1")
    cell.source = "%%time\n" + cell.source
    at = place(notebook, "1-1")
    notebook.cells.insert(at + 1, new_code_cell("실행 시간: 0.1초"))


@cells_of("an installation @ answer cell", kernel=True)
def shell_in_an_answer(lab, notebook):
    cell = named(notebook, "1-3")
    cell.source = "!echo ok\n%pwd\n" + cell.source


# attachments


def _picture(cell, name, reference):
    cell["attachments"] = {name: {"image/png": PICTURE}}
    cell["source"] += f"\n\n![그림]({reference})"


@cells_of("Korean name @ attachment of the answer")
def picture_with_a_korean_name(lab, notebook):
    _picture(named(notebook, "1-w"), "화면 캡처 1.png", "attachment:화면 캡처 1.png")


@cells_of("percent signs @ attachment of the answer")
def picture_with_percent_signs(lab, notebook):
    _picture(named(notebook, "1-w"), "그림 (1).png", "attachment:%EA%B7%B8%EB%A6%BC%20(1).png")


@cells_of("percent signs in the key @ attachment of an own cell")
def picture_with_a_key_in_percent(lab, notebook):
    cell = new_markdown_cell("")
    _picture(cell, "a%20b.png", "<attachment:a b.png>")
    notebook.cells.append(cell)


@cells_of("missing @ attachment of the answer")
def picture_that_was_lost(lab, notebook):
    named(notebook, "1-w").source += "\n\n![](attachment:image.png)"


@cells_of("no pictures @ attachments")
def attachments_that_are_none(lab, notebook):
    named(notebook, "1-w")["attachments"] = {"a.png": {}, "": {"image/png": ["x", "y"]}, "b": None}
    notebook.cells[0]["attachments"] = []


@cells_of("on a code cell @ attachments")
def attachments_of_a_code_cell(lab, notebook):
    named(notebook, "1-1")["attachments"] = {"a.png": {"image/png": PICTURE}}


@cells_of("several @ attachments of two cells")
def same_picture_in_two_cells(lab, notebook):
    for _ in range(2):
        cell = new_markdown_cell("")
        _picture(cell, "image.png", "attachment:image.png")
        notebook.cells.append(cell)


# copies


@cells_of("ids twice @ every cell")
def every_id_twice(lab, notebook):
    for first, second in zip(notebook.cells[::2], notebook.cells[1::2], strict=False):
        second["id"] = first["id"]


@cells_of("a copy with another answer @ before the answer")
def wrong_copy_before(lab, notebook):
    cell = named(notebook, "1-3")
    wrong = code_of(cell, source="def cube(x):\n    return 3 * x")
    notebook.cells.insert(place(notebook, "1-3"), wrong)


@cells_of("copied @ written answer")
def written_answer_twice(lab, notebook):
    cell = copy.deepcopy(named(notebook, "1-w"))
    cell["id"] = "copied"
    notebook.cells.append(cell)
    assert cell.source == ANSWER
