"""Wrong ways to write exercise 2-3."""

from __future__ import annotations

from torch import Tensor

from autograder.checks.exercise import Wrong
from kdcourse.lab2.right_loss import loss_batchmean
from kdcourse.lab2.right_step import METHOD, of
from kdcourse.lab2.wrong_common import _KEEPS, _SOFT_LOSSES
from kdcourse.step import altered
from labkit.judge.messages import Text


def _with_fixed(T: float) -> Wrong:
    """Somebody whose step has a temperature of its own."""
    return Wrong(
        f"T-fixed-{T:g}",
        Text(
            f"인자로 받은 T를 쓰지 않고 {T:g}(으)로 고정했습니다.",
            f"The argument T is not used: the temperature is always {T:g}.",
        ),
        METHOD.step(term=lambda given: loss_batchmean(given.compared, given.wanted, T)),
    )


STEP = (
    *(
        Wrong(id, message, METHOD.step(term=of(loss)), _KEEPS.get(id, 0.0))
        for id, message, loss in _SOFT_LOSSES
    ),
    *METHOD.mistakes(),
    *(_with_fixed(T) for T in (2, 3, 4, 5, 10)),  # 1 is `no-temperature`
    Wrong(
        "hard-labels-as-labels",
        Text(
            "ce_loss에 teacher가 고른 class(argmax)를 정답처럼 넣었습니다. Soft targets loss는 "
            "teacher의 확률로 계산합니다.",
            "ce_loss got the class that the teacher picks (argmax) as if it were the label; the "
            "loss on the soft targets is made of the teacher's probabilities.",
        ),
        METHOD.step(term=lambda given: given.ce_loss(given.compared, given.wanted.argmax(1))),
    ),
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
