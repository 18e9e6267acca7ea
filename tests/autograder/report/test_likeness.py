"""Copies are found under other names; what everybody writes is no hint."""

import ast
import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.likeness import LEAST_CLASS, compare, pieces

SHORT = "def f(logits, T):\n    return torch.softmax(logits / T, dim=1)"
LONG = '''
def loss(student, teacher, T):
    """Docstring."""
    # a comment
    total = 0.0
    for row, other in zip(student, teacher):
        p = torch.softmax(other / T, dim=0)
        q = torch.log_softmax(row / T, dim=0)
        total = total + (p * (p.log() - q)).sum()
    if total > 100:
        total = total.clamp(max=100)
    return total / len(student) * T ** 2
'''
NAMES = {"total": "acc", "row": "s", "other": "t", "p": "soft", "q": "hard", "T": "temp",
         "Docstring": "Mine", "100": "99"}  # fmt: skip


def find_groups(answers, released):
    return compare(answers, released).groups


def renamed(code):
    """The same under other names."""
    for old, new in {**NAMES, "x": "value", "y": "list_of_it"}.items():
        code = re.sub(rf"\b{old}\b", new, code)
    return code.replace("# a comment\n", "\n")


def expression(rng, depth=3):
    """A random expression in x, y and z."""
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(["x", "y", "z", "(1)", "(2.5)", "'a'"])
    parts = [expression(rng, depth - 1) for _ in range(2)]
    forms = "({} + {})|({} * {})|max({}, {})|{}[{}]|({} @ {})|[{}, {}]|({} < {})|{}.sum({})"
    return rng.choice(forms.split("|")).format(*parts)


def student(number):
    """An answer of one's own, as a random program."""
    rng = random.Random(number)
    forms = ["x = {}", "y = {}", "if {}:\n        z = x", "for z in {}:\n        x += z", "x -= {}"]
    lines = [rng.choice(forms).format(expression(rng)) for _ in range(12)]
    return "def loss(student, teacher, T):\n    " + "\n    ".join(lines) + "\n    return x"


def a_class(size=40, **changes):
    answers = {f"s{n:02}": {"1-1": SHORT, "1-2": student(n), "1-3": student(1000 + n)}
               for n in range(size)}  # fmt: skip
    return {**answers, **changes}


def test_names_numbers_texts_and_comments_make_no_difference():
    assert pieces(LONG) == pieces(renamed(LONG))
    assert ast.dump(ast.parse(LONG)) != ast.dump(ast.parse(renamed(LONG)))


def test_another_structure_has_other_pieces():
    other = LONG.replace("for row, other in zip(student, teacher)", "while total < 1")
    assert pieces(other) != pieces(LONG)
    assert pieces(LONG.replace("softmax", "sigmoid")) != pieces(LONG)


def test_a_class_in_which_everybody_wrote_alone_has_no_groups():
    assert find_groups(a_class(), []) == []


def test_a_renamed_copy_is_found_among_forty():
    answers = {"1-1": SHORT, "1-2": LONG, "1-3": student(7777)}
    copy = {exercise: renamed(code) for exercise, code in answers.items()}
    (group,) = find_groups(a_class(a=answers, b=copy), [])
    assert group.students == ("a", "b")
    assert group.most == pytest.approx(1)
    assert group.exercises == ("1-2", "1-3")


def test_a_copy_with_some_lines_of_ones_own_is_found():
    answers = {"1-1": SHORT, "1-2": student(1), "1-3": student(2)}
    changed = answers["1-2"].replace("\n    return", "\n    extra = sorted(z)[0]\n    return")
    (group,) = find_groups(a_class(a=answers, b={**answers, "1-2": changed}, s01={}, s02={}), [])
    assert group.students == ("a", "b")
    assert 0.6 <= group.least < 1


def test_what_was_released_is_left_out():
    given_away = student(5555)
    answers = {f"s{n:02}": {"1-1": given_away if n < 2 else student(n)} for n in range(40)}
    assert find_groups(answers, [])
    assert find_groups(answers, [given_away]) == []


def test_the_canonical_answer_is_no_hint_however_long_it_is():
    answers = {f"s{n:02}": {"1-1": LONG if n % 2 else student(n)} for n in range(40)}
    assert find_groups(answers, []) == []


def test_three_who_share_everything_are_one_group():
    answers = {"1-1": SHORT, "1-2": student(1), "1-3": student(2)}
    (group,) = find_groups(a_class(a=answers, b=answers, c=answers, s01={}, s02={}), [])
    assert group.students == ("a", "b", "c")


def test_a_small_class_and_no_code_are_no_obstacle():
    assert find_groups({f"s{n}": {"1-1": LONG} for n in range(LEAST_CLASS - 1)}, []) == []
    assert find_groups({f"s{n}": {"1-1": "def f(:"} for n in range(20)}, []) == []
    assert find_groups({f"s{n}": {} for n in range(20)}, []) == []


@given(st.text(max_size=80))
def test_whatever_students_write_is_read_or_left_out(code):
    assert isinstance(pieces(code), set)


@pytest.mark.parametrize("code", ["(" * 5000, "-" * 100_000 + "1", "x" + ".a" * 50_000, "\0"])
def test_code_that_exhausts_a_parser_has_no_pieces(code):
    assert pieces(code) == set() or len(pieces(code)) < 50_000


def test_three_hundred_are_compared_within_seconds():
    started = time.process_time()
    find_groups(a_class(300), [])
    assert time.process_time() - started < 10
