"""Remembered teachers under shuffling and augmentation, and the classical bug beside them."""

import pytest
import torch
from torch import nn

from kdlab.teachers import Views, augment, remember
from kdlab.training import fit
from labkit.errors import ConfigurationError


class Teacher(nn.Module):
    """Says something else about each image; counts how many it was asked about."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.linear, self.asked = nn.Linear(3 * 32 * 32, 4), 0

    def forward(self, inputs):
        self.asked += len(inputs)
        return self.linear(inputs.flatten(1))


@pytest.fixture
def teacher(monkeypatch):
    monkeypatch.setattr("kdlab.teachers.cached.choose_dtype", lambda device: None)
    return Teacher().eval()


class IndexedByBatch:
    """The classical bug: what the first epoch's batch number n got is given to every batch n."""

    def __init__(self, teacher, batches, augmentation):
        generator = torch.Generator().manual_seed(0)
        with torch.no_grad():
            self.outputs = [teacher(augmentation(inputs, generator)) for inputs, _ in batches]
        self.number = -1

    def __call__(self, inputs):
        self.number += 1
        return self.outputs[self.number % len(self.outputs)][: len(inputs)]


def errors(remembered, teacher, split, augmentation, epochs=3):
    """The largest difference to a live teacher in each epoch of a shuffled, augmented training."""
    batches = split.batches(16, shuffle=True, seed=5)
    found = []
    for batches.epoch in range(epochs):
        generator = torch.Generator().manual_seed(batches.epoch)
        worst = 0.0
        for inputs, _ in batches:
            shown = augmentation(inputs, generator)
            with torch.no_grad():
                difference = remembered(shown) - teacher(shown.clone())
            worst = max(worst, difference.abs().max().item())
        found.append(worst)
    return found


@pytest.mark.parametrize("count", [1, 3])
def test_a_remembered_teacher_is_right_under_shuffling_and_augmentation(
    small_data, teacher, count
):
    views = Views(augment, count)
    remembered = remember(teacher, *views.of(small_data.train))
    assert max(errors(remembered, teacher, small_data.train, views)) < 1e-4


def test_a_cache_indexed_by_batch_is_seen(small_data, teacher):
    views = Views(augment, 1)
    wrong = IndexedByBatch(teacher, small_data.train.batches(16, shuffle=True, seed=5), views)
    first, *later = errors(wrong, teacher, small_data.train, views)
    assert first < 1e-4  # which is why nobody notices
    assert min(later) > 0.1


def test_the_teacher_is_asked_once_about_each_view(small_data, teacher):
    views = Views(augment, 3)
    remembered = remember(teacher, *views.of(small_data.train))
    assert teacher.asked == 300
    seen = []

    def step(model, inputs, labels):
        with torch.no_grad():
            target = remembered(inputs)
        seen.append(inputs.flatten(1).sum(1))
        return (model(inputs) - target).square().mean()

    batches = small_data.train.batches(16, shuffle=True)
    fit(step, nn.Sequential(nn.Flatten(), nn.Linear(3072, 4)), batches, epochs=4,
        augment=views, progress=False)  # fmt: skip
    assert teacher.asked == 300
    assert len(torch.unique(torch.cat(seen))) > 150  # several views of an image were shown


def test_a_view_does_not_depend_on_its_batch(small_data):
    views = Views(augment, 2, seed=7)
    shown = {}
    for size, shuffle in ((16, False), (7, True)):
        for inputs, _ in small_data.train.batches(size, shuffle=shuffle):
            both = views.show(inputs, torch.zeros(len(inputs), dtype=torch.int64))
            for number, image in zip(inputs.sample_ids.tolist(), both, strict=True):
                assert torch.equal(shown.setdefault(number, image), image)
    assert len(shown) == 100


def test_views_and_seeds_differ(small_data):
    inputs, _ = next(iter(small_data.train.batches(16)))
    zero, one = torch.zeros(16, dtype=torch.int64), torch.ones(16, dtype=torch.int64)
    first = Views(augment, 2).show(inputs, zero)
    assert not torch.equal(first, Views(augment, 2).show(inputs, one))
    assert not torch.equal(first, Views(augment, 2, seed=1).show(inputs, zero))
    assert torch.equal(first, Views(augment, 2).show(inputs, zero))


def test_views_of_others_and_plain_images_are_asked_live(small_data, teacher):
    mine, other = Views(augment, 2), Views(augment, 2, seed=1)
    remembered = remember(teacher, *mine.of(small_data.train))
    inputs, _ = next(iter(small_data.train.batches(16)))
    generator = torch.Generator().manual_seed(0)
    for given in (inputs, other(inputs, generator), mine(inputs, generator) + 1):
        before = teacher.asked
        with torch.no_grad():
            torch.testing.assert_close(remembered(given), teacher(given))
        assert teacher.asked == before + 32


def test_images_without_numbers_have_no_views(small_data):
    inputs, _ = next(iter(small_data.train.batches(16)))
    views = Views(augment)
    for given in (inputs.clone(), inputs.add_(1)):
        with pytest.raises(ConfigurationError, match="which ones they are"):
            views(given, torch.Generator())
    with pytest.raises(ConfigurationError, match="count=0"):
        Views(augment, count=0)
