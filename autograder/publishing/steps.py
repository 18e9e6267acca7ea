"""The steps of ``nbgrader generate_assignment``, as preprocessors."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)
from traitlets import CaselessStrEnum, default

from autograder.library import version_of
from autograder.notebooks import (
    INSTRUCTOR_ONLY,
    LANGUAGE_TAG,
    LANGUAGES,
    RELEASED,
    grade_id,
    is_graded_code,
    is_solution,
    tags,
)
from autograder.publishing.fences import ENDS, STARTS, ReleaseError, clear_solution
from autograder.subject import find_subject, tables_above

Step = tuple[NotebookNode, dict[str, Any]]

PROMPTS = {
    "ko": "**답:** *이 문장을 지우고 답을 쓰세요.*",
    "en": "**Answer:** *Replace this sentence with your answer.*",
}
#: Says in which language a lab is released.
LANGUAGE_VARIABLE = "AUTOGRADER_RELEASE_LANGUAGE"
_SETTING = re.compile(r"""^LANGUAGE = (["'])\w+\1""", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{([a-z]+(?:_[a-z]+)*)\}\}")
_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS(.*?)### END HIDDEN TESTS", re.DOTALL)
_KEPT_METADATA = ("nbgrader", "tags", "deletable", "editable", "jupyter", "cellView")


def read_address(folder: str | Path) -> dict[str, str]:
    """What the course's ``pyproject.toml`` says of its address, and the name of its wheel.

    That is the table ``[tool.<library>]``, named for the library that students get; without one,
    ``[tool.autograder]``.

    Returns
    -------
    dict
        ``repository``, ``branch``, …: what ``{{repository}}`` in a source notebook stands for.
    """
    folder = Path(folder).resolve()
    library = find_subject(folder).library
    table = library or "autograder"
    for _, address in tables_above(folder, table):
        if address:
            said = {key: str(value) for key, value in address.items()}
            if library:
                said["wheel"] = f"{library}-{version_of(library)}-py3-none-any.whl"
            return said
    raise ReleaseError(f"no pyproject.toml with [tool.{table}] at or above {folder}")


def chosen_language() -> str:
    """What the environment says: ``"ko"``, ``"en"`` or, where it says nothing, ``"both"``."""
    return os.environ.get(LANGUAGE_VARIABLE) or "both"


class ReleaseStep(NbGraderPreprocessor):
    """A step that knows which languages the release is in."""

    language = CaselessStrEnum(
        ["both", *LANGUAGES],
        help=f"Prose in the student notebooks: 'both', 'ko' or 'en'; {LANGUAGE_VARIABLE}.",
    ).tag(config=True)

    @default("language")
    def _language_from_environment(self) -> str:
        return chosen_language()


class SelectCells(ReleaseStep):
    """Drops the instructor's cells and the other language, and records the choice."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Keep what students of this release see."""
        unwanted = {LANGUAGE_TAG + other for other in LANGUAGES if other != self.language}
        unwanted = {INSTRUCTOR_ONLY} | (unwanted if self.language != "both" else set())
        known = {LANGUAGE_TAG + language for language in LANGUAGES}
        for number, cell in enumerate(nb.cells, start=1):
            strange = {tag for tag in tags(cell) if tag.startswith(LANGUAGE_TAG)} - known
            if strange:
                raise ReleaseError(f"cell {number}: tag {min(strange)!r}; known: {sorted(known)}")
            if cell.cell_type == "code":
                cell.source = _SETTING.sub(f'LANGUAGE = "{self.language}"', cell.source)
        nb.cells = [cell for cell in nb.cells if not tags(cell) & unwanted]
        nb.metadata[RELEASED] = {"language": self.language}
        return nb, resources


class FillAddress(NbGraderPreprocessor):
    """Writes what `read_address` gives where the source says ``{{repository}}`` and the like."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Fill the placeholders in prose and code."""
        for cell in nb.cells:
            if _PLACEHOLDER.search(cell.source):
                address = read_address(resources["metadata"]["path"])
                unknown = set(_PLACEHOLDER.findall(cell.source)) - set(address)
                if unknown:
                    raise ReleaseError(
                        f"cell {cell.id}: {{{{{min(unknown)}}}}} is not in pyproject.toml; "
                        f"known: {', '.join(sorted(address))}"
                    )
                for key, value in address.items():
                    cell.source = cell.source.replace("{{" + key + "}}", value)
        return nb, resources


class ClearSolutionCells(ReleaseStep):
    """Takes the solutions out, keeps fences and hints, and puts stubs in."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> Step:
        """Clear one cell; a fence in a cell that is no solution cell is an error."""
        name = grade_id(cell) or f"number {index + 1}"
        if is_solution(cell):
            if cell.cell_type == "code":
                cell.source = clear_solution(cell.source, name)
            else:
                cell.source = self._prompt()
        elif cell.cell_type == "code" and (STARTS.search(cell.source) or ENDS.search(cell.source)):
            raise ReleaseError(f"cell {name} has a fence but is no solution cell for nbgrader")
        return cell, resources

    def _prompt(self) -> str:
        chosen = LANGUAGES if self.language == "both" else (self.language,)
        return "\n\n".join(PROMPTS[language] for language in chosen)


class CheckGradedCells(NbGraderPreprocessor):
    """A graded cell without a hidden call of ``grade`` would give marks for nothing."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict[str, Any], index: int) -> Step:
        """Look for the call in the hidden region."""
        if is_graded_code(cell):
            hidden = "".join(_HIDDEN.findall(cell.source))
            if "grade(" not in hidden:
                raise ReleaseError(
                    f"cell {grade_id(cell)}: graded, but no grade(...) between "
                    "'### BEGIN HIDDEN TESTS' and '### END HIDDEN TESTS'"
                )
        return cell, resources


class TidyMetadata(NbGraderPreprocessor):
    """Leaves out what an editor wrote into the notebook: the same source, the same bytes."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> Step:
        """Keep the kernel, the language and what nbgrader and the reader need."""
        nb.metadata = NotebookNode(
            **{RELEASED: nb.metadata.get(RELEASED, {})},
            accelerator="GPU",  # Colab then gives the notebook one
            colab={"gpuType": "T4", "provenance": []},
            kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
            language_info={"name": "python"},
        )
        for cell in nb.cells:
            kept = {key: cell.metadata[key] for key in _KEPT_METADATA if key in cell.metadata}
            cell.metadata = NotebookNode(kept)
        return nb, resources


#: SaveCells before the hidden tests go, since the gradebook keeps them; checksums again after.
RELEASE_STEPS = [
    IncludeHeaderFooter,
    SelectCells,
    FillAddress,
    LockCells,
    CheckGradedCells,
    ClearSolutionCells,
    ClearOutput,
    TidyMetadata,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]
