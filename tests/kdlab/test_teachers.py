"""Teachers: loaded, trained, remembered."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import nn

from kdlab.models import TeacherCNN
from kdlab.teachers import augment, load_teacher, remember
from kdlab.teachers import load as loading
from kdlab.training import fit


@pytest.fixture
def quick_teacher(monkeypatch):
    """Training a teacher takes no time, and is counted."""
    made = []

    def train(data, recipe, **_):
        torch.manual_seed(recipe.epochs)
        made.append(recipe.epochs)
        return loading.freeze(TeacherCNN(len(data.classes))), None

    monkeypatch.setattr(loading, "train_teacher", train)
    return made


class Teacher(nn.Module):
    """Two outputs and dropout, as the labs' teachers have; counts how many images it was asked."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3 * 32 * 32, 4)
        self.dropout = nn.Dropout()
        self.asked = 0

    def forward(self, inputs):
        self.asked += len(inputs)
        logits = self.linear(self.dropout(inputs.flatten(1)))
        return logits, logits * 2


@pytest.fixture
def teacher():
    torch.manual_seed(0)
    return Teacher().eval()


def test_a_teacher_is_trained_once_and_then_loaded(small_data, tmp_path, quick_teacher, capsys):
    first = load_teacher(small_data, tmp_path, epochs=2)
    again = load_teacher(small_data, tmp_path, epochs=2)
    assert quick_teacher == [2]
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-6)  # half precision on disk
    assert not again.training
    assert not any(parameter.requires_grad for parameter in again.parameters())
    assert "training it for 2 epochs" in capsys.readouterr().out


def test_another_data_set_has_another_teacher(small_data, tmp_path, quick_teacher):
    from dataclasses import replace

    load_teacher(small_data, tmp_path, epochs=1)
    load_teacher(replace(small_data, digest="f" * 16), tmp_path, epochs=1)
    assert quick_teacher == [1, 1]


def test_a_damaged_teacher_is_trained_again(small_data, tmp_path, quick_teacher, capsys):
    load_teacher(small_data, tmp_path, epochs=1)
    (kept,) = (tmp_path / "teachers").glob("*.safetensors")
    kept.write_bytes(kept.read_bytes()[:1000])
    load_teacher(small_data, tmp_path, epochs=1)
    assert quick_teacher == [1, 1]
    assert "damaged" in capsys.readouterr().out
    load_file(kept)  # and is whole again


def test_loading_leaves_the_random_state_alone(small_data, tmp_path, quick_teacher):
    load_teacher(small_data, tmp_path, epochs=1)
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    load_teacher(small_data, tmp_path, epochs=1)
    assert torch.equal(torch.rand(1), expected)


@given(st.integers(0, 1000), st.integers(1, 60))
def test_a_remembered_teacher_answers_as_a_live_one_in_any_order(small_data_forever, seed, size):
    teacher, remembered, split = small_data_forever
    for inputs, _ in split.batches(size, shuffle=True, seed=seed):
        with torch.no_grad():
            for live, stored in zip(teacher(inputs), remembered(inputs), strict=True):
                torch.testing.assert_close(stored, live, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def small_data_forever():
    """Teacher, remembered teacher and split; none of them is changed by the test."""
    from kdlab.data import Split

    torch.manual_seed(1)
    split = Split(
        images=torch.randint(0, 256, (60, 3, 32, 32), dtype=torch.uint8),
        labels=torch.arange(60) % 4,
        mean=torch.full((3,), 0.5),
        std=torch.full((3,), 0.25),
        ids=torch.randperm(60) + 17,
    )
    teacher = Teacher().eval()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kdlab.teachers.cached.choose_dtype", lambda device: None)
        return teacher, remember(teacher, split), split


def test_the_teacher_is_asked_once_per_image(small_data, teacher):
    remembered = remember(teacher, small_data.train)
    assert teacher.asked == 100
    for epoch in range(2):
        batches = small_data.train.batches(16, shuffle=True, seed=epoch)
        for inputs, _ in batches:
            remembered(inputs)
    assert teacher.asked == 100


def test_maps_are_remembered_in_the_plain_order(small_data):
    network = nn.Conv2d(3, 4, 3)
    known = remember(network, small_data.train)
    (maps,) = known.outputs
    assert maps.is_contiguous() and network.weight.is_contiguous()
    inputs, _ = next(iter(small_data.train.batches(8)))
    difference = known(inputs).view(8, -1) - network(inputs).flatten(1)
    assert difference.abs().max() < 0.02  # of half precision


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda inputs: inputs + 1, id="derived"),
        pytest.param(lambda inputs: inputs.mul_(2), id="changed in place"),
        pytest.param(lambda inputs: inputs[:3], id="a part"),
        pytest.param(lambda inputs: torch.flip(inputs, [0]), id="reordered"),
        pytest.param(lambda inputs: inputs.clone(), id="a copy"),
    ],
)
def test_what_is_not_the_batch_itself_is_asked_live(small_data, teacher, change):
    remembered = remember(teacher, small_data.train)
    inputs, _ = next(iter(small_data.train.batches(16)))
    changed, before = change(inputs), teacher.asked
    with torch.no_grad():
        torch.testing.assert_close(remembered(changed), teacher(changed))
    assert teacher.asked == before + 2 * len(changed)


def test_images_of_another_split_are_asked_live(small_data, teacher):
    remembered = remember(teacher, small_data.train)
    inputs, _ = next(iter(small_data.test.batches(16)))
    with torch.no_grad():
        torch.testing.assert_close(remembered(inputs), teacher(inputs))


def test_train_mode_is_asked_live(small_data, teacher):
    """A student who puts the teacher into train mode must get what that gives: noise."""
    remembered = remember(teacher, small_data.train).train()
    inputs, _ = next(iter(small_data.train.batches(16)))
    assert not torch.equal(remembered(inputs)[0], remembered(inputs)[0])


def test_training_with_a_remembered_teacher_gives_the_same_losses(
    small_data, small_network, teacher, monkeypatch
):
    import copy

    monkeypatch.setattr("kdlab.teachers.cached.choose_dtype", lambda device: None)
    losses = []
    for used in (teacher, remember(teacher, small_data.train)):

        def step(model, inputs, labels, used=used):
            with torch.no_grad():
                target = used(inputs)[0].softmax(1)
            return nn.functional.cross_entropy(model(inputs), target)

        batches = small_data.train.batches(16, shuffle=True)
        history = fit(step, copy.deepcopy(small_network), batches, epochs=3, progress=False)
        losses.append([row["loss"] for row in history.rows])
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_augmentation_moves_and_recolours_but_invents_nothing():
    inputs = torch.randn(20, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(1)
    changed = augment(inputs, generator)
    assert changed.shape == inputs.shape
    assert not torch.equal(changed, inputs)
    for before, after in zip(inputs, changed, strict=True):
        assert torch.isin(after, before).all()
    unmoved = augment(inputs, torch.Generator().manual_seed(1), reach=0)
    assert torch.equal(unmoved.sort(1).values, inputs.sort(1).values)
