"""Answers the grader inside the kernel that runs a submission.

    answer('{"plain": {"nonce": "…", "do": "observe", …}, "arrays": "…"}')

The grader asks what the student's functions do with given inputs, or for a function of the
students' library to make something of them, such as a trained network.
It keeps to itself what it expects. An answer is shown as an output that only the grader reads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import torch

# torch loads these at its first gradient and its first optimizer. By then a submission may have
# replaced builtins, and would break torch for its own honest functions.
import torch._dynamo
import torch.nested._internal.nested_tensor

from labkit.judge.case import Fault, Observation
from labkit.probe.faults import HangsError, fault_of
from labkit.probe.observe import observe
from labkit.probe.plain_state import plain_state
from labkit.wire import ANSWER_TYPE, MessageError, pack, unpack

# `torch.compile` gives the same values slower here: compiling takes longer than all the cases of an
# exercise, and a compiler, which is not everywhere.
torch._dynamo.config.disable = True


class Answer:
    """An output that holds a message and shows nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {ANSWER_TYPE: self.text}


def answer(question: str) -> Answer:
    """The answer to a question, about the names of the notebook that this kernel runs.

    Parameters
    ----------
    question : str
        A message with ``nonce``, which the answer repeats, ``do``, and what that needs.
    """
    asked = unpack(question)
    names = vars(sys.modules["__main__"])
    found = DOES[asked["do"]](names, asked)
    try:
        return Answer(pack({"nonce": asked["nonce"], "answer": found}))
    except MessageError:
        fault = Fault("too_large")
    except (TypeError, ValueError):  # no type that a message can hold
        fault = Fault("no_data")
    return Answer(pack({"nonce": asked["nonce"], "answer": fault}))


def _hello(names: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """That this side is there, with all that later answers need."""
    for module in asked["imports"]:
        import_module(module)
    return "hello"


def _observe(names: Mapping[str, Any], asked: Mapping[str, Any]) -> Observation:
    return observe(names.get(asked["name"]), asked["case"], asked["device"])


def _run(names: Mapping[str, Any], asked: Mapping[str, Any]) -> Any:
    """What a function of the students' library makes of the notebook's names."""
    module, _, name = asked["function"].partition(":")
    try:
        with plain_state():
            return getattr(import_module(module), name)(names, **asked["arguments"])
    except (Exception, SystemExit) as error:  # whatever the student's code raises
        return fault_of(error)


def _call(names: Mapping[str, Any], asked: Mapping[str, Any]) -> Any:
    """What a function returns for arguments that are data; tensors come and go as arrays."""
    subject = names.get(asked["name"])
    if not callable(subject):
        return Fault("undefined", {"names": asked["name"]})
    try:
        positional = [_as_tensor(value) for value in asked["arguments"]]
        keywords = {name: _as_tensor(value) for name, value in asked["keywords"].items()}
        with plain_state():
            return {"returned": _as_data(subject(*positional, **keywords))}
    except (Exception, SystemExit) as error:  # whatever the student's code raises
        return fault_of(error)


def _disarm(names: dict[str, Any], asked: Mapping[str, Any]) -> str:
    """Let a function that does not come to an end raise from now on, whoever calls it."""
    name = asked["name"]

    def hangs(*arguments: object, **keywords: object) -> None:
        raise HangsError(name)

    names[name] = hangs
    return "disarmed"


def _as_tensor(value: Any) -> Any:
    return torch.from_numpy(value.copy()) if hasattr(value, "__array_interface__") else value


def _as_data(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, tuple | list):
        return [_as_data(item) for item in value]
    return value


DOES: dict[str, Callable[[dict[str, Any], Mapping[str, Any]], Any]] = {
    "hello": _hello,
    "disarm": _disarm,
    "observe": _observe,
    "run": _run,
    "call": _call,
}
