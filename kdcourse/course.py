"""The knowledge distillation course, as the grader sees it: see `autograder.subject`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from autograder.subject import Lab, Subject


def _lab(name: str) -> Lab:
    folder = name.partition("_")[0]
    return Lab(
        f"kdcourse.{folder}.exercises",
        points=25,
        data=(f"kdlab:public/{name}.json", f"kdcourse:end_to_end/bars/{folder}-*.json"),
    )


def _visible(environment: Mapping[str, str]) -> Mapping[Path, str]:
    from kdcourse.end_to_end.visible import visible  # needs torch, as whoever executes does

    return visible(environment)


def _obstacle(lab: str, environment: Mapping[str, str]) -> str:
    from kdcourse.end_to_end.ready import obstacle  # needs torch, as whoever executes does

    return obstacle(lab, environment)


def _remark(lab: str, environment: Mapping[str, str], device: str) -> str:
    if device == "cpu" or environment.get("KDLAB_DATASET"):
        return ""  # as it was asked for
    from kdcourse.end_to_end.ready import remark_on_gpu  # needs torch, and a run does not

    return remark_on_gpu(environment)


def _data_mark(environment: Mapping[str, str]) -> str:
    """Hash of the size and the date of an image folder; empty for data that never change."""
    kind, _, path = environment.get("KDLAB_DATASET", "").partition(":")
    if kind != "folder" or not os.path.exists(path):
        return ""
    facts = os.stat(path)
    return hashlib.sha256(f"{facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()


LABS = ("lab1_baseline", "lab2_soft_targets", "lab3_cosine", "lab4_regressor")

SUBJECT = Subject(
    labs={name: _lab(name) for name in LABS},
    library="kdlab",
    hidden=("kdlab.methods",),
    private=("kdcourse",),
    imports=(
        "torch",
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "labkit.answer",
        "kdlab.plots",
        "kdlab.runtime",
        "kdlab.training",
        "kdlab.end_to_end",
        "kdlab.probe_experiment",
    ),
    worker_imports=(
        "sklearn.datasets",
        "torch.fx.experimental.symbolic_shapes",
        "kdcourse.end_to_end.grade",
    ),
    decides=(
        "kdlab.runtime",
        "kdlab.end_to_end",
        "kdlab.probe_experiment",
        "kdcourse.end_to_end.visible",
    ),
    data=("kdlab:teachers/*.safetensors", "kdlab:data/photos/*.png"),
    variables="KDLAB_",
    kept_back=("KDLAB_DATA_ROOT",),
    defaults={"KDLAB_PROFILE": "grading"},
    shown={"KDLAB_PROFILE": "fast", "KDLAB_DATASET": "digits-m"},
    fresh="KDLAB_DATA_ROOT",
    visible=_visible,
    data_mark=_data_mark,
    obstacle=_obstacle,
    remark=_remark,
    commands={"calibrate": "kdcourse.end_to_end.calibrate_command:calibrate"},
    bundle_files="kdcourse:bundle_files",
    demo="kdcourse.demo:STUDENTS",
)
