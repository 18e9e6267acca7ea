"""Settings from the environment."""

from pathlib import Path

import pytest

from kdlab.profiles import PROFILES, read_settings
from labkit.errors import ConfigurationError, UnknownNameError


def test_a_gpu_decides_the_default_profile():
    assert read_settings(cuda=True, environ={}).profile is PROFILES["full"]
    assert read_settings(cuda=False, environ={}).profile is PROFILES["fast"]
    assert read_settings(cuda=True, environ={}).dataset == "cifar10"
    assert read_settings(cuda=False, environ={}).dataset == "digits-m"


def test_the_environment_decides_everything(tmp_path):
    settings = read_settings(
        cuda=False,
        environ={
            "KDLAB_PROFILE": "full",
            "KDLAB_DATASET": "digits-m",
            "KDLAB_DATA_ROOT": str(tmp_path),
            "KDLAB_DATA_URL": "https://mirror.example/cifar.tar.gz",
        },
    )
    assert settings.profile.name == "full"
    assert settings.dataset == "digits-m"
    assert settings.data_root == tmp_path.resolve()
    assert settings.data_url == "https://mirror.example/cifar.tar.gz"


def test_an_empty_variable_is_none():
    settings = read_settings(cuda=False, environ={"KDLAB_PROFILE": "", "KDLAB_DATA_URL": ""})
    assert settings.profile.name == "fast"
    assert settings.data_url is None


def test_an_unknown_profile_names_the_valid_ones_and_the_nearest():
    with pytest.raises(UnknownNameError) as caught:
        read_settings(cuda=False, environ={"KDLAB_PROFILE": "fsat"})
    for word in ("KDLAB_PROFILE", "fsat", "fast", "full", "grading", "Did you mean 'fast'?"):
        assert word in str(caught.value)


def test_a_data_root_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(ConfigurationError, match="is a file"):
        read_settings(cuda=False, environ={"KDLAB_DATA_ROOT": str(file)})


def test_a_relative_folder_is_found_from_a_notebooks_own_folder(tmp_path, monkeypatch):
    (tmp_path / "images").mkdir()
    notebook_folder = tmp_path / "labs" / "lab1_baseline"
    notebook_folder.mkdir(parents=True)
    monkeypatch.chdir(notebook_folder)
    settings = read_settings(cuda=False, environ={"KDLAB_DATASET": "folder:images"})
    assert Path(settings.dataset.removeprefix("folder:")) == (tmp_path / "images").resolve()


def test_the_default_data_root_is_the_projects_or_the_users(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read_settings(cuda=False, environ={}).data_root.parts[-2:] == (".cache", "kdlab")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "README.md").touch()
    (tmp_path / "pyproject.toml").touch()
    assert read_settings(cuda=False, environ={}).data_root == (tmp_path / "data").resolve()
