"""The runs of a comparison on disk: what was done is not done again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kdlab.compare.mark import code_mark
from kdlab.compare.run import Outcome
from labkit.storage import atomic_write


def store(outcome: Outcome, folder: Path) -> None:
    """Keep a run."""
    with atomic_write(_path(folder, outcome.method, outcome.seed)) as partial:
        kept = {"code": code_mark(), **asdict(outcome)}
        partial.write_bytes(json.dumps(kept, indent=1).encode())


def stored(folder: Path, methods: Iterable[str], seeds: Iterable[int]) -> list[Outcome]:
    """The runs that are kept of these methods and seeds.

    One that is damaged, or that was made by other code, is left out and said.
    """
    seeds, found, left_out = list(seeds), [], []
    for method in methods:
        for seed in seeds:
            path = _path(folder, method, seed)
            if path.exists():
                try:
                    found.append(_read(path))
                except (ValueError, TypeError, KeyError) as error:
                    left_out.append(f"{path.name} ({error})")
    if left_out:
        print(f"{len(left_out)} stored runs do not count, such as {left_out[0]}.")
    return found


def _read(path: Path) -> Outcome:
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept.pop("code") != code_mark():
        raise ValueError("kdlab.methods or kdlab.compare has changed since")
    return Outcome(**kept)


def _path(folder: Path, method: str, seed: int) -> Path:
    return folder / "runs" / f"{method}-{seed}.json"
