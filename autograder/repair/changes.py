"""What was repaired, in a line for the instructor and in plain words for the student."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.notebooks import LANGUAGES
from autograder.terminal import printable

#: By kind: for the instructor, and for the student in each language.
_TEXTS = {
    "missing": (
        "cell {cell} was missing; it was put back as released",
        "셀 `{cell}`이 없어서 배포한 그대로 다시 넣었습니다.",
        "Cell `{cell}` was missing. It was put back as it was handed out.",
    ),
    "copies dropped": (
        "cell {cell} was there more than once; the unchanged copy was left out",
        "셀 `{cell}`이 여러 개 있어서, 고치지 않은 사본은 뺐습니다.",
        "Cell `{cell}` was there more than once. The copy without changes was left out.",
    ),
    "copies shown": (
        "cell {cell} was there more than once; an earlier copy was not executed",
        "셀 `{cell}`이 여러 개 있어서, 마지막 것을 채점하고 나머지는 실행하지 않았습니다.",
        "Cell `{cell}` was there more than once. The last one was graded, the others were not run.",
    ),
    "retyped": (
        "cell {cell} had another type ({detail}); the released one was put back",
        "셀 `{cell}`의 종류가 바뀌어 있어서 되돌렸습니다({detail}).",
        "The type of cell `{cell}` had been changed ({detail}). It was changed back.",
    ),
    "unnamed": (
        "cell {cell} had lost its name; it was recognised by its content or place",
        "셀 `{cell}`의 이름(metadata)이 없어져서, 내용과 위치를 보고 찾았습니다.",
        "Cell `{cell}` had lost its name (metadata). It was found by its content and place.",
    ),
    "edited": (
        "cell {cell} is locked and was edited; its text was put back",
        "셀 `{cell}`은 고칠 수 없는 셀이므로 배포한 내용으로 되돌렸습니다.",
        "Cell `{cell}` is not yours to edit. Its text was put back as it was handed out.",
    ),
    "written in": (
        "cell {cell} is locked; what was written in it stands in a cell of its own now",
        "셀 `{cell}`은 고칠 수 없는 셀이므로, 거기에 쓴 코드를 따로 셀로 옮겼습니다.",
        "Cell `{cell}` is not yours to edit. What you wrote in it was moved into its own cell.",
    ),
    "settings": (
        "cell {cell}: {detail} had been changed; the released settings count",
        "셀 `{cell}`의 설정({detail})이 바뀌어 있어서 되돌렸습니다.",
        "Settings of cell `{cell}` ({detail}) had been changed. They were changed back.",
    ),
    "skipped": (
        "cell {cell} was tagged not to be executed; the tag was removed",
        "셀 `{cell}`에 실행하지 말라는 tag가 있어서 지웠습니다.",
        "Cell `{cell}` was tagged not to be run. The tag was removed.",
    ),
    "merged": (
        "cell {cell} had been merged with another cell; they were taken apart",
        "셀 `{cell}`이 다른 셀과 합쳐져 있어서 다시 나누었습니다.",
        "Cell `{cell}` had been merged with another cell. They were taken apart.",
    ),
    "split": (
        "cell {cell} had been split; its {detail} parts were put together",
        "셀 `{cell}`이 {detail}개로 나뉘어 있어서 다시 합쳤습니다.",
        "Cell `{cell}` had been split. Its {detail} parts were put together.",
    ),
    "gathered": (
        "the answer to {cell} stood in another cell, or in several; it was put into its cell",
        "`{cell}`의 답이 다른 셀에 있어서 답안 셀로 옮겼습니다.",
        "The answer to `{cell}` stood in another cell. It was moved into the cell for it.",
    ),
    "order": (
        "cells were in another order; the released order was restored",
        "셀의 순서가 바뀌어 있어서 되돌렸습니다.",
        "The cells were in another order. They were put back in order.",
    ),
    "kernel": (
        "the notebook asks for the kernel {detail}; it is graded with the course's",
        "노트북의 kernel이 `{detail}`로 되어 있지만, 과제의 kernel로 채점합니다.",
        "The notebook asks for the kernel `{detail}`. It is graded with the course's kernel.",
    ),
    "library": (
        "the notebook was run with {detail}; it is graded with {cell}",
        "노트북을 실행한 버전은 `{detail}`이고, 채점한 버전은 `{cell}`입니다.",
        "The notebook was run with `{detail}`. It is graded with `{cell}`.",
    ),
    "encoding": (
        "the file is encoded in {detail} and not in UTF-8; it was read as such",
        "파일이 UTF-8이 아니라 {detail}로 저장되어 있어서 변환하여 읽었습니다.",
        "The file was saved in {detail} and not in UTF-8. It was converted.",
    ),
    "file": (
        "graded the file {detail}; there is no readable {cell}",
        "`{cell}` 파일이 없거나 읽을 수 없어서, `{detail}` 파일을 채점했습니다.",
        "There is no readable file `{cell}`. The file `{detail}` was graded instead.",
    ),
    "other files": (
        "besides {cell} there are {detail}; they were not graded",
        "`{cell}` 외에 다른 노트북({detail})이 있지만 채점하지 않았습니다.",
        "There are other notebooks besides `{cell}` ({detail}). They were not graded.",
    ),
    "format": (
        "the file is not written as a notebook is ({detail}); it was read as it was meant",
        "파일이 노트북 형식과 조금 다르게 저장되어 있어서(`{detail}`) 뜻에 맞게 읽었습니다.",
        "The file is not written as a notebook is (`{detail}`). It was read as it was meant.",
    ),
    "pictures": (
        "{cell} shows a picture that is not in the file ({detail}); its name stands there instead",
        "`{cell}`에 넣은 그림(`{detail}`)이 파일에 없어서, 그 자리에 그림의 이름을 적었습니다.",
        "A picture in `{cell}` (`{detail}`) is not in the file. Its name stands there instead.",
    ),
    "as written": (
        "the prose of {cell} cannot be rendered; it is shown as it was written",
        "`{cell}`의 글을 화면에 표시할 수 없어서, 쓴 그대로 보여 줍니다.",
        "The text of `{cell}` cannot be rendered. It is shown as it was written.",
    ),
    "left out": (
        "{detail}: a link or no ordinary file; it was left out",
        "`{detail}`: link이거나 일반 파일이 아니어서 뺐습니다.",
        "`{detail}` is a link or not an ordinary file. It was left out.",
    ),
}

_HEADINGS = {
    "ko": "**채점하기 전에 노트북을 다음과 같이 고쳤습니다.** 점수에는 영향이 없습니다.",
    "en": "**Your notebook was repaired before grading.** This costs no points.",
}
#: A name that a student chose is cut here, so that it cannot flood a report.
_LONGEST_DETAIL = 120


@dataclass(frozen=True)
class Change:
    """One repair.

    Attributes
    ----------
    kind : str
        What was done: a key of this module's table of texts.
    cell : str
        The released cell, or file, that it was done to.
    detail : str
        May come from the submission; it is made harmless when it is shown.
    """

    kind: str
    cell: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return _TEXTS[self.kind][0].format(cell=self.cell, detail=plain(self.detail))

    def text(self, language: str) -> str:
        """For the student, in Korean (``"ko"``) or English (``"en"``), as Markdown."""
        template = _TEXTS[self.kind][1 + LANGUAGES.index(language)]
        safe = plain(self.detail)
        if "`{detail}`" not in template:
            # Outside of a code span Markdown and HTML would have their say.
            safe = "".join(sign if sign.isalnum() or sign in " ,.-→" else "_" for sign in safe)
        return template.format(cell=self.cell, detail=safe.replace("`", "'"))


def plain(text: str) -> str:
    """One short line without control characters, whatever a student called a file or a kernel."""
    line = printable(text)
    return line if len(line) <= _LONGEST_DETAIL else line[:_LONGEST_DETAIL] + "…"


def note(changes: Iterable[Change], language: str) -> NotebookNode:
    """The cell that tells the student; `language` is ``"ko"``, ``"en"`` or ``"both"``."""
    chosen = LANGUAGES if language not in LANGUAGES else (language,)
    parts = []
    for each in chosen:
        lines = dict.fromkeys(f"- {change.text(each)}" for change in changes)
        parts.append("\n".join([_HEADINGS[each], "", *lines]))
    cell: NotebookNode = new_markdown_cell("\n\n".join(parts), id="repairs")
    return cell
