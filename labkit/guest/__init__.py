"""A notebook written for another machine, as a guest on the one that grades.

The kernels of the grader load this as an extension of IPython; a student's own kernel does not.
What a submission asks of the machine that it was written on is then answered here: missing packages
(`packages`), Colab and commands (`commands`), files handed in beside it (`folder`), a GPU (`cuda`).
Nothing here guards anything: it runs in the student's process, and makes honest code work.
"""

from __future__ import annotations

from typing import Any

from labkit.guest import commands, cuda, folder, packages

#: Whether this kernel is a grader's.
is_active = False


def load_ipython_extension(shell: Any) -> None:
    """Get a kernel ready for a guest; IPython calls this before the first cell."""
    global is_active
    is_active = True
    folder.make_importable()
    packages.survive_imports(shell)
    commands.survive_commands(shell)
    cuda.watch(shell)
