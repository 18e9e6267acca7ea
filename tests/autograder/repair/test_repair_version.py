"""Which Python a notebook was written with is kept; nothing else of its metadata is."""

import copy

import pytest

from autograder.notebooks import from_json
from autograder.repair import repair


@pytest.mark.parametrize(
    ("about", "kept"),
    [({"version": "3.12.12"}, "3.12.12"), ({"version": "3.14"}, "3.14"), ({"version": 3}, None),
     ({"version": "3." + "1" * 400}, None), ({"version": "<b>3</b>"}, None), ({}, None),
     ([], None), (None, None)],
)  # fmt: skip
def test_the_version_is_kept_if_it_is_one(toy, about, kept):
    release = from_json(toy.notebook())
    submission = copy.deepcopy(release)
    submission.metadata = {"language_info": about, "other": 1} if about is not None else {}
    repaired, _ = repair(submission, release)
    assert repaired.metadata.get("language_info", {}).get("version") == kept
    assert "other" not in repaired.metadata
