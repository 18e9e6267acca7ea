"""Whatever is handed in ends as a notebook that can be graded and shown, or as a named reason."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.notebooks import UnreadableNotebookError, read_notebook


@settings.get_profile("fuzz")
@given(content=st.binary(max_size=200) | st.text(max_size=99).map(json.dumps).map(str.encode))
def test_bytes_are_read_or_named(tmp_path, content):
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    try:
        read_notebook(path)
    except UnreadableNotebookError as error:
        assert str(error).startswith("a.ipynb") and "\n" not in str(error)
