"""CIFAR-10 through torchvision's class, from a small archive of the official layout."""

import hashlib
import pickle
import shutil
import tarfile

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from kdlab.data import cifar10, load_data
from kdlab.errors import DownloadError

CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
PER_BATCH = 100


def _pickled(content):
    raw = pickle.dumps(content)
    return raw, hashlib.md5(raw).hexdigest()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Five training batches and one test batch of 100 images; torchvision expects their md5."""
    folder = tmp_path / "made" / CIFAR10.base_folder
    folder.mkdir(parents=True)
    rng = np.random.RandomState(0)
    sums = {}
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        labels = (np.arange(PER_BATCH) % 10).tolist()
        data = rng.randint(0, 256, (PER_BATCH, 3072)).astype(np.uint8)
        data[:, 0] = labels  # so that an image tells its label
        raw, sums[name] = _pickled({"data": data, "labels": labels})
        (folder / name).write_bytes(raw)
    raw, sums["batches.meta"] = _pickled({"label_names": CLASSES})
    (folder / "batches.meta").write_bytes(raw)
    path = tmp_path / "made" / CIFAR10.filename
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, arcname=CIFAR10.base_folder)
    train = [[name, sums[name]] for name in sorted(sums) if name.startswith("data")]
    monkeypatch.setattr(CIFAR10, "train_list", train)
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", sums["test_batch"]]])
    meta = CIFAR10.meta | {"md5": sums["batches.meta"]}
    monkeypatch.setattr(CIFAR10, "meta", meta)
    monkeypatch.setattr(CIFAR10, "tgz_md5", hashlib.md5(path.read_bytes()).hexdigest())
    return path


def left_over(root):
    return sorted(
        path.name for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"
    )


def test_it_is_downloaded_unpacked_and_cached(archive, tmp_path, capsys):
    root = tmp_path / "root"
    data = load_data("cifar10", root, url=archive.as_uri())
    assert data.name == "cifar10" and data.classes == tuple(CLASSES)
    assert [len(data.train), len(data.validation), len(data.test)] == [490, 10, 100]
    for split in (data.train, data.validation, data.test):
        assert torch.equal(split.images[:, 0, 0, 0].long(), split.labels)
    assert sorted(data.validation.labels.tolist()) == list(range(10))
    assert not [p for p in root.iterdir() if p.name.endswith(".part")]
    shutil.rmtree(root / CIFAR10.base_folder)
    (root / CIFAR10.filename).unlink()
    assert load_data("cifar10", root, url="nonsense").digest == data.digest, "the cache is enough"
    assert capsys.readouterr().err == ""


def test_files_that_torchvision_left_are_used(archive, tmp_path):
    shutil.copytree(archive.parent / CIFAR10.base_folder, tmp_path / "root" / CIFAR10.base_folder)
    assert len(load_data("cifar10", tmp_path / "root", url="nonsense").test) == 100


def test_an_archive_that_was_put_there_is_used(archive, tmp_path):
    (tmp_path / "root").mkdir()
    shutil.copy(archive, tmp_path / "root")
    assert len(load_data("cifar10", tmp_path / "root", url="nonsense").test) == 100


def test_damaged_batches_are_unpacked_again(archive, tmp_path):
    folder = tmp_path / "root" / CIFAR10.base_folder
    folder.mkdir(parents=True)
    (folder / "data_batch_1").write_bytes(b"damaged")
    assert len(load_data("cifar10", tmp_path / "root", url=archive.as_uri()).test) == 100


def test_where_it_cannot_be_had_every_mirror_is_named_and_nothing_is_left(
    archive, tmp_path, monkeypatch
):
    page = tmp_path / "page.html"
    page.write_text("<html>Log in</html>")
    mirrors = (page.as_uri(), (tmp_path / "missing").as_uri())
    monkeypatch.setattr(cifar10, "MIRRORS", mirrors)
    root = tmp_path / "root"
    with pytest.raises(DownloadError) as caught:
        load_data("cifar10", root)
    message = str(caught.value)
    assert all(mirror in message for mirror in mirrors)
    assert hashlib.md5(page.read_bytes()).hexdigest() in message
    assert "KDLAB_DATA_URL" in message and str(root / CIFAR10.filename) in message
    assert left_over(root) == []


def test_a_disk_that_fills_up_while_unpacking_leaves_no_half_folder(archive, tmp_path, monkeypatch):
    root = tmp_path / "root"
    write = cifar10.Path.write_bytes

    def full(path, content):
        if path.name == "data_batch_3":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(cifar10.Path, "write_bytes", full)
    with pytest.raises(DownloadError, match=r"cannot be unpacked .*No space left"):
        load_data("cifar10", root, url=archive.as_uri())
    assert left_over(root) == [CIFAR10.filename], "the whole archive stays, no half folder does"


def test_the_origin_is_the_last_mirror():
    assert cifar10.MIRRORS[-1] == CIFAR10.url
    assert CIFAR10.tgz_md5 == "c58f30108f718f92721af3b95e74349a"
