"""Commands of a notebook that ask for another machine: they are left out, and the cell goes on.

Nothing can be installed when grading, since there is no network; not every magic of Colab is there;
``%cd /content/drive`` leads nowhere. None of that makes an answer wrong.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from labkit.language import say

#: Magics, and programs, that would install something.
_INSTALLERS = ("pip", "pip3", "conda", "mamba", "micromamba", "uv", "apt", "apt-get")
_INSTALLS = re.compile(
    rf"\s*(sudo\s+)?(\S*python[\d.]*\s+-m\s+)?({'|'.join(_INSTALLERS)})\s(.*\s)?(install|add)\b"
)
#: Line magics that run the student's own code: what that raises is theirs.
_RUN_CODE = ("time", "timeit", "prun", "run", "memit", "mprun", "lprun", "debug")


def survive_commands(shell: Any) -> None:
    """Let commands that cannot work here say so, instead of ending the cell."""
    os.environ.setdefault("PIP_NO_INDEX", "1")  # or each try would wait for a network
    os.environ.setdefault("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    shell.run_line_magic = _line_magic(shell, shell.run_line_magic)
    shell.run_cell_magic = _cell_magic(shell, shell.run_cell_magic)
    shell.system = _command(shell, shell.system, None)
    shell.getoutput = _command(shell, shell.getoutput, [])
    subprocess.Popen.__init__ = _process(subprocess.Popen.__init__)  # type: ignore[method-assign]


def _line_magic(shell: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def run_line_magic(magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        if magic_name in _INSTALLERS:
            return _left_out(f"%{magic_name} {line}")
        if magic_name in _RUN_CODE:
            return original(magic_name, line, _stack_depth=_stack_depth + 1)
        try:
            return original(magic_name, line, _stack_depth=_stack_depth + 1)
        except Exception as error:  # whatever a magic of somebody's raises
            return _failed(f"%{magic_name} {line}", error)

    return run_line_magic


def _cell_magic(shell: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def run_cell_magic(magic_name: str, line: str, cell: str) -> Any:
        if shell.find_cell_magic(magic_name) is None:
            return _left_out(f"%%{magic_name} {line}")
        return original(magic_name, line, cell)

    return run_cell_magic


def _command(shell: Any, original: Callable[..., Any], nothing: Any) -> Callable[..., Any]:
    """``!command``, or what gives back its output."""

    @functools.wraps(original)
    def run(cmd: str, *arguments: Any, **options: Any) -> Any:
        if not _INSTALLS.match(cmd):
            return original(cmd, *arguments, **options)
        _left_out(f"!{cmd}")
        shell.user_ns["_exit_code"] = 0
        return nothing

    return run


def _process(original: Callable[..., None]) -> Callable[..., None]:
    """The start of a process; of one that would install something, of one that does nothing."""

    @functools.wraps(original)
    def start(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        line = args if isinstance(args, str) else _joined(args)
        if _INSTALLS.match(line):
            _left_out(line)
            args = [sys.executable, "-S", "-c", ""]
            options["shell"] = False
            options.pop("executable", None)
        original(self, args, *rest, **options)

    return start


def _joined(args: Any) -> str:
    try:
        return shlex.join(map(os.fspath, args))
    except TypeError:  # bytes, or nothing that can be started
        return ""


def _left_out(command: str) -> None:
    shown = command.strip()[:80]
    say(
        f"⚠ 채점할 때는 `{shown}`을(를) 실행하지 않습니다. 셀의 나머지는 그대로 실행합니다.",
        f"⚠ `{shown}` is left out when grading; the rest of the cell is executed.",
    )


def _failed(command: str, error: Exception) -> None:
    shown, said = command.strip()[:80], f"{type(error).__name__}: {error}"[:200]
    say(
        f"⚠ 채점 환경에서는 `{shown}`이(가) 실패했습니다({said}). 셀의 나머지는 그대로 실행합니다.",
        f"⚠ `{shown}` failed when grading ({said}); the rest of the cell is executed.",
    )
