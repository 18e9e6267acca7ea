"""Whatever happened to the cells: the student's text in the release's shape, nothing else."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.release import release_notebook
from autograder.repair import repair


@pytest.fixture
def release(course):
    return release_notebook(course.source)


@pytest.fixture
def solved(release, toy):
    notebook = copy.deepcopy(release)
    toy.named(notebook, "1-1").source = toy.solution
    toy.named(notebook, "1-w").source = "my answer"
    return notebook


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
        assert notebook.cells == release_cells(solved, 3)
        assert len(changes) == 3


def release_cells(notebook, fewer):
    return notebook.cells[: len(notebook.cells) - fewer]


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

    def test_an_empty_notebook_becomes_the_release(self, release):
        empty = copy.deepcopy(release)
        empty.cells = []
        notebook, _ = repair(empty, release)
        prose = [
            c for c in release.cells if c.cell_type == "markdown" and "nbgrader" not in c.metadata
        ]
        assert notebook.cells == [cell for cell in release.cells if cell not in prose]


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
        assert any("locked and was edited" in change for change in changes)

    @pytest.mark.parametrize("cell_type", ["markdown", "raw"])
    def test_a_retyped_cell_gets_its_type_back(self, solved, release, toy, cell_type):
        cell = toy.named(solved, "1-1")
        for key in ("outputs", "execution_count"):
            del cell[key]
        cell.cell_type = cell_type
        notebook, changes = repair(solved, release)
        assert toy.named(notebook, "1-1").cell_type == "code"
        assert toy.named(notebook, "1-1").source == toy.solution
        assert f"from code into {cell_type}" in changes[0]


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


damage = st.lists(
    st.tuples(
        st.sampled_from(["delete", "copy", "move", "unname", "retype"]),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    max_size=8,
)


@pytest.fixture(scope="module")
def pair(released_course):
    return released_course.solved(), released_course.released()


@pytest.mark.slow
@given(damage)
def test_any_damage_gives_back_every_graded_cell_once(pair, damage):
    submission, release = copy.deepcopy(pair[0]), pair[1]
    for kind, at, to in damage:
        cells = submission.cells
        if not cells:
            break
        at, to = at % len(cells), to % len(cells)
        if kind == "delete":
            del cells[at]
        elif kind == "copy":
            cells.insert(to, copy.deepcopy(cells[at]))
        elif kind == "move":
            cells.insert(to, cells.pop(at))
        elif kind == "unname":
            cells[at].metadata = {}
        else:
            cells[at].cell_type = "raw"
    notebook, _ = repair(submission, release)
    graded = [c.metadata.nbgrader for c in notebook.cells if c.metadata.get("nbgrader")]
    assert graded == [c.metadata.nbgrader for c in release.cells if c.metadata.get("nbgrader")]
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
