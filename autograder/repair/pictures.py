"""Pictures that were pasted into prose, under names that every reader of notebooks finds.

The text names an attachment as a link does; readers decode such names in different ways, and the
one that makes feedback and the formgrader's page stops at any that is not plain ASCII or not there.
So each gets a plain name in the text and in the file, and one that is missing becomes text.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from autograder.repair.changes import plain
from autograder.repair.prose import renders

Pictures = dict[str, dict[str, str]]  # by name and type

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TYPE = re.compile(r"image/[a-z0-9.+-]{1,40}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
#: What follows the name of an attachment wherever one may stand.
_END = r"""(?=[\s)>"'\]]|$)"""
#: An image or a link whose target was not found, as a whole.
_MISSING = re.compile(r"!?\[([^\[\]]*)\]\(\s*<?\0([^\0]*)\0>?(?:\s+[\"'(][^\"'()\n]*[\"')])?\s*\)")
_IN_HTML = re.compile(r"""(<img\b[^<>]*?\bsrc\s*=\s*["']?)attachment:([A-Za-z0-9._-]+)""", re.I)


def with_plain_names(
    text: str, attachments: Any, taken: Mapping[str, Any]
) -> tuple[str, Pictures, list[str]]:
    """Prose whose pictures can be found.

    Parameters
    ----------
    text : str
        Markdown.
    attachments : object
        Of the cell, as it was handed in.
    taken : mapping
        Pictures by name that belong to the same cell from now on.

    Returns
    -------
    text : str
    pictures : dict
        By name and type, as a cell has them.
    missing : list of str
        Names in the text of what is not there.
    """
    attachments = attachments or {}
    if _is_in_order(text, attachments, taken):
        return text, attachments, []
    pictures: Pictures = {}
    names: dict[str, str] = {}
    for name, found in attachments.items():
        if picture := _picture(found):
            plainer = _plain_name(name, picture, {**taken, **pictures})
            pictures[plainer], names[name] = picture, plainer
    missing: list[str] = []
    known = {_key(name): plainer for name, plainer in names.items()}

    def rename(found: re.Match[str]) -> str:
        plainer = known.get(_key(found[1] or found[2]))
        if plainer is None:
            missing.append(unquote(found[1] or found[2]))
            return f"\0{plain(missing[-1])}\0"
        return f"attachment:{plainer}"

    text = _reference(names).sub(rename, text.replace("\0", "\N{REPLACEMENT CHARACTER}"))
    text = _IN_HTML.sub(lambda found: found[1] + _data(pictures, found[2]), text)
    text = _MISSING.sub(lambda found: _in_words(found[2] or found[1]), text)
    return re.sub(r"\0([^\0]*)\0", lambda found: _in_words(found[1]), text), pictures, missing


def _is_in_order(text: str, attachments: Any, taken: Mapping[str, Any]) -> bool:
    """Whether every picture is found as it is; code that speaks of one is left alone then."""
    return (
        all(
            _PLAIN_NAME.fullmatch(name)
            and picture
            and picture == _picture(picture) == taken.get(name, picture)
            for name, picture in attachments.items()
        )
        and not _IN_HTML.search(text)
        and renders(text, attachments)
    )


def _picture(found: Any) -> dict[str, str]:
    """What of an attachment is a picture."""
    picture = {}
    for kind, data in found.items() if isinstance(found, dict) else ():
        if isinstance(data, list) and all(isinstance(line, str) for line in data):
            data = "".join(data)
        if isinstance(data, str) and _TYPE.fullmatch(kind) and _BASE64.fullmatch(data):
            picture[kind] = data
    return picture


def _plain_name(name: str, picture: dict[str, str], taken: Mapping[str, Any]) -> str:
    """A name in plain signs: the own one, unless another picture has it."""
    if _PLAIN_NAME.fullmatch(name) and taken.get(name, picture) == picture:
        return name
    digest = hashlib.sha256(repr(sorted(picture.items())).encode()).hexdigest()[:12]
    ending = next(iter(picture)).removeprefix("image/").partition("+")[0]
    return f"picture-{digest}.{ending}"


def _key(name: str) -> str:
    """A name apart from how it is written down in a link."""
    return unicodedata.normalize("NFC", unquote(html.unescape(name.replace("\\", "")))).strip()


def _reference(names: Iterable[str]) -> re.Pattern[str]:
    """Finds ``attachment:`` and the name behind it, which may hold spaces if it is a known one."""
    spellings = {
        form(unicodedata.normalize(normal, name))
        for name in names
        for normal in ("NFC", "NFD")
        for form in (str, quote, html.escape, _with_spaces_alone)
    }
    longest_first = sorted(filter(None, spellings), key=len, reverse=True)
    known = "|".join(map(re.escape, longest_first)) or r"(?!)"
    return re.compile(rf"attachment:(?:({known}){_END}|([^\s<>\"'\]()]*(?:\([^\s()]*\)[^\s()]*)?))")


def _with_spaces_alone(name: str) -> str:
    return name.replace(" ", "%20")


def _data(pictures: Pictures, name: str) -> str:
    """The picture itself: in HTML, names of attachments are not looked up."""
    picture = pictures.get(name)
    if picture is None:
        return f"attachment:{name}"
    kind, data = next(iter(picture.items()))
    return f"data:{kind};base64,{''.join(data.split())}"


def _in_words(name: str) -> str:
    safe = "".join(sign if sign.isalnum() or sign in " .-" else "_" for sign in name)
    return f"*(그림 없음 / picture missing: {safe.strip() or '?'})*"
