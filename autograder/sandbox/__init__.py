"""A kernel that sees one submission and nothing else: the kernel spec ``kdlab-room``.

>>> add_kernel_spec()
>>> with mounted(Mounts(working_folder=folder, environment={"KDLAB_PROFILE": "grading"})):
...     NotebookClient(notebook, kernel_name=KERNEL_NAME).execute()

What it may use is configured as ``c.Sandbox...``; ``autograder selfcheck`` tests it on a host.
"""

from autograder.sandbox.kernelspec import KERNEL_NAME, add_kernel_spec
from autograder.sandbox.mounts import IMPORTS_OF_LABS, Mounts, mounted
from autograder.sandbox.room import HOME
from autograder.sandbox.settings import Sandbox, SandboxUnavailable

__all__ = [
    "HOME",
    "IMPORTS_OF_LABS",
    "KERNEL_NAME",
    "Mounts",
    "Sandbox",
    "SandboxUnavailable",
    "add_kernel_spec",
    "mounted",
]
