"""What a submission's kernel gets of the machine that it runs on: files and variables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.results.job import Job
from autograder.sandbox import HOME, IMPORTS_OF_LABS, Mounts
from kdlab.profiles import read_settings, training_sets

#: Variables that no kernel gets.
KEPT_BACK = ("KDLAB_COURSE_SECRET", "KDLAB_DATA_ROOT", "KDLAB_RELEASE_LANGUAGE")
#: What it gets of the environment of this machine.
_OF_THIS_MACHINE = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CUDA_VISIBLE_DEVICES"
)  # fmt: skip
#: Where kdlab keeps its data in a room; ``KDLAB_DATA_ROOT`` is not known there.
_DATA_INSIDE = Path(HOME, ".cache", "kdlab")


def mounts(job: Job, folder: Path, course: Path) -> Mounts:
    """What the kernel of a submission sees.

    Parameters
    ----------
    job : Job
        The submission.
    folder : Path
        Its files.
    course : Path
        The course's folder, which stays away wherever it lies.
    """
    settings = read_settings(cuda=False)
    visible = training_sets(settings).resolve()
    images = _images(settings.data_root) if uses_kdlab(job) else {}
    return Mounts(
        working_folder=folder,
        read_only={visible: str(visible), **images},
        hidden=(course,),
        environment={**job.environment, **_of_this_machine(os.environ)},
        imports=IMPORTS_OF_LABS,
    )


def common_mounts(environ: Mapping[str, str]) -> Mounts:
    """What the kernels of all submissions have in common, in a worker with this environment."""
    environment = {**room_environment(environ), **_of_this_machine(environ)}
    return Mounts(environment=environment, imports=IMPORTS_OF_LABS)


def _of_this_machine(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in _OF_THIS_MACHINE if environ.get(name)}


def uses_kdlab(job: Job) -> bool:
    """Whether it is one of our labs; others need not wait for what takes seconds to load."""
    return any("kdlab" in cell.source for cell in job.read_notebook().cells)


def _images(root: Path) -> dict[Path, str]:
    """The images of ``digits-m`` where a notebook looks for them; else each kernel makes them anew.

    Nothing in them is hidden: the end-to-end checks measure on others.
    """
    from kdlab.data import digits_m_cache, load_data  # needs torch, as whoever executes does

    made = digits_m_cache(root)
    if not made.exists():
        load_data("digits-m", root)
    inside = digits_m_cache(_DATA_INSIDE)
    return {made.resolve(): str(inside)} if made.exists() else {}


def room_environment(outside: Mapping[str, str]) -> dict[str, str]:
    """The environment of a submission's kernel; its settings are the grader's, its data its own."""
    kept = {
        name: value
        for name, value in outside.items()
        if name.startswith("KDLAB_") and name not in KEPT_BACK
    }
    return {"KDLAB_PROFILE": "grading"} | {name: v for name, v in kept.items() if v}


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Inside, this process has the variables of a job, and no other ``KDLAB_`` ones but its own.

    Where data lie (``KDLAB_DATA_ROOT``) is a matter of the machine.
    """
    before = dict(os.environ)
    for name in [name for name in before if name.startswith("KDLAB_")]:
        if name not in KEPT_BACK:
            del os.environ[name]
    os.environ.update({n: v for n, v in variables.items() if n.startswith("KDLAB_")})
    try:
        yield
    finally:
        for name in [name for name in os.environ if name not in before]:
            del os.environ[name]
        os.environ.update(before)
