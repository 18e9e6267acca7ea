"""What is a stub, and what an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.handing_in import is_answered, is_stub_left

STUB = 'def f(x):\n    raise NotImplementedError("1-1: write your code here")\n'
EMPTY = (
    "**답:** *이 문장을 지우고 답을 쓰세요.*\n\n"
    "**Answer:** *Replace this sentence with your answer.*"
)


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("", True),
        (STUB, True),
        ("class A:\n    def f(self):\n        return 1\n    def g(self):\n"
         "        raise NotImplementedError('1-2: …')", True),
        ("def f(:\n    raise NotImplementedError('1-1')", True),
        ("def f(x):\n    return x", False),
        ("def f(x):\n    # raise NotImplementedError('1-1')\n    return x", False),
        ("def f(x):\n    raise ValueError(x)", False),
    ],
)  # fmt: skip
def test_a_stub_is_known_by_its_line(source, left):
    assert is_stub_left(source) is left


@pytest.mark.parametrize(
    "text", [EMPTY, "", " \n", "**답:** **", EMPTY.split("\n")[0], "YOUR ANSWER HERE"]
)
def test_what_was_handed_out_is_no_answer(text):
    assert not is_answered(text)


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_whatever_is_written_is_an_answer(text):
    assert is_answered(EMPTY + text) and is_answered("**답:** " + text)
