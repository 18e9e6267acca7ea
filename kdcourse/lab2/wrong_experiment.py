"""Wrong ways to write exercise 2-5: each changes one place of the lecture's text."""

from __future__ import annotations

from autograder.checks.exercise import Wrong
from kdcourse.lab2.right_experiment import LECTURE, written
from labkit.judge.messages import Text

Edits = tuple[tuple[str, str], ...]

_SOFT = "soft_target_loss_weight=soft_target_loss_weight"
_CE = "ce_loss_weight=ce_loss_weight"
_FIT = '    lab.fit(step, student, title=f"T={T}, weight={soft_target_loss_weight}")\n'
_KL = 'kdlab.kl_to_teacher(student, remembered_teacher, validation_batches, T=4)'
_NEW = "    student = new_student()\n"

# By identifier: what is told, and what of the text is replaced by what.
_MISTAKES: dict[str, tuple[str, str, Edits]] = {
    "not-trained": (
        "학습하지 않은 student를 돌려주었습니다. 숫자는 학습한 student를 측정해서 얻습니다.",
        "The student was not trained. The numbers must be measured on one that was.",
        ((_FIT, ""),),
    ),
    "kept": (
        "이전에 만든 network를 다시 씁니다. 앞 실험의 학습이 남아 있어 비교할 수 없습니다. "
        "함수 안에서 매번 새 student를 만드세요.",
        "A network from before is used again, with what it learnt there. Make a new student inside "
        "the function, at each call.",
        (
            ("def run_experiment", "kept = []\n\n\ndef run_experiment"),
            (_NEW, "    kept.append(kept[0] if kept else new_student())\n    student = kept[0]\n"),
        ),
    ),
    "test-images": (
        "Test 이미지에서 측정했습니다. T와 가중치를 고르는 일에는 validation 이미지를 씁니다.",
        "Measured on the test images. Temperature and weights are chosen on validation images.",
        (("validation_batches", "test_batches"),),
    ),
    "T-fixed": (
        "인자 T를 쓰지 않고 T=4로 정해 놓았습니다.",
        "The argument T is not used: the step always gets T=4.",
        (("            T=T,", "            T=4,"),),
    ),
    "soft-weight-fixed": (
        "인자 soft_target_loss_weight를 쓰지 않고 0.9로 정해 놓았습니다.",
        "The argument soft_target_loss_weight is not used: the step always gets 0.9.",
        ((_SOFT, "soft_target_loss_weight=0.9"),),
    ),
    "ce-weight-fixed": (
        "인자 ce_loss_weight를 쓰지 않고 0.1로 정해 놓았습니다.",
        "The argument ce_loss_weight is not used: the step always gets 0.1.",
        ((_CE, "ce_loss_weight=0.1"),),
    ),
    "ce-one-minus-soft": (
        "ce_loss_weight를 쓰지 않고 1에서 soft_target_loss_weight를 뺀 값을 썼습니다. "
        "두 가중치는 따로 주어집니다.",
        "ce_loss_weight is not used, but 1 minus soft_target_loss_weight. The two are separate.",
        ((_CE, "ce_loss_weight=1 - soft_target_loss_weight"),),
    ),
    "soft-one-minus-ce": (
        "soft_target_loss_weight를 쓰지 않고 1에서 ce_loss_weight를 뺀 값을 썼습니다. "
        "두 가중치는 따로 주어집니다.",
        "soft_target_loss_weight is not used, but 1 minus ce_loss_weight. The two are separate.",
        ((_SOFT, "soft_target_loss_weight=1 - ce_loss_weight"),),
    ),
    "weights-exchanged": (
        "두 가중치가 서로 바뀌었습니다.", "The two weights are exchanged.",
        ((_SOFT, "soft_target_loss_weight=ce_loss_weight"),
         (_CE + ", ce_loss=", "ce_loss_weight=soft_target_loss_weight, ce_loss=")),
    ),
    "trains-the-teacher": (
        "Teacher를 학습하려고 했습니다. Teacher는 고정되어 있고, 학습하는 것은 student입니다.",
        "This tries to train the teacher. The teacher is frozen; it is the student that learns.",
        (("remembered_teacher, model,", "model, remembered_teacher,"),),
    ),
    "student-is-the-teacher": (
        "Teacher의 자리에 student 자신을 넣었습니다.",
        "The student itself stands in the teacher's place.",
        (("remembered_teacher, model,", "model, model,"),),
    ),
    "trained-on-validation": (
        "Validation 이미지로 학습했습니다. 학습에는 train 이미지만 씁니다.",
        "Trained on the validation images. Only the training images are for training.",
        ((_FIT, "    kdlab.fit(step, student, lab.data.validation.batches(8), epochs=1,"
                " progress=False)\n"),),
    ),
    "key-missing": (
        "Dict에는 accuracy, agreement, kl 세 개의 key가 모두 있어야 합니다.",
        "The dict must have all three keys: accuracy, agreement and kl.",
        ((f'        "kl": {_KL},\n', ""),),
    ),
    "kl-at-T": (
        "KL divergence를 실험의 T에서 측정했습니다. T가 다르면 서로 비교할 수 없으므로 항상 "
        "T = 4에서 측정합니다.",
        "The KL divergence is measured at the experiment's own T. To compare, always measure it at "
        "T = 4.",
        ((_KL, _KL.replace("T=4", "T=T")),),
    ),
    "kl-at-1": (
        "KL divergence를 T = 1에서 측정했습니다. 항상 T = 4에서 측정합니다.",
        "The KL divergence is measured at T = 1; it is asked for at T = 4.",
        ((_KL, _KL.replace("T=4", "T=1")),),
    ),
    "percent": (
        "Accuracy와 agreement가 퍼센트입니다. 0과 1 사이의 비율이어야 합니다.",
        "Accuracy and agreement are percentages; they should be shares between 0 and 1.",
        (("kdlab.accuracy", "100 * kdlab.accuracy"), ("kdlab.agreement", "100 * kdlab.agreement")),
    ),
    "exchanged": (
        "Accuracy와 agreement가 서로 바뀌었습니다.", "Accuracy and agreement are exchanged.",
        (('"accuracy":', '"x":'), ('"agreement":', '"accuracy":'), ('"x":', '"agreement":')),
    ),
    "measures-another": (
        "방금 학습한 student가 아니라 앞에서 학습한 kd_student를 측정했습니다.",
        "It measures kd_student from before and not the student that was trained here.",
        (("kdlab.accuracy(student", "kdlab.accuracy(kd_student"),
         ("kdlab.agreement(student", "kdlab.agreement(kd_student"),
         ("kdlab.kl_to_teacher(student", "kdlab.kl_to_teacher(kd_student")),
    ),
    "step-without-loss": (
        "lab.fit에 넘긴 함수가 loss를 그대로 돌려주지 않습니다. return이 빠졌나요?",
        "The function that lab.fit gets does not return the loss. Is a return missing?",
        (("        return knowledge", "        knowledge"),),
    ),
    "measures-alone": (
        "Dict만 돌려주었습니다. 학습한 student도 함께, (student, dict)로 돌려줍니다.",
        "Only the dict is returned. Return the trained student too: (student, dict).",
        (("return student, {", "return {"),),
    ),
    "no-return": (
        "결과를 계산하고 돌려주지 않았습니다. return을 쓰세요.",
        "The result is computed and not returned. Write return.",
        (("    return student, {", "    student, {"),),
    ),
}  # fmt: skip


def _edited(edits: Edits) -> str:
    text = LECTURE
    for old, new in edits:
        if old not in text:
            raise ValueError(f"{old!r} is not in the lecture's text.")
        text = text.replace(old, new)
    return text


EXPERIMENT = tuple(
    Wrong(id, Text(ko, en), written(_edited(edits))) for id, (ko, en, edits) in _MISTAKES.items()
)
