"""Messages between the grader and the kernel that runs a submission: data, never objects.

A message is one line of JSON, of dictionaries with text keys, lists, text, numbers, truth values
and None. Arrays travel beside it in one safetensors block. Whoever reads a message does not trust
it: sizes, depth and types are limited before anything is made of it.
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from labkit.errors import LabError
from labkit.judge.case import Array, decode, encode

ANSWER_TYPE = "application/vnd.kdlab.answer"  # of the output that holds an answer
MOST_BYTES = 64 << 20
MOST_DEPTH = 24
MOST_PARTS = 200_000
MOST_TEXT = 20_000  # characters of one text in a message
MOST_INTEGER = 2**53  # what JSON's readers agree upon
_TYPES = "fiub"  # floats, integers, unsigned integers, truth values: arrays that are numbers


class MessageError(LabError):
    """What came is no message, or a larger one than may be sent."""


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
    block = base64.b64encode(save(arrays)).decode("ascii") if arrays else ""
    text = json.dumps({"plain": plain, "arrays": block}, ensure_ascii=True, allow_nan=True)
    if len(text) > MOST_BYTES:
        raise MessageError(f"A message of {len(text):,} bytes; at most {MOST_BYTES:,} may be sent.")
    return text


def unpack(text: object) -> Any:
    """What `pack` was given.

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
    if len(text) > MOST_BYTES:
        raise MessageError(f"A message of {len(text):,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        outer = json.loads(text)
        block = outer["arrays"]
        arrays = load(base64.b64decode(block, validate=True)) if block else {}
        _expect_small(outer["plain"])
        _expect_numbers(arrays)
        return decode(outer["plain"], arrays)
    except MessageError:
        raise
    except (
        ArithmeticError, AttributeError, LookupError, RecursionError, SafetensorError, TypeError,
        ValueError,
    ) as error:  # fmt: skip
        told = f"{type(error).__name__}: {error}"[:200]
        raise MessageError(f"Not a message: {told}") from None


def _expect_small(plain: object) -> None:
    """Refuse what is too deep, of too many parts, or of a type that no message holds."""
    left = [(plain, 0)]
    parts = 0
    while left:
        value, depth = left.pop()
        parts += 1
        if depth > MOST_DEPTH or parts > MOST_PARTS:
            raise MessageError(f"More than {MOST_DEPTH} levels or {MOST_PARTS:,} parts.")
        if isinstance(value, dict):
            left += [(item, depth + 1) for pair in value.items() for item in pair]
        elif isinstance(value, list):
            left += [(item, depth + 1) for item in value]
        elif isinstance(value, str) and len(value) > MOST_TEXT:
            raise MessageError(f"A text of {len(value):,} characters; at most {MOST_TEXT:,}.")
        elif isinstance(value, int) and abs(value) > MOST_INTEGER:
            raise MessageError("An integer beyond 2**53.")


def _expect_numbers(arrays: dict[str, Array]) -> None:
    for array in arrays.values():
        if array.dtype.kind not in _TYPES or array.ndim > 8:
            raise MessageError(f"An array of type {array.dtype} with {array.ndim} dimensions.")


def is_number(value: object) -> bool:
    """Whether a value from a message is a finite number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
