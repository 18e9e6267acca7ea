"""What the names of a module, or of a function, stand for; by the source alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from labkit.rules.code import NO_PYTHON, Source, parse

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, eq=False)
class Binding:
    """One thing that a name may stand for.

    Attributes
    ----------
    node : ast.AST or None
        Its definition, or the value that it was given.
    path : str
        The dotted name that it was imported by; empty if it was not.
    """

    source: Source
    node: ast.AST | None = None
    path: str = ""


@dataclass(eq=False)
class Scope:
    """Names and what each may stand for, by whatever order; and the scope around."""

    parent: Scope | None = None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # modules of which all names were imported
    is_class: bool = False

    def find(self, name: str) -> tuple[list[Binding], Scope] | None:
        """What a name stands for, and where that was said."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and not (scope.is_class and scope is not self):
                return scope.names[name], scope
            scope = scope.parent
        return None

    @property
    def top(self) -> Scope:
        """The module's."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def bind(self, name: str, binding: Binding, replaces: bool = False) -> None:
        """Let a name stand for something more, or for that alone."""
        if replaces:
            self.names[name] = []
        self.names.setdefault(name, []).append(binding)


def module_scope(sources: Iterable[Source]) -> Scope:
    """The names of a module, which the sources define one after the other."""
    scope = Scope()
    for source in sources:
        for statement in source.tree.body if source.tree else ():
            # What stands at the top is defined for sure, in the place of what was there before.
            _collect(scope, source, [statement], replaces=True)
    return scope


def inner_scope(node: ast.AST, source: Source, parent: Scope) -> Scope:
    """The scope that a function, a class or a comprehension opens."""
    scope = Scope(parent, is_class=isinstance(node, ast.ClassDef))
    if isinstance(node, Function):
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [each for each in (arguments.vararg, arguments.kwarg) if each]
        for argument in every:
            scope.bind(argument.arg, Binding(source))
    if isinstance(node, Comprehension):
        for generator in node.generators:
            for name in _targets(generator.target):
                scope.bind(name, Binding(source, generator.iter))
    body = getattr(node, "body", [])
    _collect(scope, source, body if isinstance(body, list) else [body], replaces=False)
    for name in _declared(node):
        scope.names.pop(name, None)
    return scope


def _declared(node: ast.AST) -> Iterator[str]:
    """Names that a function takes from outside."""
    for each in _own_nodes(getattr(node, "body", [])):
        if isinstance(each, ast.Global | ast.Nonlocal):
            yield from each.names


def _collect(scope: Scope, source: Source, body: list[ast.AST], replaces: bool) -> None:
    """Bind what the statements of one scope bind."""
    certain = set(map(id, body)) if replaces else set()
    for node in _own_nodes(body):
        sure = id(node) in certain
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                scope.bind(name, Binding(source, node), sure)
                _bind_globals(scope, source, node)
            case ast.ClassDef(name=name):
                scope.bind(name, Binding(source, node), sure)
            case ast.Import(names=aliases):
                for alias in aliases:
                    path = alias.name if alias.asname else alias.name.partition(".")[0]
                    scope.bind(alias.asname or path, Binding(source, path=path), sure)
            case ast.ImportFrom(module=module, names=aliases):
                _bind_from(scope, source, module or "", aliases, sure)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _bind_target(scope, source, target, value, sure)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                _bind_target(scope, source, target, value, sure)
            case ast.AugAssign(target=target, value=value) | ast.NamedExpr(
                target=target, value=value
            ):
                _bind_target(scope, source, target, value, False)
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                _bind_target(scope, source, target, value, False)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                _bind_target(scope, source, target, value, False)
            case ast.Call() if inside := literal_code(node):
                _collect(scope, source, list(inside.body), replaces=False)


def _bind_from(
    scope: Scope, source: Source, module: str, aliases: list[ast.alias], sure: bool
) -> None:
    for alias in aliases:
        if alias.name == "*":
            scope.stars.append(module)
        else:
            path = f"{module}.{alias.name}"
            scope.bind(alias.asname or alias.name, Binding(source, path=path), sure)


def _bind_target(
    scope: Scope, source: Source, target: ast.expr, value: ast.expr, sure: bool
) -> None:
    """Names that are given a value; something of a name that is, such as ``Net.forward``, too."""
    if isinstance(target, ast.Name):
        scope.bind(target.id, Binding(source, value), sure)
        return
    for name in _targets(target):
        scope.bind(name, Binding(source, value))


def _targets(target: ast.expr) -> Iterator[str]:
    for each in ast.walk(target):
        if isinstance(each, ast.Name):
            yield each.id


def _bind_globals(scope: Scope, source: Source, function: ast.AST) -> None:
    """Names of the module that a function sets."""
    for name in _declared(function):
        scope.top.bind(name, Binding(source, function))


def _own_nodes(body: object) -> Iterator[ast.AST]:
    """All nodes of a body, those inside functions and classes of its own left out."""
    waiting = list(reversed(body)) if isinstance(body, list) else [body]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.AST):
            continue
        yield node
        if not isinstance(node, _OWN_SCOPE):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def literal_code(call: ast.Call) -> ast.Module | None:
    """What ``exec("...")`` or ``eval("...")`` runs, if it is written there."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    text = call.args[0] if call.args else None
    if isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "compile":
        text = text.args[0] if text.args else None
    if name not in ("exec", "eval") or not isinstance(text, ast.Constant):
        return None
    try:
        return parse(str(text.value).strip()) if isinstance(text.value, str) else None
    except NO_PYTHON:
        return None
