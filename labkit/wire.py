"""Messages between the grader and the kernel that runs a submission: data, never objects.

A message is one line of JSON, of dictionaries with text keys, lists, text, numbers, truth values
and None. Arrays travel beside it in one safetensors block. Whoever reads a message does not trust
it: it is measured as text before it is read, and by what it stands for before anything is made of
it. An array counts each time that it is named.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from labkit.errors import LabError
from labkit.judge.case import Array, decode, encode

ANSWER_TYPE = "application/vnd.kdlab.answer"  # of the output that holds an answer
MOST_BYTES = 32 << 20  # of a message as text, and of all that its arrays hold
MOST_ELEMENTS = 8 << 20  # numbers in all arrays
MOST_DEPTH = 24
MOST_PARTS = 200_000  # dictionaries, lists, texts and numbers
MOST_ARRAYS = 256 << 10  # bytes in which the arrays' names and shapes are told
MOST_DIMENSIONS = 8
MOST_TEXT = 20_000  # characters of one text in a message
MOST_INTEGER = 2**53  # what JSON's readers agree upon
_TYPES = "fiub"  # floats, integers, unsigned integers, truth values: arrays that are numbers


class MessageError(LabError):
    """What came is no message, or a larger one than may be sent."""


@dataclass(frozen=True)
class Size:
    """What a message holds, each array as often as it is named."""

    bytes: int = 0
    elements: int = 0
    parts: int = 0


def pack(thing: object) -> str:
    """A message: anything made of the types above, arrays, cases, observations and faults.

    Raises
    ------
    MessageError
        If it is larger than a message may be.
    """
    arrays: dict[str, Array] = {}

    def put_aside(array: Array) -> dict[str, str]:
        name = str(len(arrays))
        arrays[name] = np.ascontiguousarray(array).reshape(array.shape)
        return {"array": name}

    plain = encode(thing, put_aside)
    _expect_few(sum(array.nbytes for array in arrays.values()), MOST_BYTES, "bytes in arrays")
    _expect_few(sum(array.size for array in arrays.values()), MOST_ELEMENTS, "numbers")
    block = base64.b64encode(save(arrays)).decode("ascii") if arrays else ""
    text = json.dumps({"plain": plain, "arrays": block}, ensure_ascii=True, allow_nan=True)
    _expect_few(len(text), MOST_BYTES, "bytes")
    return text


def unpack(text: object) -> Any:
    """What `pack` was given; see `unpack_sized`."""
    return unpack_sized(text)[0]


def unpack_sized(text: object) -> tuple[Any, Size]:
    """What `pack` was given, and how much that is.

    Parameters
    ----------
    text : str
        Comes from a stranger.

    Raises
    ------
    MessageError
        If it is not a message as `pack` makes them.
    """
    if not isinstance(text, str):
        raise MessageError(f"A message is text, not {type(text).__name__}.")
    _expect_few(len(text), MOST_BYTES, "bytes")
    _expect_few(parts_at_most(text), 2 * MOST_PARTS, "parts")
    try:
        outer = json.loads(text)
        arrays = _arrays(outer["arrays"])
        size = _measure(outer["plain"], arrays)
        return decode(outer["plain"], arrays), size
    except MessageError:
        raise
    except Exception as error:  # a stranger's data may be wrong in any way that there is
        told = f"{type(error).__name__}: {error}"[:200]
        raise MessageError(f"Not a message: {told}") from None


def parts_at_most(text: str | bytes) -> int:
    """No JSON text can stand for more values than this: each begins behind one of these signs."""
    if isinstance(text, bytes):
        return sum(text.count(sign) for sign in (b"[", b"{", b",", b":"))
    return sum(text.count(sign) for sign in "[{,:")


def _arrays(block: str) -> dict[str, Array]:
    """The arrays in a block; how many there are is known before they are made."""
    if not block:
        return {}
    data = base64.b64decode(block, validate=True)
    _expect_few(int.from_bytes(data[:8], "little"), MOST_ARRAYS, "bytes that tell of arrays")
    arrays = load(data)
    for array in arrays.values():
        if array.dtype.kind not in _TYPES or array.ndim > MOST_DIMENSIONS:
            raise MessageError(f"An array of type {array.dtype} with {array.ndim} dimensions.")
    return arrays


def _measure(plain: object, arrays: Mapping[str, Array]) -> Size:
    """How much it is; refuses what is too much, too deep, or of a type that no message holds."""
    left: list[tuple[Any, int]] = [(plain, 0)]
    held = elements = parts = 0
    while left:
        value, depth = left.pop()
        parts += 1
        if depth > MOST_DEPTH or parts > MOST_PARTS:
            raise MessageError(f"More than {MOST_DEPTH} levels or {MOST_PARTS:,} parts.")
        match value:
            case {"array": str(name)} if len(value) == 1 and name in arrays:
                held += arrays[name].nbytes
                elements += arrays[name].size
                _expect_few(held, MOST_BYTES, "bytes in arrays")
                _expect_few(elements, MOST_ELEMENTS, "numbers")
            case dict():
                left += [(item, depth + 1) for pair in value.items() for item in pair]
            case list():
                left += [(item, depth + 1) for item in value]
            case str():
                _expect_few(len(value), MOST_TEXT, "characters in one text")
                held += len(value)
            case int() if abs(value) > MOST_INTEGER:
                raise MessageError("An integer beyond 2**53.")
    return Size(held + 8 * parts, elements, parts)


def _expect_few(number: int, most: int, what: str) -> None:
    if number > most:
        raise MessageError(f"A message with {number:,} {what}; at most {most:,} may be sent.")


def is_number(value: object) -> bool:
    """Whether a value from a message is a finite number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
