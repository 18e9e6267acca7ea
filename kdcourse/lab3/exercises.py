"""The exercises of lab 3, the cosine loss: their cases, expectations and checks."""

from __future__ import annotations

from autograder.checks.exercise import CONTRACT, FORM, GRADIENT, VALUE, Check, Exercise, Measured
from autograder.checks.pairs import with_twins
from kdcourse import rules
from kdcourse.common import step_checks
from kdcourse.end_to_end.grade import measured
from kdcourse.lab3 import (
    pairs,
    right_loss,
    right_step,
    right_teacher,
    wrong_loss,
    wrong_step,
    wrong_teacher,
)
from kdcourse.lab3.cases import loss_cases, step_cases, teacher_cases
from kdcourse.lab3.end_to_end import END_TO_END
from labkit.judge.messages import Text

_ZEROS = Text(
    "참고(점수 없음): 모든 값이 0인 벡터가 있으면 길이로 나눌 때 0/0, 곧 NaN이 됩니다. "
    "F.cosine_similarity는 분모에 작은 값을 두어 이를 피합니다.",
    "Note (no points): with a vector that is all zeros, dividing by the length is 0/0, a NaN. "
    "F.cosine_similarity keeps the denominator off zero.",
)

EXERCISES: tuple[Exercise | Measured, ...] = (
    Exercise(
        "3-1",
        "cosine_embedding_loss",
        Text("Cosine embedding loss", "The cosine embedding loss"),
        cases=loss_cases,
        right=right_loss.LOSS,
        wrong=with_twins(wrong_loss.LOSS, pairs.LOSS_HIDES) + pairs.LOSS_PAIRS,
        rule=rules.COSINE,
        checks=(
            Check("value", 2.5, Text("Loss 값", "The loss"), VALUE, ("usual",)),
            Check("margin", 1.5, Text("0이 아닌 margin", "Other margins"), VALUE, ("margin",)),
            Check(
                "size", 0.5,
                Text(
                    "한 쌍의 벡터, 다른 길이, 다른 메모리 순서와 자료형",
                    "One pair, other widths, other memory layout and type",
                ),
                VALUE, ("size",),
            ),
            Check(
                "law", 0.5,
                Text(
                    "Batch를 두 번 이어 붙이거나 벡터에 양수를 곱해도 loss가 같고, 방향이 같은 "
                    "벡터의 loss는 0",
                    "The batch twice, or vectors times positive numbers, leave the loss; equal "
                    "directions give 0",
                ),
                VALUE, ("law",),
            ),
            Check(
                "gradient", 1.5,
                Text("x1과 x2에 대한 gradient", "Gradients by x1 and x2"),
                GRADIENT,
            ),
            Check("form", 0.5, FORM, CONTRACT),
            Check("zeros", 0.0, _ZEROS, VALUE, ("zeros",)),
        ),
        hints=(
            Text(
                "먼저 각 행의 쌍마다 cosine similarity를 구합니다. 결과의 shape은 (N,)입니다.",
                "First take the cosine similarity of each pair of rows; its shape is (N,).",
            ),
            Text(
                "두 경우의 식을 모든 행에 대해 계산해 두고, 행마다 target에 맞는 쪽을 고릅니다.",
                "Compute both cases for every row, then choose for each row by its target.",
            ),
            Text(
                "torch.where로 고르고 torch.clamp로 0보다 작은 값을 막을 수 있습니다. 마지막은 "
                "batch에 대한 평균입니다.",
                "torch.where can choose, torch.clamp can stop at 0. The mean over the batch comes "
                "last.",
            ),
        ),
    ),
    Exercise(
        "3-2",
        "TeacherCosine",
        Text("Teacher의 hidden representation", "The teacher's hidden representation"),
        cases=teacher_cases,
        right=right_teacher.TEACHER,
        wrong=wrong_teacher.TEACHER + pairs.TEACHER_PAIRS,
        checks=(
            Check("logits", 1.0, Text("logits의 값", "The logits"), ("value:logits",), ("usual",)),
            Check(
                "hidden", 2.0,
                Text("Hidden representation의 값", "The hidden representation"),
                ("value:hidden",), ("usual",),
            ),
            Check(
                "size", 0.5,
                Text(
                    "이미지 한 장과 다른 class 개수", "One image, and another number of classes"
                ),
                ("shape", "value"), ("size",),
            ),
            Check(
                "gradient", 0.75,
                Text("두 결과의 gradient가 모든 층에 도달", "Gradients of both results"),
                GRADIENT,
            ),
            Check(
                "form", 0.75,
                Text(
                    "(logits, hidden)의 형식과 shape, TeacherCNN과 같은 층",
                    "Form and shape of (logits, hidden); the layers of TeacherCNN",
                ),
                ("shape", "form", "layers"),
            ),
        ),
        hints=(
            Text(
                "TeacherCNN의 features와 classifier를 그대로 쓸 수 있습니다. 새로운 층은 필요하지 "
                "않습니다.",
                "Features and classifier of TeacherCNN are at hand; no new layer is needed.",
            ),
            Text(
                "펼친 벡터 (N, 2048)는 두 곳에 쓰입니다. 한 번은 그대로, 한 번은 줄여서입니다.",
                "The flattened vector (N, 2048) is used twice: once as it is, once made shorter.",
            ),
            Text(
                "F.avg_pool1d는 (N, L)과 같은 2차원 텐서도 받아 마지막 차원을 줄입니다.",
                "F.avg_pool1d takes a 2-D tensor (N, L) too, and shortens its last dimension.",
            ),
        ),
    ),
    Exercise(
        "3-3",
        "cosine_step",
        Text("[실습 2] Cosine similarity 기반 KD 학습 함수", "[Practice 2] A step with the cosine"),
        cases=step_cases,
        right=right_step.STEP,
        wrong=wrong_step.STEP + pairs.STEP_PAIRS,
        checks=step_checks(
            2.0,
            1.0,
            1.0,
            Text(
                "인자로 받은 ce_loss와 cosine_loss를 그대로 사용",
                "Uses ce_loss and cosine_loss as passed",
            ),
        ),
        hints=(
            Text(
                "두 네트워크는 모두 (logits, hidden)을 돌려줍니다. 어느 loss에 어느 것이 "
                "필요한지 생각해 보세요.",
                "Both networks return (logits, hidden). Which loss needs which of them?",
            ),
            Text(
                "cosine_loss의 target은 두 벡터를 가까이할지 멀리할지를 정합니다. 이미지마다 "
                "하나씩 필요합니다.",
                "The target of cosine_loss says whether two vectors shall meet or part; there is "
                "one for each image.",
            ),
            Text(
                "Teacher는 torch.no_grad() 안에서 실행합니다. target은 이미지마다 1인 벡터입니다. "
                "두 loss에는 각자의 가중치를 곱해 더합니다.",
                "Run the teacher inside torch.no_grad(). The target is a vector with a 1 for each "
                "image. Add the two losses, each times its own weight.",
            ),
        ),
    ),
    measured(END_TO_END),
)
