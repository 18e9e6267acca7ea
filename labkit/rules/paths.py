"""Which name of a library an expression is: ``F.mse_loss`` is ``torch.nn.functional.mse_loss``."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping

from labkit.rules.scope import Binding, Scope

_DEPTH = 12  # of names that stand for names
MOST_STEPS = 200_000  # more than a notebook of honest code needs by far
#: Begins the path of what is computed, and so may be anything.
UNKNOWN = "?"
#: What gives a part of something by the text of its name.
_GETATTR = ("builtins.getattr", "inspect.getattr_static")
_IMPORTS = ("builtins.__import__", "importlib.import_module", "importlib.__import__")


class TooMuchError(RecursionError):
    """The source has so many names for one thing that it is not read to its end."""


class Resolver:
    """Finds the paths that expressions stand for.

    A path begins with the name of a module; what is computed, and so may be anything, is ``?``.

    Parameters
    ----------
    modules : mapping of str to Scope
        The submission's own: the notebook is ``__main__``.
    """

    def __init__(self, modules: Mapping[str, Scope]) -> None:
        self.modules = modules
        self._known: dict[tuple[ast.AST, Scope], set[str]] = {}
        self._steps = 0

    def paths(self, node: ast.AST | None, scope: Scope, depth: int = _DEPTH) -> set[str]:
        """The paths that an expression may be; empty if it is something of the student's own."""
        if node is None or depth <= 0:
            return {UNKNOWN}
        key = (node, scope)
        if key not in self._known:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise TooMuchError
            self._known[key] = {UNKNOWN}  # of what is defined by itself
            self._known[key] = self._find(node, scope, depth)
        return self._known[key]

    def _find(self, node: ast.AST, scope: Scope, depth: int) -> set[str]:
        match node:
            case ast.Name(id=name):
                return self._of_name(name, scope, depth)
            case ast.Attribute(value=value, attr=attribute):
                return self._below(self.paths(value, scope, depth - 1), attribute)
            case ast.Call():
                return self._of_call(node, scope, depth)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))):
                return self._of_key(value, key, scope, depth)
            case ast.IfExp(body=first, orelse=second):
                return self.paths(first, scope, depth - 1) | self.paths(second, scope, depth - 1)
            case ast.BoolOp(values=values):
                return set().union(*(self.paths(each, scope, depth - 1) for each in values))
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.paths(value, scope, depth - 1)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                return set()
        return {UNKNOWN}

    def bindings(self, path: str) -> tuple[list[Binding], Scope, str] | None:
        """What a path into one of the submission's own modules stands for, and what is left."""
        parts = path.split(".")
        for end in range(len(parts) - 1, 0, -1):
            scope = self.modules.get(".".join(parts[:end]))
            if scope is not None and parts[end] in scope.names:
                return scope.names[parts[end]], scope, ".".join(parts[end + 1 :])
        return None

    def is_own(self, path: str) -> bool:
        """Whether a path leads into a module of the submission's own."""
        parts = path.split(".")
        return any(".".join(parts[:end]) in self.modules for end in range(1, len(parts) + 1))

    def _of_name(self, name: str, scope: Scope, depth: int) -> set[str]:
        found = scope.find(name)
        if found is None:
            stars = {path for star in scope.top.stars for path in self._below({star}, name)}
            return stars | ({f"builtins.{name}"} if hasattr(builtins, name) else set())
        bindings, where = found
        return set().union(*(self._of_binding(each, where, depth) for each in bindings))

    def _of_binding(self, binding: Binding, scope: Scope, depth: int) -> set[str]:
        if binding.path:
            return self._below({binding.path}, "", depth)
        if binding.node is None:
            return {UNKNOWN}  # an argument
        return self.paths(binding.node, scope, depth - 1)

    def _below(self, paths: set[str], attribute: str, depth: int = _DEPTH) -> set[str]:
        """The paths with one more part; a module of the submission's own gives what it has."""
        found: set[str] = set()
        for path in paths:
            longer = f"{path}.{attribute}" if attribute else path
            inside = self.bindings(longer)
            if inside is None:
                found.add(longer)
                continue
            bindings, scope, rest = inside
            for each in bindings:
                ends = self._of_binding(each, scope, depth - 1) if depth > 1 else {UNKNOWN}
                found |= {f"{end}.{rest}" if rest else end for end in ends}
        return found

    def _of_call(self, call: ast.Call, scope: Scope, depth: int) -> set[str]:
        functions = self.paths(call.func, scope, depth - 1)
        text = _text(call, 0)
        if functions & set(_IMPORTS) and text:
            return {text, text.partition(".")[0]}
        if functions & set(_GETATTR) and (part := _text(call, 1)):
            return self._below(self.paths(call.args[0], scope, depth - 1), part)
        if "builtins.vars" in functions and call.args:
            return self._below(self.paths(call.args[0], scope, depth - 1), "__dict__")
        if isinstance(call.func, ast.Call) and call.args:
            inner = self.paths(call.func.func, scope, depth - 1)
            if "operator.attrgetter" in inner and (part := _text(call.func, 0)):
                return self._below(self.paths(call.args[0], scope, depth - 1), part)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "pop") and text:
            return self._of_key(call.func.value, text, scope, depth)
        return {UNKNOWN}

    def _of_key(self, value: ast.AST, key: str, scope: Scope, depth: int) -> set[str]:
        """``sys.modules["torch"]``, ``globals()["F"]``, ``vars(F)["mse_loss"]``."""
        if isinstance(value, ast.Call):
            functions = self.paths(value.func, scope, depth - 1)
            if functions & {"builtins.globals", "builtins.locals"} and not value.args:
                return self._of_name(key, scope, depth - 1)
        found: set[str] = set()
        for path in self.paths(value, scope, depth - 1):
            if path == "sys.modules":
                found.add(key)
            elif path.endswith(".__dict__"):
                found |= self._below({path.removesuffix(".__dict__")}, key)
            else:
                found.add(UNKNOWN)
        return found


def _text(call: ast.Call, at: int) -> str:
    """An argument that is written there as a text; empty if it is something else."""
    argument = call.args[at] if len(call.args) > at else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    joined = list(_pieces(argument)) if argument is not None else []
    return "".join(joined) if joined and all(joined) else ""


def _pieces(node: ast.AST) -> Iterator[str]:
    """The pieces of ``"mse" + "_loss"``; an empty one for what is computed."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _pieces(left)
            yield from _pieces(right)
        case ast.Constant(value=str(text)):
            yield text
        case _:
            yield ""
