"""Honest ways to write exercise 2-5, as texts: they use what the notebook has defined before.

Each is executed in a namespace of its own, in which `kdlab.probe_experiment` puts a small lab
behind the notebook's names, as it does in a student's kernel.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

import kdlab
from autograder.checks.exercise import Right

LECTURE = '''\
def run_experiment(T, soft_target_loss_weight, ce_loss_weight):
    student = new_student()

    def step(model, inputs, labels):
        return knowledge_distillation_step(
            remembered_teacher, model, inputs, labels,
            T=T, soft_target_loss_weight=soft_target_loss_weight,
            ce_loss_weight=ce_loss_weight, ce_loss=ce_loss,
        )

    lab.fit(step, student, title=f"T={T}, weight={soft_target_loss_weight}")
    return student, {
        "accuracy": kdlab.accuracy(student, validation_batches),
        "agreement": kdlab.agreement(student, remembered_teacher, validation_batches),
        "kl": kdlab.kl_to_teacher(student, remembered_teacher, validation_batches, T=4),
    }
'''

_LAMBDA = '''\
def run_experiment(T, soft_target_loss_weight, ce_loss_weight):
    w, v = soft_target_loss_weight, ce_loss_weight
    model = StudentCNN(num_classes=len(lab.data.classes)).to(lab.device)
    history = lab.fit(
        lambda m, x, y: knowledge_distillation_step(remembered_teacher, m, x, y, T, w, v, ce_loss),
        model, "mine",
    )
    held = lab.data.validation.batches(100)
    teacher = lab.remember(lab.teacher())
    result = dict(
        kl=kdlab.kl_to_teacher(model, teacher, held, 4.0),
        accuracy=kdlab.accuracy(model, held),
        agreement=kdlab.agreement(model, teacher, held),
        loss=history.rows[-1]["loss"],
    )
    return model, result
'''

_OF_THE_LIBRARY = '''\
def run_experiment(T, soft_target_loss_weight, ce_loss_weight):
    student = new_student(seed=3)
    kdlab.fit(
        lambda model, inputs, labels: knowledge_distillation_step(
            teacher, model, inputs, labels, T, soft_target_loss_weight, ce_loss_weight,
            nn.CrossEntropyLoss(),
        ),
        student,
        lab.data.train.batches(8, shuffle=True),
        epochs=2,
        seed=1,
        progress=False,
    )
    return [student.eval(), measured(student)]


def measured(model):
    logits = kdlab.predict(model, validation_batches)
    wanted = kdlab.predict(teacher, validation_batches)
    labels = torch.cat([labels for _, labels in validation_batches])
    log_p, log_q = (F.log_softmax(each / 4, dim=1) for each in (wanted, logits))
    return {
        "accuracy": (logits.argmax(1) == labels).float().mean().item(),
        "agreement": (logits.argmax(1) == wanted.argmax(1)).double().mean(),
        "kl": F.kl_div(log_q, log_p, reduction="batchmean", log_target=True) * 16,
    }
'''

_OWN_LOOP = '''\
def run_experiment(T, soft_target_loss_weight, ce_loss_weight):
    student = new_student()
    optimizer = torch.optim.Adam(student.parameters(), lr=1e-3)
    for epoch in range(2):
        student.train()
        for inputs, labels in lab.train_split.batches(5, shuffle=True, seed=epoch):
            optimizer.zero_grad()
            loss = knowledge_distillation_step(
                remembered_teacher, student, inputs, labels,
                T, soft_target_loss_weight, ce_loss_weight, ce_loss,
            )
            loss.backward()
            optimizer.step()
    student.eval()
    hits = same = count = kl = 0
    with torch.no_grad():
        for inputs, labels in validation_batches:
            z, v = student(inputs), remembered_teacher(inputs)
            p, q = (torch.softmax(each / 4, 1) for each in (v, z))
            kl += (p * (p.log() - q.log())).sum().item() * 4**2
            hits += (z.argmax(1) == labels).sum().item()
            same += (z.argmax(1) == v.argmax(1)).sum().item()
            count += len(labels)
    return student, {"accuracy": hits / count, "agreement": same / count, "kl": kl / count}
'''

_PARTIAL = '''\
def step_with(T, soft, ce, model, inputs, labels):
    return knowledge_distillation_step(
        ce_loss=ce_loss, labels=labels, inputs=inputs, student=model, teacher=remembered_teacher,
        T=T, soft_target_loss_weight=soft, ce_loss_weight=ce,
    )


def run_experiment(T, soft_target_loss_weight, ce_loss_weight, seed=0, epochs=None):
    student, batches = new_student(seed), lab.data.validation.batches(7)
    step = partial(step_with, T, soft_target_loss_weight, ce_loss_weight)
    lab.fit(step, student, title="", epochs=epochs or lab.profile.student_epochs, seed=seed)
    functions = {
        "accuracy": lambda: kdlab.accuracy(student, batches),
        "agreement": lambda: kdlab.agreement(student, remembered_teacher, batches),
        "kl": lambda: kdlab.kl_to_teacher(student, remembered_teacher, batches, T=4),
    }
    return student, {name: function() for name, function in functions.items()}
'''

_KEEPS_A_LIST = '''\
done = []


class Experiment:
    def __call__(self, T, soft_target_loss_weight, ce_loss_weight):
        self.weights = soft_target_loss_weight, ce_loss_weight
        student = new_student()
        lab.fit(lambda *batch: self.loss(T, *batch), student, title=str(T))
        seen = (student, remembered_teacher, validation_batches)
        numbers = {"kl": kdlab.kl_to_teacher(*seen, T=4), "agreement": kdlab.agreement(*seen)}
        numbers["accuracy"] = kdlab.accuracy(student, validation_batches)
        done.append({"T": T, **numbers})
        return student, numbers

    def loss(self, T, student, inputs, labels):
        soft, ce = self.weights
        return knowledge_distillation_step(
            remembered_teacher, student, inputs, labels, T, soft, ce, ce_loss
        )


run_experiment = Experiment()
'''


def written(text: str) -> Any:
    """What a cell with this text defines as ``run_experiment``."""
    names = {"kdlab": kdlab, "torch": torch, "nn": nn, "F": F, "partial": partial}
    names["__name__"] = "__main__"
    exec(compile(text, "<cell 2-5>", "exec"), names)
    return names["run_experiment"]


EXPERIMENT = tuple(
    Right(id, written(text))
    for id, text in {
        "lecture": LECTURE,
        "lambda": _LAMBDA,
        "of_the_library": _OF_THE_LIBRARY,
        "own_loop": _OWN_LOOP,
        "partial": _PARTIAL,
        "callable": _KEEPS_A_LIST,
    }.items()
)
