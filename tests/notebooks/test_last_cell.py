"""What the labs say of themselves: the switch for Drive, the graded cells, and the last cell."""

import re

import pytest

from autograder.notebooks import grade_id, is_graded_code, nbgrader
from labkit.public import public_labs


def test_the_last_cell_looks_at_what_is_handed_in(solution):
    assert solution.cells[-1].source == "kdlab.finish()"


def test_it_knows_every_part_that_is_graded(solution, lab):
    graded = [grade_id(cell) for cell in solution.cells if nbgrader(cell).get("grade")]
    (there,) = public_labs("kdlab", lab)
    known = sorted(item.id for item in there.items)
    assert known == sorted(name.removeprefix("test-") for name in graded)


def test_a_graded_cell_says_what_it_is(solution):
    cells = [cell for cell in solution.cells if is_graded_code(cell)]
    assert cells
    for cell in cells:
        part, points = grade_id(cell).removeprefix("test-"), nbgrader(cell).points
        assert cell.source.splitlines()[0] == (
            f"# {part} · {points} points · graded here; leave as it is"
            f" / {points}점 · 여기에서 채점합니다. 그대로 두세요"
        )


def test_drive_is_one_line_that_is_off(solution):
    first = next(cell for cell in solution.cells if cell.cell_type == "code").source
    assert first.count('\nDRIVE = False  #@param {type:"boolean"}\n') == 1
    assert "drive=DRIVE)" in first


@pytest.mark.parametrize("unit", [r"분 정도", r"\bminutes?\b"])
def test_no_text_states_how_long_the_trainings_take(solution, unit):
    """The first cell measures it. A table says how long the writing takes, in its own words."""
    prose = "\n".join(cell.source for cell in solution.cells if cell.cell_type == "markdown")
    assert [line for line in prose.splitlines() if re.search(unit, line)] == []
