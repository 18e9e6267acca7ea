"""digits-m: the same bytes everywhere, no digit in two splits, made in time."""

import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
import pytest
import torch

from kdlab.data import digits_m, load_data


@pytest.fixture(scope="module")
def built():
    return digits_m.build_digits_m()


def test_it_is_the_same_to_the_byte(tmp_path, built):
    data = load_data("digits-m", tmp_path)
    assert data.digest == digits_m.DIGEST
    assert np.array_equal(data.train.images.numpy(), built["train"][0])
    again = load_data("digits-m", tmp_path)  # from the cache
    assert again.digest == digits_m.DIGEST
    assert torch.equal(again.test.images, data.test.images)
    assert torch.equal(again.mean, data.mean) and torch.equal(again.std, data.std)


def test_shapes_types_and_balance(built):
    for split, size in (("train", 6000), ("validation", 1000), ("test", 2000)):
        images, labels = built[split]
        assert images.shape == (size, 3, 32, 32) and images.dtype == np.uint8
        assert labels.shape == (size,) and labels.dtype == np.int64
        counts = np.bincount(labels, minlength=10)
        assert counts.min() > 0.08 * size and counts.max() < 0.12 * size
        assert images.min() == 0 and images.max() == 255


def test_no_original_digit_is_in_two_splits(monkeypatch):
    """Which original stands behind each image is read off where the images are composed."""
    from sklearn.datasets import load_digits

    originals = (load_digits().images.astype(np.int64) * 255 // 16).reshape(1797, -1)
    assert len(np.unique(originals, axis=0)) == 1797, "scikit-learn's digits are all different"
    used = []

    def spy(digits, regions, rng):
        used.append({digit.tobytes() for digit in digits})
        return np.zeros((len(digits), 3, 32, 32), np.uint8)

    monkeypatch.setattr(digits_m, "_compose", spy)
    monkeypatch.setattr(digits_m, "CHUNK", 6000)  # one call a split
    digits_m.build_digits_m()
    train, validation, test = used
    assert len(train) == 1197 and len(validation) == 200 and len(test) == 400
    assert not train & validation and not train & test and not validation & test


def test_no_part_of_a_photograph_is_in_two_splits():
    spans = sorted(digits_m.COLUMNS_OF.values())
    assert spans[0][0] == 0 and spans[-1][1] == 640
    assert all(before[1] == after[0] for before, after in pairwise(spans))


def test_the_photographs_are_scikit_learns():
    from sklearn.datasets import load_sample_images

    for name, original in zip(("china", "flower"), load_sample_images().images, strict=True):
        photo = digits_m._read_photo(name).transpose(1, 2, 0)
        assert photo.shape == original.shape
        assert np.abs(photo - original.astype(int)).mean() < 8, "only the number of colours is less"


def test_the_tables_are_cosine_and_sine():
    cosines, sines = digits_m._cosines_and_sines()
    angles = np.arange(-300, 301) / 1000
    assert np.abs(cosines / 65536 - np.cos(angles)).max() < 1e-5
    assert np.abs(sines / 65536 - np.sin(angles)).max() < 1e-5


def test_an_unturned_digit_is_read_bilinearly():
    digit = np.zeros((1, 8, 8), np.int64)
    digit[0, 2, 3] = 200  # at row 5, column 6 of the frame
    half = digits_m.ONE // 2
    places = [(5, 6, 0), (5, 6, half), (5, 7, 0), (20, 6, 0), (-9, -9, 0)]
    y = np.array([[[row * digits_m.ONE for row, _, _ in places]]], np.int32)
    x = np.array([[[column * digits_m.ONE + more for _, column, more in places]]], np.int32)
    assert digits_m._bilinear(digit, y, x).tolist() == [[[200, 100, 0, 0, 0]]]


def test_it_is_built_in_time():
    start = time.process_time()
    digits_m.build_digits_m()
    assert time.process_time() - start < 5


@pytest.mark.slow
def test_of_two_processes_one_builds_and_the_other_reads(tmp_path):
    code = (
        "import sys; from kdlab.data import digits_m, load_data; build = digits_m.build_digits_m\n"
        "digits_m.build_digits_m = lambda: print('built', flush=True) or build()\n"
        "print(load_data('digits-m', sys.argv[1]).digest)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(process.communicate(timeout=300)[0] for process in running)
    assert said.count("built") == 1
    assert said.count(digits_m.DIGEST) == 2
    assert [p.suffix for p in (tmp_path / "cache").iterdir() if p.suffix != ".lock"] == [
        ".safetensors"
    ]
