"""Whatever happened to the cells: the student's text in the release's shape, nothing else."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.repair import NotThisLabError
from autograder.repair import repair as repair_with_changes


def repair(submission, release):
    """The repaired notebook, and the instructor's lines."""
    notebook, changes = repair_with_changes(submission, release)
    return notebook, [str(change) for change in changes]


def place(notebook, cell):
    return next(at for at, other in enumerate(notebook.cells) if other is cell)


def test_a_submission_in_order_is_left_alone(solved, release):
    notebook, changes = repair(solved, release)
    assert changes == []
    assert notebook == solved


def test_neither_notebook_is_changed(solved, release):
    before = copy.deepcopy((solved, release))
    del solved.cells[4]
    del before[0].cells[4]
    repair(solved, release)
    assert (solved, release) == before


class TestCopies:
    """A cell that is there more than once."""

    def test_the_last_one_worked_on_counts(self, solved, release, toy):
        cell = toy.named(solved, "1-1")
        first = copy.deepcopy(cell)
        first.source = "def square(x):\n    return x + 1"
        solved.cells.insert(place(solved, cell), first)
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "1-1").source == toy.solution
        assert "more than once" in changes[0]

    def test_an_unchanged_copy_never_overrides_an_answer(self, solved, release, toy):
        solved.cells.append(copy.deepcopy(toy.named(release, "1-1")))
        notebook, _ = repair(solved, release)
        stubs = [cell for cell in notebook.cells if "NotImplementedError" in cell.source]
        assert stubs == []
        assert toy.named(notebook, "1-1").source == toy.solution

    def test_an_earlier_attempt_is_shown_and_not_executed(self, solved, release, toy):
        cell = toy.named(solved, "1-1")
        first = copy.deepcopy(cell)
        first.source = "def square(x):\n    return 'first attempt'"
        solved.cells.insert(0, first)
        notebook, _ = repair(solved, release)
        (shown,) = [cell for cell in notebook.cells if "first attempt" in cell.source]
        assert shown.cell_type == "markdown"

    def test_a_copied_test_is_left_out(self, solved, release, toy):
        solved.cells += [copy.deepcopy(toy.named(solved, "test-1-1")) for _ in range(3)]
        notebook, changes = repair(solved, release)
        assert notebook.cells == solved.cells[:-3]
        assert changes == [
            "cell test-1-1 was there more than once; the unchanged copy was left out"
        ]


class TestDeleted:
    """Cells that are gone."""

    @pytest.mark.parametrize("names", [["1-1"], ["test-1-1"], ["1-1", "test-1-1"], ["1-w"]])
    def test_they_come_back_as_released_in_their_place(self, solved, release, toy, names):
        for name in names:
            solved.cells.remove(toy.named(solved, name))
        notebook, changes = repair(solved, release)
        for name in names:
            cell = toy.named(notebook, name)
            assert cell == toy.named(release, name)
            assert any(f"cell {name} was missing" in change for change in changes)
        assert [cell.id for cell in notebook.cells] == [cell.id for cell in release.cells]

    def test_given_code_comes_back_and_prose_need_not(self, solved, release):
        solved.cells = [cell for cell in solved.cells if cell.id not in ("setup", "ko")]
        notebook, changes = repair(solved, release)
        ids = [cell.id for cell in notebook.cells]
        assert "setup" in ids
        assert "ko" not in ids
        assert changes == ["cell setup was missing; it was put back as released"]

    @pytest.mark.parametrize("text", [None, "", "print(1)"])
    def test_a_notebook_with_nothing_of_the_lab_is_no_zero(self, release, text):
        empty = copy.deepcopy(release)
        empty.cells = [] if text is None else [new_code_cell(text)]
        with pytest.raises(NotThisLabError, match="empty" if not text else "print"):
            repair(empty, release)

    def test_of_another_lab_the_exercises_are_named(self, solved, release, toy):
        toy.named(solved, "1-1").metadata.nbgrader["grade_id"] = "9-1"
        solved.cells = [solved.cells[4]]
        solved.cells[0].id, solved.cells[0].source = "other", "def ninth(): pass"
        with pytest.raises(NotThisLabError, match="exercises are called 9-1"):
            repair(solved, release)


class TestMetadata:
    """Names, points and tags come from the release."""

    @pytest.mark.parametrize("lost", [{}, {"nbgrader": {}}, {"nbgrader": {"grade_id": 7}}])
    @pytest.mark.parametrize("ids", [True, False], ids=["ids", "no-ids"])
    def test_lost_names_are_recognised(self, solved, release, toy, lost, ids):
        for number, cell in enumerate(solved.cells):
            cell.metadata = copy.deepcopy(lost)
            if not ids:
                cell.id = f"strange-{number}"
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "1-1").source == toy.solution
        assert toy.named(notebook, "1-w").source == "my answer"
        assert len(notebook.cells) == len(release.cells)
        assert "cell 1-1 had lost its name; it was recognised by its content or place" in changes

    def test_tags_and_points_of_the_submission_do_not_count(self, solved, release, toy):
        cell = toy.named(solved, "test-1-1")
        cell.metadata["tags"] = ["skip-execution"]
        cell.metadata.nbgrader["points"] = 400
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "test-1-1").metadata == toy.named(release, "test-1-1").metadata
        assert any("tagged not to be executed" in change for change in changes)

    def test_locked_text_comes_from_the_release(self, solved, release, toy):
        toy.named(solved, "test-1-1").source = "4.0"
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "test-1-1") == toy.named(release, "test-1-1")
        assert any("test-1-1 is locked; what was written in it" in change for change in changes)

    @pytest.mark.parametrize("cell_type", ["markdown", "raw"])
    def test_a_retyped_cell_gets_its_type_back(self, solved, release, toy, cell_type):
        cell = toy.named(solved, "1-1")
        for key in ("outputs", "execution_count"):
            del cell[key]
        cell.cell_type = cell_type
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "1-1").cell_type == "code"
        assert toy.named(notebook, "1-1").source == toy.solution
        assert f"another type (code → {cell_type})" in changes[0]


def test_own_cells_stay_where_they_were_without_their_metadata(solved, release, toy):
    own = new_code_cell("mine = 1", metadata={"tags": ["skip-execution"], "nbgrader": {}})
    first = new_markdown_cell("my notes")
    solved.cells.insert(place(solved, toy.named(solved, "test-1-1")), own)
    solved.cells.insert(0, first)
    notebook, _ = repair(solved, release)
    assert notebook.cells[0].source == "my notes"
    at = [cell.source for cell in notebook.cells].index("mine = 1")
    assert notebook.cells[at].metadata == {}
    assert notebook.cells[at + 1] == toy.named(notebook, "test-1-1")


def test_the_released_order_is_restored(solved, release):
    solved.cells.reverse()
    notebook, changes = repair(solved, release)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in release.cells]
    assert any("order" in change for change in changes)
