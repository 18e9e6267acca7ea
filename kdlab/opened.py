"""A notebook that is open twice: the second kernel says so, and leaves the first one's files alone.

Two kernels would write the same checkpoints and results, and each would find the other's.
"""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from labkit.language import say

#: The locks that this kernel holds: the operating system frees them when it ends.
_HELD: dict[Path, FileLock] = {}


def claim(data_root: Path, notebook: str) -> bool:
    """Whether this kernel is the one that keeps what the notebook trains; if not, that is said.

    Parameters
    ----------
    data_root : Path
        Where the files are kept; the claim is made in its folder ``open``.
    notebook : str
        Such as ``"lab1_baseline"``.
    """
    path = data_root / "open" / f"{notebook}.lock"
    if path in _HELD:
        return True
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire(timeout=0)
    except Timeout:
        say(
            f"⚠ 다른 곳에서 {notebook} 노트북이 열려 있고, 그쪽에서 학습을 저장하고 있습니다. 이 "
            "노트북의 학습은 저장하지 않습니다. 그쪽을 닫고(kernel 종료) 이 셀을 다시 "
            "실행하세요.",
            f"⚠ {notebook} is open somewhere else, and that one is writing its results. What this "
            "notebook trains is not kept. Close the other one (shut its kernel down) and run this "
            "cell again.",
        )
        return False
    except (OSError, NotImplementedError):
        return True  # where files cannot be locked, nobody can say who else is there
    _HELD[path] = lock
    return True
