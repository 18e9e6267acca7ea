"""What was not taken, and why: a few lines of each student in the log, and all of it in a table."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

from autograder import limits
from autograder.exchange.harmless import write_csv
from autograder.terminal import printable

#: Lines of the table; who has more files than that is no student.
_MOST = 100_000
Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


class LeftOut:
    """Tells of every file that was not taken.

    Parameters
    ----------
    log : Logger
    table : Path
        Is written at the end, if anything was left out.
    """

    def __init__(self, log: Log, table: Path) -> None:
        self._log, self._table = log, table
        self._rows: list[tuple[str, str, str]] = []
        self._lines: Counter[str] = Counter()

    def __call__(self, owner: str, where: str, why: str) -> None:
        """A file, whose it is as far as anything tells, and why it was left out."""
        of = f" (of {printable(owner)})" if owner and not where.startswith(owner) else ""
        self.say(logging.ERROR, owner, f"LEFT OUT: {printable(where)}{of}: {printable(why)}")
        if len(self._rows) < _MOST:
            self._rows.append((where, owner if owner != where else "", why))

    def say(self, level: int, owner: str, text: str) -> None:
        """Log a line; of a student's many, the first ones."""
        self._lines[owner] += 1
        if self._lines[owner] <= limits.STUDENT_LINES:
            self._log.log(level, text)

    def end(self) -> None:
        """Write the table, and say where it is."""
        self._table.unlink(missing_ok=True)
        if self._rows:
            rows = [("file", "student", "why"), *self._rows]
            write_csv(self._table, rows, mark=True)
            self._log.warning("%d file(s) were left out; all of them stand in %s", len(self._rows),
                              self._table)  # fmt: skip
        for owner, lines in self._lines.items():
            if lines > limits.STUDENT_LINES:
                more = lines - limits.STUDENT_LINES
                self._log.error("LEFT OUT: %s: %d more lines like these", printable(owner), more)
