"""Wrong ways to write exercise 2-3."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab2.right_step import METHOD, of
from kdcourse.lab2.wrong_common import _KEEPS, _SOFT_LOSSES
from kdcourse.step import altered
from labkit.judge.messages import Text

STEP = (
    *(
        Wrong(id, message, METHOD.step(term=of(loss)), _KEEPS.get(id, 0.0))
        for id, message, loss in _SOFT_LOSSES
    ),
    *METHOD.mistakes(),
    Wrong(
        "soft-cross-entropy",
        Text(
            "정답 label의 loss에도 temperature를 적용했습니다.",
            "The loss on the true labels is taken at the temperature too.",
        ),
        METHOD.step(label=lambda given: given.ce_loss(given.logits / given.extra, given.labels)),
    ),
    Wrong(
        "student-logits-detached",
        Text(
            "Soft target loss에 들어가는 student의 logits를 detach했습니다. "
            "이 loss에서 student가 배우는 것이 없습니다.",
            "The student's logits are detached in the loss on the soft targets, which then teaches "
            "nothing.",
        ),
        METHOD.step(alter=altered(Tensor.detach, "compared")),
    ),
)
