"""What the demonstration's students hand in, beside the right answers."""

from __future__ import annotations

from autograder.demo.students import Students

_WRONG: dict[str, str | None] = {
    "1-4": "def accuracy(model, batches):\n    return None",
    "2-2": """\
from torch.nn import functional as F

def soft_targets_loss(student_logits, teacher_logits, T):
    soft_targets = F.softmax(teacher_logits / T, dim=1)
    log_student = F.log_softmax(student_logits / T, dim=1)
    return F.kl_div(log_student, soft_targets, reduction="batchmean")""",
    "2-3": None,
    "2-5": None,
    "3-1": "def cosine_embedding_loss(x1, x2, target, margin=0.0):\n    return None",
    "3-3": None,
    "4-1": "def mse(x, y):\n    return ((x - y) ** 2).mean(dim=1).mean()",
    "4-3": None,
}

STUDENTS = Students(
    subject="kdcourse.course:SUBJECT",
    wrong=_WRONG,
    partly=("2-2", "4-1"),  # a slip; right for tensors of two dimensions and more
    follow=("2-e", "3-e", "4-e"),
    by_hand={"1-w": 1.0, "2-w": 2.0, "3-w": 0.0, "4-w": 3.0},
)
