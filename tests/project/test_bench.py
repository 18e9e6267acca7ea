"""The benchmarks run; what they measure is for a quiet machine to say."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "options", "rows"),
    [
        ("epoch.py", ["--images", "256"], ["DataLoader, two workers", "kdlab"]),
        ("distillation.py", ["--steps", "2"], ["float32", "mixed", "remembered", "alone"]),
        ("methods.py", ["hint", "soft_targets", "--images", "128"], ["hint", "times plain"]),
    ],
)
def test_it_runs_and_prints_its_table(script, options, rows, tmp_path, monkeypatch):
    monkeypatch.setenv("KDLAB_DATA_ROOT", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    command = [sys.executable, str(ROOT / "bench" / script), "--repeats", "1", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [row for row in rows if row not in done.stdout] == []
    assert "1.00" in done.stdout or "1.5 times plain" in done.stdout
