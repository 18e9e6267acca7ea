"""A cause is told once, however many checks it fails, and once per language."""

from hypothesis import given
from hypothesis import strategies as st

from autograder.marks.feedback import html, plain
from autograder.marks.score import NOTHING, CheckScore, Result
from autograder.marks.told import in_few_words, in_languages, told_once
from labkit.judge.messages import Text

CAUSE = Text("T\u00b2이 빠졌습니다.", "The T\u00b2 is missing.")
LINE = Text("셀의 3번째 줄: return x", "Line 3 of your cell: return x")


def check(id, share=0.0, message=NOTHING, cause=NOTHING, weight=1.0):
    mistake = "slip" if any(cause) else ""
    outcome = "correct" if share == 1 else "incorrect"
    title = Text(f"검사 {id}", f"check {id}")
    return CheckScore(id, title, weight, share, outcome, message, mistake, cause=cause)


def result(*checks, points=1.0, **more):
    return Result("test-2-2", points, 4.0, checks, **more)


def test_a_cause_of_several_checks_is_told_once_in_each_language():
    found = result(*(check(id, cause=CAUSE, message=Text(id, id)) for id in "abc"))
    for page in (html(found), plain(found)):
        assert page.count(CAUSE.ko) == page.count(CAUSE.en) == 1
    assert html(found, ["en"]).count(CAUSE.ko) == 0
    assert in_few_words(found) == [CAUSE]


def test_what_several_checks_saw_is_told_once_and_what_one_saw_stays_there():
    seen = [Text(f"{n}번\n{LINE.ko}", f"number {n}\n{LINE.en}") for n in (1, 2)]
    told = told_once(result(check("a", message=seen[0]), check("b", message=seen[1])))
    assert told.first == (LINE,)
    assert [texts for _, texts in told.checks] == [
        (Text("1번", "number 1"),), (Text("2번", "number 2"),)
    ]  # fmt: skip


def test_without_a_cause_the_failed_checks_are_named():
    found = result(check("a", 1.0), check("b", message=Text("x", "y")), check("c", weight=0.0))
    assert in_few_words(found) == [Text("검사 b", "check b")]
    assert in_few_words(result(check("a", 1.0))) == []


def test_few_words_are_few():
    long = Text("가 " * 500, "word\n" * 500)
    (told,) = in_few_words(result(check("a", cause=long)))
    assert all(len(part) < 170 and "\n" not in part for part in told)


def test_what_a_slip_keeps_is_said():
    told = told_once(result(check("a", 0.5, cause=CAUSE), check("b", cause=CAUSE)))
    assert "50%" in told.first[1].ko
    assert "50% of the points for values are kept" in told.first[1].en


def test_a_platform_gets_the_message_and_the_cause_in_one():
    assert check("a", cause=CAUSE).told.en == f"Likely cause: {CAUSE.en}"
    assert check("a", message=LINE, cause=CAUSE).told.ko.split("\n")[0] == LINE.ko
    assert check("a", message=LINE).told == LINE


def test_an_ungraded_result_says_so_alone():
    found = result(check("a", cause=CAUSE), points=None, fault="secret")
    assert "Not graded yet" in in_few_words(found)[0].en
    assert "secret" not in plain(found)


def test_what_both_languages_say_alike_is_said_once():
    assert in_languages(Text("ValueError: x", "ValueError: x"), ("ko", "en")) == [
        ("ko", "ValueError: x")
    ]
    assert in_languages(Text("", "y"), ("ko", "en")) == [("en", "y")]


texts = st.builds(Text, st.text("가나\n", max_size=6), st.text("xy\n", max_size=6))
checks = st.lists(st.tuples(texts, texts, st.sampled_from([0.0, 0.5, 1.0])), max_size=5)


@given(checks)
def test_nothing_is_told_twice_and_nothing_is_lost(parts):
    made = [check(str(n), s, m, c) for n, (m, c, s) in enumerate(parts)]
    told = told_once(result(*made))
    everything = [*told.first, *(text for _, each in told.checks for text in each)]
    for each in made:
        for line in filter(None, each.message.en.split("\n")):
            assert any(line in text.en for text in everything)
    lines = [text for text in told.first if not text.en.startswith("Likely cause")]
    assert len(lines) == len(set(lines))
