"""Cells that were copied, deleted, reordered, merged or split."""

import random

from nbformat.v4 import new_code_cell

from broken.edits import code_of, merge, split, strip
from broken.lab import DOUBLE, SQUARE, named, place
from broken.register import cells_of

# copies and deletions


@cells_of("copied @ answer cell")
def solution_twice(lab, notebook):
    notebook.cells.append(code_of(named(notebook, "1-1")))


@cells_of("stub copied @ end of the notebook")
def stub_at_the_end(lab, notebook):
    notebook.cells.append(code_of(named(lab.release, "1-1")))


@cells_of("stub copied @ before its test")
def stub_without_metadata_at_the_end(lab, notebook):
    notebook.cells.insert(
        place(notebook, "test-1-1"), new_code_cell(named(lab.release, "1-1").source)
    )


@cells_of("earlier attempts @ before the answer")
def earlier_attempts(lab, notebook):
    cell = named(notebook, "1-1")
    at = place(notebook, "1-1")
    notebook.cells[at:at] = [
        code_of(cell, source="def square(x):\n    return 0"),
        code_of(cell, source="def square(x):\n    while True: pass\nsquare(1)"),
    ]


@cells_of("emptied copy @ answer cell")
def cleared_copy(lab, notebook):
    notebook.cells.append(code_of(named(notebook, "1-2"), source=""))


@cells_of("copied @ test cells")
def tests_five_times(lab, notebook):
    for name in ("test-1-1", "test-1-2"):
        notebook.cells += [code_of(named(notebook, name)) for _ in range(5)]


@cells_of("copied @ whole notebook")
def everything_twice(lab, notebook):
    notebook.cells += [code_of(cell) for cell in notebook.cells]


@cells_of("deleted @ test cells")
def deleted_tests(lab, notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith("test-")]


@cells_of("deleted @ given code")
def deleted_given_code(lab, notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(("setup", "check", "train"))]


@cells_of("deleted @ all but the answers")
def only_the_solutions(lab, notebook):
    notebook.cells = [c for c in notebook.cells if "solution-" in c.id or "answer-" in c.id]


@cells_of("deleted @ answer cell", {"test-1-1": 0, "test-1-3": 0})
def deleted_solution(lab, notebook):
    notebook.cells.remove(named(notebook, "1-1"))


# order


@cells_of("reversed @ order of cells")
def backwards(lab, notebook):
    notebook.cells.reverse()


@cells_of("shuffled @ order of cells")
def shuffled(lab, notebook):
    random.Random(1).shuffle(notebook.cells)


@cells_of("shuffled @ cells without names")
def shuffled_without_names(lab, notebook):
    random.Random(2).shuffle(notebook.cells)
    strip(notebook)


@cells_of("sorted @ test cells")
def tests_first(lab, notebook):
    notebook.cells.sort(key=lambda cell: not cell.id.startswith("test-"))


# merged


@cells_of("merged @ answer and test")
def merged_with_its_test(lab, notebook):
    at = place(notebook, "1-1")
    merge(notebook, at, at + 2)


@cells_of("merged into the last @ answer and test")
def merged_into_its_test(lab, notebook):
    at = place(notebook, "1-2")
    merge(notebook, at, at + 2, keep=at + 2)


@cells_of("merged into the last @ answer and check")
def merged_into_the_check(lab, notebook):
    at = place(notebook, "1-2")
    merge(notebook, at, at + 1, keep=at + 1)


@cells_of("merged @ two exercises")
def two_solutions_merged(lab, notebook):
    merge(notebook, place(notebook, "1-1"), place(notebook, "1-2"))


@cells_of("merged into the last @ two exercises")
def two_solutions_merged_into_the_second_by_colab(lab, notebook):
    first, last = place(notebook, "1-1"), place(notebook, "1-2")
    merge(notebook, first, last, keep=last, glue="\n")


@cells_of("merged in another order @ two exercises")
def two_solutions_merged_the_wrong_way_round(lab, notebook):
    at = place(notebook, "1-3")
    notebook.cells.insert(at + 1, notebook.cells.pop(place(notebook, "1-2")))
    at = place(notebook, "1-3")
    merge(notebook, at, at + 1, glue="\n")


@cells_of("merged @ heading and answer")
def merged_with_its_heading(lab, notebook):
    at = place(notebook, "1-1")
    merge(notebook, at - 1, at, keep=at)


@cells_of("merged into the first @ heading and answer")
def merged_into_its_heading(lab, notebook):
    at = place(notebook, "1-3")
    merge(notebook, at - 1, at + 2, keep=at - 1)


@cells_of("merged @ all answers")
def all_solutions_in_one_cell(lab, notebook):
    merge(notebook, place(notebook, "1-1"), place(notebook, "1-3"), glue="\n")


@cells_of("merged @ whole notebook")
def whole_notebook_in_one_cell(lab, notebook):
    merge(notebook, 0, place(notebook, "test-1-3"), keep=place(notebook, "1-1"))


@cells_of("merged without a name @ all code")
def all_code_in_one_new_cell(lab, notebook):
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    prose = [cell for cell in notebook.cells if cell.cell_type != "code"]
    notebook.cells = [*prose, new_code_cell("\n\n".join(code))]


@cells_of("written into another's cell @ second answer")
def second_answer_in_the_first_cell(lab, notebook):
    named(notebook, "1-1").source = f"{SQUARE}\n\n\n{DOUBLE}"
    named(notebook, "1-2").source = named(lab.release, "1-2").source


# split


@cells_of("split @ between methods")
def split_between_methods(lab, notebook):
    split(notebook, "1-2", "def double(self")


@cells_of("split without metadata @ between methods")
def split_between_methods_by_colab(lab, notebook):
    split(notebook, "1-2", "def double(self", metadata=False)


@cells_of("split in three @ answer cell")
def split_in_three(lab, notebook):
    split(notebook, "1-2", "self.factor = 2", "return product", metadata=False)


@cells_of("split @ docstring")
def split_in_a_docstring(lab, notebook):
    split(notebook, "1-2", "With an explanation", metadata=False)


@cells_of("split @ between definitions")
def split_between_definitions(lab, notebook):
    split(notebook, "1-2", "@functools")


@cells_of("split @ below a decorator")
def split_below_the_decorator(lab, notebook):
    split(notebook, "1-2", "def double(x)", metadata=False)


@cells_of("split @ cells without names")
def two_split_and_names_lost(lab, notebook):
    split(notebook, "1-1", "squared_number = x")
    split(notebook, "1-3", "return 0")
    strip(notebook)
