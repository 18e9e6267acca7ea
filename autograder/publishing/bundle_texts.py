"""The README and the conda environment that students get with the notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

COLAB = "https://colab.research.google.com"


def environment(templates: Path, dependencies: Sequence[str], wheel: str) -> str:
    """A conda environment that runs the notebooks.

    Parameters
    ----------
    templates : Path
        The course's folder of templates.
    dependencies : sequence of str
        Those of the students' library, such as ``"torch>=2.2"``.
    wheel : str
        Its file's name; the wheel lies beside the environment file.
    """
    packages = [*dependencies, "jupyterlab>=4.2", f"./{wheel}"]
    lines = "\n".join(f"      - {package}" for package in packages)
    return (templates / "environment.yml").read_text("utf-8").format(packages=lines)


def readme(
    templates: Path, notebooks: Sequence[str], wheel: str, repository: str, branch: str, **_: str
) -> str:
    """The students' README, with a Colab badge for each notebook.

    Parameters
    ----------
    templates : Path
        The course's folder of templates.
    notebooks : sequence of str
        Their folders below ``labs/``, such as ``"lab1_baseline"`` or ``"explore/explore_schemes"``;
        each is called as its folder is.
    """
    badges = "\n".join(
        f"- `{folder.split('/')[-1]}` {badge(folder, repository, branch)}" for folder in notebooks
    )
    text = (templates / "README.md").read_text("utf-8")
    return text.format(badges=badges, wheel=wheel, repository=repository)


def badge(folder: str, repository: str, branch: str) -> str:
    """The "Open in Colab" badge of a student notebook, in Markdown."""
    name = folder.split("/")[-1]
    link = f"{COLAB}/github/{repository}/blob/{branch}/labs/{folder}/{name}.ipynb"
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({link})"
