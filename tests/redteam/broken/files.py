"""Files under wrong names, among others, in other encodings, or hopeless."""

import copy
import json

import nbformat
from nbformat.v4 import new_code_cell

from broken.edits import strip
from broken.lab import SQUARE, named
from broken.register import SAME, broken, cells_of, register


def other_lab(lab):
    """A notebook that is none of this lab's, though it has some of its texts and ids."""
    notebook = lab.solved()
    notebook.cells = notebook.cells[:5]
    notebook.cells[0].source = "# Another lab"
    metadata = copy.deepcopy(named(lab.release, "1-1").metadata)
    metadata["nbgrader"]["grade_id"] = "9-1"
    notebook.cells.append(new_code_cell("def ninth(x):\n    return 9", metadata=metadata))
    return notebook


# files


def called(name, age=0):
    """A function that writes the solved notebook under another name."""

    def write(lab, folder):
        lab.write(folder, lab.solved(), name.format(lab=lab.name, LAB=lab.name.upper()), age)

    return write


for _name, (_kind, _file) in {
    "copy-of": ("Copy of", "Copy of {lab}.ipynb"),
    "korean-copy-of": ("copy, in Korean", "{lab}의 사본.ipynb"),
    "downloaded-twice": ("downloaded twice", "{lab} (1).ipynb"),
    "resubmitted": ("resubmitted", "{lab}-2.ipynb"),
    "upper-case": ("upper case", "{LAB}.IPYNB"),
    "korean-name": ("the student's own name", "실습1_홍길동.ipynb"),
    "emoji-name": ("emoji and signs", "🎓 final `final` <b>.ipynb"),
    "text-suffix": ("saved as text", "{lab}.ipynb.txt"),
    "json-suffix": ("saved as JSON", "{lab}.json"),
    "nested-folder": ("in a folder of its own", "{lab}/src [1]/{lab}.ipynb"),
}.items():
    register(_name, f"{_kind} @ file name", called(_file), SAME)


@broken("a newer copy @ beside the right name")
def right_name_beside_a_newer_copy(lab, folder):
    lab.write(folder, lab.solved(), age=1000)
    lab.write(folder, lab.untouched(), "Untitled.ipynb")


@broken("two wrong names @ dates of files")
def newest_of_two_wrong_names(lab, folder):
    lab.write(folder, lab.untouched(), "first try.ipynb", age=1000)
    lab.write(folder, lab.solved(), "another.ipynb")


@broken("two wrong names @ numbers in names")
def newest_of_two_from_one_archive(lab, folder):
    lab.write(folder, lab.untouched(), f"{lab.name}-9.ipynb", age=1000)
    lab.write(folder, lab.solved(), f"{lab.name}-10.ipynb", age=1000)


@broken("cannot be read @ newest copy")
def newest_is_not_readable(lab, folder):
    lab.write(folder, lab.solved(), f"{lab.name} (1).ipynb", age=1000)
    lab.write(folder, "", f"{lab.name} (2).ipynb")


@broken("empty @ file of the right name")
def right_name_is_empty(lab, folder):
    lab.write(folder, "")
    lab.write(folder, lab.solved(), f"Copy of {lab.name}.ipynb", age=1000)


@broken("another lab @ newest file")
def newest_is_another_lab(lab, folder):
    lab.write(folder, lab.solved(), "A.ipynb", age=1000)
    lab.write(folder, other_lab(lab), "lab9_other.ipynb")


@broken("other files @ beside the notebook")
def many_other_files(lab, folder):
    lab.write(folder, lab.solved())
    lab.write(folder, "{}", "package.json")
    lab.write(folder, "raise SystemExit", "notes/한글 파일.py")
    lab.write(folder, b"\0" * 1000, ".DS_Store")
    lab.write(folder, "", ".ipynb_checkpoints/" + f"{lab.name}-checkpoint.ipynb")
    lab.write(folder, "", f"__MACOSX/._{lab.name}.ipynb")


@broken("links @ beside the notebook")
def links_among_the_files(lab, folder):
    lab.write(folder, lab.solved())
    (folder / "data").symlink_to("/nowhere")
    (folder / "up").symlink_to("..")
    lab.write(folder, "x", "inner/file.txt")
    (folder / "inner" / "link [1]").symlink_to("file.txt")


# encodings


def encoded(*encoding, before=b""):
    """A function that writes the solved notebook in another encoding."""

    def write(lab, folder):
        text = nbformat.writes(lab.solved())
        lab.write(folder, before + text.encode(*encoding))

    return write


for _name, (_kind, _function) in {
    "byte-order-mark": ("a byte-order mark", encoded("utf-8-sig")),
    "utf-16": ("UTF-16", encoded("utf-16")),
    "utf-16-without-mark": ("UTF-16 without mark", encoded("utf-16-be")),
    "utf-32": ("UTF-32", encoded("utf-32")),
    "korean-windows": ("CP949", encoded("cp949", "replace")),
}.items():
    register(_name, f"{_kind} @ encoding", _function, SAME)


@cells_of("Windows line ends @ sources")
def windows_line_ends(lab, notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")


@broken("half an emoji @ sources")
def half_an_emoji(lab, folder):
    notebook = lab.solved()
    named(notebook, "1-w").source = "\ud83c"
    named(notebook, "1-1").source += "\n# \udf93"
    lab.write(folder, json.dumps(notebook, ensure_ascii=True))


# hopeless


@broken("another lab @ whole notebook", None)
def of_another_lab(lab, folder):
    lab.write(folder, other_lab(lab))


@broken("empty @ whole file", None)
def empty_file(lab, folder):
    lab.write(folder, b"")


@broken("no cells @ whole notebook", None)
def no_cells(lab, folder):
    notebook = lab.solved()
    notebook.cells = []
    lab.write(folder, notebook)


@broken("blank @ every cell", None)
def blank_cells(lab, folder):
    notebook = lab.solved()
    for cell in notebook.cells:
        cell.source = " \n"
    strip(notebook)
    lab.write(folder, notebook)


@broken("cut off @ whole file", None)
def cut_off(lab, folder):
    text = nbformat.writes(lab.solved())
    lab.write(folder, text[: len(text) // 2])


@broken("a web page @ whole file", None)
def web_page(lab, folder):
    lab.write(folder, "<!DOCTYPE html><html><title>Sign in</title></html>")


@broken("merge conflict @ whole file", None)
def merge_conflict(lab, folder):
    text = nbformat.writes(lab.solved())
    lab.write(folder, text.replace('"cells"', '<<<<<<< HEAD\n "cells"', 1))


@broken("a report @ in the notebook's place", None)
def report_instead(lab, folder):
    lab.write(folder, b"%PDF-1.7", f"{lab.name}.pdf")


@broken("a script @ whole file", None)
def script_called_notebook(lab, folder):
    lab.write(folder, SQUARE)


@broken("an archive @ whole file", None)
def zip_called_notebook(lab, folder):
    lab.write(folder, b"PK\x03\x04" + bytes(range(256)))


@broken("a folder @ in the notebook's place", None)
def folder_called_notebook(lab, folder):
    lab.write(folder, "x", f"{lab.name}.ipynb/readme.txt")


@broken("a link @ in the notebook's place", None)
def link_to_a_notebook(lab, folder):
    lab.write(folder, lab.solved(), "../somebody-elses.txt")
    (folder / f"{lab.name}.ipynb").symlink_to("../somebody-elses.txt")
