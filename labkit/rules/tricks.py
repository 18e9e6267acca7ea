"""Ways in which source hides what it does: each may be honest, and none can be followed."""

from __future__ import annotations

import ast

from labkit.rules.paths import Resolver
from labkit.rules.scope import Scope, literal_code

#: Names of libraries with which a function is changed, or a rule switched off, from anywhere.
_ANYWHERE = (
    "ctypes", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "sys.setprofile",
    "sys.settrace", "sys._getframe", "sys.monitoring", "threading.setprofile", "threading.settrace",
    "threading.setprofile_all_threads", "threading.settrace_all_threads", "inspect.currentframe",
    "inspect.stack", "marshal", "dill", "cloudpickle", "types.CodeType", "types.FunctionType",
    "torch._C", "torch.ops", "torch.overrides", "torch.utils._python_dispatch",
    "builtins.globals", "builtins.compile", "__main__", "unittest.mock",
)  # fmt: skip
#: Attributes by which one gets to where no name leads.
_ATTRIBUTES = (
    "__globals__", "__code__", "__closure__", "__subclasses__", "__builtins__", "__defaults__",
    "__kwdefaults__", "__getattribute__", "__bases__", "__mro__", "__wrapped__", "f_globals",
    "f_locals", "gi_frame", "cr_frame", "tb_frame", "user_ns", "user_global_ns", "run_cell",
    "run_code", "ast_transformers", "input_transformers_cleanup", "input_transformers_post",
)  # fmt: skip
_COMPUTED = ("builtins.exec", "builtins.eval")
_IMPORTED = ("builtins.__import__", "importlib.import_module", "importlib.__import__")
_BY_NAME = ("builtins.getattr", "builtins.setattr", "builtins.vars", "operator.attrgetter",
            "operator.methodcaller")  # fmt: skip


def trick_anywhere(node: ast.AST, resolver: Resolver, scope: Scope) -> str:
    """What a node does that could change any function of the notebook; empty if nothing."""
    match node:
        case ast.Attribute(attr=attribute) if attribute in _ATTRIBUTES:
            return attribute
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store()):
            return _changes_a_library(node, resolver, scope)
        case ast.Attribute() | ast.Name(ctx=ast.Load()):
            return _named(resolver.paths(node, scope))
        case ast.Import(names=aliases):
            return _named({alias.name for alias in aliases})
        case ast.ImportFrom(module=module, names=aliases):
            return _named({f"{module}.{alias.name}" for alias in aliases})
        case ast.Call() if literal_code(node) is None:
            return _computed(node, resolver, scope)
    return ""


def trick_here(node: ast.AST, resolver: Resolver, scope: Scope) -> str:
    """What a node, which an exercise reaches, hides beyond that; empty if nothing."""
    if not isinstance(node, ast.Call):
        return ""
    functions = resolver.paths(node.func, scope)
    for each in functions & set(_BY_NAME):
        name = node.args[1] if each.endswith("attr") and len(node.args) > 1 else None
        if each == "builtins.vars" or "operator" in each:
            name = node.args[0] if node.args else None
        literal = isinstance(name, ast.Constant)
        of_itself = bool(node.args) and isinstance(node.args[0], ast.Name) and (
            node.args[0].id in ("self", "cls")
        )  # fmt: skip
        if not literal and not of_itself and each != "builtins.vars":
            return f"{each.rpartition('.')[2]} with a computed name"
    return ""


def _named(paths: set[str]) -> str:
    for path in paths:
        for each in _ANYWHERE:
            if path == each or path.startswith(each + "."):
                return each.removeprefix("builtins.")
    return ""


def _computed(node: ast.Call, resolver: Resolver, scope: Scope) -> str:
    functions = resolver.paths(node.func, scope)
    if functions & set(_COMPUTED):
        return "exec or eval of computed code"
    name = node.args[0] if node.args else None
    if functions & set(_IMPORTED) and not isinstance(name, ast.Constant):
        return "an import of a computed name"
    return ""


def _changes_a_library(
    node: ast.Attribute | ast.Subscript, resolver: Resolver, scope: Scope
) -> str:
    """``F.softmax = …``, ``sys.modules["torch"] = …``: what is used elsewhere is another thing."""
    owners = resolver.paths(node.value, scope)
    if isinstance(node, ast.Attribute):
        changed = any(_is_library(f"{path}.{node.attr}", resolver) for path in owners)
    else:
        changed = "sys.modules" in owners or any(path.endswith(".__dict__") for path in owners)
    return "something of a library is replaced" if changed else ""


#: Settings of libraries that are set by assignment, and change no function.
_SETTINGS = ("torch.backends", "matplotlib", "sys.path", "sys.std", "warnings")


def _is_library(path: str, resolver: Resolver) -> bool:
    known = path and path[0] not in "?" and not resolver.is_own(path)
    return bool(known) and not path.startswith(_SETTINGS)
