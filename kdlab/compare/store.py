"""The runs of a comparison on disk: what was done is not done again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kdlab.compare.run import Outcome
from kdlab.storage import atomic_write


def store(outcome: Outcome, folder: Path) -> None:
    """Keep a run."""
    with atomic_write(_path(folder, outcome.method, outcome.seed)) as partial:
        partial.write_bytes(json.dumps(asdict(outcome), indent=1).encode())


def stored(folder: Path, methods: Iterable[str], seeds: Iterable[int]) -> list[Outcome]:
    """The runs that are kept of these methods and seeds; a damaged one is left out and said."""
    seeds, found = list(seeds), []
    for method in methods:
        for seed in seeds:
            path = _path(folder, method, seed)
            if path.exists():
                try:
                    found.append(Outcome(**json.loads(path.read_text(encoding="utf-8"))))
                except (ValueError, TypeError) as error:
                    print(f"{path} is damaged and is done again ({error}).")
    return found


def _path(folder: Path, method: str, seed: int) -> Path:
    return folder / "runs" / f"{method}-{seed}.json"
