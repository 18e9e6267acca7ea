"""One style and one word for one thing in all Korean that students and instructors read."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("solutions", "labs", "kdlab", "labkit", "kdcourse", "autograder", "examples", "docs")
KINDS = {".py", ".ipynb", ".md", ".toml", ".json", ".template", ".j2", ".css"}
#: What is not written, and what is.
INSTEAD = {"십시오": "-세요", "일치율": "agreement", "프로파일": "프로필"}


@pytest.fixture(scope="module")
def texts():
    """All of them, by path."""
    paths = [path for path in ROOT.iterdir() if path.name != "CONTRIBUTING.md"]  # which lists them
    for folder in FOLDERS:
        paths += (ROOT / folder).rglob("*")
    return {
        path: path.read_text("utf-8")
        for path in paths
        if path.suffix in KINDS and path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


@pytest.mark.parametrize(("word", "written"), INSTEAD.items())
def test_one_word_for_one_thing(texts, word, written):
    places = [str(path.relative_to(ROOT)) for path, text in texts.items() if word in text]
    assert places == [], f"write {written}"


def test_the_texts_are_there(texts):
    assert sum("습니다" in text for text in texts.values()) > 30
