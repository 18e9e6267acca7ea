"""The last cell of a notebook: what is still missing before it is handed in.

It says, and never stops anybody: a notebook with half of its answers may be handed in as well.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from labkit.language import in_language
from labkit.notebook_file import Notebook, from_colab, from_disk, on_colab, source_of

Line = tuple[str, str]  # in Korean and in English
_PLACEHOLDER = re.compile(
    r"이 문장을 지우고 답을 쓰세요\.?|Replace this sentence with your answer\.?"
    r"|YOUR ANSWER HERE|\*\*(답|Answer):?\*\*:?"
)
_MENU = (
    "Colab 메뉴에서 파일 → 다운로드 → .ipynb 다운로드를 고르고, 받은 파일의 이름을 "
    "{name}(으)로 바꾸어 제출하세요.",
    "In Colab's menu choose File → Download → Download .ipynb, rename that file to {name}, and "
    "hand it in.",
)


def finish(
    lab: str,
    parts: Sequence[str],
    functions: Mapping[str, str],
    progress: Callable[[], object] = list,
) -> None:
    """Print what is left to do in this notebook, and on Colab offer its file.

    Parameters
    ----------
    lab : str
        Its name, and that of its file without ``.ipynb``.
    parts : sequence of str
        What is graded, such as ``("1-1", "1-w", "1-e")``.
    functions : mapping of str to str
        Of the parts that are exercises: what they define.
    progress : callable, optional
        Shows the points so far.
    """
    guest = sys.modules.get("labkit.guest")
    if guest and guest.is_active:  # nobody is there to read it
        return
    try:
        progress()
        colab = on_colab()
        ids = [*parts, *(f"test-{part}" for part in parts)]
        notebook = from_colab() if colab else from_disk(ids)
        missing = left_over(notebook, parts, functions)
        _print([*missing, *of_the_file(notebook, lab, colab, functions)])
        untouched = len(missing) >= len([part for part in parts if not part.endswith("-e")])
        if colab and notebook and not untouched:
            _print([download(notebook, lab)])
    except Exception as error:  # the last cell must not be the one that stops a notebook
        said = f"{type(error).__name__}: {error}"
        _print([(f"! 점검하지 못했습니다({said}). 제출은 그대로 할 수 있습니다.",
                 f"! This could not be checked ({said}). Hand in all the same.")])  # fmt: skip


def left_over(
    notebook: Notebook | None, parts: Sequence[str], functions: Mapping[str, str]
) -> list[Line]:
    """The exercises that are stubs, the questions without an answer, and cells that are gone."""
    said: list[Line] = []
    for part in parts:
        cell = notebook.cell(part) if notebook else None
        if part in functions:
            source = source_of(cell) if cell else _executed(functions[part])
            if is_stub_left(source):
                said.append((f"○ {part}: 아직 작성하지 않았습니다.", f"○ {part}: not written yet."))
                continue
        elif cell and not is_answered(source_of(cell)):
            said.append((f"○ {part}: 답을 아직 쓰지 않았습니다.", f"○ {part}: no answer yet."))
            continue
        if notebook and (gone := _gone(notebook, part, part in functions)):
            said.append(gone)
    if notebook and not said:
        said.append(("✓ 모든 문항에 답이 있습니다.", "✓ Each exercise and question has an answer."))
    return said


def _gone(notebook: Notebook, part: str, is_exercise: bool) -> Line | None:
    """A part of which a cell is not in the notebook."""
    wanted = [part, f"test-{part}"] if is_exercise else [part]
    there = [bool(notebook.cell(each)) for each in wanted]
    if all(there) or (not is_exercise and notebook.cell(f"test-{part}")):
        return None
    return (
        f"✗ {part}: 셀이 없습니다. 편집 → 셀 삭제 취소로 되돌리거나, 원본 노트북에서 그 셀을 "
        "복사해 넣고 답을 옮겨 쓰세요.",
        f"✗ {part}: a cell is missing. Bring it back (Edit → Undo delete cells), or copy it from "
        "the original notebook, and put your answer into it.",
    )


def of_the_file(
    notebook: Notebook | None, lab: str, colab: bool, functions: Mapping[str, str]
) -> list[Line]:
    """Its name, and whether what was executed was saved."""
    wanted = f"{lab}.ipynb"
    if notebook is None and colab:
        return [(_MENU[0].format(name=wanted), _MENU[1].format(name=wanted))]
    if notebook is None:
        return [(
            "⚠ 저장된 노트북 파일을 찾지 못했습니다. 저장한 다음 파일 이름이 "
            f"{wanted}인지 확인하세요.",
            f"⚠ The saved notebook was not found. Save it, and see that its name is {wanted}.",
        )]  # fmt: skip
    said: list[Line] = []
    if notebook.path and notebook.name != wanted:
        said.append((
            f"⚠ 파일 이름이 {notebook.name}입니다. 제출할 때는 {wanted}(으)로 바꾸세요"
            "(파일 목록에서 이름 바꾸기).",
            f"⚠ The file is called {notebook.name}. Rename it to {wanted} before you hand it in "
            "(in the list of files).",
        ))  # fmt: skip
    if notebook.path:
        said.append(_saved(notebook, notebook.path, functions))
    return said


def _saved(notebook: Notebook, path: Path, functions: Mapping[str, str]) -> Line:
    """Whether the file holds what was executed last."""
    saved = {_plain(source_of(cell)) for cell in notebook.cells}
    new = [part for part, name in functions.items()
           if (source := _executed(name)) and _plain(source) not in saved]  # fmt: skip
    when = time.strftime("%H:%M", time.localtime(path.stat().st_mtime))
    if new:
        ids = ", ".join(new)
        return (
            f"✗ 저장되지 않은 내용이 있습니다({ids}). 마지막 저장은 {when}입니다. "
            "저장한 다음(Ctrl+S) 이 셀을 다시 실행하세요.",
            f"✗ There are changes that are not saved ({ids}); it was last saved at {when}. Save it "
            "(Ctrl+S) and run this cell again.",
        )
    return (
        f"✓ {path.name}: {when}에 저장되었습니다. 그 뒤에 고쳤다면 다시 저장하고(Ctrl+S) "
        "제출하세요.",
        f"✓ {path.name}: saved at {when}. If you changed something since, save it (Ctrl+S) and "
        "hand it in.",
    )


def download(notebook: Notebook, lab: str) -> Line:
    """Offer the notebook that Colab gave as a file under the right name."""
    name = f"{lab}.ipynb"
    try:
        from google.colab import files  # type: ignore[import-not-found]

        Path(name).write_text(json.dumps(notebook.content, ensure_ascii=False, indent=1), "utf-8")
        files.download(name)
    except Exception:  # a page that is gone, a full disk, a browser that refuses
        return _MENU[0].format(name=name), _MENU[1].format(name=name)
    return (
        f"↓ {name}을(를) 내려받습니다. 이 파일을 제출하세요. 시작되지 않으면: "
        + _MENU[0].format(name=name),
        f"↓ {name} is being downloaded: hand in that file. If nothing happens: "
        + _MENU[1].format(name=name),
    )


def is_stub_left(source: str) -> bool:
    """Whether code is nothing, or still holds the line that a stub has in place of an answer."""
    if not source.strip():
        return True
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return "raise NotImplementedError(" in source
    raised = [node.exc for node in nodes if isinstance(node, ast.Raise)]
    names = [node.func if isinstance(node, ast.Call) else node for node in raised]
    return any(isinstance(name, ast.Name) and name.id == "NotImplementedError" for name in names)


def is_answered(text: str) -> bool:
    """Whether a written answer says something besides what it was handed out with."""
    return re.search(r"\w|!\[", _PLACEHOLDER.sub("", text)) is not None


def _executed(name: str) -> str:
    """The cell that defined a function last; empty if none did, or nobody knows."""
    names: dict[str, Any] = vars(sys.modules["__main__"])
    shell = names["get_ipython"]() if "get_ipython" in names else None
    history = getattr(shell, "history_manager", None)
    cells = getattr(history, "input_hist_raw", None) or names.get("In") or []
    defines = re.compile(rf"^(def|class)\s+{re.escape(name)}\b", re.MULTILINE)
    return next((cell for cell in reversed(cells) if defines.search(str(cell))), "")


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def _print(lines: Sequence[Line]) -> None:
    for ko, en in lines:
        print(in_language(ko, en))
