"""Attacks with the file itself: its bytes, its JSON, its cells, and the files beside it."""

import gzip
import json
import os
import stat

from nbformat.v4 import new_code_cell, new_markdown_cell

from hostile.register import EVERYTHING, KEEPS_THE_OTHER, RIGHT, attack

GROUP = "paper"
UNREADABLE = None  # ungraded, by name, the same at every run


def file(name, where, write, points=UNREADABLE, **more):
    """Register what is written in the notebook's place: `write` has its JSON as text."""
    attack(GROUP, name, where, points=points, change=lambda nb: write(json.dumps(nb)), **more)


def beside(name, where, files, points=KEEPS_THE_OTHER):
    """Register files beside the notebook."""
    attack(GROUP, name, where, points=points, files=files)


def metadata(text):
    """The notebook with more JSON in its metadata."""
    return lambda whole: whole.replace('"metadata": {', '"metadata": {' + text, 1)


def cells(*more):
    """Adds cells at the end."""
    return lambda notebook: notebook.cells.extend(more)


file("five-thousand-digits", "huge integer @ format version",
     lambda whole: whole.replace('"nbformat_minor": 5', '"nbformat_minor": ' + "9" * 5000))
file("five-thousand-digits-in-a-cell", "huge integer @ cell metadata",
     metadata('"trusted": ' + "9" * 5000 + ", "))  # fmt: skip
file("nested-for-ever-in-a-file", "too deep @ cell metadata",
     metadata('"a": ' + "[" * 100_000 + "]" * 100_000 + ", "))  # fmt: skip
file("nested-objects", "too deep @ notebook metadata",
     lambda whole: whole[:-1] + ', "b": ' + '{"a": ' * 20_000 + "1" + "}" * 20_000 + "}")
file("compressed", "compressed @ whole file", lambda whole: gzip.compress(whole.encode()))
file("a-hundred-megabytes-of-blanks", "too large @ whole file",
     lambda whole: " " * (101 << 20) + whole)  # fmt: skip
file("two-notebooks", "a second notebook @ behind the file",
     lambda whole: whole + whole.replace("logits * T", "logits / T"), KEEPS_THE_OTHER)
file("cells-twice", "duplicate keys @ list of cells",
     lambda whole: '{"cells": [], ' + whole[1:], KEEPS_THE_OTHER)  # fmt: skip
file("numbers-beyond-floats", "infinite number @ cell metadata",
     metadata('"a": 1e999, "b": -Infinity, "c": NaN, '), KEEPS_THE_OTHER)  # fmt: skip
file("half-characters-in-keys", "half a character @ metadata keys",
     metadata(r'"\ud83c": "\udf93", '), KEEPS_THE_OTHER)  # fmt: skip
file("zero-bytes", "zero bytes @ end of the file", lambda whole: whole + "\0" * 10_000,
     KEEPS_THE_OTHER)  # fmt: skip
attack(GROUP, "sixteen-thousand-cells", "too many cells @ cells without ids", points=UNREADABLE,
       change=lambda nb: json.dumps({**nb, "cells": [
           *nb.cells, *[{"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": [],
                         "execution_count": None}] * 16_000]}))  # fmt: skip
attack(GROUP, "a-cell-of-megabytes", "too long @ line of a cell", points=UNREADABLE,
       change=cells(new_code_cell("x = '" + "y" * 30_000_000 + "'")))  # fmt: skip
attack(GROUP, "a-hundred-thousand-outputs", "too many @ stored outputs",
       change=lambda nb: nb.cells[1].outputs.extend(
           [{"output_type": "stream", "name": "stdout", "text": "x"}] * 50_000))  # fmt: skip
attack(GROUP, "code-that-nests", "too deep @ source of a cell",
       change=cells(new_code_cell("x = " + "(" * 5000 + ")" * 5000),
                    new_code_cell("x = " + "-" * 50_000 + "1")))  # fmt: skip
attack(GROUP, "code-that-takes-long-to-read", "slow to parse @ source of a cell",
       change=cells(new_code_cell("x = " + "+".join("1" * 9_000)),
                    new_code_cell("x = [" + "{" * 90 + "]")))  # fmt: skip
attack(GROUP, "zero-characters-in-code", "zero characters @ source of a cell",
       change=cells(new_code_cell("x = 1\x00\x07\x1b[2J"), new_markdown_cell("\x00\x0b")))
attack(GROUP, "the-same-name-everywhere", "another's name @ own cells",
       change=lambda nb: nb.cells.extend(
           new_code_cell("def softmax_with_temperature(logits, T): return 3.0",
                         metadata={"nbgrader": {"grade_id": "test-2-1", "grade": True}})
           for _ in range(60)))  # fmt: skip
attack(GROUP, "names-with-escapes", "escapes and markup @ names of cells",
       change=lambda nb: nb.cells.append(new_code_cell("x = 1", metadata={
           "nbgrader": {"grade_id": "\x1b[2J[red]<script>{0}%s=cmd()", "solution": True},
           "tags": ["a b", "[bold]"], "name": "../../x"})))  # fmt: skip
attack(GROUP, "a-kernel-with-escapes", "escapes and markup @ kernel's name",
       change=lambda nb: nb.metadata.update(kernelspec={
           "name": "\x1b]0;x\x07[red]{0}", "display_name": "<script>=1+1", "language": "%s"}))
beside("a-file-of-gigabytes", "too large @ files beside",
       lambda folder: os.truncate(_touched(folder / "big.bin"), 1 << 28), UNREADABLE)
beside("five-thousand-files", "too many @ files beside",
       lambda folder: [(folder / f"{n}.txt").touch() for n in range(3000)], UNREADABLE)
beside("a-deep-folder", "too deep @ files beside",
       lambda folder: (folder / "/".join(["deeper"] * 150)).mkdir(parents=True))  # fmt: skip
beside("a-name-without-characters", "no text @ file name",
       lambda folder: open(os.fsencode(folder) + b"/\xff\xfe.txt", "wb").close())  # fmt: skip
beside("the-longest-name", "too long @ file name", lambda folder: (folder / ("x" * 255)).touch())
beside("a-formula", "formula and markup @ file name",
       lambda folder: (folder / "=cmd|' C'!A0[red]<script>.txt").touch())  # fmt: skip
beside("a-socket-among-the-files", "socket @ files beside",
       lambda folder: os.mknod(folder / "socket", stat.S_IFSOCK | 0o600))  # fmt: skip
beside("more-rights-than-others", "set-user bit @ files beside",
       lambda folder: os.chmod(_touched(folder / "shell"), 0o4777))  # fmt: skip
attack(GROUP, "a-shadow-of-what-everybody-imports", "shadowed module @ standard library",
       points=EVERYTHING, softmax="import random, json, secrets\n" + RIGHT,
       files=lambda folder: [(folder / f"{name}.py").write_text("raise SystemExit(1)")
                             for name in ("random", "json", "secrets", "copy", "typing", "re")])
attack(GROUP, "a-shadow-of-the-kit", "shadowed module @ packages of the grader",
       points=EVERYTHING, softmax=RIGHT, files=lambda folder: [
           (_folder(folder / name) / "__init__.py").write_text("raise SystemExit(1)")
           for name in ("labkit", "autograder", "kdcourse", "IPython", "zmq", "numpy")])
attack(GROUP, "settings-of-a-kernel", "settings of the kernel @ files beside",
       files=lambda folder: [
           (folder / "ipython_config.py").write_text("import os; os._exit(1)"),
           (_folder(folder / ".ipython/profile_default/startup") / "0.py").write_text("exit()"),
           (folder / "usercustomize.py").write_text("import os; os._exit(1)"),
           (folder / "x.pth").write_text("import os; os._exit(1)")])  # fmt: skip


def _touched(path):
    path.touch()
    return path


def _folder(path):
    path.mkdir(parents=True)
    return path
