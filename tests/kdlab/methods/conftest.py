"""The losses that compare tensors of student and teacher, each with inputs that fit."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from kdlab import methods


@dataclass(frozen=True)
class Case:
    """A loss, the shapes of its student's and teacher's arguments, and which laws hold for it."""

    name: str
    call: Callable
    student: list[tuple]
    teacher: list[tuple]
    zero_at_identity: bool = True
    scale: bool = False  # scaling the student's or the teacher's tensors changes nothing
    options: dict = field(default_factory=dict)

    def __call__(self, student, teacher):
        return self.call(*student, *teacher, **self.options)

    def tensors(self, n=4, dtype=torch.float64, seed=0, teacher_seed=1):
        """Student's tensors, which require a gradient, and the teacher's."""
        made = []
        for shapes, its_seed in ((self.student, seed), (self.teacher, teacher_seed)):
            generator = torch.Generator().manual_seed(its_seed)
            made.append(
                [
                    torch.randn(n, *shape, generator=generator, dtype=torch.float64).to(dtype)
                    for shape in shapes
                ]
            )
        for tensor in made[0]:
            tensor.requires_grad_()
        return made


LOGITS, VECTOR, MAP = (5,), (6,), (3, 4, 4)


def decoupled(z, v):
    """With labels that go with the samples."""
    return methods.dkd(z, v, v[:, :3].argmax(1), T=3.0, alpha=1.5, beta=2.0)


def fsp(low_s, high_s, low_t, high_t):
    return methods.solution_flow(low_s, high_s, low_t, high_t)


def triplet(e_s, *e_t, **options):
    return methods.relative_triplet(e_s, e_t, **options)


CASES = [
    Case("soft_targets", methods.soft_targets, [LOGITS], [LOGITS], options={"T": 3.0}),
    Case("standardised", methods.standardised_soft_targets, [LOGITS], [LOGITS], scale=True),
    Case("standardised_paper", methods.standardised_soft_targets, [LOGITS], [LOGITS], scale=True,
         options={"variant": "paper"}),
    Case("dkd", decoupled, [LOGITS], [LOGITS]),
    Case("dist", methods.dist, [LOGITS], [LOGITS], zero_at_identity=False),
    Case("similarity_preserving", methods.similarity_preserving, [MAP], [VECTOR], scale=True),
    Case("logit_matching", methods.logit_matching, [LOGITS], [LOGITS]),
    Case("cosine", methods.cosine, [VECTOR], [VECTOR], scale=True),
    Case("hint", methods.hint, [MAP], [MAP]),
    Case("attention_code", methods.attention_transfer, [MAP], [MAP], scale=True),
    Case(
        "attention_paper", methods.attention_transfer, [MAP], [MAP], scale=True,
        options={"p": 1, "variant": "paper"},
    ),
    Case("attention_gradient", methods.attention_gradient, [MAP], [MAP]),
    Case("neuron_selectivity", methods.neuron_selectivity, [MAP], [MAP], scale=True),
    Case("factor_transfer", methods.factor_transfer, [MAP], [MAP], scale=True),
    Case("factor_transfer_2", methods.factor_transfer, [MAP], [MAP], scale=True,
         options={"p": 2}),
    Case("activation_boundary", methods.activation_boundary, [MAP], [MAP],
         zero_at_identity=False),
    Case("solution_flow", fsp, [(3, 8, 8), MAP], [(3, 8, 8), MAP]),
    Case("relational_distance", methods.relational_distance, [VECTOR], [VECTOR], scale=True),
    Case("relational_angle", methods.relational_angle, [VECTOR], [VECTOR], scale=True),
    Case("relative_triplet", triplet, [VECTOR], [(3,), VECTOR, (7,)], zero_at_identity=False,
         options={"margin": 1.0}),
]  # fmt: skip


def pytest_generate_tests(metafunc):
    """A test that asks for a `case` is run for each loss; the others for some."""
    kinds = {
        "case": CASES,
        "matcher": [case for case in CASES if case.zero_at_identity],
        "unindexed": [case for case in CASES if case.name != "relative_triplet"],
        # The similarities of twice as many samples share one row's length.
        "repeatable": [
            case
            for case in CASES
            if case.name not in ("relative_triplet", "similarity_preserving")
        ],
    }
    for name, cases in kinds.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, cases, ids=lambda case: case.name)
