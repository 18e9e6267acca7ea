"""The ungraded notebooks in labs/explore: in step, stored with outputs, and they run."""

import base64
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from autograder.notebooks import tags
from autograder.publishing.explore import differences
from autograder.publishing.leaks import instructor_packages, scan
from kdcourse.course import SUBJECT

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("explore_features", "explore_relations", "explore_response", "explore_schemes")
EXPERIMENTS = {
    "explore_response": ["MISSING = 3", "mean reduction", "no T squared", "shuffled cache",
                         "train mode", "early return", "T = {T}"],
    "explore_features": ["attention_transfer", "hint", "neuron_selectivity"],
    "explore_relations": ["relational_distance"],
    "explore_schemes": ["mutual_learning", "augmentation + dropout", "DataFree"],
}  # fmt: skip
LARGEST = 2**20  # bytes of a notebook with its figures
HANGUL = re.compile(r"[가-힣]")


def path_of(name):
    return ROOT / "labs" / "explore" / name / f"{name}.ipynb"


def released(name):
    return nbformat.read(path_of(name), as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code(notebook) for output in cell.outputs]


def pixels(output):
    picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
    return np.asarray(picture.convert("RGB"))  # (H, W, 3)


def test_labs_are_in_step_with_solutions():
    language = released(NAMES[0]).metadata.labkit.language
    diff = differences(ROOT / "solutions", ROOT / "labs", language)
    assert diff == "", f"run `autograder explore`\n{diff}"


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_was_run_in_order_and_without_a_complaint(name):
    notebook = released(name)
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert [out for out in outputs(notebook) if out.output_type == "error"] == []
    streams = [out for out in outputs(notebook) if out.output_type == "stream"]
    assert [out.text for out in streams if out.name == "stderr" or "\r" in out.text] == []
    text = "".join(out.text for out in streams)
    assert [word for word in ("Warning", "Resumed", "/tmp", str(ROOT)) if word in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_cells_that_print_or_draw_have_their_output(name):
    silent = [
        cell.id
        for cell in code(released(name))
        if re.search(r"\bprint\(|plt\.show\(|kdlab\.setup\(", cell.source) and not cell.outputs
    ]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_figures_show_something_and_say_what(name):
    drawn = [out for out in outputs(released(name)) if "image/png" in out.get("data", {})]
    assert len(drawn) >= 2
    for out in drawn:
        said = out.metadata["image/png"]["alt"]
        assert "Figure" in said and HANGUL.search(said)
        picture = pixels(out)
        inked = (picture < 250).any(axis=2).mean()
        assert 400 < picture.shape[1] < 2400 and len(np.unique(picture)) > 20
        assert 0.005 < inked < 0.95, said


def test_an_empty_figure_would_be_seen():
    stream = io.BytesIO()
    Image.new("RGB", (800, 400), "white").save(stream, "png")
    data = {"image/png": base64.b64encode(stream.getvalue()).decode()}
    white = nbformat.v4.new_output("display_data", data=data)
    assert (pixels(white) < 250).mean() == 0


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_are_there(name):
    notebook = released(name)
    if notebook.metadata.labkit.language == "both":
        found = [tag for cell in notebook.cells for tag in tags(cell)]
        assert found == ["lang-ko", "lang-en"] * (len(found) // 2) and len(found) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_the_experiments_that_were_promised(name):
    text = "\n".join(cell.source for cell in code(released(name)))
    assert [word for word in EXPERIMENTS[name] if word not in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_files_stay_small(name):
    assert path_of(name).stat().st_size < LARGEST


def test_nothing_of_the_instructors_is_in_them():
    found = scan(ROOT / "labs" / "explore", ROOT / "solutions", instructor_packages(SUBJECT))
    assert [str(finding) for finding in found] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nbval(name, tmp_path):
    """With the grader's profile, which trains for an epoch; marked outputs must be the same."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    outside = dict(os.environ)
    outside.pop("PYTEST_ADDOPTS", None)
    if "PYTEST_XDIST_WORKER" in outside:
        outside["OMP_NUM_THREADS"] = "1"  # two kernels run side by side
    options = ["--nbval-lax", "--nbval-kernel-name=python3", "--nbval-cell-timeout=300"]
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c", str(tmp_path / "pytest.ini")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plain, *options, str(path_of(name))],
        cwd=tmp_path,
        env={**outside, "KDLAB_PROFILE": "grading", "KDLAB_DATA_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
