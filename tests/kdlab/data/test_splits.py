"""Batches: every image once, in an order of (seed, epoch) alone, normalised."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kdlab.data.cache import assemble
from kdlab.data.splits import Split


def make_split(n, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (n, 3, 4, 4), dtype=torch.uint8, generator=generator)
    labels = torch.randint(0, 3, (n,), generator=generator)
    return Split(images, labels, torch.tensor([0.4, 0.5, 0.6]), torch.tensor([0.2, 0.3, 0.4]),
                 torch.arange(100, 100 + n))  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    n=st.integers(1, 40),
    batch_size=st.integers(1, 50),
    shuffle=st.booleans(),
    seed=st.integers(0, 2**31),
    epoch=st.integers(0, 1000),
)
def test_every_image_comes_once_with_its_own_label_and_id(n, batch_size, shuffle, seed, epoch):
    split = make_split(n)
    batches = split.batches(batch_size, shuffle=shuffle, seed=seed)
    batches.epoch = epoch
    seen = list(batches)
    assert len(seen) == len(batches)
    ids = torch.cat([inputs.sample_ids for inputs, _ in seen])
    assert sorted(ids.tolist()) == list(range(100, 100 + n))
    assert torch.equal(torch.cat([labels for _, labels in seen]), split.labels[ids - 100])
    back = torch.cat([inputs for inputs, _ in seen])
    back = (back * split.std.view(3, 1, 1) + split.mean.view(3, 1, 1)) * 255
    assert torch.equal(back.round().to(torch.uint8), split.images[ids - 100])


def order(batches):
    return torch.cat([inputs.sample_ids for inputs, _ in batches]).tolist()


def test_the_order_is_a_function_of_seed_and_epoch_alone():
    batches = make_split(50).batches(8, shuffle=True, seed=3)
    first = order(batches)
    torch.manual_seed(99)
    assert order(batches) == first, "iterating or the global generator must not matter"
    batches.epoch = 1
    assert order(batches) != first
    resumed = make_split(50).batches(16, shuffle=True, seed=3)
    resumed.epoch = 1
    assert order(resumed) == order(batches), "a resumed training sees the same order"
    assert order(make_split(50).batches(8, shuffle=True, seed=4)) != first


def test_batches_leave_the_global_generator_and_the_images_alone():
    split = make_split(20)
    images, state = split.images.clone(), torch.get_rng_state()
    list(split.batches(4, shuffle=True))
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(split.images, images)


def test_without_shuffling_the_order_is_that_of_the_split():
    assert order(make_split(10).batches(3)) == list(range(100, 110))


def test_dtypes_and_channels_last():
    for shuffle in (False, True):
        plain = next(iter(make_split(8).batches(4, shuffle=shuffle)))
        inputs, labels = next(iter(make_split(8).batches(4, shuffle=shuffle, channels_last=True)))
        assert inputs.is_contiguous(memory_format=torch.channels_last)
        assert inputs.dtype == torch.float32 and labels.dtype == torch.int64
        assert inputs.sample_ids.dtype == torch.int64
        assert torch.equal(inputs, plain[0])


def test_a_subset_keeps_the_ids_of_its_images():
    subset = make_split(10).subset(4)
    assert len(subset) == 4 and subset.ids.tolist() == [100, 101, 102, 103]
    assert len(make_split(3).subset(10)) == 3


def test_a_batch_size_of_zero_is_refused():
    with pytest.raises(ValueError, match="batch_size=0"):
        make_split(3).batches(0)


def test_statistics_are_those_of_the_training_images():
    splits = {name: make_split(30, seed) for seed, name in enumerate(("train", "test", "val"))}
    splits["validation"] = splits.pop("val")
    data = assemble("any", ("a", "b", "c"), {k: (s.images, s.labels) for k, s in splits.items()})
    scaled = splits["train"].images.double() / 255
    assert torch.allclose(data.mean.double(), scaled.mean((0, 2, 3)))
    assert torch.allclose(data.std.double(), scaled.std((0, 2, 3), correction=0))
    inputs, _ = next(iter(data.train.batches(30)))
    assert torch.allclose(inputs.mean((0, 2, 3)), torch.zeros(3), atol=1e-5)
    assert torch.allclose(inputs.std((0, 2, 3), correction=0), torch.ones(3), atol=1e-5)
    ids = torch.cat([data.train.ids, data.validation.ids, data.test.ids])
    assert len(ids.unique()) == 90, "no two images of a data set share an id"
    assert data.train.ids[0] == 0


def test_images_without_any_variation_do_not_become_nan():
    black = torch.zeros(4, 3, 2, 2, dtype=torch.uint8), torch.tensor([0, 1, 0, 1])
    data = assemble("black", ("a", "b"), dict.fromkeys(("train", "validation", "test"), black))
    inputs, _ = next(iter(data.train.batches(4)))
    assert torch.equal(inputs, torch.zeros(4, 3, 2, 2))


def test_to_moves_everything_and_keeps_the_values():
    images, labels = make_split(6).images, make_split(6).labels
    arrays = dict.fromkeys(("train", "validation", "test"), (images, labels))
    data = assemble("any", ("a", "b", "c"), arrays)
    moved = data.to("meta")
    assert {moved.mean.device.type, moved.test.images.device.type} == {"meta"}
    assert moved.train.ids.device.type == "meta" and moved.classes == data.classes
    assert torch.equal(data.to("cpu").validation.images, images)
