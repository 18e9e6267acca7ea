"""Prints what hostile submissions get from stock nbgrader and from this grader.

    make redteam                        or
    python tests/redteam/run.py --group bridge
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent))

from grading import Outcome, canaries, grade_ours, grade_stock
from hostile import ATTACKS, Attack
from rich.console import Console
from rich.table import Table

COLUMNS = ("undeserved", "lost", "ungraded", "leaks", "survivors")


def judged(attack: Attack, outcome: Outcome) -> Counter[str]:
    """How far an outcome is from what the attack deserves."""
    found: Counter[str] = Counter(leaks=len(outcome.leaks), survivors=len(outcome.survivors))
    for name, deserved in attack.points.items():
        got = outcome.points.get(name)
        if got is None:
            found["ungraded"] += 1
        elif got > deserved:
            found["undeserved"] += got - deserved
        else:
            found["lost"] += deserved - got
    return found


def words(outcome: Outcome | None) -> str:
    """An outcome in a table's cell."""
    if outcome is None:
        return "not run"
    if outcome.error:
        return outcome.error[:40]
    points = " + ".join("?" if p is None else f"{p:g}" for p in outcome.points.values())
    more = [name for name in ("leaks", "survivors") if getattr(outcome, name)]
    return " ".join([points, *more])


def totals(name: str, judgements: list[Counter[str]]) -> str:
    """One line about one grader."""
    total: Counter[str] = sum(judgements, Counter())
    said = ", ".join(f"{total[column]:g} {column}" for column in COLUMNS)
    return f"{name}: {len(judgements)} submissions, {said}"


@click.command()
@click.option("--group", help="One group of attacks.")
@click.option("--ours-only", is_flag=True, help="Do not run stock nbgrader beside it.")
def main(group: str | None, ours_only: bool) -> None:
    """Grade every hostile submission; exit status 1 if one gets what it does not deserve."""
    os.environ["OMP_NUM_THREADS"] = "1"
    console = Console()
    table = Table("group", "attack", "deserves", "stock nbgrader", "ours", title="Red team")
    stock, ours = [], []
    with tempfile.TemporaryDirectory(prefix="kdlab-redteam-") as folder:
        for attack in (a for a in ATTACKS if group in (None, a.group)):
            roots = [Path(folder, way, attack.name) for way in ("stock", "ours")]
            for root in roots:
                canaries(root)
            theirs = None
            if not ours_only and not attack.dangerous:
                theirs = grade_stock(attack, roots[0])
                stock.append(judged(attack, theirs))
            mine = grade_ours(attack, roots[1])
            ours.append(judged(attack, mine))
            deserved = " + ".join(f"{p:g}" for p in attack.points.values())
            table.add_row(attack.group, attack.name, deserved, words(theirs), words(mine))
            console.print(f"{attack.group} {attack.name}: {words(theirs)} | {words(mine)}")
    console.print(table)
    if stock:
        console.print(totals("stock nbgrader", stock))
        console.print("(Attacks that would harm this machine were not run without a sandbox.)")
    console.print(totals("ours", ours))
    sys.exit(any(any(found.values()) for found in ours))


if __name__ == "__main__":
    main()
