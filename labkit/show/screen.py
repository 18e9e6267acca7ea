"""Where an answer goes: into the notebook's page, or to the terminal."""

from __future__ import annotations

import sys


def show(text: str, page: str) -> None:
    """Show an answer: as HTML in a notebook, and as its text wherever there is no page.

    Parameters
    ----------
    text, page : str
        The same answer, as plain text and as HTML. A notebook keeps both in one output.
    """
    if not _in_a_notebook():
        print(text)
        return
    from IPython.display import display  # there, since a kernel of it runs this

    display({"text/plain": text, "text/html": page}, raw=True)


def _in_a_notebook() -> bool:
    """Whether this runs in the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
