"""What the docstrings of the methods promise to hold: formula, shapes, range, paper."""

import inspect
import re
from pathlib import Path

import pytest

from kdlab import methods

OF_THE_LECTURES = [
    *("soft_targets", "logit_matching"),
    *("cosine", "hint", "attention_transfer", "attention_gradient", "neuron_selectivity"),
    *("factor_transfer", "Paraphraser", "Translator"),
    *("activation_boundary", "activation_disagreement"),
    *("solution_flow", "relational_distance", "relational_angle"),
    *("born_again", "mutual_learning", "NativeEnsemble", "SelfDistillation"),
    *("average_teachers", "relative_triplet", "cross_modal", "DataFree", "weight_matching"),
]
LOSSES = [
    *("soft_targets", "logit_matching", "cosine", "hint", "attention_transfer"),
    *("attention_gradient", "neuron_selectivity", "factor_transfer", "activation_boundary"),
    *("activation_disagreement", "solution_flow", "relational_distance", "relational_angle"),
    *("mutual_learning", "relative_triplet", "cross_modal", "weight_matching"),
]
# Two forms are the lecture's own; two networks belong to `factor_transfer`.
LATER = ["dkd", "dist", "similarity_preserving", "standardised_soft_targets"]  # than the lectures
WITH_PAPER = {*OF_THE_LECTURES} - {"cosine", "weight_matching", "Paraphraser", "Translator"} | {
    *LATER
}


def doc(name):
    return inspect.getdoc(getattr(methods, name))


def test_the_package_holds_every_method_of_the_lectures():
    assert [name for name in OF_THE_LECTURES if name not in methods.__all__] == []
    assert [name for name in methods.__all__ if not doc(name)] == []
    assert methods.__all__ == sorted(methods.__all__)


@pytest.mark.parametrize("name", LOSSES + LATER)
def test_a_loss_has_formula_shapes_and_range(name):
    text = doc(name)
    assert ".. math::" in text
    assert re.search(r"``\((N|out), ?[\w …,]*\)``", text), "shapes"
    returned = text.partition("Returns\n")[2]
    assert re.search(r"Scalar, 0 (or above|to \d)", returned), "range"


@pytest.mark.parametrize("name", sorted(WITH_PAPER))
def test_the_paper_is_named_with_its_year(name):
    assert re.search(r"[A-Z][\w-]+,? (20[012]\d)\b", doc(name).partition("Notes\n")[2])


def test_equation_numbers_are_those_that_were_looked_up():
    """A number from memory is worse than none: a section is named instead."""
    folder = Path(methods.__file__).parent
    found = [
        (path.stem, number)
        for path in sorted(folder.glob("*.py"))
        for number in re.findall(r"\b(?:equations?|eq\.) (\d+)", path.read_text("utf-8"))
    ]
    assert found == [("response", "4")]  # of Hinton, Vinyals, Dean
