"""A frozen teacher says the same about the same image in every epoch: ask it once.

The outputs are kept per image, not per batch. Batches carry the numbers of their images, so any
order and any size of batches finds the right rows. An input without such numbers (augmented freely,
normalised anew, made by hand) is given to the teacher itself. `Views` are augmented images with
numbers of their own.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kdlab.data import Split
from kdlab.data.splits import numbers_of_images
from kdlab.evaluation import Outputs, evaluating
from kdlab.precision import choose_dtype, in_channels_last, mixed_precision
from kdlab.teachers.views import ViewedSplit


class CachedTeacher(nn.Module):
    """Answers with stored outputs where it can, and asks the teacher where it cannot.

    Parameters
    ----------
    teacher : nn.Module
        The frozen teacher.
    outputs : tuple of Tensor
        Its outputs on the images, ``(number of images, …)`` each.
    ids : Tensor
        The images' numbers, ``(number of images,)``.
    """

    def __init__(self, teacher: nn.Module, outputs: tuple[Tensor, ...], ids: Tensor) -> None:
        super().__init__()
        self.teacher = teacher
        self.outputs = outputs
        self.ids, self.rows = ids.sort()  # the numbers of views are too large to be indices
        self.eval()

    def __fingerprint__(self) -> list[object]:
        """The teacher and the images decide what is stored; see `kdlab.fingerprint`."""
        return [self.teacher, self.training, self.ids]

    def forward(self, inputs: Tensor) -> Outputs:
        """What the teacher returns for these images, ``(N, 3, H, W)``."""
        rows = self._known_rows(inputs)
        # In train mode a teacher with dropout says something else each time: nothing stored is it.
        if rows is None or self.training:
            asked: Outputs = self.teacher(inputs)
            return asked
        answer = tuple(output[rows] for output in self.outputs)
        return answer if len(answer) > 1 else answer[0]

    def _known_rows(self, inputs: Tensor) -> Tensor | None:
        """Where the outputs on these images are stored, or None if one of them is not."""
        ids = numbers_of_images(inputs)
        if ids is None:
            return None
        places = torch.searchsorted(self.ids, ids).clamp(max=len(self.ids) - 1)  # (N,)
        return self.rows[places] if torch.equal(self.ids[places], ids) else None


def remember(
    teacher: nn.Module, *splits: Split | ViewedSplit, batch_size: int = 250
) -> CachedTeacher:
    """Compute a teacher's outputs on all images of some splits of one data set.

    Parameters
    ----------
    teacher : nn.Module
        Returns a tensor or a tuple of tensors, the first axis being the batch.
    *splits : Split or ViewedSplit
        The images on which students will be trained or measured; ``*views.of(split)`` are all
        augmented ones.

    Returns
    -------
    CachedTeacher
        To be used in the teacher's place.
    """
    rows: list[tuple[Tensor, ...]] = []
    dtype = choose_dtype(splits[0].images.device)
    with evaluating(teacher), mixed_precision(teacher, dtype):
        for split in splits:
            for inputs, _ in split.batches(batch_size):
                answer = in_channels_last(teacher, inputs)
                parts = answer if isinstance(answer, tuple) else (answer,)
                # Students may look at a map with `view`, which needs the usual order.
                rows.append(tuple(part.contiguous() for part in parts))
    outputs = tuple(torch.cat(parts) for parts in zip(*rows, strict=True))
    return CachedTeacher(teacher, outputs, torch.cat([split.ids for split in splits]))
