"""The step of ``nbgrader autograde`` that executes a submission, unless its result is stored."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from autograder.execution.kernel_view import kernel_environment
from autograder.execution.run import RunSubmission
from autograder.notebooks import is_graded_code
from autograder.notes import notes_of
from autograder.results.job import Job, code_cells, code_text, files_beside
from autograder.results.own_modules import digest_of_own_modules
from autograder.results.record import Record
from autograder.results.secret import course_secret, digest_of, seed_of
from autograder.results.store import ResultStore, store_folder
from autograder.results.versions import checks_version, libraries
from autograder.sandbox import Sandbox
from autograder.sandbox.host import device
from autograder.subject import find_subject

#: Settings of the execution that decide no result, or that are drawn anew every time.
_NO_MATTER = ("skip_cells_with_tag",)
#: Limits that follow from the number of cores, unless they are configured.
_OF_THE_MACHINE = ("processes", "cpu_seconds")


class NotYetError(Exception):
    """The result is not there yet: somebody else is asked to execute the `job`."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.key)
        self.job = job


class ExecuteSubmission(RunSubmission):
    """Takes the result of a submission from the store; computes and stores it if it is not there.

    The notes may say otherwise: nothing is taken from the store that shall be fresh, and where
    nothing may be executed here, what is missing ends with `NotYetError` for now.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any], km: Any = None
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put the outputs of the executed submission into the notebook."""
        job = self.job(nb, resources)
        store = ResultStore(store_folder(self._root), self.log)
        noted = notes_of(resources)
        record = noted.records.get(job.key)
        if record is None and not noted.fresh:
            record = store.get(job.key)
        noted.executed = record is None
        if record is None and not noted.may_execute:
            raise NotYetError(job)
        if record is None:
            record = self.execute_job(job)
            if record.is_complete:  # a fault of the grader may be gone the next time
                store.put(record)
        noted.slow = record.slow
        if record.is_complete:
            noted.key = job.key
        return show(record, nb), resources

    def job(self, nb: NotebookNode, resources: Mapping[str, Any]) -> Job:
        """What executing this submission depends on.

        Parameters
        ----------
        nb : NotebookNode
            Sanitised, with its hidden tests.
        resources : mapping
            Where its files are, and of which assignment it is.
        """
        where = resources.get("nbgrader", {})
        assignment, notebook = where.get("assignment", ""), where.get("notebook", "")
        files = files_beside(Path(resources["metadata"]["path"]), f"{notebook}.ipynb")
        return Job(
            assignment=assignment,
            notebook=code_text(nb),
            files=files,
            seed=seed_of(course_secret(self._root), "inputs", digest_of(nb, files)),
            **self.circumstances(assignment, nb),
        )

    def circumstances(self, assignment: str, *notebooks: NotebookNode) -> dict[str, Any]:
        """The parts of a `Job` that are the same for all submissions of an assignment.

        Parameters
        ----------
        assignment : str
        *notebooks : NotebookNode
            With the hidden tests of the assignment.
        """
        root, subject = self._root, find_subject(self._root)
        environment = kernel_environment(os.environ, subject)
        graded = [cell.source for nb in notebooks for cell in nb.cells if is_graded_code(cell)]
        known = ("autograder", *subject.packages, *subject.private)
        return {
            "test_seed": seed_of(course_secret(root), "test images"),
            "environment": environment,
            "config": self.effective_config(),
            "checks": checks_version(subject, assignment),
            "libraries": libraries(),
            "device": device(),
            "course": digest_of_own_modules(root, graded, known),
            "data": subject.data_mark(environment),
            "subject": subject.name,
        }

    @property
    def _root(self) -> Path:
        return Path(CourseDirectory(parent=self).root)

    def effective_config(self) -> dict[str, dict[str, Any]]:
        """The settings of the execution and of the sandbox, as they are, by class."""
        parts = {"ExecuteSubmission": self, "Sandbox": Sandbox(parent=self)}
        return {name: _plain(part) for name, part in parts.items()}


def show(record: Record, nb: NotebookNode) -> NotebookNode:
    """The notebook with the outputs of its executed twin."""
    for cell, executed in zip(code_cells(nb), record.notebook.cells, strict=True):
        cell.outputs = executed.outputs
        cell.execution_count = executed.execution_count
    return nb


def _plain(configurable: Any) -> dict[str, Any]:
    """Settings that are plain data; hooks and classes travel nowhere."""
    found = {}
    for name in configurable.trait_names(config=True):
        value = getattr(configurable, name)
        configured = name in configurable.config.get(type(configurable).__name__, {})
        if name in _NO_MATTER or (name in _OF_THE_MACHINE and not configured):
            continue
        if isinstance(value, str | int | float | list | dict | None):
            found[name] = value
    return found
