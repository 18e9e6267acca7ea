"""Notebooks are read as editors, browsers and learning platforms leave them."""

import json

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import notebooks
from autograder.notebooks import (
    UnreadableNotebookError,
    decode,
    from_json,
    give_ids,
    grade_id,
    read_notebook,
)


def write(folder, content):
    path = folder / "a.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_a_byte_order_mark_is_no_obstacle(tmp_path, toy):
    text = nbformat.writes(toy.notebook())
    notebook = read_notebook(write(tmp_path, b"\xef\xbb\xbf" + text.encode()))
    assert [cell.source for cell in notebook.cells] == [c.source for c in toy.notebook().cells]


def test_a_notebook_as_colab_saves_it(tmp_path):
    cell = {
        "cell_type": "code",
        "source": ["a = 1\n", "b = 2"],
        "metadata": {"id": "Xy1", "outputId": "1-2"},
        "execution_count": None,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
    }
    colab = {"nbformat": 4, "nbformat_minor": 0, "metadata": {"colab": {}}, "cells": [cell, cell]}
    notebook = read_notebook(write(tmp_path, colab))
    assert [cell.source for cell in notebook.cells] == ["a = 1\nb = 2"] * 2
    assert notebook.cells[0].id != notebook.cells[1].id
    nbformat.validate(notebook)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp949"])
def test_other_encodings_are_read(tmp_path, encoding):
    cell = {"cell_type": "markdown", "source": "한글", "metadata": {}}
    raw = {"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": [cell]}
    content = json.dumps(raw, ensure_ascii=False).encode(encoding)
    assert decode(content, "a")[1] in (encoding, encoding.removesuffix("-le"))
    assert read_notebook(write(tmp_path, content)).cells[0].source == "한글"


def test_half_an_emoji_and_windows_line_ends_are_put_right(tmp_path):
    cell = {"cell_type": "code", "source": ["a = '\ud83c'\r\n", "b\r"], "metadata": {}}
    raw = {"nbformat": "4", "nbformat_minor": 0, "metadata": {}, "cells": [cell]}
    notebook = read_notebook(write(tmp_path, json.dumps(raw).encode()))
    assert notebook.cells[0].source == "a = '\N{REPLACEMENT CHARACTER}'\nb\n"


@pytest.mark.parametrize("damage", [{"id": "a b"}, {"id": 7}, {"attachments": 3}, {"more": 1}])
def test_a_cell_that_is_not_allowed_is_made_so(damage):
    cell = {"cell_type": "markdown", "source": "x", "metadata": {"id": "known"}, **damage}
    notebook = from_json({"nbformat": 4, "cells": [cell]})
    nbformat.validate(notebook, relax_add_props=True)
    assert (notebook.cells[0].id == "known") == ("id" not in damage)


def test_an_older_format_is_converted(tmp_path):
    old = nbformat.v3.new_notebook(
        worksheets=[nbformat.v3.new_worksheet(cells=[nbformat.v3.new_code_cell(input="a = 1")])]
    )
    notebook = read_notebook(write(tmp_path, json.loads(nbformat.v3.writes_json(old))))
    assert notebook.cells[0].source == "a = 1"
    nbformat.validate(notebook)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b'{"cells": [', "not JSON"),
        (b"<!DOCTYPE html>", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-16"),
        (b"\x89PNG\xff\xff", "not UTF-8"),
        pytest.param(b"[" * 100_000, "nested deeper than 100", id="brackets"),
        (b"[]", "no 'nbformat'"),
        (b"{}", "no 'nbformat'"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 99, "cells": []}', "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_said_in_a_line(tmp_path, content, message):
    with pytest.raises(UnreadableNotebookError, match=message) as caught:
        read_notebook(write(tmp_path, content))
    assert str(caught.value).startswith("a.ipynb")


@pytest.mark.parametrize("metadata", [None, {}, 3, {"grade_id": 1}, {"grade_id": ""}])
def test_damaged_metadata_gives_no_name(metadata):
    cell = nbformat.from_dict({"cell_type": "code", "metadata": {"nbgrader": metadata}})
    assert grade_id(cell) is None


@pytest.mark.parametrize(
    "damage", [{"tags": "a"}, {"tags": [1]}, {"jupyter": 5}, {"collapsed": "no"}, {"name": 3}]
)
def test_metadata_that_is_not_allowed_is_left_out(tmp_path, toy, damage):
    raw = json.loads(nbformat.writes(toy.notebook()))
    raw["cells"][4]["metadata"].update(damage)
    raw["metadata"]["kernelspec"] = {"only": "this"}
    notebook = read_notebook(write(tmp_path, raw))
    nbformat.validate(notebook)
    assert grade_id(notebook.cells[4]) == "1-1"


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars)
cells = st.dictionaries(
    st.sampled_from(["cell_type", "source", "metadata", "outputs", "id", "execution_count"]),
    st.sampled_from(["code", "markdown", "raw"]) | values,
)


@settings(max_examples=60)
@given(st.lists(cells | values, max_size=4), values)
def test_what_is_read_is_valid_whatever_the_cells_are(found, metadata):
    notebook = from_json({"nbformat": 4, "cells": found, "metadata": metadata})
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize(
    "text",
    [
        '{"nbformat": 4, "nbformat_minor": ' + "9" * 5000 + ', "metadata": {}, "cells": []}',
        "[" * 200_000,
        '{"nbformat": 4, "cells": ' + '{"a":' * 100_000,
        '{"nbformat": 4, "cells": [' + "1e999," * 10 + "NaN]",
    ],
    ids=["huge integer", "nested lists", "nested objects", "no end"],
)
def test_json_that_python_stumbles_over_is_unreadable_in_one_short_line(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    with pytest.raises(UnreadableNotebookError) as error:
        read_notebook(path)
    assert len(str(error.value)) < 300 and "\n" not in str(error.value)


def test_equal_cells_get_ids_in_linear_work(monkeypatch):
    """Twice the cells, twice the work; it was four times, and minutes for 16,000."""
    counted = []

    def count(text):
        counted.append(text)
        return digest(text)

    digest = notebooks._digest
    monkeypatch.setattr(notebooks, "_digest", count)
    work = []
    for number in (200, 400):
        counted.clear()
        cells = [{"cell_type": "code", "source": "x"} for _ in range(number)]
        give_ids(cells)
        assert len({cell["id"] for cell in cells}) == number
        work.append(len(counted))
    assert work == [200, 400]
