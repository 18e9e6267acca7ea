"""Leaks of each exercise of the real course are found however they were dressed; ours are none."""

import ast
import base64
import json
import zipfile
from pathlib import Path

import pytest
import torch

from autograder.notebooks import grade_id, is_solution, read_notebook
from autograder.publishing.leaks import collect_secrets, instructor_packages, scan
from autograder.publishing.traces import TELLING, normal, words
from kdcourse.course import SUBJECT

ROOT = Path(__file__).resolve().parents[3]
SOLUTIONS = {
    grade_id(cell): "\n".join(
        line for line in cell.source.split("\n") if not line.strip().startswith("#####")
    )
    for path in sorted((ROOT / "solutions").glob("lab*/*.ipynb"))
    for cell in read_notebook(path).cells
    if is_solution(cell) and cell.cell_type == "code"
}
#: Any training step is like 1-3, once its names are others, and any softmax with T like 2-1.
WITHOUT_A_FACE = {"1-3", "2-1"}


class Renamed(ast.NodeTransformer):
    """Gives other names to whatever the code itself names."""

    def __init__(self, tree):
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        stored = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        stored |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        self.names = {name: f"v{number}" for number, name in enumerate(sorted(stored - {"self"}))}

    def visit_Name(self, node):
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.names.get(node.arg, node.arg)
        return node


def renamed(code):
    tree = ast.parse(code)
    return ast.unparse(Renamed(tree).visit(tree))


def notebook(*cells):
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def code_cell(text, outputs=()):
    return {"cell_type": "code", "source": text.splitlines(True), "outputs": list(outputs)}


def in_a_wheel(folder, code):
    with zipfile.ZipFile(folder / "kdlab-1-py3-none-any.whl", "w") as archive:
        archive.writestr("kdlab/more.py", code)


def in_cells(folder, code):
    lines = code.splitlines(True)
    parts = [lines[start : start + 3] for start in range(0, len(lines), 3)]
    text = notebook(*(code_cell("".join(part)) for part in parts))
    (folder / "notes.ipynb").write_text(text, "utf-8")


def in_an_output(folder, code):
    output = {"output_type": "stream", "name": "stdout", "text": code.splitlines(True)}
    (folder / "notes.ipynb").write_text(notebook(code_cell("1", [output])), "utf-8")


def in_an_attachment(folder, code):
    held = base64.b64encode(code.encode()).decode()
    cell = {"cell_type": "markdown", "source": ["x"], "attachments": {"a.txt": {"text": held}}}
    (folder / "notes.ipynb").write_text(notebook(cell), "utf-8")


def in_a_file(change=lambda code: code):
    def plant(folder, code):
        (folder / "helpers.py").write_text(f"import torch\n\n\n{change(code)}\n", "utf-8")

    return plant


PLACES = {
    "whole": in_a_file(),
    "renamed": in_a_file(renamed),
    "reformatted": in_a_file(lambda code: ast.unparse(ast.parse(code)).replace("    ", "\t")),
    "commented out": in_a_file(lambda code: "# " + code.replace("\n", "\n# ")),
    "over cells": in_cells,
    "in a wheel": in_a_wheel,
    "in an output": in_an_output,
    "in base64": in_an_attachment,
}


def found_in(folder):
    return scan(folder, ROOT / "solutions", instructor_packages(SUBJECT))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("exercise", SOLUTIONS)
def test_the_solution_of_an_exercise_is_found(exercise, place, tmp_path):
    PLACES[place](tmp_path, SOLUTIONS[exercise])
    found = {finding.kind for finding in found_in(tmp_path)}
    expected = set() if place == "renamed" and exercise in WITHOUT_A_FACE else {"solution"}
    assert found == expected


def test_no_line_that_counts_alone_stands_in_pytorch_itself():
    """A line is rare if nobody else writes it: here 2,000 modules of others are asked."""
    telling = {
        line: normal(line)
        for code in SOLUTIONS.values()
        for line in code.split("\n")
        if len(words(line)) >= TELLING
    }
    secret = set().union(*(each.lines for each in collect_secrets(ROOT / "solutions").solutions))
    asked = {line for line in telling.values() if line in secret}
    assert len(asked) > 10
    folder = Path(torch.__file__).parent
    texts = (path.read_text("utf-8") for path in folder.rglob("*.py"))
    there = {normal(line) for text in texts for line in text.split("\n")}
    assert asked & there == set()


@pytest.mark.parametrize(
    "program",
    [
        "for inputs, labels in batches:\n    outputs = model(inputs)\n    print(outputs)\n",
        "model.eval()\nwith torch.no_grad():\n    outputs = model(inputs)\n",
        "student_logits = student(inputs)\nprint(student_logits.shape)\n",
    ],
)
def test_what_any_program_says_is_no_leak(program, tmp_path):
    (tmp_path / "helpers.py").write_text(program, "utf-8")
    assert found_in(tmp_path) == []
