"""The documents follow the one place of the project's address."""

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.publishing.address import with_address

OLD = (
    "[badge](https://colab.research.google.com/github/someone/old/blob/dev/labs/a/a.ipynb)"
    " [errata](https://github.com/someone/old/issues) https://github.com/other/thing/issues"
    " git push https://github.com/someone/old.git main"
)
NEW = (
    "[badge](https://colab.research.google.com/github/university/labs/blob/main/labs/a/a.ipynb)"
    " [errata](https://github.com/university/labs/issues) https://github.com/other/thing/issues"
    " git push https://github.com/university/labs.git main"
)


def test_all_addresses_of_the_project_change_and_no_other():
    assert with_address(OLD, "university/labs", "main") == NEW


@pytest.mark.parametrize("text", [NEW, "no badge: https://github.com/someone/old/issues"])
def test_what_is_right_or_unknown_stays(text):
    assert with_address(text, "university/labs", "main") == text


def test_the_command_rewrites_what_changed(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.autograder]\nsubject = "kdcourse.course:SUBJECT"\n'
        '[tool.kdlab]\nrepository = "university/labs"\nbranch = "main"\n'
    )
    (tmp_path / "README.md").write_text(OLD)
    (tmp_path / "README.ko.md").write_text(NEW)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["address"])
    assert done.exit_code == 0 and done.output.count("wrote") == 1
    assert (tmp_path / "README.md").read_text() == NEW


def test_a_course_may_have_neither_a_library_nor_a_readme(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text(
        '[tool.autograder]\nsubject = ""\nrepository = "university/labs"\nbranch = "main"\n'
    )
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["address"])
    assert (done.exit_code, done.output) == (0, "")
