"""HTML of strangers: what is allowed stays, everything else goes.

nh3 parses as browsers do and keeps what is listed here. No list of dangers could be complete;
this one is of what notes, tables and figures are made of. Nothing of a stranger has a class, an id
or a style: those are how this project's own table is recognised, and how a page finds its parts.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import nh3
from pygments.token import STANDARD_TYPES

_TAGS = {
    *("a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "col"),
    *("colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark"),
    *("ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong"),
    *("sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u"),
    *("ul", "var", "wbr"),
}
#: Of these the content goes, too: it is no text, or it is read by other rules than text.
_NO_TEXT = {
    *("applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes"),
    *("noscript", "object", "plaintext", "script", "style", "svg", "template", "title", "video"),
    "xmp",
}
_CELL = {"align", "colspan", "rowspan", "style"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "title", "width"},
    "li": {"value"},
    "ol": {"reversed", "start", "type"},
    "table": {"border"},
    "td": _CELL,
    "th": _CELL | {"scope"},
    "tr": {"style"},
    **{tag: {"align"} for tag in ("div", "h1", "h2", "h3", "h4", "h5", "h6", "p")},
}
#: What Pygments puts on words of code: colours, and nothing that has a place or a size.
_CODE_CLASSES = {"div": {"highlight"}, "span": {name for name in STANDARD_TYPES.values() if name}}
#: The classes of the grader's own table (see `autograder.marks.feedback`).
_OWN_CLASSES = {
    "div": {"grader-result", "tex2jax_ignore"},
    "tr": {"grader-full", "grader-part"},
}

#: Whole addresses only. To a browser "http:page.html" is a page beside the one that is open, and
#: there the files lie that the student handed in.
_ADDRESS = re.compile(r"(https?://[0-9a-z\[]|mailto:)", re.IGNORECASE)
#: A picture in an <img> runs nothing, also an SVG: browsers load it without script and network.
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml);base64,([0-9a-zA-Z+/\s]+=*\s*)")
_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".svg": "image/svg+xml",
}  # fmt: skip
_BESIDE = re.compile(r"\w[^:?#\\<>\"']*\.(png|jpe?g|gif|webp|svg)", re.IGNORECASE)
_LARGEST_PICTURE = 8 * 2**20  # bytes of a file that becomes part of a page
_NUMBER = re.compile(r"\d{1,4}")


def clean(html: str, *, beside: Path | None = None, own: bool = False) -> str:
    """The part of `html` that shows something and runs nothing.

    Parameters
    ----------
    html : str
        A fragment of a page, by whomever.
    beside : Path, optional
        The folder whose pictures it may show; they become part of it. Without, they are left out.
    own : bool
        Whether the grader itself made it, so that it may look like that.
    """
    classes = {tag: set(names) for tag, names in _CODE_CLASSES.items()}
    attributes = _ATTRIBUTES
    if own:
        for tag, names in _OWN_CLASSES.items():
            classes.setdefault(tag, set()).update(names)
        attributes = _ATTRIBUTES | {"div": {"align", "lang"}}
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_NO_TEXT,
        attributes=attributes,
        attribute_filter=partial(_attribute, beside),
        url_schemes={"data", "http", "https", "mailto"},
        allowed_classes=classes,
        filter_style_properties={"text-align"},
    )


def is_address(url: str) -> bool:
    """Whether a link may lead there: somewhere else on the web, or to a mail."""
    return bool(_ADDRESS.match(url))


def is_picture(data: str) -> bool:
    """Whether a ``data:`` address holds a picture."""
    return bool(_PICTURE.fullmatch(data))


def is_file(url: str) -> bool:
    """Whether a picture's address is that of a file beside the notebook."""
    return bool(_BESIDE.fullmatch(unquote(url)))


def is_base64(text: str) -> bool:
    """Whether a picture's data is what it should be, and can stand in an attribute."""
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, ValueError):
        return False


def as_data(mime: str, content: str) -> str:
    """The address of a picture whose data is `content`, in base64."""
    return f"data:{mime};base64,{''.join(content.split())}"


def _attribute(beside: Path | None, tag: str, name: str, value: str) -> str | None:
    """What becomes of an allowed attribute; None: it goes."""
    if name == "href":
        return value if is_address(value) else None
    if name == "src":
        return value if is_picture(value) else _picture_file(beside, value)
    if name in ("width", "height", "border", "colspan", "rowspan", "span"):
        # As a number: a percentage or a unit could cover what lies around.
        found = _NUMBER.fullmatch(value.strip().removesuffix("px"))
        return found[0] if found else None
    return value


def _picture_file(folder: Path | None, name: str) -> str | None:
    """A picture beside the notebook as data: the page stays whole wherever it is opened."""
    if folder is None or not is_file(name):
        return None
    try:
        path = (folder / unquote(name)).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        if path.stat().st_size > _LARGEST_PICTURE:
            return None
        content = base64.b64encode(path.read_bytes()).decode("ascii")
    except (OSError, ValueError):
        return None
    return as_data(_TYPES[path.suffix.lower()], content) if content else None
