"""Modules beside the notebook: found last, read from their source, never in another's place."""

import sys

import pytest

from labkit.guest import folder, who


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """A notebook's folder; what was imported from it is forgotten."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(who, "START", who.START)
    before = dict(sys.modules)
    folder.make_importable()
    yield tmp_path
    for name in set(sys.modules) - set(before):
        del sys.modules[name]


def test_modules_and_packages_are_found(beside):
    (beside / "one_helper.py").write_text("def f(): return 1")
    (beside / "a_package").mkdir()
    text = "from .part import f\nfrom a_package import part"
    (beside / "a_package" / "__init__.py").write_text(text)
    (beside / "a_package" / "part.py").write_text("from one_helper import f")
    import a_package
    import one_helper

    assert a_package.f is a_package.part.f is one_helper.f
    assert folder.BesideNotebook().find_spec("no_such_helper", None) is None


def test_a_file_written_a_moment_ago_is_found(beside):
    for number in range(20):
        (beside / f"written_{number}.py").write_text(f"x = {number}")
        assert __import__(f"written_{number}").x == number


@pytest.mark.parametrize(
    "name", ["torch", "json", "labkit", "kdlab", "numpy", "tkinter", "antigravity", "this"]
)
def test_nobody_elses_place_is_taken(beside, name):
    (beside / f"{name}.py").write_text("raise SystemExit('shadowed')")
    (beside / name).mkdir()
    (beside / name / "__init__.py").write_text("raise SystemExit('shadowed')")
    assert isinstance(sys.meta_path[-1], folder.BesideNotebook)
    if name in sys.stdlib_module_names:
        assert folder.BesideNotebook().find_spec(name, None) is None
        return
    sys.modules.pop(f"{name}.nosuch", None)
    found = next(f for f in sys.meta_path if f.find_spec(name, None) is not None)
    assert not isinstance(found, folder.BesideNotebook)


def test_parts_of_others_are_not_looked_for_here(beside):
    import labkit

    (beside / "labkit").mkdir()
    (beside / "labkit" / "methods.py").write_text("raise SystemExit('shadowed')")
    assert folder.BesideNotebook().find_spec("labkit.methods", list(labkit.__path__)) is None
    with pytest.raises(ModuleNotFoundError):
        import labkit.methods


def test_its_own_imports_may_fail_too(beside, capsys):
    (beside / "careful_helper.py").write_text("import nosuch_one\ndef f(): return 3")
    import careful_helper

    assert careful_helper.f() == 3
    assert "`nosuch_one` is not there" in capsys.readouterr().out


def test_handed_in_bytecode_is_not_read(beside):
    import importlib.util
    import py_compile

    file = beside / "honest_helper.py"
    file.write_text("x = 1")
    cached = importlib.util.cache_from_source(str(file))
    evil = beside / "evil.txt"
    evil.write_text("x = 666")
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(evil), cached, invalidation_mode=mode)
    import honest_helper

    assert honest_helper.x == 1


def test_another_folder_is_not_looked_into(beside, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "far_helper.py").write_text("x = 1")
    monkeypatch.chdir(elsewhere)
    assert folder.BesideNotebook().find_spec("far_helper", None) is None
