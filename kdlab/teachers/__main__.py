"""Train the teacher that comes with the package once more:  python -m kdlab.teachers

Writes ``kdlab/teachers/digits-m-<digest>.safetensors`` (half precision). About four minutes on two
CPU cores that compute in bfloat16, about twelve on two that do not. The weights differ in the last
digits from one kind of processor to another; the accuracy that is printed says whether they serve.
"""

from __future__ import annotations

from pathlib import Path

from kdlab.data import load_data
from kdlab.evaluation import accuracy
from kdlab.profiles import read_settings
from kdlab.teachers.load import to_bytes
from kdlab.teachers.train import train_teacher
from labkit.storage import atomic_write

EPOCHS = 16
LIMIT = 2_600_000  # bytes; the file is part of every clone and every wheel


def main() -> None:
    """Train, measure, write."""
    data = load_data("digits-m", read_settings(cuda=False).data_root)
    teacher, _ = train_teacher(data, EPOCHS, augmented=True)
    reached = accuracy(teacher, data.test.batches(500))
    content = to_bytes(teacher)
    if len(content) > LIMIT:
        raise SystemExit(f"The weights take {len(content):,} bytes; at most {LIMIT:,} are allowed.")
    path = Path(__file__).parent / f"{data.name}-{data.digest[:12]}.safetensors"
    with atomic_write(path) as partial:
        partial.write_bytes(content)
    print(f"{path}: {len(content):,} bytes, {reached:.1%} of the test images")


if __name__ == "__main__":
    main()
