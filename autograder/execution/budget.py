"""What is kept of a cell's outputs, and what is said in the place of those that did not come."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

TIME = (
    "제한 시간 안에 끝나지 않아 이 셀을 중단했습니다. 이후의 셀은 계속 채점합니다.\n"
    "This cell ran into its time limit and was stopped. The cells after it are graded all the same."
)
DIED = (
    "이 셀에서 kernel이 멈추었습니다(메모리 부족, exit 등). 이후의 셀은 계속 채점합니다.\n"
    "The kernel died in this cell (out of memory, an exit, …)."
    " The cells after it are graded all the same."
)
NOT_EXECUTED = (
    "Kernel이 여러 번 멈추어 이 셀은 실행하지 않았습니다.\n"
    "Not executed: the kernel died or hung too often."
)
_CUT = "\n… 출력이 너무 길어 잘랐습니다. The output was too long and was cut.\n"


class Budget:
    """How much output of one cell is kept.

    Parameters
    ----------
    size : int
        Bytes, about.
    """

    def __init__(self, size: int) -> None:
        self.left, self.said = size, False

    def allows(self, content: dict[str, Any]) -> bool:
        """Whether there is room for the content of one more message."""
        self.left -= _size(content)
        return self.left >= 0

    def say_once(self, outputs: list[NotebookNode]) -> None:
        """Note at the end of the outputs that something is missing."""
        if not self.said:
            self.said = True
            outputs.append(new_output("stream", name="stdout", text=_CUT))


def say(cell: NotebookNode, text: str) -> None:
    """Add a sentence to a cell's outputs."""
    if cell.cell_type == "code":
        cell.outputs.append(new_output("stream", name="stdout", text=text + "\n"))


def timed_out(cell: NotebookNode) -> bool:
    """Whether the cell ran into its limit."""
    return any(
        output.output_type == "error" and output.ename == "CellTimeoutError"
        for output in cell.get("outputs", [])
    )


def _size(content: Any) -> int:
    """Characters of everything in a message's content."""
    if isinstance(content, dict):
        return sum(len(str(name)) + _size(value) for name, value in content.items())
    if isinstance(content, list):
        return sum(_size(value) for value in content)
    return len(content) if isinstance(content, str) else 8
