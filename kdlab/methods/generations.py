"""Generations of one network, each taught by the one before: born-again networks."""

from __future__ import annotations

from collections.abc import Callable

from torch import nn

from labkit.errors import ConfigurationError


def born_again(
    make: Callable[[int], nn.Module],
    train: Callable[[nn.Module, nn.Module | None], object],
    generations: int = 3,
) -> list[nn.Module]:
    """Train generations of a network, generation k taught by generation k − 1.

    Parameters
    ----------
    make : callable
        ``make(k)`` returns a new network; all have one architecture.
    train : callable
        ``train(student, teacher)`` trains the student in place. The teacher is None for the first
        generation, and otherwise the one before, frozen and in eval mode.
    generations : int, default 3
        At least 2: a first one and its heir.

    Returns
    -------
    list of nn.Module
        All generations in eval mode, the last one last. `average_teachers` makes an ensemble of
        their logits.

    Raises
    ------
    ConfigurationError
        If a generation is, or shares parameters with, an earlier one: it would be its own teacher.

    Notes
    -----
    Furlanello 2018, "Born-again neural networks", section 3. The paper teaches with the teacher's
    probabilities at temperature 1, with or without the labels.
    """
    if generations < 2:
        raise ConfigurationError(f"generations={generations!r}: at least 2 are needed.")
    line: list[nn.Module] = []
    for k in range(generations):
        student = make(k)
        for number, earlier in enumerate(line):
            _expect_other(student, earlier, k, number)
        train(student, line[-1] if line else None)
        line.append(student.eval().requires_grad_(False))
    return line


def _expect_other(student: nn.Module, teacher: nn.Module, k: int, number: int) -> None:
    """Raise if two networks are one, or share weights."""
    addresses = {parameter.data_ptr() for parameter in teacher.parameters()}
    shared = any(parameter.data_ptr() in addresses for parameter in student.parameters())
    if student is teacher or shared:
        raise ConfigurationError(
            f"make({k}) returned the network of generation {number}, or one that shares its "
            "parameters: it would be its own teacher. Make a new network each time."
        )
    if repr(student) != repr(teacher):
        raise ConfigurationError(
            f"make({k}) has another architecture than generation {number}. Born-again networks "
            "have one; with another architecture it is plain distillation (`soft_targets`)."
        )
