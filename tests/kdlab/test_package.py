"""`import kdlab` is quick, and everything is there under its name."""

import subprocess
import sys

import pytest

import kdlab


@pytest.mark.parametrize("name", kdlab.__all__)
def test_every_public_name_is_there(name):
    assert getattr(kdlab, name) is not None
    assert name in dir(kdlab)


@pytest.mark.parametrize("name", kdlab._MODULES)
def test_modules_are_there_without_an_import_of_their_own(name):
    done = _python(f"import kdlab; print(kdlab.{name}.__name__)")
    assert done.stdout.strip() == f"kdlab.{name}"


def test_a_wrong_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'acuracy'"):
        _ = kdlab.acuracy


def test_the_light_modules_do_not_load_torch():
    modules = "sys, kdlab, labkit.storage, kdlab.profiles, kdlab.errors"
    assert _python(f"import {modules}; print('torch' in sys.modules)").stdout.strip() == "False"


def _python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
