"""Code written for a GPU, on a machine without one: what it asks of CUDA, the CPU does.

It begins with the first cell, or file beside the notebook, that names CUDA, another kind of GPU
(a student may have a Mac) or a GPU by its number, and never on a machine that has CUDA. Requests
land on the CPU, whoever makes them: they could only fail. Questions, such as
``torch.cuda.is_available()``, are answered as on Colab where the student's own code asks; torch and
the course's library get the truth, and choose the CPU for themselves.
"""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from typing import Any

from labkit.guest import who
from labkit.language import say

#: How code asks for a GPU.
_NAMES = re.compile(
    r"cuda|\bmps\b|\bxpu\b|\b(?:to|device)\s*\(\s*\d|\b(?:device|map_location)\s*=\s*\d", re.I
)
_active = False


def watch(shell: Any) -> None:
    """Look at each cell before it is executed, and now at the files that lie there."""
    shell.events.register("pre_run_cell", lambda info: look_at(info.raw_cell or ""))
    for file in sorted(Path(who.START).glob("*.py")):
        if file.is_file() and file.stat().st_size < 2**20:
            look_at(file.read_text("utf-8", "replace"))


def look_at(source: str) -> None:
    """Begin, if this code names a GPU outside of comments and there is none."""
    if not _active and _NAMES.search(source) and _NAMES.search(_without_comments(source)):
        begin()


def begin() -> None:
    """From here on requests to a GPU land on the CPU, unless this machine has CUDA."""
    global _active
    import torch

    if _active or torch.cuda.is_available():
        return
    _active = True
    from labkit.guest import cuda_names, cuda_requests

    cuda_requests.redirect()
    cuda_names.answer()
    say(
        "⚠ 채점하는 컴퓨터에는 GPU가 없습니다. 제출물의 CUDA 코드는 CPU에서 실행합니다.",
        "⚠ The machine that grades has no GPU: what this notebook asks of CUDA, the CPU does.",
    )


def _without_comments(source: str) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return source  # magics
    return " ".join(token.string for token in tokens if token.type != tokenize.COMMENT)
