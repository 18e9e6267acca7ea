"""Errors for shapes that cannot match: which axis, with what sizes, and which adapter helps."""

from __future__ import annotations

from torch import Tensor

from labkit.errors import ConfigurationError

_MEANING = {
    "N": "numbers of samples",
    "C": "numbers of channels",
    "D": "numbers of features",
    "K": "numbers of classes",
    "H": "heights",
    "W": "widths",
}
_ADVICE = {
    "N": "Both must come from the same batch.",
    "C": "Bring the student's channels to the teacher's with"
    " `kdlab.methods.match_channels({s}, {t})`, trained with the student.",
    "D": "Bring the student's features to the teacher's with"
    " `kdlab.methods.match_features({s}, {t})`, trained with the student.",
    "K": "Teacher and student must tell the same classes apart; no adapter helps.",
    "H": "Bring the larger map to the size of the smaller one with"
    " `torch.nn.functional.adaptive_avg_pool2d`.",
}
_ADVICE["W"] = _ADVICE["H"]


def expect_axes(name: str, tensor: Tensor, axes: str) -> None:
    """Raise unless a tensor has as many axes as named, none of them empty.

    Parameters
    ----------
    name : str
        What the tensor is called in the function that was called.
    axes : str
        Such as ``"N C H W"``.

    Raises
    ------
    ConfigurationError
        The message says what came instead.
    """
    wanted = f"({', '.join(axes.split())})"
    if not isinstance(tensor, Tensor):
        raise ConfigurationError(
            f"{name} is {type(tensor).__name__}; a tensor of shape {wanted} is needed."
        )
    if tensor.ndim != len(axes.split()):
        advice = " Flatten the map with `.flatten(1)`." if axes == "N D" and tensor.ndim > 2 else ""
        raise ConfigurationError(
            f"{name} has shape {tuple(tensor.shape)}; {wanted} is needed.{advice}"
        )
    if not tensor.numel():
        raise ConfigurationError(f"{name} has shape {tuple(tensor.shape)}: it is empty.")


def expect_pair(
    names: tuple[str, str],
    student: Tensor,
    teacher: Tensor,
    axes: str,
    equal: str | None = None,
    advice: str | None = None,
) -> None:
    """Raise unless two tensors have these axes and agree in some of them.

    Parameters
    ----------
    names : tuple of str
        What student's and teacher's tensors are called.
    axes : str
        Such as ``"N C H W"``.
    equal : str, optional
        Axes in which they must agree, such as ``"N H W"``; default: all.
    advice : str, optional
        What to do, instead of the usual advice for the axis.
    """
    for name, tensor in zip(names, (student, teacher), strict=True):
        expect_axes(name, tensor, axes)
        if not tensor.is_floating_point():
            raise ConfigurationError(
                f"{name} is of type {tensor.dtype}; floating numbers are needed: `{name}.float()`."
            )
    if student.dtype != teacher.dtype:
        raise ConfigurationError(
            f"{names[0]} is of type {student.dtype} and {names[1]} of {teacher.dtype}: bring both"
            f" to one type, such as `{names[1]}.to({names[0]}.dtype)`."
        )
    for axis, s, t in zip(axes.split(), student.shape, teacher.shape, strict=True):
        if s != t and axis in (equal or axes).split():
            shapes = (
                f"{names[0]} has shape {tuple(student.shape)} and {names[1]} "
                f"{tuple(teacher.shape)}: the {_MEANING[axis]} differ ({s} and {t})."
            )
            help_ = advice if advice and axis != "N" else _ADVICE[axis].format(s=s, t=t)
            raise ConfigurationError(f"{shapes} {help_}")


def expect_labels(labels: Tensor, logits: Tensor) -> None:
    """Raise unless there is one label for each row of the logits."""
    expect_axes("labels", labels, "N")
    if len(labels) != len(logits):
        raise ConfigurationError(
            f"There are {len(labels)} labels for {len(logits)} rows of logits. "
            "Both must come from the same batch."
        )


def expect_classes(names: tuple[str, str], z: Tensor, v: Tensor, why: str) -> None:
    """Raise unless two tensors are logits of the same classes, of which there are two or more."""
    expect_pair(names, z, v, "N K")
    if z.shape[1] < 2:
        raise ConfigurationError(f"{names[0]} has shape {tuple(z.shape)}: one class alone {why}.")


def expect_positive(name: str, value: float) -> None:
    """Raise unless a number, such as a temperature, is above 0."""
    if not value > 0:
        raise ConfigurationError(f"{name}={value!r} must be above 0.")
