"""What travels between a check and the code that it tries: plain data, fit for JSON.

A `Case` says what to call the student's function with and what to look at. An `Observation` says
what was seen. Neither holds code, so both can cross into another process and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Case:
    """One call of the student's function, or one use of the student's class.

    Parameters
    ----------
    kind : {"call", "module"} or str
        What to do; `labkit.probe.observe.observe` knows the kinds. ``"module:function"`` is one of
        a course's library: the function takes the subject, the case and the device.
    arguments : dict
        In the order of the call. Arrays become tensors (integers int64, floats ``dtype``); numbers,
        text, lists and None stay; ``{"network": …}``, ``{"loss": …}``, ``{"batches": …}`` are made
        by `labkit.probe.arguments`.
    keywords : tuple of str
        The arguments that are passed by name.
    gradients : tuple of str
        The tensor arguments whose gradient is looked at. Networks' gradients always are.
    cotangent : array, optional
        What a result that is no scalar is multiplied with before the backward pass.
    returns : {"tensor", "number"} or tuple of str
        What the contract says; a tuple names the parts of a tuple of tensors.
    dtype : {"float32", "float64"}
        Type of the floating tensors.
    layout : {"contiguous", "strided"}
        How the floating tensors lie in memory.
    forbidden : tuple of str
        Functions that must not be called, see `labkit.probe.faults.forbidding`.
    options : dict
        What only this kind of case needs.
    seed : int
        Seed of torch's generator during the call.
    """

    kind: str
    arguments: dict[str, Any]
    keywords: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ()
    cotangent: Array | None = None
    returns: str | tuple[str, ...] = "tensor"
    dtype: str = "float32"
    layout: str = "contiguous"
    forbidden: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    seed: int = 0


MOST_DETAIL = 500
MOST_LISTED = 50
#: Numbers that one observation may hold; no exercise asks for so many.
MOST_OBSERVED = 1 << 20


@dataclass(frozen=True)
class Fault:
    """Something that came instead of a number.

    ``kind`` is one of the keys of `labkit.judge.messages.FAULTS`; ``details`` fill its text. What
    students wrote or made gets into them, so they are kept short: `MOST_DETAIL` characters of a
    text, and the first `MOST_LISTED` parts of a list.
    """

    kind: str
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or not isinstance(self.details, dict):
            raise TypeError(f"A fault has a kind and details, not {type(self.kind).__name__}.")
        short = {name: _short(value) for name, value in self.details.items()}
        object.__setattr__(self, "details", short)


def _short(value: Any) -> Any:
    """A detail of a fault, cut where it is too long to be told, of what a file can hold."""
    if isinstance(value, str):
        told = value if len(value) <= MOST_DETAIL else value[:MOST_DETAIL] + "…"
        return told.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_short(part) for part in value[:MOST_LISTED]]
    return value


@dataclass(frozen=True, eq=False)
class Observation:
    """What was seen: numbers or faults by name, and a fault that stands for all that is missing."""

    entries: dict[str, Array | Fault] = field(default_factory=dict)
    fault: Fault | None = None

    def entry(self, name: str) -> Array | Fault:
        """What was seen under a name."""
        return self.entries.get(name, self.fault or Fault("absent", {"name": name}))


#: Names in the encoded form that stand for something else than a dictionary with that name.
_MEANT = frozenset(("array", "floats", "integers", "Case", "Observation", "Fault", "mapping"))


def encode(thing: Any, array: Callable[[Array], Any] | None = None) -> Any:
    """A case, an observation, or anything that they hold, as JSON data.

    Parameters
    ----------
    array : callable, optional
        What stands for an array; by default its numbers, see `numbers_of`.
    """
    if isinstance(thing, Case | Observation):
        plain = {name: value for name, value in vars(thing).items() if not _is_default(value)}
        return {type(thing).__name__: encode(plain, array)}
    if isinstance(thing, Fault):
        return {"Fault": asdict(thing)}
    if isinstance(thing, np.ndarray):
        return (array or numbers_of)(thing)
    if isinstance(thing, Mapping):
        plain = {name: encode(value, array) for name, value in thing.items()}
        # Somebody's own names may be those that mean something here.
        return {"mapping": list(map(list, plain.items()))} if _MEANT & plain.keys() else plain
    if isinstance(thing, list | tuple):
        return [encode(value, array) for value in thing]
    if isinstance(thing, np.generic):
        return thing.item()
    return thing


def decode(plain: Any, arrays: Mapping[str, Array] | None = None) -> Any:
    """The inverse of `encode`; ``{"array": NAME}`` stands for one of the arrays."""
    if isinstance(plain, list):
        return [decode(value, arrays) for value in plain]
    if not isinstance(plain, dict):
        return plain
    match plain:
        case {"array": name} if arrays is not None and len(plain) == 1:
            return arrays[name]
        case {"floats": values, **more}:
            array = np.array(values, dtype=np.float64)
            return array.reshape(more.get("shape", array.shape))
        case {"integers": values, **more}:
            array = np.array(values, dtype=np.int64)
            return array.reshape(more.get("shape", array.shape))
        case {"Case": fields}:
            names = {"keywords", "gradients", "forbidden"}
            given: dict[str, Any] = {"arguments": {}}
            given |= {name: decode(value, arrays) for name, value in fields.items()}
            for name, value in given.items():
                if name in names or isinstance(value, list):
                    given[name] = tuple(value)
            return Case(**given)
        case {"Observation": fields}:
            return Observation(**decode(fields, arrays))
        case {"Fault": fields}:
            return Fault(**fields)
        case {"mapping": pairs}:
            return {name: decode(value, arrays) for name, value in pairs}
    return {name: decode(value, arrays) for name, value in plain.items()}


def _is_default(value: object) -> bool:
    """Whether a field of a case says nothing and need not be written."""
    return value is None or (isinstance(value, tuple | dict) and not value)


def numbers_of(array: Array, digits: int = 9) -> dict[str, Any]:
    """An array as JSON: its numbers in one list, with the shape unless the list says it itself.

    Parameters
    ----------
    digits : int, default 9
        Significant digits of floats; 9 keep float32 exactly.
    """
    kind, values = "integers", array.ravel().tolist()
    if np.issubdtype(array.dtype, np.floating):
        rounded = [float(f"{value:.{digits}g}") for value in values]
        kind = "floats"
        values = [int(v) if v.is_integer() and abs(v) < 1e9 else v for v in rounded]
    if array.ndim > 1:
        return {"shape": list(array.shape), kind: values}
    return {kind: values if array.ndim else values[0]}
