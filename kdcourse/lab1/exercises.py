"""The exercises of lab 1, the baseline: their checks, points and hints."""

from __future__ import annotations

from autograder.checks.exercise import (
    CONTRACT,
    FORM,
    GRADIENT,
    SIZE,
    VALUE,
    Check,
    Exercise,
    Measured,
)
from autograder.checks.pairs import with_twins
from kdcourse import rules
from kdcourse.end_to_end.grade import measured
from kdcourse.lab1 import (
    pairs,
    right_accuracy,
    right_cross_entropy,
    right_step,
    right_student,
    wrong_accuracy,
    wrong_cross_entropy,
    wrong_step,
    wrong_student,
)
from kdcourse.lab1.cases import accuracy_cases, loss_cases, step_cases
from kdcourse.lab1.end_to_end import END_TO_END
from kdcourse.lab1.network_cases import network_cases
from labkit.judge.messages import Text

_NOTE = Text(
    "참고(점수 없음): logit 차이가 200이면 softmax 확률이 0이 되어 log가 -inf가 됩니다. "
    "log_softmax나 logsumexp를 쓰면 안전합니다.",
    "Note (no points): with a logit gap of 200 a probability becomes 0 and its log -inf. "
    "log_softmax or logsumexp is safe.",
)
_MODE = Text("호출 뒤의 모드", "The mode after the call")

EXERCISES: tuple[Exercise | Measured, ...] = (
    Exercise(
        "1-1",
        "cross_entropy",
        Text("Cross-entropy loss", "The cross-entropy loss"),
        cases=loss_cases,
        right=right_cross_entropy.CROSS_ENTROPY,
        wrong=wrong_cross_entropy.CROSS_ENTROPY + pairs.CROSS_ENTROPY_PAIRS,
        rule=rules.CROSS_ENTROPY,
        checks=(
            Check("value", 1.0, Text("Class index일 때의 loss 값", "The loss of class indices"),
                  VALUE, ("usual",)),
            Check("probabilities", 1.0,
                  Text("Class probability일 때의 loss 값", "The loss of class probabilities"),
                  VALUE, ("probabilities",)),
            Check("weight", 1.0, Text("Class 가중치", "Class weights"), VALUE, ("weight",)),
            Check("ignored", 1.0,
                  Text("무시하는 label(ignore_index)", "Labels to ignore (ignore_index)"),
                  VALUE, ("ignored",)),
            Check("both", 0.5,
                  Text("가중치와 class probability, 가중치와 ignore_index를 함께",
                       "Weights with class probabilities, weights with ignore_index"),
                  VALUE, ("both",)),
            Check("size", 0.5, SIZE, VALUE, ("size",)),
            Check("law", 0.5,
                  Text("Batch를 두 번 이어 붙이거나 한 행에 상수를 더해도 loss가 같음",
                       "The batch twice, or a constant added to a row, leave the loss"),
                  VALUE, ("law",)),
            Check("gradient", 1.0, Text("logits에 대한 gradient", "Gradient by the logits"),
                  GRADIENT),
            Check("form", 0.5, FORM, CONTRACT),
            Check("extreme", 0.0, _NOTE, VALUE, ("extreme",)),
        ),
        hints=(
            Text(
                "먼저 softmax의 log를 (N, C)로 구하고, 두 종류의 label을 나누어 생각합니다.",
                "Get the logarithm of the softmax first, (N, C); then treat the two kinds of "
                "labels one at a time.",
            ),
            Text(
                "Class index일 때의 분모를 식에서 다시 확인합니다. 어떤 label이 분모에 들어갑니까?",
                "Look at the denominator for class indices again: which labels are part of it?",
            ),
            Text(
                "무시할 label을 먼저 골라내면 index로 쓸 수 없는 값(-100)도 함께 사라집니다.",
                "Leave the ignored labels out first: then no value that cannot be an index (-100) "
                "is left.",
            ),
        ),
    ),
    Exercise(
        "1-2",
        "StudentCNN",
        Text("Student network", "The student network"),
        cases=network_cases,
        right=right_student.STUDENT,
        wrong=wrong_student.STUDENT + pairs.STUDENT_PAIRS,
        rule=rules.STUDENT,
        checks=(
            Check("layers", 1.0, Text("층과 parameter의 shape", "Layers and shapes of parameters"),
                  ("layers",), ("usual",)),
            Check("value", 1.5, Text("Forward pass의 결과", "What the forward pass gives"),
                  VALUE, ("usual",)),
            Check("classes", 0.5, Text("num_classes를 따름", "num_classes is respected"),
                  ("layers", "value", "shape"), ("classes",)),
            Check("gradient", 1.0,
                  Text("모든 층이 gradient를 받음", "Every layer gets its gradient"),
                  GRADIENT, ("usual",)),
            Check("dropout", 0.5, Text("Dropout 0.1, 학습할 때만", "Dropout 0.1, in training only"),
                  ("dropout",)),
            Check("form", 0.5, FORM, CONTRACT, ("usual",)),
        ),
        hints=(
            Text(
                "표의 층을 위에서 아래로 하나씩 적습니다. print(StudentCNN())으로 비교해 보세요.",
                "Write the layers of the table down one by one; compare with print(StudentCNN()).",
            ),
            Text(
                "두 번 pooling하면 32×32가 8×8이 됩니다. 16×8×8을 어떤 모양으로 바꾸어야 linear "
                "층에 넣을 수 있습니까?",
                "Two poolings turn 32×32 into 8×8. Which shape must 16×8×8 get for a linear layer?",
            ),
            Text(
                "Batch 차원은 그대로 두고 나머지 차원만 펼칩니다. 마지막 층의 출력은 logits입니다.",
                "Flatten everything but the batch. The last layer gives logits.",
            ),
        ),
    ),
    Exercise(
        "1-3",
        "baseline_step",
        Text("Baseline 학습 함수", "The baseline's training step"),
        cases=step_cases,
        right=right_step.STEP,
        wrong=wrong_step.STEP + pairs.STEP_PAIRS,
        checks=(
            Check("value", 1.0, Text("Loss 값", "The loss"), VALUE, ("usual",)),
            Check("arguments", 0.5,
                  Text("인자로 받은 ce_loss를 그대로 사용", "Uses ce_loss as passed"),
                  VALUE, ("arguments",)),
            Check("gradient", 1.0,
                  Text("model의 가중치에 대한 gradient", "Gradient by the model's weights"),
                  GRADIENT),
            Check("form", 0.5,
                  Text("결과의 형식, 입력과 model의 모드를 바꾸지 않음",
                       "Form of the result; inputs and the model's mode left alone"),
                  (*CONTRACT, "mode")),
        ),
        hints=(
            Text(
                "이미지를 model에 넣으면 무엇이 나옵니까? ce_loss는 무엇을 받습니까?",
                "What does the model give for images? What does ce_loss take?",
            ),
            Text(
                "두 줄이면 됩니다. 이미지를 model에 넣어 나온 logits를 labels와 함께 ce_loss에 "
                "넣고, 그 값을 돌려줍니다. 역전파와 optimizer는 kdlab.fit이 맡습니다.",
                "Two lines are enough: give the model's logits and the labels to ce_loss, and "
                "return what it gives; kdlab.fit does the backward pass and the optimizer's step.",
            ),
        ),
    ),
    Exercise(
        "1-4",
        "accuracy",
        Text("정확도", "Accuracy"),
        cases=accuracy_cases,
        right=right_accuracy.ACCURACY,
        wrong=with_twins(wrong_accuracy.ACCURACY, pairs.ACCURACY_HIDES) + pairs.ACCURACY_PAIRS,
        rule=rules.ACCURACY,
        checks=(
            Check("value", 1.0, Text("맞힌 비율", "The share of hits"), VALUE, ("usual",)),
            Check("unequal", 1.0,
                  Text("크기가 서로 다른 batch", "Batches of unequal size"), VALUE, ("unequal",)),
            Check("eval", 0.75, Text("eval 모드에서 평가", "Evaluated in eval mode"),
                  (*VALUE, "passes"), ("eval",)),
            Check("gradients", 0.5, Text("Gradient를 계산하지 않음", "No gradients are computed"),
                  VALUE, ("gradients",)),
            Check("mode", 0.5, _MODE, ("mode",)),
            Check("form", 0.25, FORM, CONTRACT),
        ),
        hints=(
            Text(
                "Batch마다 맞힌 개수와 이미지의 개수를 셉니다. 나눗셈은 언제 합니까?",
                "Count hits and images in each batch. When do you divide?",
            ),
            Text(
                "평가하는 동안과 평가한 뒤의 모드는 다를 수 있습니다. 처음의 모드를 기억해 둡니다.",
                "The mode while evaluating and the mode afterwards may differ: remember the first.",
            ),
            Text(
                "모드는 model.training에 들어 있고, model.train(값)으로 되돌릴 수 있습니다.",
                "model.training holds the mode, and model.train(value) sets it.",
            ),
        ),
    ),
    measured(END_TO_END),
)
