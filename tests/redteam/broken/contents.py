"""Types, metadata and places of answers; what editors make of them; older releases."""

import copy
import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

from broken.edits import code_of, colab, retype, strip
from broken.lab import ANSWER, named, place
from broken.register import cells_of

# types


@cells_of("retyped @ answer cells")
def solutions_as_markdown(lab, notebook):
    for name in ("1-1", "1-2", "1-3"):
        retype(named(notebook, name), "markdown")


@cells_of("retyped @ tests and answers")
def tests_and_solutions_raw(lab, notebook):
    for name in ("1-1", "test-1-1", "1-3", "test-1-3"):
        retype(named(notebook, name), "raw")


@cells_of("retyped @ every cell")
def every_type_wrong(lab, notebook):
    for cell in notebook.cells:
        retype(cell, "markdown" if cell.cell_type == "code" else "code")


@cells_of("retyped @ cells without names")
def every_type_wrong_and_names_lost(lab, notebook):
    every_cell = notebook.cells
    for cell in every_cell:
        if cell.id != "answer-1-w":
            retype(cell, "markdown" if cell.cell_type == "code" else "code")
    strip(notebook)


# answers in other places


@cells_of("in a new cell @ below the stub")
def answer_in_a_new_cell_below(lab, notebook):
    cell = named(notebook, "1-1")
    notebook.cells.insert(place(notebook, "1-1") + 1, new_code_cell(cell.source))
    cell.source = named(lab.release, "1-1").source


@cells_of("in a new cell @ end of the notebook")
def answer_in_a_new_cell_at_the_end(lab, notebook):
    cell = named(notebook, "1-2")
    notebook.cells.append(new_code_cell(cell.source))
    cell.source = named(lab.release, "1-2").source


@cells_of("assigned, not defined @ function")
def answer_by_assignment(lab, notebook):
    named(notebook, "1-1").source = "square = lambda x: x * x"
    strip(notebook)


@cells_of("in a new cell @ below the written answer")
def written_answer_below(lab, notebook):
    at = place(notebook, "1-w")
    named(notebook, "1-w").source = named(lab.release, "1-w").source
    notebook.cells.insert(at + 1, new_markdown_cell(ANSWER))


@cells_of("raw in place of markdown @ written answer")
def written_answer_deleted_and_raw_below_the_question(lab, notebook):
    notebook.cells[place(notebook, "1-w")] = new_raw_cell(ANSWER)


@cells_of("own cells @ between all cells")
def many_own_cells(lab, notebook):
    for at in range(len(notebook.cells), 0, -1):
        notebook.cells.insert(at, new_code_cell(f"own_{at} = 1 / 0"))
        notebook.cells.insert(at, new_markdown_cell("def square: my notes"))
        notebook.cells.insert(at, new_code_cell("%pwd\n!ls -la\n?print"))


# metadata


@cells_of("lost @ nbgrader metadata")
def no_nbgrader_metadata(lab, notebook):
    strip(notebook, ids=False)


@cells_of("lost @ all metadata")
def only_types_and_texts(lab, notebook):
    strip(notebook)
    notebook.metadata = nbformat.NotebookNode()


@cells_of("exchanged @ names of exercises")
def names_of_two_exercises_exchanged(lab, notebook):
    first, second = named(notebook, "1-1"), named(notebook, "1-2")
    first.metadata, second.metadata = second.metadata, first.metadata
    first.id, second.id = second.id, first.id


@cells_of("name of another @ second answer")
def second_answer_in_a_copy_of_the_first_cell(lab, notebook):
    at = place(notebook, "1-2")
    notebook.cells[at] = code_of(named(notebook, "1-1"), source=notebook.cells[at].source)


@cells_of("the same @ every name")
def every_cell_called_the_same(lab, notebook):
    for cell in notebook.cells:
        cell.metadata = copy.deepcopy(named(lab.release, "test-1-1").metadata)
    strip(notebook, metadata=False)


@cells_of("tags of converters @ every cell")
def tagged_not_to_be_executed(lab, notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "remove-cell", "raises-exception"]


@cells_of("other values @ nbgrader metadata")
def other_points_and_flags(lab, notebook):
    for name in ("1-1", "test-1-1", "test-1-2", "1-w"):
        cell = named(notebook, name)
        cell.metadata.nbgrader.update(points=400, grade=name == "1-1", solution=True, locked=False)


@cells_of("edited @ test cells")
def tests_edited(lab, notebook):
    for name in ("test-1-1", "test-1-2", "test-1-3"):
        named(notebook, name).source = "raise RuntimeError('my own test')\n4.0"


@cells_of("other versions @ nbgrader metadata")
def nbgrader_of_another_age(lab, notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["schema_version"] = 1 if cell.id == "test-1-1" else 99


@cells_of("wrong types @ all metadata")
def damaged_metadata(lab, notebook):
    notebook["nbformat_minor"] = "five"
    notebook["metadata"] = {"kernelspec": "python", "authors": 3, "language_info": {}}
    damage = [{"tags": "a"}, {"tags": [1]}, {"jupyter": 5}, {"collapsed": "no"}, {"name": 3}]
    for cell, more in zip(notebook.cells, damage, strict=False):
        cell.metadata.update(more)
    notebook.cells[0]["attachments"] = 3
    notebook.cells[1]["id"] = "not an id!"
    notebook.cells[4]["id"] = 7
    notebook.cells += [None, "cell", {"cell_type": "heading", "source": "x"}, {"source": [1]}]


# editors


@cells_of("saved by Colab @ whole notebook")
def saved_by_colab(lab, notebook):
    return colab(notebook)


@cells_of("saved by Colab @ cells without names")
def saved_by_colab_without_names(lab, notebook):
    return colab(notebook, keep=())


@cells_of("saved by Colab @ edited cells without names")
def saved_by_colab_without_names_and_edited(lab, notebook):
    notebook.cells[3].source = notebook.cells[3].source.replace("both", "ko").replace("3", "30")
    notebook.cells[1].source += "\n\n(my remark)"
    notebook.cells.insert(4, new_code_cell("!pip install tqdm"))
    return colab(notebook, keep=())


@cells_of("saved by VS Code @ whole notebook")
def saved_by_vscode(lab, notebook):
    notebook.metadata["kernelspec"] = {"name": ".venv", "display_name": ".venv (3.12)"}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.12.1"}
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{number:08x}"
        cell.metadata["vscode"] = {"languageId": "python"}


@cells_of("saved by Kaggle @ whole notebook")
def saved_by_kaggle(lab, notebook):
    notebook["nbformat_minor"] = 4
    notebook.metadata["kaggle"] = {"accelerator": "none", "dataSources": []}
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata = {"_uuid": "8f2839f25d086af7", "trusted": True, "execution": {"x": "2026"}}


@cells_of("older format @ whole notebook")
def saved_in_format_three(lab, notebook):
    return json.loads(nbformat.v3.writes_json(nbformat.convert(notebook, 3)))


@cells_of("another kernel @ notebook metadata")
def for_another_kernel(lab, notebook):
    notebook.metadata["kernelspec"] = {
        "name": "julia-1.9`\n\x1b[31m",
        "display_name": "Julia",
        "language": "julia",
    }


# older releases


@cells_of("older release @ texts and tests")
def older_texts(lab, notebook):
    for cell in notebook.cells:
        if "text-" in cell.id or "test-" in cell.id:
            cell.source = "older: " + cell.source
    named(notebook, "test-1-1").source = "assert square(2) == 5"


@cells_of("older release @ ids and texts")
def older_ids_and_texts(lab, notebook):
    older_texts_of = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    for cell in older_texts_of:
        if cell.id != "answer-1-w":
            cell.source = cell.source.replace("Write", "Please write") + "\n\n(2025)"
    strip(notebook, metadata=False)


@cells_of("older release @ one exercise fewer", {"test-1-3": 0})
def older_without_the_last_exercise(lab, notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.endswith("-1-3")]


@cells_of("older release @ one exercise more")
def older_with_one_more_exercise(lab, notebook):
    metadata = copy.deepcopy(named(notebook, "1-1").metadata)
    metadata["nbgrader"]["grade_id"] = "1-0"
    extra = new_code_cell("def zero(x):\n    return 0", id="solution-1-0", metadata=metadata)
    metadata = copy.deepcopy(named(notebook, "test-1-1").metadata)
    metadata["nbgrader"]["grade_id"] = "test-1-0"
    test = new_code_cell("assert zero(1) == 0", id="test-1-0", metadata=metadata)
    notebook.cells[4:4] = [extra, test]
