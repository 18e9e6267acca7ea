"""Solutions go, hints and fences stay, and what cannot be released is said by cell and line."""

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.publishing import ReleaseError, clear_solution
from autograder.publishing.fences import STUB

START = "##### YOUR CODE STARTS HERE #####"
END = "##### YOUR CODE ENDS HERE #####"
STUB_1_1 = STUB.format(name="1-1")


def cell(text):
    """A cell's source; S, E stand for the fences."""
    text = textwrap.dedent(text).strip("\n")
    return text.replace("<S>", START).replace("<E>", END)


def test_hints_and_fences_stay_and_code_goes():
    source = cell("""
        def f(x):
            <S>
            # first hint
            y = x + 1  # not a hint

            # second hint
            return y
            <E>
    """)
    assert clear_solution(source, "1-1") == cell(f"""
        def f(x):
            <S>
            # first hint
            # second hint
            {STUB_1_1}
            <E>
    """)


def test_the_stub_raises_when_called_and_not_before():
    namespace = {}
    exec(clear_solution(cell("def f(x):\n    <S>\n    return x\n    <E>"), "2-3"), namespace)
    with pytest.raises(NotImplementedError, match="2-3"):
        namespace["f"](1)


def test_each_region_of_a_cell_gets_a_stub_at_its_own_depth():
    source = cell("""
        class Net:
            def __init__(self):
                super().__init__()
                <S>
                self.a = 1
                <E>

            def forward(self, x):
                for _ in range(2):
                    <S>
                    x = x + self.a
                    <E>
                return x
    """)
    cleared = clear_solution(source, "1-2")
    assert cleared.count(STUB.format(name="1-2")) == 2
    assert " " * 12 + STUB.format(name="1-2") in cleared.split("\n")
    assert "self.a" not in cleared
    assert cleared.endswith("return x")


def test_strings_and_continuations_are_not_taken_for_hints_or_fences():
    source = cell("""
        def f(x):
            <S>
            text = '''
        # not a hint
        <E>
            '''
            total = (x +
                     # a hint between brackets
                     1)
            rest = 1 + \\
                2
            return total, text, rest
            <E>
    """)
    assert clear_solution(source, "1-1") == cell(f"""
        def f(x):
            <S>
                     # a hint between brackets
            {STUB_1_1}
            <E>
    """)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f():\n  <S>\n    return 1\n  <E>", "line 3.*indented by 4 and its fence by 2"),
        ("def f():\n    <S>\n    return 1\n  <E>", "line 4.*end fence is indented otherwise"),
        ("def f():\n    <S>\n    return 1", "line 2: a region starts and never ends"),
        ("def f():\n    return 1\n    <E>", "line 3: a region ends that never started"),
        ("def f():\n    <S>\n    <S>\n    return 1\n    <E>", "line 3.*line 2 is open"),
        ("def f():\n    <S>\n    # only a hint\n    <E>", "no solution"),
        ("def f():\n    return 1", "no '##### YOUR CODE STARTS HERE #####'"),
        ("def f():\n    # YOUR CODE START HERE\n    return 1", "no '##### YOUR CODE"),
        ("<S>\nx = 1\n<E>", "line 2: the fence stands outside a function"),
        ("class A:\n    <S>\n    x = 1\n    <E>", "outside a function"),
        ("def f()\n    <S>\n    return 1\n    <E>", "line 1: .*does not parse"),
        ("def f():\n    <S>\n    return '''1\n    <E>", "not plain Python"),
        ("def f():\n    if 1:\n        <S>\n        a\n        <E>\n  b", "1-1"),
    ],
    ids=lambda value: value[:28].replace("\n", "|"),
)
def test_a_cell_that_cannot_be_released_is_named_with_its_line(source, message):
    with pytest.raises(ReleaseError, match=message) as caught:
        clear_solution(cell(source), "1-1")
    assert "cell 1-1" in str(caught.value)


lines = st.sampled_from(["# hint", "value = 1", "", "if value:\n    value = 2  # no hint", "pass"])


@given(st.lists(st.lists(lines, max_size=5), min_size=1, max_size=3), st.integers(1, 3))
def test_whatever_is_cleared_parses_and_holds_no_code_of_the_region(regions, depth):
    source = ["def outer(value):"]
    for level in range(1, depth):
        source.append("    " * level + "if value:")
    indent = "    " * depth
    for region in regions:
        body = "\n".join(["secret = 3", *region])
        source += [indent + START, textwrap.indent(body, indent), indent + END]
    cleared = clear_solution("\n".join(source), "1-1")
    ast.parse(cleared)
    assert "secret" not in cleared
    assert "value = " not in cleared
    assert cleared.count("NotImplementedError") == len(regions)
    assert cleared.count("# hint") == sum(region.count("# hint") for region in regions)
    assert cleared.count(START) == cleared.count(END) == len(regions)
