"""Train a teacher that comes with the package once more.

    python -m kdlab.teachers                                       digits-m
    python -m kdlab.teachers folder:cifar10-jpeg.tar.xz cifar10    CIFAR-10, from an archive of it

Writes ``kdlab/teachers/<data set>-<digest>.safetensors`` (half precision), and prints what has to
stand about it in `kdlab.teachers.shipped`. An interrupted training goes on after its last epoch.
``digits-m`` takes about four minutes on two CPU cores that compute in bfloat16, about twelve on two
that do not; CIFAR-10 some three times as long. The weights differ in the last digits from one kind
of processor to another; the accuracy that is printed says whether they serve.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from kdlab.checkpoints import Checkpoints, checkpoint_folder
from kdlab.data import load_data
from kdlab.evaluation import accuracy
from kdlab.profiles import read_settings
from kdlab.teachers.load import to_bytes
from kdlab.teachers.train import RECIPES, train_teacher
from labkit.storage import atomic_write

LIMIT = 2_600_000  # bytes; the file is part of every clone and every wheel


def main(arguments: list[str] | None = None, folder: Path = Path(__file__).parent) -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m kdlab.teachers")
    parser.add_argument("images", nargs="?", default="digits-m", help="as in KDLAB_DATASET")
    parser.add_argument("data_set", nargs="?", choices=RECIPES, help="whose teacher it becomes")
    asked = parser.parse_args(arguments)
    name = asked.data_set or asked.images
    if name not in RECIPES:
        parser.error(f"say whose teacher it becomes: {', '.join(RECIPES)}")
    root = read_settings(cuda=False).data_root
    data = load_data(asked.images, root)
    slots = Checkpoints(checkpoint_folder(root), f"shipped-teacher-{name}")
    teacher, history = train_teacher(data, RECIPES[name], checkpoints=slots)
    content = to_bytes(teacher)
    if len(content) > LIMIT:
        raise SystemExit(f"The weights take {len(content):,} bytes; at most {LIMIT:,} are allowed.")
    path = folder / f"{name}-{data.digest[:12]}.safetensors"
    with atomic_write(path) as partial:
        partial.write_bytes(content)
    seen = ", ".join(f"{row['accuracy']:.1%}" for row in history.rows)
    print(f"Validation images, epoch by epoch: {seen}")
    print(f"Training images: {accuracy(teacher, data.train.batches(500)):.1%}")
    print(f"Test images: {accuracy(teacher, data.test.batches(500)):.1%}")
    print(f"{path}: {len(content):,} bytes")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")
    print(f"Digest of the images: {data.digest}")


if __name__ == "__main__":
    main()
