"""Whatever is handed in ends as a notebook that can be graded and shown, or as a named reason."""

import copy
import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import AutograderError
from autograder.notebooks import from_json, give_ids, grade_id, read_notebook
from autograder.repair import find_notebook, repair

LAB = "lab1"
ANSWER = "def square(x):\n    return x * x"
WRITTEN = "Because it is so."


def named(name, points=None, *, solution, kind="code"):
    facts = {"grade_id": name, "solution": solution, "grade": points is not None, "task": False}
    facts |= {"locked": not solution, "schema_version": 3, "cell_type": kind}
    return {"nbgrader": facts if points is None else {**facts, "points": points}}


RELEASE = new_notebook(
    cells=[
        new_markdown_cell("# Squares", id="title"),
        new_code_cell("def square(x):\n    ...", id="stub", metadata=named("1-1", solution=True)),
        new_code_cell("# 1-1", id="test", metadata=named("test-1-1", 4, solution=False)),
        new_markdown_cell(
            "*Your answer*", id="written", metadata=named("1-w", 2, solution=True, kind="markdown")
        ),
    ]
)
SOLVED = copy.deepcopy(RELEASE)
SOLVED.cells[1].source, SOLVED.cells[3].source = ANSWER, WRITTEN

# What students, editors and people who try to break the grader put into files.
names = st.sampled_from(["1-1", "test-1-1", "1-w", "a.png", "그림 1.png", "%EA%B7%B8.png", ""])
bits = st.sampled_from([
    ANSWER, "def square(x):\n", "    return x", "%%time\n", "%%bash\n", "%%html\n", "!ls", "x?",
    '"""', "'", "(", "[", "{", "\\\n", "@", "```", "~~~", "````\n", "$", "$$", "\\begin{a}",
    "\\end{a}", "![", "](", "](attachment:", "](<attachment:", ">", "![x](attachment:a.png)",
    "![x][y]\n\n[y]: attachment:z", "<img src='attachment:a.png'>", "<script>", "&#97;ttachment:",
    "|a|b|\n|-|-|\n", "- ", "1. ", "# ", "* ", "\n", "\n\n", "\r\n", "\0", "\ud83c", "🎓", "한글",
    "*(copy of ", "*Your answer*", "# 1-1", "    ", "\t", "\u2028", "\x0b", "\x1b[31m",
])  # fmt: skip
texts = st.lists(bits | st.text(max_size=8), max_size=8).map("".join)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars, lambda some: st.lists(some, max_size=3) | st.dictionaries(names, some, max_size=3)
)
pictures = st.dictionaries(
    st.sampled_from(["image/png", "image/svg+xml", "text/html"]), texts | values, max_size=2
)
outputs = st.lists(st.fixed_dictionaries({}, optional={
    "output_type": st.sampled_from(["stream", "display_data", "error", "execute_result"]) | values,
    "data": st.dictionaries(st.sampled_from(["text/html", "image/png"]), values), "text": values,
}), max_size=2)  # fmt: skip
metadata = st.fixed_dictionaries({}, optional={
    "nbgrader": st.fixed_dictionaries({"grade_id": names}, optional={"solution": values}) | values,
    "tags": values, "id": values, "collapsed": values, "jupyter": values, "name": values,
})  # fmt: skip
cells = st.fixed_dictionaries({}, optional={
    "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | values,
    "source": texts | st.lists(texts | st.none(), max_size=4) | values, "input": texts | values,
    "metadata": metadata | values, "outputs": outputs | values, "execution_count": values,
    "id": names | values, "attachments": st.dictionaries(names, pictures | values) | values,
})  # fmt: skip
solved = st.sampled_from([json.loads(json.dumps(cell)) for cell in SOLVED.cells])
changed = st.builds(lambda cell, more: {**cell, **more}, solved, cells)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(cells | changed | solved | values, max_size=6) | values},
    optional={
        "nbformat": st.sampled_from([4, 3, "4", 4.0, 1, 5]) | values, "nbformat_minor": values,
        "metadata": values, "worksheets": st.lists(st.fixed_dictionaries({"cells": values})),
    },
)  # fmt: skip
files = notebooks.map(json.dumps).map(str.encode)
damaged = st.builds(
    lambda content, at, more: content[: at % len(content)] + more + content[at % len(content) :],
    files, st.integers(0, 10**4), st.binary(max_size=3),
)  # fmt: skip
encoded = st.builds(
    lambda content, encoding: content.decode().encode(encoding, "replace"),
    files, st.sampled_from(["utf-16", "utf-8-sig", "utf-32", "cp949"]),
)  # fmt: skip
glued = st.builds(lambda one, other: one + other, files, files)


@pytest.fixture(scope="module")
def page_parts(make_pages):
    """Makes both pages of what a student has in a notebook beside the release."""
    given_texts = {cell.source for cell in RELEASE.cells}

    def make(notebook):
        own = [copy.deepcopy(cell) for cell in notebook.cells if cell.source not in given_texts]
        return make_pages(new_notebook(cells=own)) if own else []

    return make


@settings.get_profile("fuzz")
@given(content=files | damaged | encoded | glued | st.binary(max_size=99))
def test_a_file_becomes_a_notebook_that_can_be_shown_or_a_reason(tmp_path, page_parts, content):
    (tmp_path / f"{LAB}.ipynb").write_bytes(content)
    try:
        found = find_notebook(tmp_path, f"{LAB}.ipynb", RELEASE)
        if found.path is None:
            raise AutograderError(found.reason)
        notebook, changes = repair(read_notebook(found.path), RELEASE)
    except AutograderError as error:
        assert str(error).strip() and "\n" not in str(error) and len(str(error)) < 400
        return
    nbformat.validate(notebook)
    assert [cell for cell in map(grade_id, notebook.cells) if cell] == ["1-1", "test-1-1", "1-w"]
    assert all(str(change).isprintable() for change in (*found.changes, *changes))
    assert repair(notebook, RELEASE) == (notebook, [])
    json.dumps(notebook).encode()
    assert all("</html>" in page for page in page_parts(notebook))


own_cells = st.builds(
    lambda kind, text, attachments: {
        "cell_type": kind, "metadata": {}, "source": text, "attachments": attachments
    },
    st.sampled_from(["code", "markdown", "raw"]), texts,
    st.dictionaries(names, pictures, max_size=2),
).filter(lambda cell: "square" not in cell["source"])  # fmt: skip


@settings.get_profile("fuzz")
@given(
    own=st.lists(st.tuples(own_cells, st.integers(0, 9)), max_size=5),
    magic=st.sampled_from(["", "%%time\n", "%%capture\n", "!ls\n"]),
    attachments=st.dictionaries(names, pictures, max_size=2),
)
def test_what_is_written_beside_an_answer_leaves_it_as_it_was(own, magic, attachments):
    raw = json.loads(json.dumps(SOLVED))
    raw["cells"][1]["source"] = magic + ANSWER
    raw["cells"][3]["attachments"] = attachments
    for cell, at in own:
        raw["cells"].insert(at % (len(raw["cells"]) + 1), cell)
    notebook, _ = repair(from_json(raw), RELEASE)
    found = {grade_id(cell): cell.source for cell in notebook.cells}
    assert found["1-1"] == magic + ANSWER
    assert WRITTEN in found["1-w"]
    give_ids(notebook.cells)
    nbformat.validate(notebook)
