"""``kdlab.finish()``, the last cell of a lab: see `labkit.handing_in`."""

from __future__ import annotations

from kdlab import drive
from kdlab.selfcheck import self_checks
from labkit import handing_in
from labkit.language import say
from labkit.public import public_sheets

#: What is graded in each lab; a test compares it with the notebooks.
PARTS = {
    "lab1_baseline": ("1-1", "1-2", "1-3", "1-4", "1-w", "1-e"),
    "lab2_soft_targets": ("2-1", "2-2", "2-3", "2-4", "2-5", "2-w", "2-e"),
    "lab3_cosine": ("3-1", "3-2", "3-3", "3-w", "3-e"),
    "lab4_regressor": ("4-1", "4-2", "4-3", "4-w", "4-e"),
}


def finish() -> None:
    """Say what this notebook still lacks before it is handed in; on Colab, offer its file."""
    lab = self_checks.lab or ""
    if lab not in PARTS:
        say(
            "! 어느 노트북인지 알 수 없습니다. 첫 번째 코드 셀을 먼저 실행하세요.",
            "! Which notebook this is, is not known. Run the first code cell before.",
        )
        return
    sheets = public_sheets(self_checks.package, lab)
    handing_in.finish(lab, PARTS[lab], {id: sheet.name for id, sheet in sheets.items()})
    drive.finish()
