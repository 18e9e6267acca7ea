"""The exercises of lab 2, soft targets: their cases, expectations and checks."""

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
from kdcourse.common import step_checks
from kdcourse.end_to_end.grade import measured
from kdcourse.lab2 import (
    pairs,
    right_experiment,
    right_gradient,
    right_loss,
    right_softmax,
    right_step,
    wrong_experiment,
    wrong_gradient,
    wrong_loss,
    wrong_softmax,
    wrong_step,
)
from kdcourse.lab2.cases import gradient_cases, loss_cases, softmax_cases, step_cases
from kdcourse.lab2.end_to_end import END_TO_END
from kdcourse.lab2.experiment_cases import experiment_cases
from labkit.judge.messages import Text

_TEMPERATURE = Text("Temperature T = 1과 T = 20", "Temperatures T = 1 and T = 20")
_NOTE = Text(
    "참고(점수 없음): T = 1에서 logit 차이가 200이면 확률이 0이 되어 log가 -inf, 결과가 NaN이 "
    "됩니다. log_softmax를 쓰면 안전합니다.",
    "Note (no points): with a logit gap of 200 at T = 1 a probability becomes 0, its log -inf and "
    "the result NaN. log_softmax is safe.",
)

EXERCISES: tuple[Exercise | Measured, ...] = (
    Exercise(
        "2-1",
        "softmax_with_temperature",
        Text("Temperature가 있는 softmax", "Softmax with a temperature"),
        cases=softmax_cases,
        right=right_softmax.SOFTMAX,
        wrong=wrong_softmax.SOFTMAX + pairs.SOFTMAX_PAIRS,
        checks=(
            Check("value", 0.75, Text("확률값", "The probabilities"), VALUE, ("usual",)),
            Check("temperature", 0.25, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.25, SIZE, VALUE, ("size",)),
            Check("gradient", 0.5, Text("logits의 gradient", "Gradient by the logits"), GRADIENT),
            Check("form", 0.25, FORM, CONTRACT),
        ),
        hints=(
            Text("각 행의 합은 1입니다.", "Each row sums to 1."),
            Text("T는 지수 함수에 들어가기 전에 쓰입니다.", "T is used before the exponential."),
            Text(
                "logits를 T로 나눈 다음, 각 행의 class 방향으로(dim=1) softmax를 취합니다.",
                "Divide the logits by T, then take the softmax of each row, over the classes "
                "(dim=1).",
            ),
        ),
    ),
    Exercise(
        "2-2",
        "soft_targets_loss",
        Text("Soft targets loss", "The loss on soft targets"),
        cases=loss_cases,
        right=right_loss.LOSS,
        wrong=wrong_loss.LOSS + pairs.LOSS_PAIRS,
        rule=rules.SOFT_TARGETS,
        checks=(
            Check("value", 1.5, Text("Loss 값", "The loss"), VALUE, ("usual",)),
            Check("temperature", 1.0, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.5, SIZE, VALUE, ("size",)),
            Check(
                "law", 0.5,
                Text(
                    "Batch를 두 번 이어 붙이거나 한 행에 상수를 더해도 loss가 같고, 두 logits가 "
                    "같으면 0",
                    "The batch twice, or a constant added to a row, leave the loss; equal logits "
                    "give 0",
                ),
                VALUE, ("law",),
            ),
            Check(
                "gradient", 1.0,
                Text("Student logits에 대한 gradient", "Gradient by the student's logits"),
                GRADIENT,
            ),
            Check("form", 0.5, FORM, CONTRACT),
            Check("extreme", 0.0, _NOTE, VALUE, ("extreme",)),
        ),
        hints=(
            Text(
                "Teacher와 student의 logits 모두에 같은 T를 씁니다.",
                "The same T goes to the teacher's and to the student's logits.",
            ),
            Text(
                "KL(P‖Q)에서 P는 teacher입니다. Class에 대해 더하고 batch에 대해 평균합니다.",
                "In KL(P‖Q), P is the teacher. Sum over the classes, average over the batch.",
            ),
            Text(
                "F.kl_div는 log_softmax로 얻은 student의 log 확률을 먼저, teacher의 확률을 다음에 "
                "받습니다. reduction은 batchmean이고, gradient가 1/T²로 작아지는 것은 T²을 곱해 "
                "되돌립니다.",
                "F.kl_div takes the student's log-probabilities (log_softmax) first, then the "
                "teacher's probabilities; its reduction is batchmean. Gradients shrink by 1/T², "
                "which a factor of T² undoes.",
            ),
        ),
    ),
    Exercise(
        "2-3",
        "knowledge_distillation_step",
        Text("[실습 1] Knowledge Distillation 학습 함수", "[Practice 1] A distillation step"),
        cases=step_cases,
        right=right_step.STEP,
        wrong=with_twins(wrong_step.STEP, pairs.STEP_HIDES) + pairs.STEP_PAIRS,
        checks=step_checks(
            1.5,
            0.5,
            1.0,
            Text(
                "인자로 받은 T와 ce_loss를 그대로 사용", "Uses T and ce_loss as passed"
            ),
        ),
        hints=(
            Text(
                "Teacher의 예측에는 gradient가 필요하지 않습니다.",
                "The teacher's predictions need no gradient.",
            ),
            Text(
                "두 loss를 각각 계산한 뒤 각자의 가중치를 곱해 더합니다.",
                "Compute the two losses, then add them up, each with its own weight.",
            ),
            Text(
                "torch.no_grad() 안에서 teacher의 logits를 구합니다. Soft targets loss는 2-2에서 "
                "만든 함수에 T를 그대로 넘겨 구할 수 있습니다.",
                "Get the teacher's logits inside torch.no_grad(). For the loss on the soft targets "
                "you can hand T on to your function of 2-2.",
            ),
        ),
    ),
    Exercise(
        "2-4",
        "soft_target_gradient",
        Text("Soft targets loss의 gradient", "The gradient of the loss on soft targets"),
        cases=gradient_cases,
        right=right_gradient.GRADIENT,
        wrong=wrong_gradient.GRADIENT + pairs.GRADIENT_PAIRS,
        rule=rules.GRADIENT,
        checks=(
            Check("value", 1.0, Text("Gradient 값", "The gradient"), VALUE, ("usual",)),
            Check("temperature", 0.25, _TEMPERATURE, VALUE, ("temperature",)),
            Check("size", 0.25, SIZE, VALUE, ("size",)),
            Check("form", 0.5, FORM, CONTRACT),
        ),
        hints=(
            Text(
                "식 (2)는 두 확률분포의 차이로 이루어져 있습니다.",
                "Equation (2) is made of the difference of two distributions.",
            ),
            Text(
                "Loss에 곱한 T²과 batch 평균을 잊지 마세요.",
                "Do not forget the T² of the loss, nor the mean over the batch.",
            ),
            Text(
                "식 (2)의 1/T에 T²을 곱하고 batch 크기 N으로 나누면, 두 확률의 차이에는 T/N이 "
                "곱해집니다.",
                "The 1/T of equation (2) times T², divided by the size N of the batch, leaves T/N "
                "times the difference of the probabilities.",
            ),
        ),
    ),
    Exercise(
        "2-5",
        "run_experiment",
        Text("Temperature와 loss weight 실험", "An experiment with temperature and loss weights"),
        cases=experiment_cases,
        right=right_experiment.EXPERIMENT,
        wrong=wrong_experiment.EXPERIMENT,
        checks=(
            Check(
                "network", 1.0,
                Text(
                    "새로운 student가 받은 T와 가중치로 학습됨",
                    "A new student, trained with the T and the weights that were passed",
                ),
                ("network",), ("usual",),
            ),
            Check(
                "separate", 0.5,
                Text("합이 1이 아닌 두 가중치", "Two weights whose sum is not 1"),
                ("network",), ("separate",),
            ),
            Check(
                "measures", 1.0,
                Text(
                    "Accuracy, agreement, KL이 돌려준 student의 validation 값과 같음",
                    "Accuracy, agreement and KL are those of the returned student on the validation"
                    " images",
                ),
                VALUE, ("usual",),
            ),
            Check(
                "form", 0.5,
                Text("(student, dict)와 세 key", "(student, dict) with three keys"),
                ("form",),
            ),
        ),
        hints=(
            Text(
                "한 번의 실험은 새 student, 학습, 측정의 세 부분입니다. 2.4의 셀을 다시 보세요.",
                "An experiment has three parts: a new student, a training, the measures. Look at "
                "the cells of 2.4 again.",
            ),
            Text(
                "인자 세 개는 그대로 knowledge_distillation_step에 전달됩니다. 계산해서 만드는 "
                "값은 없습니다.",
                "The three arguments go to knowledge_distillation_step as they are; none is "
                "computed from another.",
            ),
            Text(
                "측정은 validation_batches에서 합니다. KL divergence의 T는 항상 4입니다.",
                "Measure on validation_batches. The KL divergence always has T = 4.",
            ),
        ),
    ),
    measured(END_TO_END),
)
