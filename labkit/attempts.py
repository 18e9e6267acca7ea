"""Cells that need the student's code: they wait for it without stopping the notebook."""

from __future__ import annotations

import os
import re
import traceback
from types import TracebackType

from labkit.language import say

# A cell's code has a file name of its own: of IPython, of ipykernel, or of Colab.
_CELL = re.compile(r"ipykernel_\d+|<ipython-input|<ipykernel|<cell")


# What a stub raises begins with its exercise, as "2-2: …"; torch raises the same type, with a
# sentence, for what it cannot do.
_STUB = re.compile(r"(\w+-\w+(:|$)|$)")


class uses:
    """A block that needs exercises to be done; else it says so, and the notebook goes on.

    Parameters
    ----------
    *exercises : str
        Ids such as ``"1-2"``.

    Notes
    -----
    With ``LABKIT_STRICT=1`` in the environment nothing is swallowed: this is how the instructor's
    notebooks are tested.
    """

    def __init__(self, *exercises: str) -> None:
        self.exercises = exercises

    def __enter__(self) -> uses:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None or os.environ.get("LABKIT_STRICT") == "1":
            return False
        if not isinstance(error, Exception):
            return False  # an interruption is meant to stop the notebook
        ids = ", ".join(self.exercises)
        if is_stub(error):
            say(
                f"⏸ 이 셀은 실습 {ids}을(를) 완성하면 실행됩니다. 지금은 건너뜁니다.",
                f"⏸ This cell runs once exercise {ids} is done. It is left out for now.",
            )
        elif isinstance(error, NameError) and not error_line(error):
            say(
                f"⏸ 앞의 셀에서 아직 만들지 않은 이름이 필요합니다({error}). 지금은 건너뜁니다.",
                f"⏸ An earlier cell has not made a name that this one needs ({error}). Left out.",
            )
        else:
            say(
                f"✗ 실습 {ids}의 코드를 실행하는 중에 오류가 발생했습니다.",
                f"✗ The code of exercise {ids} raised an error.",
            )
            print(f"  {type(error).__name__}: {error}")
            for line in own_lines(error):
                print(f"  {line}")
        return True


def is_stub(error: BaseException) -> bool:
    """Whether an exercise is not attempted: its stub, or an empty ``NotImplementedError``."""
    said = error.args[0] if error.args else ""
    known = isinstance(said, str) and _STUB.match(said) is not None
    return isinstance(error, NotImplementedError) and known


def own_lines(error: BaseException) -> list[str]:
    """The notebook's own lines that led to an error, outermost first, as ``line 3: return x``."""
    frames = traceback.extract_tb(error.__traceback__)
    return [
        f"line {frame.lineno}: {frame.line}"
        if frame.name == "<module>"
        else f"line {frame.lineno} of {frame.name}: {frame.line}"
        for frame in frames
        if _CELL.search(frame.filename) and frame.line
    ]


def error_line(error: BaseException) -> bool:
    """Whether an error arose inside a function, and not in the lines of the cell itself."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].name != "<module>"
