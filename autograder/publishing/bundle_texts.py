"""What students get with the notebooks: a README, environments, and a check of the repository."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

COLAB = "https://colab.research.google.com"
_WORKFLOW = """\
# Runs every notebook as it is handed out, so that nobody begins with one that does not.
name: notebooks
on: [push, workflow_dispatch]
jobs:
  run:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install -r requirements.txt
      - run: jupyter execute {notebooks}
{variables}"""


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
    lines = "\n".join(f"      - {package}" for package in _packages(dependencies, wheel))
    return (templates / "environment.yml").read_text("utf-8").format(packages=lines)


def requirements(dependencies: Sequence[str], wheel: str) -> str:
    """The same for pip: ``pip install -r requirements.txt`` in the bundle's folder."""
    return "\n".join([*_packages(dependencies, wheel), ""])


def _packages(dependencies: Sequence[str], wheel: str) -> list[str]:
    return [*dependencies, "jupyterlab>=4.2", f"./{wheel}"]


def workflow(notebooks: Sequence[str], variables: Mapping[str, str]) -> str:
    """A workflow of GitHub that runs the notebooks of the bundle as they are.

    Parameters
    ----------
    notebooks : sequence of str
        Their folders, see `readme`.
    variables : mapping of str to str
        For the environment, such as the profile with the shortest trainings.
    """
    paths = " ".join(f"labs/{folder}/{folder.split('/')[-1]}.ipynb" for folder in notebooks)
    set_ = "".join(f"          {name}: {value}\n" for name, value in variables.items())
    return _WORKFLOW.format(notebooks=paths, variables=f"        env:\n{set_}" if set_ else "")


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
