"""Trees and archives of images: every layout that is meant, and every one that is not."""

# Longer than 250 lines: one table of image folders, read from top to bottom.

import io
import os
import shutil
import tarfile
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from kdlab.data import load_data
from kdlab.data.folder import find_layout, load_folder
from kdlab.data.partition import complete_splits
from kdlab.errors import ArchiveError, FolderError

CIFAR = Path(__file__).parents[3] / ".." / "shared" / "data" / "cifar10-jpeg.tar.xz"
SPLITS = ("train", "validation", "test")


def colour_of(label, number):
    return (40 * (1 + "abc".index(label)), number, 200)


def write_images(folder, label, count, side=32, mode="RGB", suffix="png"):
    (folder / label).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = Image.new("RGB", (side, side), colour_of(label, number)).convert(mode)
        image.save(folder / label / f"{number:03}.{suffix}")


@pytest.fixture
def tree(tmp_path):
    """Two classes, 60 training and 10 test images each."""
    for label in "ab":
        write_images(tmp_path / "tree" / "train", label, 60)
        write_images(tmp_path / "tree" / "test", label, 10)
    return tmp_path / "tree"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def pack(path, tree, mode):
    with tarfile.open(path, mode) as archive:
        archive.add(tree, arcname=".")
    return path


def sizes(data):
    return [len(getattr(data, split)) for split in SPLITS]


def assert_labels_match_colours(data):
    """Every label is that of the image it stands beside."""
    for split in SPLITS:
        images, labels = getattr(data, split).images, getattr(data, split).labels
        assert torch.equal(images[:, 0, 0, 0].long(), 40 * (1 + labels))


def test_a_tree_with_train_and_test(tree, cache):
    data = load_folder(tree, cache)
    assert data.name == "folder:tree" and data.classes == ("a", "b")
    assert sizes(data) == [118, 2, 20], "one image of each class is the validation split"
    assert data.validation.labels.sort().values.tolist() == [0, 1]
    assert data.train.images.shape == (118, 3, 32, 32) and data.train.images.dtype == torch.uint8
    assert_labels_match_colours(data)
    numbers = {s: set(getattr(data, s).images[:, 1, 0, 0].tolist()) for s in SPLITS}
    assert numbers["test"] == set(range(10))


def test_the_first_images_are_a_mixture(tree, cache):
    assert len(load_folder(tree, cache).train.subset(20).labels.unique()) == 2


def test_a_tree_of_classes_alone_gets_all_three_splits(tmp_path, cache):
    for label in "abc":
        write_images(tmp_path / "single", label, 50)
    data = load_folder(tmp_path / "single", cache)
    assert sizes(data) == [117, 3, 30]
    assert_labels_match_colours(data)
    pictures = [im.numpy().tobytes() for s in SPLITS for im in getattr(data, s).images]
    assert len(set(pictures)) == 150, "no image is in two splits"


def test_a_validation_folder_is_used(tree, cache):
    for label in "ab":
        write_images(tree / "val", label, 5)
    assert sizes(load_folder(tree, cache)) == [120, 10, 20]


@pytest.mark.parametrize(("suffix", "mode"), [("", "w"), (".xz", "w:xz"), (".gz", "w:gz")])
def test_an_archive_is_the_tree(tree, cache, tmp_path, suffix, mode):
    archive = pack(tmp_path / f"tree.tar{suffix}", tree, mode)
    data = load_folder(archive, cache)
    assert data.name == "folder:tree"
    assert data.digest == load_folder(tree, cache).digest


def test_the_order_in_an_archive_does_not_matter(tree, cache, tmp_path):
    with tarfile.open(tmp_path / "backwards.tar", "w") as archive:
        for file in sorted(tree.rglob("*.png"), reverse=True):
            archive.add(file, arcname=f"outer/folder/{file.relative_to(tree)}")
    assert load_folder(tmp_path / "backwards.tar", cache).digest == load_folder(tree, cache).digest


def test_other_sizes_and_modes_are_converted_and_said(tmp_path, cache, capsys):
    write_images(tmp_path / "mixed", "a", 4, side=50, mode="L", suffix="jpg")
    write_images(tmp_path / "mixed", "b", 4, mode="P")
    write_images(tmp_path / "mixed", "c", 4, mode="RGBA", suffix="webp")
    data = load_folder(tmp_path / "mixed", cache)
    assert data.train.images.shape[1:] == (3, 32, 32)
    said = capsys.readouterr()
    assert "4 of 12 images are not 32x32 and were resized to it." in said.out
    assert said.err == ""


def test_other_files_are_no_images(tree, cache):
    (tree / "README.txt").write_text("about")
    (tree / "train" / "a" / "._000.png").write_bytes(b"macOS")
    (tree / "train" / "a" / "Thumbs.db").write_bytes(b"Windows")
    assert sizes(load_folder(tree, cache)) == [118, 2, 20]


def test_a_change_in_the_tree_is_noticed(tree, cache):
    before = load_folder(tree, cache)
    write_images(tree / "train", "a", 61)
    after = load_folder(tree, cache)
    assert sizes(after) == [119, 2, 20] and after.digest != before.digest


def test_a_relative_path_and_a_device(tree, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = load_data("folder:tree", tmp_path / "root", device="cpu")
    assert data.name == "folder:tree"
    assert len(list((tmp_path / "root" / "cache").glob("tree-*.safetensors"))) == 1


def test_a_path_that_does_not_exist_is_named(tmp_path, cache):
    with pytest.raises(FolderError, match=r"nowhere does not exist"):
        load_folder(tmp_path / "nowhere", cache)


def test_a_folder_without_images_is_named(tmp_path, cache):
    (tmp_path / "empty" / "train").mkdir(parents=True)
    (tmp_path / "empty" / "notes.txt").write_text("no image")
    with pytest.raises(FolderError, match=r"empty holds no images\. Expected <class>/<image>"):
        load_folder(tmp_path / "empty", cache)


def test_unequal_classes_are_named(tree, cache):
    write_images(tree / "test", "c", 2)
    shutil.rmtree(tree / "test" / "a")
    with pytest.raises(FolderError, match=r"Only in train/: a\. Only in test/: c\."):
        load_folder(tree, cache)


def test_unreadable_files_are_named(tree, cache):
    (tree / "train" / "a" / "007.png").write_bytes(b"this is no image")
    (tree / "test" / "b" / "003.png").write_bytes((tree / "test/b/003.png").read_bytes()[:60])
    with pytest.raises(FolderError) as caught:
        load_folder(tree, cache)
    message = str(caught.value)
    assert "2 image file(s) cannot be read" in message
    assert "train/a/007.png" in message and "test/b/003.png" in message
    assert not list(cache.glob("*.safetensors"))


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["a/1.png", "2.png"], "the image 2.png lies in no class's folder"),
        (["train/a/1.png", "train/2.png", "test/a/1.png"], "the image train/2.png lies in no"),
        (["train/a/1.png", "other/a/1.png"], "has at its top other, train. With splits there"),
        (["test/a/1.png", "b/a/1.png"], "has at its top b, test. With splits there must be train/"),
        (["a/1.png", "a/2.png"], "the image a/1.png lies in no class's folder"),
        (["train/a/1.png", "test/a/1.png"], "has only the class a"),
    ],
)
def test_a_layout_that_is_not_meant_is_named(names, says):
    with pytest.raises(FolderError) as caught:
        find_layout(Path("place"), names)
    assert says in str(caught.value) and "place" in str(caught.value)


def test_a_class_with_too_few_images_is_named(tmp_path, cache):
    write_images(tmp_path / "few", "a", 30)
    write_images(tmp_path / "few", "b", 2)
    with pytest.raises(FolderError, match=r"few: The class 'b' has too few images"):
        load_folder(tmp_path / "few", cache)


def test_the_draw_takes_two_percent_of_fifty_thousand():
    members = {"train": {str(c): list(range(5000 * c, 5000 * (c + 1))) for c in range(10)}}
    drawn = complete_splits(members | {"test": members["train"]})
    assert [len(found) for found in drawn["validation"].values()] == [100] * 10
    together = [p for s in ("train", "validation") for c in drawn[s].values() for p in c]
    assert sorted(together) == list(range(50000))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!DOCTYPE html><p>Log in</p>" * 40, "a web page"),
        (b"", "empty"),
        ("half", "truncated"),
        ("flipped", "damaged"),
    ],
)
@pytest.mark.parametrize("mode", ["w:xz", "w:gz"])
def test_a_file_that_is_no_whole_archive_is_named(tree, cache, tmp_path, content, why, mode):
    archive = pack(tmp_path / "bad.tar.xz", tree, mode)
    whole = bytearray(archive.read_bytes())
    if content == "half":
        content = whole[: len(whole) // 2]
    elif content == "flipped":
        middle = len(whole) // 2
        whole[middle : middle + 50] = bytes(50)
        content = whole
    archive.write_bytes(content)
    with pytest.raises(ArchiveError, match=r"bad\.tar\.xz is not a whole tar archive"):
        load_folder(archive, cache)
    assert not list(cache.glob("*.safetensors")), why


def test_a_damaged_header_is_not_taken_for_the_end(tree, cache, tmp_path):
    archive = pack(tmp_path / "bad.tar", tree, "w")
    content = bytearray(archive.read_bytes())
    with tarfile.open(archive) as tar:
        middle = tar.getmembers()[60].offset
    content[middle : middle + 10] = b"?" * 10
    archive.write_bytes(content)
    with pytest.raises(ArchiveError, match="a damaged header in the middle"):
        load_folder(archive, cache)


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("../outside/1.png", tarfile.REGTYPE, "points outside"),
        ("/etc/1.png", tarfile.REGTYPE, "points outside"),
        ("a\\..\\..\\1.png", tarfile.REGTYPE, "points outside"),
        ("a/1.png", tarfile.SYMTYPE, "is a link or device"),
        ("a/1.png", tarfile.LNKTYPE, "is a link or device"),
        ("a/1.png", tarfile.CHRTYPE, "is a link or device"),
    ],
)
def test_an_unsafe_archive_is_refused(tmp_path, cache, name, kind, says):
    with tarfile.open(tmp_path / "unsafe.tar", "w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member, io.BytesIO())
    with pytest.raises(ArchiveError) as caught:
        load_folder(tmp_path / "unsafe.tar", cache)
    assert says in str(caught.value) and repr(name) in str(caught.value)


@pytest.mark.slow
def test_cifar10_is_read_in_time_and_again_from_its_cache(tmp_path, capsys):
    if not CIFAR.exists():
        pytest.skip("needs ../shared/data/cifar10-jpeg.tar.xz beside the repository")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    start, busy = time.perf_counter(), time.process_time()
    data = load_folder(CIFAR, tmp_path)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    # On a busy machine the clock on the wall tells about others; our own work is what we promise.
    assert min(seconds, busy / min(cores, 2)) < 60
    start, busy = time.perf_counter(), time.process_time()
    again = load_folder(CIFAR, tmp_path)
    assert min(time.perf_counter() - start, time.process_time() - busy) < 1
    assert sizes(data) == sizes(again) == [49000, 1000, 10000]
    assert data.classes[0] == "airplane" and len(data.classes) == 10
    assert again.digest == data.digest
    assert torch.equal(again.test.images[-5:], data.test.images[-5:])
    assert np.allclose(data.mean, [0.491, 0.482, 0.447], atol=0.002)
    assert np.allclose(data.std, [0.245, 0.243, 0.261], atol=0.003)
    assert capsys.readouterr().err == ""
