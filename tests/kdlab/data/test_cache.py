"""The cache: read when it is whole, rebuilt with a message when it is not."""

import errno

import pytest
import torch

from kdlab.data import cache as module
from kdlab.data.cache import cached
from labkit import storage


class Builder:
    """Builds a small data set and counts how often."""

    def __init__(self):
        self.calls = 0

    def __call__(self):
        self.calls += 1
        images = torch.arange(4 * 3 * 2 * 2, dtype=torch.uint8).reshape(4, 3, 2, 2)
        labels = torch.tensor([0, 1, 0, 1])
        return ("cat", "dog"), {
            "train": (images, labels),
            "validation": (images[:1].clone(), labels[:1].clone()),
            "test": (images[2:].clone(), labels[2:].clone()),
        }


@pytest.fixture
def build():
    return Builder()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "pets.safetensors"


def assert_same(a, b):
    assert (a.name, a.classes, a.digest) == (b.name, b.classes, b.digest)
    assert torch.equal(a.mean, b.mean) and torch.equal(a.std, b.std)
    for split in ("train", "validation", "test"):
        for field in ("images", "labels", "ids"):
            left, right = (getattr(getattr(data, split), field) for data in (a, b))
            assert torch.equal(left, right)


def test_it_is_built_once_and_read_alike(path, build, capsys):
    first = cached(path, "pets", build)
    assert_same(first, cached(path, "pets", build))
    assert build.calls == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("damage", ["emptied", "halved", "header", "pixel", "label", "statistics"])
def test_a_damaged_cache_is_rebuilt_with_a_message(path, build, capsys, damage):
    first = cached(path, "pets", build)
    content = bytearray(path.read_bytes())
    if damage == "emptied":
        content = b""
    elif damage == "halved":
        content = content[: len(content) // 2]
    elif damage == "header":
        at = content.index(first.digest.encode())
        content[at] = ord("f") if content[at] != ord("f") else ord("e")
    else:
        tensor = {"pixel": first.train.images, "label": first.train.labels, "statistics": first.std}
        raw = tensor[damage].numpy().tobytes()
        content[content.index(raw)] ^= 1
    path.write_bytes(content)
    assert_same(first, cached(path, "pets", build))
    assert build.calls == 2
    assert "pets.safetensors is damaged; building it again" in capsys.readouterr().out
    cached(path, "pets", build)
    assert build.calls == 2


def test_a_full_disk_costs_the_cache_and_not_the_data(path, build, capsys, stand_in):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    stand_in(storage, "os", fsync=full)
    assert len(cached(path, "pets", build).train) == 4
    assert "could not be written" in capsys.readouterr().out
    assert [p.name for p in path.parent.iterdir() if p.suffix != ".lock"] == []


def test_a_folder_that_cannot_be_written_works_without_a_cache(tmp_path, build):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert len(cached(tmp_path / "cache" / "pets.safetensors", "pets", build).train) == 4


def test_an_error_while_building_leaves_no_cache_and_stands_alone(path):
    def fails():
        raise ValueError("no such image")

    with pytest.raises(ValueError, match="no such image") as caught:
        cached(path, "pets", fails)
    assert caught.value.__context__ is None, "a student sees one error, not a chain of them"
    assert not path.exists()


def test_the_digest_sees_everything():
    names, arrays = Builder()()
    digests = {module.digest_of(names, arrays), module.digest_of(("cat", "cow"), arrays)}
    for split in ("train", "validation", "test"):
        images, labels = (tensor.clone() for tensor in arrays[split])
        images[0, 0, 0, 0] += 1
        digests.add(module.digest_of(names, arrays | {split: (images, labels)}))
        digests.add(module.digest_of(names, arrays | {split: (arrays[split][0], labels + 1)}))
    assert len(digests) == 8
