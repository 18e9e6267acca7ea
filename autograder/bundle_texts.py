"""The README and the conda environment that students get with the notebooks."""

from __future__ import annotations

from collections.abc import Sequence

COLAB = "https://colab.research.google.com"

ENVIRONMENT = """\
# conda env create -f environment.yml && conda activate knowledge-distillation-lab && jupyter lab labs
name: knowledge-distillation-lab
channels:
  - conda-forge
dependencies:
  - python>=3.10
  - pip
  - pip:
{packages}
"""

README = """\
# Knowledge distillation lab · 지식 증류 실습

Four notebooks in which you build knowledge distillation from its definitions.
지식 증류를 정의부터 직접 구현해 보는 노트북 네 개입니다.

{badges}

## On Colab · Colab에서
Open a notebook with its badge, choose *Runtime → Change runtime type → GPU*, then *File → Save a copy
in Drive*. The first cell installs what is missing.

배지를 눌러 노트북을 열고 *런타임 → 런타임 유형 변경 → GPU*를 고른 다음 *파일 → Drive에 사본 저장*을 하십시오.
첫 번째 셀이 빠진 패키지만 설치합니다.

## On your own computer · 내 컴퓨터에서
With Python 3.10 or later · Python 3.10 이상에서:

    python3 -m venv .venv
    . .venv/bin/activate
    pip install jupyterlab ./{wheel}
    jupyter lab labs

or with conda · 또는 conda로:

    conda env create -f environment.yml
    conda activate knowledge-distillation-lab
    jupyter lab labs

On Windows, the second line is `.venv\\Scripts\\activate`. No GPU is needed.
Windows에서는 두 번째 줄이 `.venv\\Scripts\\activate`입니다. GPU는 없어도 됩니다.

## Working on it · 작성과 제출
Write your code between `##### YOUR CODE STARTS HERE #####` and `##### YOUR CODE ENDS HERE #####`; the
self-check under each exercise tells what is right and what is not. *Run all* works at any time. Hand in
the notebook under its own name.

`##### YOUR CODE STARTS HERE #####`와 `##### YOUR CODE ENDS HERE #####` 사이에 코드를 작성하십시오. 문제마다 바로 아래에
있는 자가 점검이 맞은 부분과 틀린 부분을 알려 줍니다. *모두 실행*은 언제든 할 수 있습니다. 노트북의 파일 이름을
바꾸지 말고 제출합니다.

Something is wrong or unclear? · 오류나 이해되지 않는 부분이 있다면:
https://github.com/{repository}/issues
"""


def environment(dependencies: Sequence[str], wheel: str) -> str:
    """A conda environment that runs the notebooks.

    Parameters
    ----------
    dependencies : sequence of str
        Those of ``kdlab``, such as ``"torch>=2.2"``.
    wheel : str
        Its file's name; the wheel lies beside the environment file.
    """
    packages = [*dependencies, "jupyterlab>=4.2", f"./{wheel}"]
    return ENVIRONMENT.format(packages="\n".join(f"      - {package}" for package in packages))


def readme(labs: Sequence[str], wheel: str, repository: str, branch: str, **_: str) -> str:
    """The students' README, with a Colab badge for each notebook."""
    badges = "\n".join(f"- `{lab}` {badge(lab, repository, branch)}" for lab in labs)
    return README.format(badges=badges, wheel=wheel, repository=repository)


def badge(lab: str, repository: str, branch: str) -> str:
    """The "Open in Colab" badge of a student notebook, in Markdown."""
    link = f"{COLAB}/github/{repository}/blob/{branch}/labs/{lab}/{lab}.ipynb"
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({link})"
