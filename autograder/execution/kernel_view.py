"""What a submission's kernel gets of the machine that it runs on: files and variables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autograder.results.job import Job
from autograder.sandbox import Mounts
from autograder.subject import Subject

#: How the names of variables begin that are ``labkit``'s; those of the course come on top.
LABKIT = "LABKIT_"
#: What every kernel loads before its first cell, see the kernel specification.
_OF_A_KERNEL = ("labkit.guest",)
#: What a kernel gets of the environment of this machine.
_OF_THIS_MACHINE = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "CUDA_VISIBLE_DEVICES"
)  # fmt: skip


def mounts(job: Job, subject: Subject, folder: Path, course: Path) -> Mounts:
    """What the kernel of a submission sees.

    Parameters
    ----------
    job : Job
        The submission.
    subject : Subject
        The course that it belongs to.
    folder : Path
        Its files.
    course : Path
        The course's folder, which stays away wherever it lies.
    """
    visible = subject.visible(os.environ) if uses_library(job, subject) else {}
    return _common(subject, {**job.environment, **_of_this_machine(os.environ)}).extended(
        working_folder=folder, read_only=visible, hidden=(course,)
    )


def common_mounts(environ: Mapping[str, str], subject: Subject) -> Mounts:
    """What the kernels of all submissions have in common, in a worker with this environment."""
    variables = {**kernel_environment(environ, subject), **_of_this_machine(environ)}
    return _common(subject, variables)


def _common(subject: Subject, variables: Mapping[str, str]) -> Mounts:
    return Mounts(
        environment=variables,
        imports=(*subject.imports, *_OF_A_KERNEL) if subject.imports else (),
        packages=subject.packages,
        hidden_modules=subject.hidden,
        private=subject.private,
    )


def _of_this_machine(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: environ[name] for name in _OF_THIS_MACHINE if environ.get(name)}


def uses_library(job: Job, subject: Subject) -> bool:
    """Whether it is a lab that uses the course's library; others need not wait for it to load."""
    used = subject.library or subject.packages[0]
    return any(used in cell.source for cell in job.read_notebook().cells)


def kernel_environment(outside: Mapping[str, str], subject: Subject) -> dict[str, str]:
    """The environment of a submission's kernel; its settings are the grader's, its data its own."""
    kept = {
        name: value
        for name, value in outside.items()
        if _passes(name, subject) and name not in subject.kept_back
    }
    return {**subject.defaults, **{name: value for name, value in kept.items() if value}}


def _passes(name: str, subject: Subject) -> bool:
    return name.startswith(LABKIT) or subject.is_own(name)


@contextmanager
def environment(variables: Mapping[str, str], subject: Subject) -> Iterator[None]:
    """Inside, this process has the variables of a job, and none of the course's but those.

    Where data lie is a matter of the machine: what no kernel gets stays.
    """
    before = dict(os.environ)
    for name in before:
        if _passes(name, subject) and name not in subject.kept_back:
            del os.environ[name]
    os.environ.update({n: v for n, v in variables.items() if _passes(n, subject)})
    try:
        yield
    finally:
        for name in [name for name in os.environ if name not in before]:
            del os.environ[name]
        os.environ.update(before)
