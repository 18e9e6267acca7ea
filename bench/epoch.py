"""One epoch of student training: kdlab beside the usual way.

    make bench                                            or
    KDLAB_DATASET=folder:images.tar.xz python bench/epoch.py --repeats 3

The usual way is that of PyTorch's tutorials: a dataset that hands out PIL images, ``ToTensor`` and
``Normalize`` for each of them, and a ``DataLoader`` with two workers. Both ways see the same
images, batches of 128, the same network, loss and optimizer.
"""

from __future__ import annotations

from functools import partial

import click
import torch
from PIL import Image
from timing import alternate, load, show
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import kdlab
from kdlab.data import Split
from kdlab.models import StudentCNN
from kdlab.precision import choose_dtype

BATCH = 128


class PictureDataset(Dataset):
    """The images as torchvision's data sets hand them out."""

    def __init__(self, split: Split) -> None:
        self.pixels = split.images.cpu().permute(0, 2, 3, 1).contiguous().numpy()  # (N, H, W, 3)
        self.labels = split.labels.tolist()
        mean, std = split.mean.tolist(), split.std.tolist()
        self.transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize(mean, std)]
        )

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int):
        return self.transform(Image.fromarray(self.pixels[index])), self.labels[index]


def step(model: nn.Module, inputs, labels):
    """The baseline's loss."""
    return nn.functional.cross_entropy(model(inputs), labels)


def usual_epoch(model: nn.Module, loader: DataLoader, device: torch.device) -> None:
    """The tutorials' loop."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    model.train()
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = step(model, inputs, labels)
        loss.backward()
        optimizer.step()
        loss.item()


def expect_the_same_images(split: Split, loader: DataLoader) -> None:
    """A comparison on other images would say nothing."""
    usual = loader.dataset[0][0]
    ours = next(iter(split.batches(BATCH)))[0][0].cpu()
    torch.testing.assert_close(ours, usual, rtol=1e-4, atol=1e-4)


@click.command()
@click.option("--repeats", default=5, show_default=True)
@click.option("--images", type=int, help="Use only the first so many.")
def main(repeats: int, images: int | None) -> None:
    """Time one epoch of student training both ways."""
    data = load()
    split = data.train.subset(images or len(data.train))
    device = split.images.device
    loader = DataLoader(PictureDataset(split), BATCH, shuffle=True, num_workers=2)
    expect_the_same_images(split, loader)
    student = StudentCNN(len(data.classes)).to(device)
    ours = StudentCNN(len(data.classes)).to(device)
    batches = split.batches(BATCH, shuffle=True)
    size = f"{data.name}, {len(split):,} images"
    usual, fast = "DataLoader, two workers", "kdlab"
    ways = {usual: lambda: usual_epoch(student, loader, device)}
    # Mixed precision is the default where it helps; the other row shows its share.
    for half in (True, False) if choose_dtype(device) else (True,):
        name = fast if half else f"{fast}, half_precision=False"
        ways[name] = partial(
            kdlab.fit, step, ours, batches, epochs=1, half_precision=half, progress=False
        )
    show(f"One epoch of student training · {size}", alternate(ways, repeats), usual)
    times = alternate({usual: lambda: list(loader), fast: lambda: list(batches)}, repeats)
    show(f"The images alone, without training · {size}", times, usual)


if __name__ == "__main__":
    main()
