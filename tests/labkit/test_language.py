"""Korean, English, or both."""

import pytest

from labkit.errors import UnknownNameError
from labkit.language import get_language, in_language, say, set_language


@pytest.fixture(autouse=True)
def default_afterwards():
    yield
    set_language("both")


def test_a_sentence_in_each_language(capsys):
    say("하나", "one")
    for language in ("ko", "en"):
        set_language(language)
        say("하나", "one")
    assert capsys.readouterr().out == "하나\none\n하나\none\n"


def test_the_environment_wins(monkeypatch):
    set_language("en")
    monkeypatch.setenv("LABKIT_LANGUAGE", "ko")
    assert get_language() == "ko"


def test_a_language_may_be_named_once():
    assert in_language("하나", "one", separator=" / ") == "하나 / one"
    assert in_language("하나", "one", language="ko") == "하나"


def test_an_unknown_language_is_named(monkeypatch):
    with pytest.raises(UnknownNameError, match="'english' is unknown"):
        set_language("english")
    monkeypatch.setenv("LABKIT_LANGUAGE", "kr")
    with pytest.raises(UnknownNameError, match="LABKIT_LANGUAGE='kr'"):
        get_language()
