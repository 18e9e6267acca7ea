"""Packages that are not there when grading: the cell goes on, and what uses them says so.

``import x`` that fails gives a stand-in, which raises `MissingPackageError` when it is used. Of
packages that only show something the stand-in does nothing. Where the student's own code catches
the failing import, it gets it, and whoever asks whether a package is there is told the truth: the
stand-ins are in the notebook's names alone, never in ``sys.modules``.
"""

from __future__ import annotations

import ast
import sys
from typing import Any, NoReturn

from labkit.errors import MissingPackageError
from labkit.guest import who
from labkit.language import say

#: What shows, logs or asks something, and computes nothing that an answer could need.
SHOWS_ONLY = frozenset((
    "altair", "bokeh", "bqplot", "clearml", "comet_ml", "dash", "dvclive", "fastprogress",
    "google.colab", "gradio", "graphviz", "hiddenlayer", "holoviews", "ipywidgets",
    "kaggle_secrets", "livelossplot", "mlflow", "neptune", "netron", "plotly", "pynvml", "rich",
    "seaborn", "streamlit", "swanlab", "tensorboard", "tensorboardX", "torchinfo", "torchsummary",
    "torchsummaryX", "torchview", "torchviz", "trackio", "visdom", "wandb",
))  # fmt: skip
_SAID: set[str] = set()


def survive_imports(shell: Any) -> None:
    """Rewrite the imports of every cell, so that one that fails stops nothing else."""
    shell.ast_transformers.append(Guard())


def guarded(tree: ast.Module) -> ast.Module:
    """A module's tree with its imports guarded."""
    return ast.fix_missing_locations(Guard().visit(tree))  # type: ignore[no-any-return]


class Guard(ast.NodeTransformer):
    """Puts each import into a ``try`` of its own, which binds a stand-in if it fails."""

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        """``import a.b as c, d``, one by one."""
        return [
            _guard(
                ast.copy_location(ast.Import([alias]), node),
                alias.asname or alias.name.partition(".")[0],
                f"module({alias.name!r}, {bool(alias.asname)})",
            )
            for alias in node.names
        ]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt | list[ast.stmt]:
        """``from a import b as c, d``, one by one."""
        if node.module == "__future__" or node.level:
            return node  # has to come first; belongs to a package of the student's own
        return [
            _guard(
                ast.copy_location(ast.ImportFrom(node.module, [alias], 0), node),
                None if alias.name == "*" else alias.asname or alias.name,
                f"name({node.module!r}, {alias.name!r})",
            )
            for alias in node.names
        ]


def _guard(statement: ast.stmt, bound: str | None, stand_in: str) -> ast.stmt:
    """The statement with a handler that takes no name of the notebook's."""
    call = f"__import__('labkit.guest.packages', fromlist=['module']).{stand_in}"
    text = f"try: pass\nexcept ImportError: {bound + ' = ' if bound else ''}{call}"
    made = ast.parse(text).body[0]
    for node in ast.walk(made):
        ast.copy_location(node, statement)
    assert isinstance(made, ast.Try)
    made.body = [statement]
    return made


def module(name: str, renamed: bool) -> Any:
    """What ``import name`` binds where that just failed."""
    stand_in = _stand_in(name, name)
    top, _, rest = name.partition(".")
    if renamed or not rest:
        return stand_in
    real = sys.modules.get(top)  # a package that is there, without that part of it
    return stand_in if real is None else _with_part(real, rest, stand_in)


def name(module: str, wanted: str) -> Any:
    """What ``from module import wanted`` binds where that just failed."""
    return _stand_in(module, f"{module}.{wanted}" if module in sys.modules else module)


def _with_part(real: Any, rest: str, stand_in: Any) -> Any:
    """A package, and the stand-in where the first part of it is missing."""
    place, parts = real, rest.split(".")
    while parts and hasattr(place, parts[0]):
        place = getattr(place, parts.pop(0))
    if parts:
        setattr(place, parts[0], stand_in)
    return real


def _stand_in(module: str, wanted: str) -> Absent | Silent:
    """The stand-in; or the error itself, if the student's code is waiting for it."""
    error = sys.exc_info()[1]
    assert isinstance(error, ImportError)
    if any(map(who.expects_import_error, who.students_frames(sys._getframe(2)))):
        raise error
    missing = error.name if isinstance(error, ModuleNotFoundError) and error.name else wanted
    package = _shows_only(module) or _shows_only(missing)
    shown = package or missing
    if shown not in _SAID:
        _SAID.add(shown)
        _tell(shown, silent=package is not None)
    return Silent(shown) if package else Absent(shown)


def _shows_only(module: str) -> str | None:
    parts = module.split(".")
    names = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return next((name for name in names if name in SHOWS_ONLY), None)


def _tell(package: str, silent: bool) -> None:
    if silent:
        say(
            f"⚠ 채점 환경에는 `{package}`이(가) 없습니다. 화면에 보여 주기만 하는 코드이므로 "
            "건너뛰고 계속합니다.",
            f"⚠ `{package}` is not there when grading. It only shows something: it does nothing "
            "here.",
        )
        return
    say(
        f"⚠ 채점 환경에는 `{package}`이(가) 없습니다. 이것을 쓰지 않는 코드는 그대로 채점합니다.",
        f"⚠ `{package}` is not there when grading. What does not use it is graded all the same.",
    )


class Absent:
    """Stands for a package or a part of it; may be named and passed on, but not used."""

    def __init__(self, package: str) -> None:
        self.__dict__["_package"] = package

    def __getattr__(self, name: str) -> Absent:
        if name.startswith("__"):
            raise AttributeError(name)  # Python itself asks
        return self

    def __getitem__(self, key: object) -> Absent:
        return self  # as in an annotation

    def __or__(self, other: object) -> Absent:
        return self

    __ror__ = __or__

    def __repr__(self) -> str:
        return f"<{self._package}: not there when grading>"

    def _refuse(self, *values: object, **named: object) -> NoReturn:
        raise MissingPackageError(self.__dict__["_package"])

    __call__ = __iter__ = __enter__ = __len__ = __bool__ = __mro_entries__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __matmul__ = _refuse
    __truediv__ = __rtruediv__ = __float__ = __int__ = __index__ = __setitem__ = _refuse
    __setattr__ = _refuse
    __exit__ = __instancecheck__ = _refuse


class Silent(str):
    """Stands for something that only shows: a text without characters, and whatever it is used as.

    As a text it goes where only texts go, such as into ``os.environ``.
    """

    __slots__ = ("_package",)
    _package: str

    def __new__(cls, package: str) -> Silent:
        made = super().__new__(cls, "")
        object.__setattr__(made, "_package", package)
        return made

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__") or name in ("encode", "_package", "_again"):
            return super().__getattribute__(name)
        return self._again()

    def _again(self) -> Silent:
        return Silent(self._package)

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Nothing; as a decorator or around an iterable, what it was given."""
        plain = not isinstance(values[0], type) if len(values) == 1 and not named else False
        if plain and type(values[0]).__name__ == "function":
            return values[0]
        if values and self._package in ("fastprogress", "rich") and hasattr(values[0], "__iter__"):
            return values[0]
        return self._again()

    def __getitem__(self, key: object) -> Silent:
        return self._again()

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __setattr__(self, name: str, value: object) -> None:
        pass

    def __enter__(self) -> Silent:
        return self._again()

    def __exit__(self, *error: object) -> None:
        pass

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return (_SilentBase,)

    def __repr__(self) -> str:
        return f"<{self._package}: not there when grading, does nothing>"


class _SilentBase:
    """What a class inherits from that was to be, say, a callback of a logger."""

    def __init__(self, *values: object, **named: object) -> None:
        pass
