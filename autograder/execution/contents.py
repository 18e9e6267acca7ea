"""What the messages of a kernel hold, in the forms that Jupyter's protocol knows.

A submission can send anything in its kernel's name. So the content of each kind of message is made
anew of what belongs into it: text that can be written as UTF-8, finite numbers, and names and lists
of them. Whoever reads it afterwards needs no doubts about its form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from labkit.wire import MOST_INTEGER

Content = dict[str, Any]

MOST_NAME = 300  # characters of a name: of an error, a stream, a kind of data
MOST_DEPTH = 40  # of data in a message


class MalformedError(ValueError):
    """A message that is not of the form of its kind."""


def well_formed(kind: str, content: object) -> Content:
    """The content of a message of this kind; nothing of a kind that is not heard.

    Raises
    ------
    MalformedError
        If it is of another form.
    """
    if not isinstance(content, dict):
        raise MalformedError(f"{kind}: {type(content).__name__}, no content")
    form = FORMS.get(kind)
    try:
        return {} if form is None else form(content)
    except (LookupError, TypeError, RecursionError) as error:
        raise MalformedError(f"{kind}: {type(error).__name__}: {error}"[:MOST_NAME]) from None


def _stream(content: Content) -> Content:
    if content["name"] not in ("stdout", "stderr"):
        raise MalformedError("a stream of another name")
    return {"name": content["name"], "text": _text(content["text"])}


def _shown(content: Content) -> Content:
    """Of ``display_data``, ``update_display_data`` and ``execute_result``."""
    shown = _mapped(content["data"])
    data = {_name(kind): _media(kind, value) for kind, value in shown.items()}
    made = {"data": data, "metadata": _plain(_mapped(content.get("metadata") or {}))}
    transient = content.get("transient")
    if isinstance(transient, dict) and "display_id" in transient:
        made["transient"] = {"display_id": _name(transient["display_id"])}
    return made | _counted(content)


def _counted(content: Content) -> Content:
    """The number of the cell, if it says one."""
    count = content.get("execution_count")
    if count is not None and not (type(count) is int and 0 <= count < 2**31):
        raise MalformedError("a cell's number that is none")
    return {"execution_count": count} if "execution_count" in content else {}


def _error(content: Content) -> Content:
    return {
        "ename": _name(content["ename"]),
        "evalue": _text(content["evalue"]),
        "traceback": [_text(line) for line in _listed(content["traceback"])],
    }


def _status(content: Content) -> Content:
    return {"execution_state": _name(content["execution_state"])}


def _clear(content: Content) -> Content:
    return {"wait": content.get("wait") is True}


def _executed(content: Content) -> Content:
    """Of ``execute_reply``: how a cell ended; it has always ended, so this is never refused."""
    if content.get("status") != "error":
        return {"status": "ok"}
    told = {n: content.get(n) for n in ("ename", "evalue")}
    lines = content["traceback"] if isinstance(content.get("traceback"), list) else []
    return {
        "status": "error",
        **{n: _text(v)[:MOST_NAME] if isinstance(v, str) else "" for n, v in told.items()},
        "traceback": [_text(e) for e in lines if isinstance(e, str)],
    }


def _about_kernel(content: Content) -> Content:
    return {"language_info": _plain(_mapped(content["language_info"]))}


#: The kinds that are heard. Widgets' messages (``comm_…``) are not: nobody looks at widgets here.
FORMS: Mapping[str, Callable[[Content], Content]] = {
    "stream": _stream,
    "display_data": _shown,
    "update_display_data": _shown,
    "execute_result": lambda content: {"execution_count": None} | _shown(content),
    "execute_input": _counted,
    "error": _error,
    "status": _status,
    "clear_output": _clear,
    "execute_reply": _executed,
    "kernel_info_reply": _about_kernel,
}
#: Of these, what a cell's outputs are made of.
SHOWN = ("stream", "display_data", "update_display_data", "execute_result", "execute_input",
         "error", "clear_output")  # fmt: skip


def _media(kind: str, value: object) -> Any:
    """One of the forms in which something is shown: text, or data where the kind says so."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if isinstance(value, str):
        return _text(value)
    if kind.endswith("json"):
        return _plain(value)
    raise MalformedError(f"{kind} as {type(value).__name__}")


def _text(value: object) -> str:
    """A text without halves of characters, which no file could hold."""
    if not isinstance(value, str):
        raise MalformedError(f"{type(value).__name__} in the place of text")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value


def _name(value: object) -> str:
    return _text(value)[:MOST_NAME]


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedError(f"{type(value).__name__} in the place of a list")
    return value


def _mapped(value: object) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise MalformedError(f"{type(value).__name__} in the place of names and values")
    return value


def _plain(value: object, depth: int = 0) -> Any:
    """Data that every reader of JSON understands."""
    if depth > MOST_DEPTH:
        raise MalformedError("data too deep")
    match value:
        case str():
            return _text(value)
        case dict():
            return {_name(name): _plain(part, depth + 1) for name, part in value.items()}
        case list():
            return [_plain(part, depth + 1) for part in value]
        case int() if abs(value) <= MOST_INTEGER:  # truth values too
            return value
        case float() if math.isfinite(value):
            return value
        case None:
            return None
    raise MalformedError(f"{str(value)[:50]} in data")
