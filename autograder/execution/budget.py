"""What is kept of a cell's outputs, and what is said in the place of those that did not come."""

from __future__ import annotations

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
_UNREAD = (
    "\n… 읽을 수 없는 출력은 남기지 않았습니다. Output that cannot be read was left out.\n"
)
#: Bytes of output that are kept of a whole submission.
MOST_OUTPUT = 16 << 20


class Budget:
    """How much output of one cell is kept.

    Parameters
    ----------
    size : int
        Bytes that the kernel's messages about the cell may have, whatever they are about.
    """

    def __init__(self, size: int) -> None:
        self.size = self.left = max(0, size)
        self._said: set[str] = set()

    @property
    def used(self) -> int:
        """Bytes that were kept."""
        return min(self.size, self.size - self.left)

    def allows(self, size: int) -> bool:
        """Whether one more message of so many bytes fits."""
        self.left -= size
        return self.left >= 0

    def note_cut(self, outputs: list[NotebookNode]) -> None:
        """Say once, at the end of the outputs, that the rest is missing."""
        self._say_once(outputs, _CUT)

    def note_unread(self, outputs: list[NotebookNode]) -> None:
        """Say once, at the end of the outputs, that something could not be read."""
        self._say_once(outputs, _UNREAD)

    def _say_once(self, outputs: list[NotebookNode], text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            outputs.append(new_output("stream", name="stdout", text=text))


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
