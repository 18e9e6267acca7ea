"""Exercise 3-e: a student network whose hidden representation is to point where the teacher's does.

The network is the library's, with the hidden representation as a second output.
"""

from __future__ import annotations

from kdcourse.end_to_end.measures import Measure, accuracy
from kdcourse.end_to_end.record import EndToEnd, Phase, Schedule
from kdlab.end_to_end import StudentWithHidden
from kdlab.evaluation import hidden_cosine
from labkit.judge.messages import Text

_COSINE = Measure(
    "cosine",
    2,
    Text("Hidden representation의 cosine", "Cosine of the hidden representations"),
    "{:.2f}",
    Text(
        "Student의 hidden representation이 teacher의 것과 방향이 다릅니다. Cosine loss가"
        " 전체 loss에 제대로 들어가는지 확인합니다.",
        "The student's hidden representation does not point where the teacher's does. Does"
        " the cosine loss enter the total loss as it should?",
    ),
    hidden_cosine,
    inside=True,
)


def _phase(share: float, weight: float) -> Phase:
    """A part of the training, with the weight of the cosine in it."""
    weights = {"hidden_rep_loss_weight": weight, "ce_loss_weight": 1 - weight}
    return Phase(share, {**weights, "cosine_loss": {"loss": "CosineEmbeddingLoss"}})


END_TO_END = EndToEnd(
    "3-e",
    step="3-3",
    network=StudentWithHidden,
    teacher="pairs",
    bars="lab3",
    measures=(accuracy(2), _COSINE),
    # From the start, much weight on the cosine keeps a network from learning so few images at all;
    # at the end it shows in the cosine whether the loss is there.
    phases=(_phase(2 / 3, 0.05), _phase(1 / 3, 0.7)),
    rate=4e-3,  # with more of it, some seeds hardly get to learn the cosine
    schedule=Schedule(epochs=6),  # the cosine takes longer to tell from its absence
    method_measure="cosine",
    method_weight="hidden_rep_loss_weight",
)
