"""Repairs are told in three ways, and no name that a student chose does harm in any of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.repair import Change
from autograder.repair.changes import _TEXTS, note

EVERY_KIND = sorted(_TEXTS)
HOSTILE = "a`b\n\x1b[31m<script>alert(1)</script> [link](http://x) {cell}\u202e" + "x" * 500


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_each_kind_names_its_cell_and_detail_alike_for_everyone(kind):
    change = Change(kind, "test-1-1", "code → raw")
    english, korean = change.text("en"), change.text("ko")
    for text in (str(change), english, korean):
        for part, field in (("test-1-1", "{cell}"), ("code → raw", "{detail}")):
            assert (part in text) == any(field in each for each in _TEXTS[kind])
    assert any("가" <= sign <= "힣" for sign in korean)
    assert english.isascii() or "→" in english
    assert english.endswith(".")
    assert "다" in korean
    assert korean.endswith(".")


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if "{detail}" in _TEXTS[kind][0]])
@given(detail=st.just(HOSTILE) | st.text())
def test_what_a_student_chose_stays_one_short_harmless_line(kind, detail):
    change = Change(kind, "1-1", detail)
    for text in (str(change), change.text("ko"), change.text("en")):
        assert text.isprintable()
        assert len(text) < 400
    spans = change.text("en").split("`")
    assert len(spans) % 2 == 1
    for outside in spans[::2]:
        assert not set("<>[]{}\\*") & set(outside)


def test_the_note_is_in_the_languages_of_the_release():
    changes = [Change("missing", "1-1"), Change("missing", "1-1"), Change("order")]
    both = note(changes, "both").source
    assert both.count("- ") == 4
    assert note(changes, "ko").source + "\n\n" + note(changes, "en").source == both
