"""``kdlab.finish()``, the last cell of a lab: see `labkit.handing_in`."""

from __future__ import annotations

from kdlab import drive
from kdlab.selfcheck import progress, self_checks
from labkit import handing_in
from labkit.language import say
from labkit.public import public_labs


def finish() -> None:
    """Say what this notebook still lacks before it is handed in; on Colab, offer its file."""
    lab = self_checks.lab or ""
    found = public_labs(self_checks.package, lab)
    if not found:
        say(
            "! 어느 노트북인지 알 수 없습니다. 첫 번째 코드 셀을 먼저 실행하세요.",
            "! Which notebook this is, is not known. Run the first code cell before.",
        )
        return
    (there,) = found
    parts = [item.id for item in there.items]
    functions = {id: sheet.name for id, sheet in there.sheets.items()}
    handing_in.finish(lab, parts, functions, progress)
    drive.finish()
