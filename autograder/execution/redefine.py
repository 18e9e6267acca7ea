"""The part of a cell that can run a second time: imports, functions, classes, plain constants."""

from __future__ import annotations

import ast


def definitions(source: str) -> str:
    """What a cell defines, without what it does.

    >>> definitions("import torch\\nx = 3\\ndef f():\\n    return x\\nprint(train(f))")
    'import torch\\nx = 3\\ndef f():\\n    return x'
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):  # magics, or nothing that Python can read
        return ""
    tree.body = [statement for statement in tree.body if _defines(statement)]
    return ast.unparse(tree)


def _defines(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return not statement.decorator_list
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return _is_plain(value)
    return False


def _is_plain(value: ast.expr) -> bool:
    """Whether it is made of constants and names alone, so that computing it again costs nothing."""
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Name, ast.Load, ast.UnaryOp,
               ast.USub, ast.BinOp, ast.operator, ast.Attribute)  # fmt: skip
    return all(isinstance(node, allowed) for node in ast.walk(value))
