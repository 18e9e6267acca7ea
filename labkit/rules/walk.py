"""What a function reaches: through every name that it uses, until nothing new comes up."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from labkit.rules.code import Code, Source
from labkit.rules.paths import UNKNOWN, Resolver
from labkit.rules.scope import (
    Binding,
    Comprehension,
    Function,
    Scope,
    inner_scope,
    literal_code,
    module_scope,
)
from labkit.rules.tricks import trick_anywhere, trick_here

MOST_DOUBTS = 5  # are told


class Hit(NamedTuple):
    """A forbidden thing, and where it stands."""

    what: str
    place: str
    line: int
    source: str


class Doubt(NamedTuple):
    """Something that the source hides, and where it stands."""

    what: str
    place: str
    line: int
    source: str

    def __str__(self) -> str:
        where = f", {self.place}, line {self.line}: {self.source}" if self.line else ""
        return f"{self.what}{where}"


@dataclass
class Reached:
    """What came up on the way."""

    hit: Hit | None = None
    doubts: list[Doubt] = field(default_factory=list)


def reach(
    code: Code, name: str, forbidden: Callable[[str], bool], suspicious: Callable[[str], bool]
) -> Reached:
    """Follow a name of the notebook.

    Parameters
    ----------
    forbidden : callable
        Whether a dotted path must not be used.
    suspicious : callable
        Whether something unknown has a forbidden thing's name.
    """
    return _Walk(code, forbidden, suspicious).follow(name)


class _Walk:
    def __init__(
        self, code: Code, forbidden: Callable[[str], bool], suspicious: Callable[[str], bool]
    ) -> None:
        self.forbidden, self.suspicious = forbidden, suspicious
        self.main = module_scope(code.main)
        files = {name: module_scope([source]) for name, source in code.modules.items()}
        self.resolver = Resolver(files | {"__main__": self.main})
        self.everything = [*code.main, *code.modules.values()]
        self.found = Reached()
        self.seen: set[int] = set()
        self.waiting: list[tuple[ast.AST, Scope, Source]] = []

    def follow(self, name: str) -> Reached:
        bindings = self.main.names.get(name)
        if bindings is None and not self.main.stars:
            self._doubt(f"{name} is not defined in any cell", None, None)
        for star in self.main.stars if bindings is None else ():
            self._follow_path(f"{star}.{name}", None, None)
        for binding in bindings or ():
            self._follow(binding, self.main)
        while self.waiting and self.found.hit is None:
            self._visit(*self.waiting.pop())
        if self.found.hit is None:
            self._look_everywhere()
        return self.found

    def _look_everywhere(self) -> None:
        """What could change any function, wherever it stands."""
        for source in self.everything:
            for node in ast.walk(source.tree) if source.tree else ():
                if trick := trick_anywhere(node, self.resolver, self.main):
                    self._doubt(trick, node, source)

    def _follow(self, binding: Binding, scope: Scope) -> None:
        """Go on with what a name stands for."""
        if binding.path:
            self._follow_path(binding.path, None, binding.source)
        elif binding.node is not None and id(binding.node) not in self.seen:
            self.seen.add(id(binding.node))
            self.waiting.append((binding.node, scope, binding.source))

    def _follow_path(self, path: str, node: ast.AST | None, source: Source | None) -> None:
        """A name of a library: forbidden or not; or one of the submission's own modules."""
        if self.forbidden(path):
            self._hit(path, node, source)
            return
        found = self.resolver.bindings(path)
        if found is not None:
            bindings, scope, _ = found
            for binding in bindings:
                self._follow(binding, scope)

    def _visit(self, node: ast.AST, scope: Scope, source: Source) -> None:
        """Look at one node; what is in it comes next."""
        match node:
            case ast.Name(ctx=ast.Load()):
                self._name(node, scope, source)
            case ast.Attribute() | ast.Subscript() | ast.Call():
                self._expression(node, scope, source)
            case ast.ImportFrom() | ast.Import():
                return
        if trick := trick_here(node, self.resolver, scope):
            self._doubt(trick, node, source)
        self.waiting += self._inside(node, scope, source)

    def _inside(
        self, node: ast.AST, scope: Scope, source: Source
    ) -> Iterator[tuple[ast.AST, Scope, Source]]:
        """The parts of a node, each in its scope."""
        parts = list(ast.iter_child_nodes(node))
        if isinstance(node, Function | ast.ClassDef | Comprehension):
            inner = inner_scope(node, source, scope)
            outside = _evaluated_outside(node)
            yield from ((each, scope, source) for each in outside)
            known = set(map(id, outside))
            parts, scope = [each for each in parts if id(each) not in known], inner
        if isinstance(node, ast.Call) and (code := literal_code(node)):
            parts.append(code)
        yield from ((each, scope, source) for each in parts)

    def _name(self, node: ast.Name, scope: Scope, source: Source) -> None:
        found = scope.find(node.id)
        if found is not None:
            bindings, where = found
            for binding in bindings:
                if binding.path:
                    self._follow_path(binding.path, node, source)
                elif where.parent is None:  # local ones are looked at where they stand
                    self._follow(binding, where)
        for path in self.resolver.paths(node, scope):
            self._follow_path(path, node, source)

    def _expression(self, node: ast.AST, scope: Scope, source: Source) -> None:
        for path in self.resolver.paths(node, scope):
            if self.forbidden(path):
                self._hit(path, node, source)
            elif path.startswith(UNKNOWN) and self.suspicious(path.rpartition(".")[2]):
                self._doubt(f"{path.rpartition('.')[2]} of something unknown", node, source)
            else:
                self._follow_path(path, node, source)

    def _hit(self, path: str, node: ast.AST | None, source: Source | None) -> None:
        line = getattr(node, "lineno", 0)
        text = source.line(line) if source else ""
        what = path.removeprefix(f"{UNKNOWN}.")
        self.found.hit = Hit(what, source.place if source else "", line, text)

    def _doubt(self, what: str, node: ast.AST | None, source: Source | None) -> None:
        line = getattr(node, "lineno", 0)
        place, text = (source.place, source.line(line)) if source else ("", "")
        doubt = Doubt(what, place, line, text)
        if doubt not in self.found.doubts and len(self.found.doubts) < MOST_DOUBTS:
            self.found.doubts.append(doubt)


def _evaluated_outside(node: ast.AST) -> list[ast.AST]:
    """The parts of a function, class or comprehension that belong to the scope around it."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            given = node.args
            defaults = [each for each in (*given.defaults, *given.kw_defaults) if each]
            return [*node.decorator_list, *defaults]
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *node.keywords]
        case ast.Lambda(args=given):
            return [each for each in (*given.defaults, *given.kw_defaults) if each]
    return []
