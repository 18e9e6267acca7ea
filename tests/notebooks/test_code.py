"""The code cells of the student notebooks: they parse, and hold what students need and no more."""

import ast
import re
import warnings

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_code_cell, new_notebook

from autograder.notebooks import grade_id, is_graded_code, is_solution, read_notebook
from autograder.publishing import differences, release_notebook
from autograder.publishing.leaks import instructor_packages, scan
from kdcourse.course import SUBJECT
from labkit.public import public_sheets

STARTS, ENDS = "YOUR CODE STARTS HERE", "YOUR CODE ENDS HERE"


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def does_not_parse(notebook):
    """Code cells that are not Python, magics aside, or that Python warns of."""
    problems = []
    for cell in code_cells(notebook):
        source = TransformerManager().transform_cell(cell.source)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                compile(source, "<cell>", "exec", flags=ast.PyCF_ONLY_AST)
            except (SyntaxError, Warning) as error:
                problems.append(f"{error}:\n{cell.source}")
    return problems


def visible_checks(notebook):
    source = "\n".join(cell.source for cell in code_cells(notebook))
    return re.findall(r"kdlab\.check\(\"(\d-\w)\"", source)


def graded_exercises(notebook):
    return [grade_id(cell).removeprefix("test-") for cell in notebook.cells if is_graded_code(cell)]


@pytest.mark.parametrize("language", ["both", "ko", "en"])
def test_every_generated_code_cell_parses(root, lab, language):
    notebook = release_notebook(root / "solutions" / lab / f"{lab}.ipynb", language)
    assert does_not_parse(notebook) == []


def test_the_committed_notebook_parses(released):
    assert does_not_parse(released) == []


def test_a_cell_that_does_not_parse_is_seen():
    bad = new_notebook(cells=[new_code_cell("def f():\nreturn 1"), new_code_cell("%time 1\n!ls")])
    assert len(does_not_parse(bad)) == 1


def test_solution_cells_have_fences_a_stub_and_nothing_else(released):
    cells = [cell for cell in code_cells(released) if is_solution(cell)]
    assert cells
    for cell in cells:
        starts, ends = cell.source.count(STARTS), cell.source.count(ENDS)
        assert starts == ends >= 1, cell.source
        for inside in re.findall(rf"{STARTS}[ #]*\n(.*?)[ #]*{ENDS}", cell.source, re.DOTALL):
            code = [line.strip() for line in inside.split("\n") if line.strip().strip("#")]
            code = [line for line in code if not line.startswith("#")]
            assert len(code) == 1 and code[0].startswith("raise NotImplementedError"), cell.source


def test_every_graded_exercise_has_a_visible_check_and_a_solution_cell(released):
    # The end-to-end check ("1-e") trains what the other exercises made; it has no cell of its own.
    exercises = [name for name in graded_exercises(released) if not name.endswith("e")]
    assert sorted(visible_checks(released)) == sorted(exercises)
    assert sorted(exercises) == sorted(grade_id(c) for c in code_cells(released) if is_solution(c))


def test_the_check_stands_right_under_its_exercise(released):
    order = [
        grade_id(cell) if is_solution(cell) else name[0]
        for cell in code_cells(released)
        if (name := re.findall(r"kdlab\.check\(\"(\d-\w)\"", cell.source)) or is_solution(cell)
    ]
    assert order[::2] == order[1::2]


def test_nothing_needs_cuda_and_nothing_prints_to_stderr(solution):
    source = "\n".join(cell.source for cell in code_cells(solution))
    assert not re.search(r"\.cuda\(|sys\.stderr|device=[\"']cuda", source)


def test_nothing_is_stored_but_outputs_that_are_compared(solution, released):
    assert [cell.source for cell in code_cells(released) if cell.outputs] == []
    marked = [cell for cell in code_cells(solution) if "NBVAL_CHECK_OUTPUT" in cell.source]
    assert marked, "no cell whose output is compared"
    # nbval refuses an output without an execution count; `make outputs` stores both.
    assert [cell.source for cell in marked if not cell.outputs or not cell.execution_count] == []
    unmarked = [cell for cell in code_cells(solution) if cell not in marked]
    assert [cell.source for cell in unmarked if cell.outputs] == []


def test_labs_are_in_step_with_solutions(root, labs):
    language = read_notebook(root / "labs" / labs[0] / f"{labs[0]}.ipynb").metadata.labkit.language
    diff = differences(root / "solutions", root / "labs", language)
    assert diff == "", f"run `make release` and commit labs/\n{diff}"


def test_no_solution_and_no_hidden_test_in_labs(root):
    found = scan(root / "labs", root / "solutions", instructor_packages(SUBJECT))
    assert [str(finding) for finding in found] == []


def stub_comments(notebook):
    """What a stub says between its fences, by exercise."""
    for cell in code_cells(notebook):
        if is_solution(cell):
            inside = "\n".join(re.findall(rf"{STARTS}[ #]*\n(.*?)[ #]*{ENDS}", cell.source, re.S))
            yield grade_id(cell), [line.strip("# ") for line in re.findall(r"#.*", inside)]


def test_a_stub_says_less_than_the_last_hint_and_no_code(root, lab):
    sheets = public_sheets("kdlab")
    notebook = release_notebook(root / "solutions" / lab / f"{lab}.ipynb", "both")
    for exercise, comments in stub_comments(notebook):
        assert comments, exercise
        last = sheets[exercise].hints[-1].en if exercise in sheets else "a " * 9
        for comment in comments:
            words = re.sub(r"\(N(, \w+)*\)|->", "", comment)  # shapes
            assert len(words.split()) < len(last.split()), comment
            assert not re.search(r"[=*/_²]|\w\(|\w\.\w|no_grad|dim\b|eval mode", words), comment


def test_the_cell_under_an_exercise_names_its_hint(solution):
    checks = [cell.source for cell in code_cells(solution) if "kdlab.check(" in cell.source]
    assert checks
    for source in checks:
        (exercise,) = re.findall(r"kdlab\.check\(\"(\d-\w)\"\)", source)
        assert f'kdlab.hint("{exercise}")' in source.partition("#")[2]


def test_no_formula_of_2_4_stands_above_it_and_in_its_stub(root):
    """Equation (2) is given; what T², and the mean over the batch, make of it is the exercise."""
    path = root / "solutions" / "lab2_soft_targets" / "lab2_soft_targets.ipynb"
    notebook = release_notebook(path, "both")
    texts = [cell.source for cell in notebook.cells]
    assert [text for text in texts if re.search(r"frac\{T\}\{N\} *\\left\( *q|T / N", text)] == []
    assert sum(r"\frac{1}{T} \left( q_{i} - p_{i}" in text for text in texts) == 2
