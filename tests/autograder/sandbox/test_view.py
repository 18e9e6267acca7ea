"""What a room shows and what it does not."""

from pathlib import Path

import pytest

from autograder.sandbox import host
from autograder.sandbox.mounts import Mounts
from autograder.sandbox.settings import Sandbox
from autograder.sandbox.view import HOME, SUBMISSION, furnish

PACKAGES = ("labkit", "kdlab", "autograder", "kdcourse")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with an editable grader and kdlab, inside what counts as the environment."""
    prefix = tmp_path / "env"
    for folder in ("kdlab/methods", "data/train", "data/test", "solutions", *PACKAGES):
        (prefix / "src/course" / folder).mkdir(parents=True, exist_ok=True)
    packages = {name: prefix / "src/course" / name for name in PACKAGES}
    monkeypatch.setattr(host, "package_folder", packages.__getitem__)
    monkeypatch.setattr(host, "python_folders", lambda: [prefix])
    monkeypatch.setattr(host, "font_list", dict)
    return prefix / "src/course"


def furnished(tmp_path, mounts=None, **settings):
    private, submission = tmp_path / "private", tmp_path / "submission"
    private.mkdir()
    submission.mkdir()
    seen = (mounts or Mounts()).extended(
        packages=("labkit", "kdlab"), hidden_modules=("kdlab.methods",), private=("kdcourse",)
    )
    return furnish(Sandbox(**settings), seen, private, private / "s", submission)


def test_an_editable_course_in_the_environment_is_hidden_but_for_students_packages(
    tmp_path, course
):
    room = furnished(tmp_path)
    assert room.hidden[str(course)] is True
    for name in ("kdlab", "labkit"):
        assert room.files[str(course / name)] == course / name
    assert not {str(course / "autograder"), str(course / "kdcourse")} & set(room.files)
    assert room.hidden[str(course / "kdlab/methods")] is True


def test_a_copied_grader_is_hidden_without_its_neighbours(tmp_path, course, monkeypatch):
    monkeypatch.setattr(host, "in_site_packages", lambda folder: True)
    room = furnished(tmp_path)
    assert {str(course / name) for name in ("autograder", "kdcourse")} < set(room.hidden)
    assert str(course) not in room.hidden


def test_an_installed_copy_beside_the_edited_one_is_hidden_too(tmp_path, course, monkeypatch):
    packages = tmp_path / "env/lib/site-packages"
    for name in ("autograder", "kdcourse", "kdlab/methods"):
        (packages / name).mkdir(parents=True)
    monkeypatch.setattr(host, "site_folders", lambda: [packages])
    hidden = furnished(tmp_path).hidden
    wanted = ("autograder", "kdcourse", "kdlab/methods")
    assert {str(packages / name) for name in wanted} < set(hidden)
    assert str(course) in hidden


def test_a_course_elsewhere_needs_no_hiding(tmp_path, course, monkeypatch):
    monkeypatch.setattr(host, "python_folders", list)
    assert set(furnished(tmp_path).hidden) == {str(course / "kdlab/methods")}


def test_training_data_is_shown_without_its_test_split(tmp_path, course):
    mounts = Mounts(read_only={course / "data": "/data"}, hidden=(course / "data/test",))
    room = furnished(tmp_path, mounts)
    assert room.files["/data"] == course / "data"
    assert "/data/test" in room.hidden and "/data/train" not in room.hidden


def test_hiding_sees_through_links(tmp_path, course):
    (tmp_path / "link").symlink_to(course / "data")
    mounts = Mounts(read_only={tmp_path / "link": "/data"}, hidden=(course / "data/test",))
    assert "/data/test" in furnished(tmp_path, mounts).hidden


def test_the_configurations_paths_are_shown_where_they_are(tmp_path, course):
    room = furnished(tmp_path, read_only=["/srv/cifar10"])
    assert room.files["/srv/cifar10"] == Path("/srv/cifar10")


def test_the_environment_is_made_up(tmp_path, course, monkeypatch):
    monkeypatch.setenv("SECRET", "value")
    room = furnished(tmp_path, Mounts(environment={"KDLAB_PROFILE": "grading"}))
    assert "SECRET" not in room.environment
    assert room.environment["KDLAB_PROFILE"] == "grading"
    assert room.environment["HOME"] == HOME
    assert room.environment["PYTHONPATH"] == str(course)  # where the editable packages lie


def test_the_submission_is_not_shown_where_it_lies(tmp_path, course):
    room = furnished(tmp_path)
    assert room.files[SUBMISSION] == tmp_path / "submission"
    assert str(tmp_path / "submission") not in room.files


def test_of_etc_only_what_libraries_read_and_a_made_up_user(tmp_path, course):
    room = furnished(tmp_path)
    etc = {place for place in room.files if place.startswith("/etc/")}
    assert etc <= {*host.ETC, "/etc/passwd", "/etc/group", "/etc/hosts"}
    assert room.files["/etc/passwd"].read_text().startswith("student:")
