r"""Formulas as MathML, which browsers show by themselves: no script, no font, no network.

MathJax would have to be loaded from elsewhere or carried along, and a page that may run its script
may run others. `latex2mathml` writes what the labs and most students use; a formula that it cannot
read is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from xml.etree import ElementTree

import nh3
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from latex2mathml.converter import convert_to_element

#: As MathJax reads them in nbconvert's pages; the opening sign, then what closes it.
_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<block>.{1,2000}?)(?<!\\)\$\$"
    r"|\\\[(?P<bracket>.{1,2000}?)\\\]"
    r"|\\\((?P<paren>.{1,2000}?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>[a-z]{1,20}\*?)\}.{1,2000}?\\end\{(?P=name)\})"
    r"|(?<![\\$])\$(?P<inline>[^$]{1,2000}?)(?<!\\)\$",
    re.DOTALL,
)
#: Text in these is meant as it is.
_VERBATIM = ("code", "pre", "textarea", "script", "style")
_IGNORED = "tex2jax_ignore"
#: A longer formula is none; the reader of nested braces is not made for it.
_LONGEST, _DEEPEST = 2000, 40
#: More in one piece of a page stay as they were typed.
_MOST, _LONGEST_PAGE = 500, 200_000

_TAGS = {
    *("math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded"),
    *("mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup"),
    *("msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none"),
}
_ATTRIBUTES = {
    "math": {"display", "alttext"},
    "menclose": {"notation"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "movablelimits", "stretchy"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"displaystyle"},
    "mtd": {"columnalign"},
    **{tag: {"accent", "accentunder"} for tag in ("mover", "munder", "munderover")},
}
#: A space between signs; a wider or negative one could lay a formula over something else.
_SPACE = re.compile(r"[0-2](\.\d{1,4})?em|0?\.\d{1,4}em")
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]{1,6});")


def with_formulas(html: str) -> str:
    """HTML with every formula in its text as MathML; code stays as it is."""
    if ("$" not in html and "\\" not in html) or len(html) > _LONGEST_PAGE:
        return html
    page, left = BeautifulSoup(html, "html.parser"), _MOST
    for text in page.find_all(string=_FORMULA):
        if left and not _is_verbatim(text):
            found = list(islice(_FORMULA.finditer(str(text)), left))
            left -= len(found)
            text.replace_with(BeautifulSoup(_replaced(str(text), found), "html.parser"))
    return str(page)


def _is_verbatim(text: NavigableString) -> bool:
    return any(
        each.name in _VERBATIM or _IGNORED in (each.get("class") or []) for each in text.parents
    )


def _replaced(text: str, formulas: Iterable[re.Match[str]]) -> str:
    parts, end = [], 0
    for formula in formulas:
        parts.append(_escaped(text[end : formula.start()]))
        parts.append(_shown(formula))
        end = formula.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _shown(found: re.Match[str]) -> str:
    """A formula as MathML; as code where it cannot be read."""
    kinds = ("block", "bracket", "paren", "environment", "inline")
    kind = next(each for each in kinds if found[each] is not None)
    inline = kind in ("paren", "inline")
    return mathml(found[kind], inline=inline) or f"<code>{_escaped(found[0])}</code>"


@lru_cache(maxsize=4096)  # a class is asked the same questions
def mathml(tex: str, *, inline: bool) -> str:
    """A formula as MathML; empty if it is none that can be read."""
    if not tex.strip() or len(tex) > _LONGEST or _depth(tex) > _DEEPEST:
        return ""
    try:
        element = convert_to_element(tex.strip(), display="inline" if inline else "block")
    except (Exception, RecursionError):  # whatever a reader of TeX stumbles over
        return ""
    for each in element.iter():
        each.text = _ENTITY.sub(_sign, each.text or "")
    element.set("alttext", tex.strip())
    found = ElementTree.tostring(element, encoding="unicode")
    return nh3.clean(
        found, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_attribute, link_rel=None
    )


def _depth(tex: str) -> int:
    """How deep braces and the like are nested, at most."""
    depth = most = 0
    for sign in re.findall(r"\\(?:left|begin)\b|\\(?:right|end)\b|[{}]", tex):
        depth += 1 if sign in ("{", "\\left", "\\begin") else -1
        most = max(most, depth)
    return most


def _sign(found: re.Match[str]) -> str:
    """The sign that latex2mathml wrote as a number."""
    number = int(found[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "mspace":
        return value if _SPACE.fullmatch(value) else None
    return value
