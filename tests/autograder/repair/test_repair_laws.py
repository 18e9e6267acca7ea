"""Whatever happens to an intact submission: the solutions' texts survive, and once is enough."""

import copy
import json
import sys
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "redteam"))

from broken import ANSWER, EXERCISES, instructor_notebook

from autograder.notebooks import from_json
from autograder.publishing import release_notebook
from autograder.repair import repair

SOLUTIONS = {**{name: solution for name, (_, solution, _) in EXERCISES.items()}, "1-w": ANSWER}
GIVEN = ("setup", "train", "check-1-1", "check-1-2", "check-1-3")
OWN = ["own_number = 41", "# my notes", "%time\nprint('한글')", "print('}')"]


def lines(text):
    """What matters of a text: editors drop empty lines where they cut."""
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@pytest.fixture(scope="module")
def release(toy, tmp_path_factory):
    """The lab of the broken submissions."""
    path = tmp_path_factory.mktemp("laws") / "lab1_toy.ipynb"
    nbformat.write(instructor_notebook(toy.hidden_for), path)
    return release_notebook(path)


class Damage:
    """An intact submission, and what can be done to its cells without losing an answer."""

    def __init__(self, release):
        self.release = release
        self.notebook = copy.deepcopy(release)
        for cell in self.cells:
            name = self.name(cell)
            if name in SOLUTIONS:
                cell.source = SOLUTIONS[name]
        self.holds = {cell.id: {self.name(cell)} & set(SOLUTIONS) for cell in self.cells}
        self.fragments = set()
        self.count = 0

    @property
    def cells(self):
        return self.notebook.cells

    @staticmethod
    def name(cell):
        return cell.metadata.get("nbgrader", {}).get("grade_id")

    def _add(self, at, source, cell, holds=()):
        self.count += 1
        fresh = nbformat.from_dict({**copy.deepcopy(cell), "id": f"fresh-{self.count}"})
        fresh.source = source
        self.holds[fresh.id] = set(holds)
        self.cells.insert(at, fresh)
        return fresh

    def delete(self, at, to):
        if not self.holds[self.cells[at].id] and self.cells[at].id not in self.fragments:
            del self.cells[at]

    def copy_stub(self, at, to):
        cell = self.release.cells[at % len(self.release.cells)]
        self._add(self._between_cells(to), cell.source, cell)

    def copy(self, at, to):
        cell = self.cells[at]
        if cell.id not in self.fragments and len(self.holds[cell.id]) < 2:
            self._add(self._between_cells(to), cell.source, cell, self.holds[cell.id])

    def move(self, at, to):
        if self.cells[at].id not in self.fragments:
            cell = self.cells.pop(at)
            self.cells.insert(self._between_cells(min(to, len(self.cells))), cell)

    def own(self, at, to):
        text = OWN[to % len(OWN)]
        self._add(self._between_cells(at), text, nbformat.v4.new_code_cell(text))

    def unname(self, at, to):
        if "1-w" not in self.holds[self.cells[at].id]:
            self.cells[at].metadata = nbformat.NotebookNode()

    def settings(self, at, to):
        cell = self.cells[at]
        cell.metadata["tags"] = ["skip-execution", "mine"]
        if self.name(cell):
            cell.metadata.nbgrader.update(points=400, grade=bool(to % 2), locked=bool(to % 3))

    def retype(self, at, to):
        cell = self.cells[at]
        if cell.id not in self.fragments and "1-w" not in self.holds[cell.id]:
            cell.cell_type = ("code", "markdown", "raw")[to % 3]

    def merge(self, at, to):
        """Two neighbours into one, with the name and type of either."""
        if at + 1 == len(self.cells):
            return
        first, second = self.cells[at : at + 2]
        held = self.holds[first.id] | self.holds[second.id]
        twice = self.holds[first.id] & self.holds[second.id]
        if {first.id, second.id} & self.fragments or twice or "1-w" in held:
            return
        kept = (first, second)[to % 2]
        kept.source = ("\n", "\n\n")[to % 2].join([first.source, second.source])
        self.holds[kept.id] = held
        self.cells[at : at + 2] = [kept]

    def merge_answers(self, at, to):
        """One answer moved behind another, and both merged."""
        whole = [
            cell
            for cell in self.cells
            if self.holds[cell.id]
            and "1-w" not in self.holds[cell.id]
            and cell.id not in self.fragments
        ]
        first, second = whole[at % len(whole)], whole[to % len(whole)]
        if not self.holds[first.id] & self.holds[second.id]:
            self.cells.remove(second)
            self.cells.insert(self.cells.index(first) + 1, second)
            self.merge(self.cells.index(first), to)

    def split(self, at, to):
        """A solution in two, as JupyterLab (both keep the name) or Colab does."""
        cell = self.cells[at]
        rows = cell.source.split("\n")
        holds_one = cell.cell_type == "code" and len(self.holds[cell.id]) == 1
        if cell.id in self.fragments or not holds_one or len(rows) < 2:
            return
        cut = 1 + to % (len(rows) - 1)
        tail = self._add(at + 1, "\n".join(rows[cut:]).strip("\n"), cell, self.holds[cell.id])
        cell.source = "\n".join(rows[:cut]).strip("\n")
        if to % 2:
            tail.metadata = nbformat.NotebookNode()
        self.fragments |= {cell.id, tail.id}

    def _between_cells(self, at):
        """A place that does not tear apart what was split."""
        while at < len(self.cells) and self.cells[at].id in self.fragments:
            at += 1
        return at

    def colab(self):
        """Saved without ids, in format 4.0."""
        raw = json.loads(json.dumps(self.notebook))
        for cell in raw["cells"]:
            del cell["id"]
        raw["nbformat_minor"] = 0
        return from_json(raw)


KINDS = (
    "delete",
    "copy_stub",
    "copy",
    "move",
    "own",
    "unname",
    "settings",
    "retype",
    "merge",
    "merge_answers",
    "split",
)
#: Compositions that once failed.
ONCE = [
    [("delete", 0, 0), ("delete", 7, 0), ("delete", 0, 0), ("copy_stub", 0, 0), ("merge", 6, 0),
     ("split", 6, 1)],
]  # fmt: skip
damage = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 30), st.integers(0, 30)), max_size=10
)


def around(notebook, cell):
    """The code of a cell and of the student's own cells directly before and after it.

    Of what was written into the cell of a hidden test, that is before the test.
    """
    code = [
        each
        for each in notebook.cells
        if each.cell_type == "code" and not (Damage.name(each) or "").startswith("test-")
    ]
    first = last = next(at for at, each in enumerate(code) if each is cell)
    while first > 0 and not code[first - 1].metadata and code[first - 1].id not in GIVEN:
        first -= 1
    while last + 1 < len(code) and not code[last + 1].metadata and code[last + 1].id not in GIVEN:
        last += 1
    return "\n".join(each.source for each in code[first : last + 1])


def check(release, damaged):
    """The law itself."""
    before = copy.deepcopy(damaged)
    notebook, _ = repair(damaged, release)
    assert damaged == before
    nbformat.validate(notebook)
    graded = [cell.metadata.nbgrader for cell in notebook.cells if Damage.name(cell)]
    assert graded == [cell.metadata.nbgrader for cell in release.cells if Damage.name(cell)]
    found = {Damage.name(cell): cell for cell in notebook.cells}
    assert all(found[name].cell_type == "code" for name in SOLUTIONS if name != "1-w")
    for name, text in SOLUTIONS.items():
        there = lines(found[name].source if name == "1-w" else around(notebook, found[name]))
        wanted = lines(text)
        assert wanted in [there[at : at + len(wanted)] for at in range(len(there))], (name, there)
    again, changes = repair(notebook, release)
    assert changes == []
    assert again == notebook


@pytest.mark.parametrize("damage", ONCE)
def test_what_once_failed(release, damage):
    test_solutions_survive_any_damage_and_repair_is_idempotent.hypothesis.inner_test(
        release, damage, False
    )


@pytest.mark.slow
@settings(max_examples=200)
@given(damage=damage, colab=st.booleans())
def test_solutions_survive_any_damage_and_repair_is_idempotent(release, damage, colab):
    submission = Damage(release)
    for kind, at, to in damage:
        getattr(submission, kind)(at % len(submission.cells), to % len(submission.cells))
    check(release, submission.colab() if colab else from_json(submission.notebook))
