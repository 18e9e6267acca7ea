"""The first cell of a notebook, and the self-checks under each exercise."""

from __future__ import annotations

import platform
from dataclasses import dataclass

import torch
from labkit.attempts import uses
from labkit.language import say, set_language
from labkit.selfcheck import SelfChecks

from quantlab.data import Digits, load_digits
from quantlab.version import __version__

_checks = SelfChecks("quantlab")
check, hint = _checks.check, _checks.hint
example, progress = _checks.example, _checks.progress


@dataclass(frozen=True, eq=False)
class Lab:
    """What `setup` returns: the digits of a notebook.

    Attributes
    ----------
    train, calibration, test : Digits
        For training, for measuring ranges and losses, and for nothing but the last accuracy.
    """

    name: str
    train: Digits
    calibration: Digits
    test: Digits
    uses = staticmethod(uses)


def setup(name: str, language: str = "both") -> Lab:
    """Get a notebook going: its digits and self-checks; prints what was set up.

    Parameters
    ----------
    name : str
        The notebook, such as ``"quant1_post_training"``.
    language : {"both", "ko", "en"}
        Language of what is printed.
    """
    set_language(language)
    _checks.open("quantlab", name)
    lab = Lab(name, *(load_digits(split) for split in ("train", "calibration", "test")))
    print(f"{name} · quantlab {__version__} · torch {torch.__version__}", end=" · ")
    print(f"Python {platform.python_version()} · CPU")
    n, m, k = len(lab.train), len(lab.calibration), len(lab.test)
    say(
        f"8 × 8 숫자 이미지: 학습 {n}장, calibration {m}장, test {k}장. 준비되었습니다.",
        f"Digits of 8 × 8 pixels: {n} for training, {m} for calibration, {k} for testing. Ready.",
    )
    return lab
