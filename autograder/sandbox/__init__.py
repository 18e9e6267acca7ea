"""A kernel that sees one submission and nothing else: the kernel spec ``student-sandbox``.

>>> add_kernel_spec()
>>> with mounted(Mounts(working_folder=folder, environment={"LABKIT_LANGUAGE": "ko"})):
...     NotebookClient(notebook, kernel_name=KERNEL_NAME).execute()

The place in which one such kernel runs (its namespaces, files, limits) is its *room*; the files in
it are its *view*. What it may use is configured as ``c.Sandbox...``; ``autograder selfcheck`` tests
it on a host.
"""

from autograder.sandbox.kernelspec import KERNEL_NAME, add_kernel_spec
from autograder.sandbox.mounts import Mounts, mounted
from autograder.sandbox.settings import Sandbox, SandboxUnavailable
from autograder.sandbox.view import HOME

__all__ = [
    "HOME",
    "KERNEL_NAME",
    "Mounts",
    "Sandbox",
    "SandboxUnavailable",
    "add_kernel_spec",
    "mounted",
]
