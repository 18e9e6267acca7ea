"""Cells that were copied, deleted, reordered, merged or split."""

import random

from nbformat.v4 import new_code_cell

from broken.edits import code_of, merge, split, strip
from broken.lab import DOUBLE, SQUARE, named, place
from broken.register import cells_of

# copies and deletions


@cells_of()
def solution_twice(lab, notebook):
    notebook.cells.append(code_of(named(notebook, "1-1")))


@cells_of()
def stub_at_the_end(lab, notebook):
    notebook.cells.append(code_of(named(lab.release, "1-1")))


@cells_of()
def stub_without_metadata_at_the_end(lab, notebook):
    notebook.cells.insert(
        place(notebook, "test-1-1"), new_code_cell(named(lab.release, "1-1").source)
    )


@cells_of()
def earlier_attempts(lab, notebook):
    cell = named(notebook, "1-1")
    at = place(notebook, "1-1")
    notebook.cells[at:at] = [
        code_of(cell, source="def square(x):\n    return 0"),
        code_of(cell, source="def square(x):\n    while True: pass\nsquare(1)"),
    ]


@cells_of()
def cleared_copy(lab, notebook):
    notebook.cells.append(code_of(named(notebook, "1-2"), source=""))


@cells_of()
def tests_five_times(lab, notebook):
    for name in ("test-1-1", "test-1-2"):
        notebook.cells += [code_of(named(notebook, name)) for _ in range(5)]


@cells_of()
def everything_twice(lab, notebook):
    notebook.cells += [code_of(cell) for cell in notebook.cells]


@cells_of()
def deleted_tests(lab, notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith("test-")]


@cells_of()
def deleted_given_code(lab, notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(("setup", "check", "train"))]


@cells_of()
def only_the_solutions(lab, notebook):
    notebook.cells = [c for c in notebook.cells if "solution-" in c.id or "answer-" in c.id]


@cells_of({"test-1-1": 0, "test-1-3": 0})
def deleted_solution(lab, notebook):
    notebook.cells.remove(named(notebook, "1-1"))


# order


@cells_of()
def backwards(lab, notebook):
    notebook.cells.reverse()


@cells_of()
def shuffled(lab, notebook):
    random.Random(1).shuffle(notebook.cells)


@cells_of()
def shuffled_without_names(lab, notebook):
    random.Random(2).shuffle(notebook.cells)
    strip(notebook)


@cells_of()
def tests_first(lab, notebook):
    notebook.cells.sort(key=lambda cell: not cell.id.startswith("test-"))


# merged


@cells_of()
def merged_with_its_test(lab, notebook):
    at = place(notebook, "1-1")
    merge(notebook, at, at + 2)


@cells_of()
def merged_into_its_test(lab, notebook):
    at = place(notebook, "1-2")
    merge(notebook, at, at + 2, keep=at + 2)


@cells_of()
def merged_into_the_check(lab, notebook):
    at = place(notebook, "1-2")
    merge(notebook, at, at + 1, keep=at + 1)


@cells_of()
def two_solutions_merged(lab, notebook):
    merge(notebook, place(notebook, "1-1"), place(notebook, "1-2"))


@cells_of()
def two_solutions_merged_into_the_second_by_colab(lab, notebook):
    first, last = place(notebook, "1-1"), place(notebook, "1-2")
    merge(notebook, first, last, keep=last, glue="\n")


@cells_of()
def two_solutions_merged_the_wrong_way_round(lab, notebook):
    at = place(notebook, "1-3")
    notebook.cells.insert(at + 1, notebook.cells.pop(place(notebook, "1-2")))
    at = place(notebook, "1-3")
    merge(notebook, at, at + 1, glue="\n")


@cells_of()
def merged_with_its_heading(lab, notebook):
    at = place(notebook, "1-1")
    merge(notebook, at - 1, at, keep=at)


@cells_of()
def merged_into_its_heading(lab, notebook):
    at = place(notebook, "1-3")
    merge(notebook, at - 1, at + 2, keep=at - 1)


@cells_of()
def all_solutions_in_one_cell(lab, notebook):
    merge(notebook, place(notebook, "1-1"), place(notebook, "1-3"), glue="\n")


@cells_of()
def whole_notebook_in_one_cell(lab, notebook):
    merge(notebook, 0, place(notebook, "test-1-3"), keep=place(notebook, "1-1"))


@cells_of()
def all_code_in_one_new_cell(lab, notebook):
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    prose = [cell for cell in notebook.cells if cell.cell_type != "code"]
    notebook.cells = [*prose, new_code_cell("\n\n".join(code))]


@cells_of()
def second_answer_in_the_first_cell(lab, notebook):
    named(notebook, "1-1").source = f"{SQUARE}\n\n\n{DOUBLE}"
    named(notebook, "1-2").source = named(lab.release, "1-2").source


# split


@cells_of()
def split_between_methods(lab, notebook):
    split(notebook, "1-2", "def double(self")


@cells_of()
def split_between_methods_by_colab(lab, notebook):
    split(notebook, "1-2", "def double(self", metadata=False)


@cells_of()
def split_in_three(lab, notebook):
    split(notebook, "1-2", "self.factor = 2", "return product", metadata=False)


@cells_of()
def split_in_a_docstring(lab, notebook):
    split(notebook, "1-2", "With an explanation", metadata=False)


@cells_of()
def split_between_definitions(lab, notebook):
    split(notebook, "1-2", "@functools")


@cells_of()
def split_below_the_decorator(lab, notebook):
    split(notebook, "1-2", "def double(x)", metadata=False)


@cells_of()
def two_split_and_names_lost(lab, notebook):
    split(notebook, "1-1", "squared_number = x")
    split(notebook, "1-3", "return 0")
    strip(notebook)
