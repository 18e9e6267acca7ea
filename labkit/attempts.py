"""Cells that need the student's code: they wait for it without stopping the notebook."""

from __future__ import annotations

import os
import re
import sys
import traceback
from types import TracebackType

from labkit.blocks import Block, why_missing
from labkit.language import say

# A cell's code has a file name of its own: of IPython, of ipykernel, or of Colab.
_CELL = re.compile(r"ipykernel_\d+|<ipython-input|<ipykernel|<cell")


# What a stub raises begins with its exercise, as "2-2: …"; torch raises the same type, with a
# sentence, for what it cannot do.
_STUB = re.compile(r"(\w+-\w+(:|$)|$)")


class uses:
    """A block that needs exercises to be done; else it says so, and the notebook goes on.

    It also needs what the blocks before it made. A block that raises or is stopped leaves nothing
    behind, neither names nor figures: what was only begun is not measured, drawn or kept by others.

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
        self.block = Block(sys._getframe(1))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if error is None:
            self.block.ended_well()
            return False
        self.block.ended_badly(self.exercises, is_stub(error))
        if os.environ.get("LABKIT_STRICT") == "1" or not isinstance(error, Exception):
            return False  # an interruption is meant to stop the notebook
        missing = error.name if isinstance(error, NameError) else None
        begun = why_missing(missing)
        if is_stub(error) or (begun and begun[1]):
            _wait_for(self.exercises if begun is None else begun[0])
        elif begun:
            _wait_for_the_cell(begun[0], missing)
        elif isinstance(error, NameError) and not error_line(error):
            say(
                f"⏸ 앞의 셀에서 아직 만들지 않은 이름이 필요합니다({error}). 지금은 건너뜁니다.",
                f"⏸ An earlier cell has not made a name that this one needs ({error}). Left out.",
            )
        else:
            _tell_what_was_raised(self.exercises, error)
        return True


def _wait_for(exercises: tuple[str, ...]) -> None:
    ids = ", ".join(exercises)
    say(
        f"⏸ 이 셀은 실습 {ids}을(를) 완성하면 실행됩니다. 지금은 건너뜁니다.",
        f"⏸ This cell runs once exercise {ids} is done. It is left out for now.",
    )


def _wait_for_the_cell(exercises: tuple[str, ...], missing: str | None) -> None:
    ids = ", ".join(exercises)
    say(
        f"⏸ 실습 {ids}을(를) 쓰는 앞의 셀이 끝까지 실행되지 않아 `{missing}`이(가) 없습니다. "
        "그 셀을 먼저 실행하세요. 지금은 건너뜁니다.",
        f"⏸ The earlier cell that uses exercise {ids} did not run to its end, so there is no "
        f"`{missing}`. Run that cell first. This one is left out for now.",
    )


def _tell_what_was_raised(exercises: tuple[str, ...], error: Exception) -> None:
    ids = ", ".join(exercises)
    say(
        f"✗ 실습 {ids}의 코드를 실행하는 중에 오류가 발생했습니다.",
        f"✗ The code of exercise {ids} raised an error.",
    )
    print(f"  {type(error).__name__}: {error}")
    for line in own_lines(error):
        print(f"  {line}")


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
