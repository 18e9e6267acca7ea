"""Text for students in Korean, in English, or in both."""

from __future__ import annotations

import os

from labkit.errors import UnknownNameError

LANGUAGES = ("both", "ko", "en")
_chosen: str | None = None


def set_language(language: str) -> None:
    """Choose the language of everything that is printed from now on.

    Parameters
    ----------
    language : {"both", "ko", "en"}
        ``LABKIT_LANGUAGE`` in the environment, if set, wins over it.

    Raises
    ------
    UnknownNameError
        If there is no such language.
    """
    global _chosen
    _chosen = _valid("language", language)


def get_language() -> str:
    """The language in use: ``LABKIT_LANGUAGE``, else what was chosen, else both."""
    asked = os.environ.get("LABKIT_LANGUAGE")
    return _valid("LABKIT_LANGUAGE", asked) if asked else _chosen or "both"


def in_language(ko: str, en: str, separator: str = "\n", language: str | None = None) -> str:
    """The Korean text, the English one, or both, one after the other."""
    chosen = language or get_language()
    return separator.join({"ko": [ko], "en": [en], "both": [ko, en]}[chosen])


def say(ko: str, en: str) -> None:
    """Print a sentence to students, on stdout."""
    print(in_language(ko, en))


def _valid(what: str, language: str) -> str:
    if language not in LANGUAGES:
        raise UnknownNameError(what, language, LANGUAGES)
    return language
