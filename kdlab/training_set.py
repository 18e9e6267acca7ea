"""What end-to-end exercises train on: images, and what the frozen teacher says about each of them.

Images to measure on are not among them: they stay with the grader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors.torch import load_file, save
from torch import Tensor, nn

from kdlab.data import Split
from kdlab.teachers import CachedTeacher
from labkit.storage import atomic_write


class NoTeacher(nn.Module):
    """Stands behind the stored outputs: whoever changes the images is told that it cannot work."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Raises."""
        raise RuntimeError(
            "The teacher was asked about images that are not in the training set."
            " Give it the `inputs` as they come, unchanged."
        )


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Training images and what the frozen teacher says about each of them; no other images.

    Attributes
    ----------
    images : Split
        The training split.
    logits : Tensor
        The teacher's, ``(N, C)``.
    maps : Tensor
        Its feature maps, ``(N, 32, 8, 8)``.
    """

    images: Split
    logits: Tensor
    maps: Tensor

    @property
    def classes(self) -> int:
        """Number of classes, C."""
        return self.logits.shape[1]

    def teacher(self, second: Tensor | None = None) -> CachedTeacher:
        """A teacher that answers with its stored logits, and perhaps a second output."""
        outputs = (self.logits,) if second is None else (self.logits, second)
        return CachedTeacher(NoTeacher(), outputs, self.images.ids)

    def write(self, path: Path) -> None:
        """Store it as safetensors."""
        parts = {name: getattr(self.images, name) for name in self.images.__dataclass_fields__}
        parts |= {"logits": self.logits, "maps": self.maps}
        with atomic_write(path) as partial:
            partial.write_bytes(save({n: p.detach().cpu().contiguous() for n, p in parts.items()}))


@lru_cache(maxsize=1)
def read_training_set(path: str, device: str) -> TrainingSet:
    """A stored training set; one is kept in memory."""
    parts = load_file(path, device=device)
    split = Split(*(parts[name] for name in Split.__dataclass_fields__))
    return TrainingSet(split, parts["logits"], parts["maps"])
