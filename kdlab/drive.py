"""Google Drive, on Colab: what a machine that is gone tomorrow has trained is there all the same.

Everything is written to this machine's own disk, and copied to Drive beside the work. So a Drive
that is slow makes nothing slower, and one that is full, read-only or gone stops nothing: that is
said once, and the notebook goes on with what is here. What Drive has and this machine has not is
taken over when the notebook begins.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from labkit.language import say

PLACE = Path("/content/drive")
#: What is kept there, below the data root; the images are made or fetched anew on every machine.
FOLDERS = ("results", "teachers", "checkpoints")
#: The mirror of this notebook, if there is one.
_OPEN: list[Mirror] = []
MOUNTING, PATIENCE, PAUSE = 120.0, 30.0, 5.0  # seconds


def open_drive(local: Path, place: Path = PLACE, patience: float = PATIENCE) -> Mirror | None:
    """Mount Drive and begin to keep a copy there; None where it cannot be had, which is said.

    Parameters
    ----------
    local : Path
        The data root on this machine.
    place : Path
        Where Drive is mounted.
    patience : float
        Seconds that its first answer may take.
    """
    try:
        from google.colab import drive  # type: ignore[import-not-found]
    except ImportError:
        say(
            "⚠ DRIVE = True는 Colab에서만 쓸 수 있습니다. 결과는 이 컴퓨터에 저장합니다.",
            "⚠ DRIVE = True works on Colab alone. Results are kept on this machine.",
        )
        return None
    try:
        drive.mount(str(place), timeout_ms=int(MOUNTING * 1000))
        mirror = Mirror(local, place / "MyDrive" / "kdlab")
        in_time(mirror.begin, patience)
    except Exception as error:  # Colab raises its own types, and a refusal is one of several
        _goes_on_here(error)
        return None
    say(
        "Google Drive의 kdlab 폴더에 결과와 학습을 함께 저장합니다.",
        "Results and trainings are also kept in Google Drive, in the folder kdlab.",
    )
    if _OPEN:
        _OPEN.pop().is_stopped = True  # of an earlier run of the first cell
    _OPEN.append(mirror)
    mirror.start()
    return mirror


def finish() -> None:
    """Copy what is left, before the notebook is closed."""
    for mirror in _OPEN:
        if mirror.finish():
            say("✓ 결과가 Google Drive에 저장되었습니다.", "✓ The results are in Google Drive.")


class Mirror:
    """A folder of this machine, and its copy in Drive.

    Parameters
    ----------
    local, far : Path
        The data root here and there.
    """

    def __init__(self, local: Path, far: Path) -> None:
        self.local, self.far = local, far
        self.copied: dict[Path, tuple[int, int]] = {}
        self.trouble: Exception | None = None
        self.is_over = self.is_stopped = False
        self.turn = threading.Lock()

    def begin(self) -> None:
        """Try whether Drive can be written to, and take over what is newer there."""
        self.far.mkdir(parents=True, exist_ok=True)
        probe = self.far / f".{uuid.uuid4().hex}.part"
        probe.write_bytes(b"kdlab")
        probe.unlink()
        for path in _files(self.far):
            here = self.local / path
            newest = (self.far / path).stat().st_mtime
            if not here.exists() or here.stat().st_mtime + 2 < newest:
                _copy(self.far / path, here)
                self.copied[path] = _state(here)

    def start(self) -> None:
        """Copy what is new every few seconds, beside the work, until that fails."""
        threading.Thread(target=self._go_on, name="kdlab-drive", daemon=True).start()

    def _go_on(self) -> None:
        while not (self.trouble or self.is_stopped):
            time.sleep(PAUSE)
            self.push()

    def push(self) -> None:
        """Copy what changed here, and remove there what was removed here."""
        with self.turn:
            if self.trouble:
                return
            try:
                there = set(_files(self.local))
                for path in there:
                    with contextlib.suppress(FileNotFoundError):  # removed in this very moment
                        state = _state(self.local / path)
                        if self.copied.get(path) != state:
                            self._give(path)
                            self.copied[path] = state
                for path in self.copied.keys() - there:
                    (self.far / path).unlink(missing_ok=True)
                    del self.copied[path]
            except OSError as error:
                self.trouble = error

    def _give(self, path: Path) -> None:
        if not self.far.is_dir():  # or a folder of that name would be made where Drive was
            raise OSError(f"{self.far} is gone")
        _copy(self.local / path, self.far / path)

    def tell(self) -> None:
        """Say once that copying has failed, if it has."""
        if self.trouble and not self.is_over:
            self.is_over = True
            _goes_on_here(self.trouble)

    def finish(self, patience: float = PATIENCE) -> bool:
        """Copy what is left; returns whether all of it is there."""
        try:
            in_time(self.push, patience)
        except TimeoutError as error:
            self.trouble = self.trouble or error
        self.tell()
        return self.trouble is None


def in_time(work: Callable[[], None], patience: float) -> None:
    """Do something that may hang, such as asking Drive, for so many seconds at most.

    Raises
    ------
    TimeoutError
        If it is not done by then; it goes on by itself, and nobody waits for it.
    """
    raised: list[Exception] = []

    def do() -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(patience)
    if thread.is_alive():
        raise TimeoutError(f"no answer within {patience:.0f} s")
    if raised:
        raise raised[0]


def _files(root: Path) -> Iterator[Path]:
    """What is to be copied, relative to the root."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".json", ".safetensors") and path.name[0] != ".":
                yield path.relative_to(root)


def _state(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_mtime_ns, about.st_size


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all, with the time at which it was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    try:
        shutil.copyfile(source, partial)
        with contextlib.suppress(OSError):  # not every file system keeps times
            shutil.copystat(source, partial)
        os.replace(partial, target)
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _goes_on_here(error: Exception) -> None:
    said = f"{type(error).__name__}: {error}"[:200]
    say(
        f"⚠ Google Drive를 쓸 수 없습니다({said}). 결과를 이 컴퓨터에만 저장하고 계속합니다. "
        "Drive의 빈 공간과 권한을 확인하고 첫 번째 코드 셀을 다시 실행하면 다시 시도합니다.",
        f"⚠ Google Drive cannot be used ({said}). Going on; results are kept on this machine "
        "alone. Check its free space and its permissions; the first code cell tries it again.",
    )
