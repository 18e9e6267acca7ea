"""Exercise 2-e: the library's student network, trained on soft targets."""

from __future__ import annotations

from functools import partial

from kdcourse.end_to_end.measures import Measure, accuracy
from kdcourse.end_to_end.record import EndToEnd, Phase, Schedule
from kdlab.evaluation import agreement, kl_to_teacher
from kdlab.models import StudentCNN
from labkit.judge.messages import Text

T = 4.0  # of the training, and of what is measured

_AGREEMENT = Measure(
    "agreement",
    0,  # it overlaps with what is reached without the loss term
    Text("Teacher와 같은 class를 예측한 비율", "Agreement with the teacher's predictions"),
    "{:.1%}",
    Text("", ""),
    agreement,
)
_KL = Measure(
    "kl",
    2,
    Text("Teacher에 대한 KL divergence (T = 4)", "KL divergence to the teacher (T = 4)"),
    "{:.2f}",
    Text(
        "Student의 분포가 teacher의 분포와 너무 다릅니다. Soft targets loss가 전체 loss에"
        " 제대로 들어가는지 확인합니다.",
        "The student's distribution is too far from the teacher's. Does the soft targets"
        " loss enter the total loss as it should?",
    ),
    partial(kl_to_teacher, T=T),
    higher_is_better=False,
)

END_TO_END = EndToEnd(
    "2-e",
    step="2-3",
    network=StudentCNN,
    teacher="logits",
    bars="lab2",
    measures=(accuracy(2), _AGREEMENT, _KL),
    phases=(Phase(1.0, {"T": T, "soft_target_loss_weight": 0.9, "ce_loss_weight": 0.1}),),
    schedule=Schedule(epochs=6),  # soft targets take longer to tell from their absence
    method_measure="kl",
    method_weight="soft_target_loss_weight",
)
