"""Wrong ways to write exercise 3-3."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab3.right_step import METHOD, towards
from kdcourse.lab3.wrong_common import _ALONG_BATCH
from kdcourse.step import Given, altered
from labkit.judge.messages import Text


def _always(target: float) -> Callable[[Given], Tensor]:
    """The same target for every image."""
    return towards(lambda given: torch.full_like(given.compared[:, 0], target))


def _in_wrong_order(given: Given) -> Given:
    hidden, wanted = given.logits, given.teacher_logits
    return given._replace(logits=given.compared, compared=hidden, wanted=wanted)


def _cosine(given: Given) -> Tensor:
    return F.cosine_similarity(given.compared, given.wanted)  # (N,)


STEP = (
    Wrong(
        "target-minus-one",
        Text(
            "target이 -1이어서 student의 벡터를 teacher의 벡터에서 멀어지게 합니다.",
            "With a target of -1 the student's vectors are driven away from the teacher's.",
        ),
        METHOD.step(term=_always(-1.0)),
    ),
    Wrong(
        "target-zero",
        Text(
            "cosine 항이 loss에 나타나지 않습니다. target이 0이거나 항을 더하지 않은 경우입니다. "
            "target은 1이나 -1입니다.",
            "The cosine term is not in the loss: the target is 0, or the term was never added. A "
            "target is 1 or -1.",
        ),
        METHOD.step(term=_always(0.0)),
    ),
    Wrong(
        "target-labels",
        Text(
            "labels를 cosine_loss의 target으로 썼습니다. 그 target은 class가 아닙니다.",
            "The labels are the target of cosine_loss; that target is no class.",
        ),
        METHOD.step(term=towards(lambda given: given.labels)),
    ),
    Wrong(
        "logits-compared",
        Text(
            "Hidden representation이 아니라 logits를 서로 비교했습니다.",
            "The logits are compared instead of the hidden representations.",
        ),
        METHOD.step(alter=lambda g: g._replace(compared=g.logits, wanted=g.teacher_logits)),
    ),
    Wrong(
        "order",
        Text(
            "네트워크의 두 결과를 반대 순서로 받았습니다.",
            "The two results of the networks are taken in the wrong order.",
        ),
        METHOD.step(alter=_in_wrong_order),
    ),
    Wrong(
        "along-batch", _ALONG_BATCH, METHOD.step(alter=altered(torch.t, "compared", "wanted"))
    ),
    Wrong(
        "own-cosine-loss",
        Text("인자로 받은 cosine_loss를 쓰지 않았습니다.", "The argument cosine_loss is not used."),
        METHOD.step(term=lambda given: (1 - _cosine(given)).mean()),
    ),
    Wrong(
        "similarity",
        Text(
            "Loss가 아니라 cosine similarity를 더했습니다. 줄이면 방향이 반대가 됩니다.",
            "The cosine similarity is added instead of a loss; making it small turns vectors away.",
        ),
        METHOD.step(term=lambda given: _cosine(given).mean()),
    ),
    Wrong(
        "student-hidden-detached",
        Text(
            "Student의 hidden representation을 detach했습니다. "
            "Cosine loss가 student에게 닿지 않습니다.",
            "The student's hidden representation is detached, so the cosine loss teaches nothing.",
        ),
        METHOD.step(alter=altered(Tensor.detach, "compared")),
    ),
    Wrong(
        "tuple-not-unpacked",
        Text(
            "네트워크가 돌려주는 튜플을 나누지 않고 그대로 loss에 넣었습니다.",
            "The tuple that a network returns went into the loss as it is.",
        ),
        METHOD.step(label=lambda g: g.ce_loss((g.logits, g.compared), g.labels)),
    ),
    # The cosine loss without the term is `target-zero`.
    *(wrong for wrong in METHOD.mistakes() if wrong.id != "no-hidden-term"),
)
