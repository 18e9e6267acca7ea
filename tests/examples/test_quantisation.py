"""A second course, which the grader was not written for: released, handed in, graded, reported."""

import subprocess
import sys

import nbformat
import pytest

LAB = "quant1_post_training"
FULL = {"q-1": 6, "q-2": 6, "q-3": 5, "q-e": 5}
#: In a submission's own kernel: its exercise is lost where the other course was imported.
ALONE = """\
import sys
assert not {"kdlab", "kdcourse"} & {name.partition(".")[0] for name in sys.modules}

"""
#: Whoever hands in, what they change, and what it costs, by the weights of the checks.
CLASS = {
    "right": ({"q-3": ("def choose_bits(", f"{ALONE}def choose_bits(")}, {}),
    "zero": (  # 0.5 of 6: numbers of one sign
        {"q-1": ("x.min().clamp(max=0), x.max().clamp(min=0)", "x.min(), x.max()")},
        {"q-1": 5.5},
    ),
    "cut": (  # left are the scales (1.5) and the form (0.5) of 6; nothing of the accuracy (3 of 5)
        {"q-2": ("torch.round(flat", "torch.trunc(flat")},
        {"q-2": 2, "q-e": 2},
    ),
    "strict": (  # budget (1.5) and, since nothing is returned there, the form (0.5) of 6
        {"q-3": ("size <= budget", "size < budget")},
        {"q-3": 3.3333},
    ),
    "ample": (  # all of it: the right form alone is worth nothing; and the size (2 of 5)
        {"q-3": ("size <= budget and ", "")},
        {"q-3": 0, "q-e": 3},
    ),
}
EXPECTED = {student: FULL | cost for student, (_, cost) in CLASS.items()}
EXPECTED["untouched"] = dict.fromkeys(FULL, 0)


@pytest.fixture(scope="module")
def graded(course):
    """The class after its first run and its report."""
    for student, (changes, _) in CLASS.items():
        course.hand_in(student, changes)
    course.hand_in("untouched")
    course.graded = course.autograder("grade", "--workers", "2")
    course.reported = course.autograder("report")
    return course


def summary(said):
    """The last line of ``autograder grade``."""
    return said.strip().splitlines()[-1]


@pytest.mark.slow
def test_every_submission_gets_what_was_computed_beforehand(graded):
    assert graded.grades() == EXPECTED
    assert summary(graded.graded) == "Submissions: 6 executed."


@pytest.mark.slow
def test_the_report_names_students_exercises_and_mistakes(graded):
    page = (graded.root / "report.html").read_text("utf-8")
    for said in (*EXPECTED, *FULL, "The fraction is cut off", "truncated"):
        assert said in page, said
    assert "6 submissions" in graded.reported


@pytest.mark.slow
def test_nothing_of_the_walk_imports_the_other_course(graded):
    """Release, grading and report ran where kdlab and kdcourse are refused; nobody asked.

    Neither did a kernel: see `ALONE`.
    """
    assert not graded.refused.exists(), graded.refused.read_text()
    assert len(graded.started.read_text().split()) >= 4
    said = graded.python("-c", "import kdlab", code=1)  # the refusal is at work
    assert "kdlab is refused here" in said
    graded.refused.unlink()


@pytest.mark.slow
def test_a_second_run_executes_nothing(graded):
    stored = graded.stored()
    assert summary(graded.autograder("grade", "--workers", "2")) == "Submissions: 6 unchanged."
    assert graded.stored() == stored


@pytest.fixture(scope="module")
def weighed_anew(graded):
    """Grades and stored results, before and after a point moves from q-w to q-3; it moves back."""
    source, stored = graded.source.read_text("utf-8"), graded.stored()
    notebook = nbformat.read(graded.source, as_version=4)
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("grade_id") in ("test-q-3", "q-w"):
            meta["points"] = {"test-q-3": 6, "q-w": 2}[meta["grade_id"]]
    nbformat.write(notebook, graded.source)
    graded.autograder("release")
    graded.autograder("grade", "--workers", "2")
    after = graded.grades(), graded.stored()
    graded.source.write_text(source, "utf-8")
    graded.autograder("release")
    graded.autograder("grade", "--workers", "2")
    return stored, *after


@pytest.mark.slow
def test_other_points_in_the_notebook_weigh_anew(graded, weighed_anew):
    _, grades, _ = weighed_anew
    shares = {student: points["q-3"] / 5 for student, points in EXPECTED.items()}
    assert {s: points["q-3"] for s, points in grades.items()} == {
        student: pytest.approx(6 * share, abs=1e-3) for student, share in shares.items()
    }
    assert graded.grades() == EXPECTED


@pytest.mark.slow
def test_other_points_execute_nothing(weighed_anew):
    before, _, after = weighed_anew
    assert after == before


@pytest.mark.slow
def test_a_hint_and_a_typo_in_the_prose_change_no_points(graded):
    graded.edit("quantcourse/lab1/exercises.py", "The scale is the width of one.", "See one.")
    notebook = nbformat.read(graded.source, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == "compare-en"]
    cell.source = cell.source.replace("on average", "on the average")
    nbformat.write(notebook, graded.source)
    graded.autograder("release")
    graded.autograder("grade", "--workers", "2", "--students", "zero,untouched")
    assert {s: graded.grades()[s] for s in ("zero", "untouched")} == {
        s: EXPECTED[s] for s in ("zero", "untouched")
    }


@pytest.mark.slow
def test_a_changed_check_is_noticed(graded):
    graded.edit("quantcourse/lab1/exercises.py", '"zero", 0.5,', '"zero", 1.5,')
    said = graded.autograder("grade", "--workers", "2", "--students", "zero")
    assert summary(said) == "Submissions: 1 executed."
    assert graded.grades()["zero"]["q-1"] == pytest.approx(6 * 5.5 / 7, abs=1e-4)


SELF_CHECKS = """\
import quantlab
from quantcourse.lab1.exercises import EXERCISES
quantlab.setup("quant1_post_training", language="en")
for exercise in EXERCISES[:3]:
    for right in exercise.right:
        quantlab.check(exercise.id, {exercise.name: right.subject})
    for wrong in exercise.wrong:
        print("mistake", wrong.message.en)
        quantlab.check(exercise.id, {exercise.name: wrong.subject})
    quantlab.check(exercise.id, {})
    quantlab.hint(exercise.id)
"""


def test_self_checks_tell_right_from_wrong_and_name_mistakes(course):
    said = course.python("-c", SELF_CHECKS)
    assert said.count("Correct.") == 8 + 8 + 7
    assert said.count("is not defined. Run the cell above first.") == 3
    assert said.count("💡 1/3") == 3
    blocks = said.split("mistake ")[1:]
    assert len(blocks) == 54
    for block in blocks:
        message, _, told = block.partition("\n")
        assert f"Likely cause: {message}" in told, block


@pytest.mark.slow
def test_the_untouched_notebook_runs_from_top_to_bottom(course):
    run = (
        "import nbformat; from nbclient import NotebookClient\n"
        f"nb = nbformat.read('labs/{LAB}/{LAB}.ipynb', 4)\n"
        "NotebookClient(nb, timeout=600, kernel_name='python3').execute()\n"
        "print([o.text for c in nb.cells if c.cell_type == 'code' for o in c.outputs"
        " if o.output_type == 'stream' and o.name == 'stderr'])\n"
        "print(*(o.text for c in nb.cells if c.cell_type == 'code' for o in c.outputs"
        " if o.output_type == 'stream'))"
    )
    said = course.python("-W", "ignore", "-c", run)
    assert said.startswith("[]")
    assert "500 for testing. Ready." in said


@pytest.mark.slow
def test_an_untouched_exercise_is_not_attempted_rather_than_failing(course):
    stub = "raise NotImplementedError('q-1: write your code here / 여기에 코드를 쓰세요')"
    said = course.python(
        "-c",
        f"def affine_quantise(x, bits):\n    {stub}\n"
        f"import quantlab; quantlab.setup('{LAB}', 'en'); quantlab.check('q-1')",
    )
    assert "Not attempted yet" in said


def test_the_course_in_the_repository_is_in_step_with_itself(in_course):
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "release", "--check"],
        cwd=in_course, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_bundles_and_bars_are_those_of_this_course(in_course):
    import json

    from autograder.checks.public import public_data
    from autograder.subject import find_subject

    subject = find_subject(in_course)
    data = json.loads(json.dumps(public_data(subject, LAB)))
    there = json.loads((in_course / "quantlab" / "public" / f"{LAB}.json").read_text("utf-8"))
    assert data == there
    bars = json.loads((in_course / "quantcourse/end_to_end/bars.json").read_text("utf-8"))
    from quantcourse.end_to_end.calibrate import schedule

    assert bars["schedule"] == schedule()
    assert {"n", "mean", "spread", "threshold"} <= bars["bars"]["accuracy"].keys()
