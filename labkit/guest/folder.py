"""Files that were handed in beside the notebook can be imported, after everything else.

Jupyter puts the notebook's folder in front of all other modules. A grader does not: a file called
``torch.py`` would take torch's place. Here the folder is looked into last, when nobody else has a
module of that name.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

from labkit.guest import cuda, who
from labkit.guest.packages import guarded


def make_importable() -> None:
    """Look for modules beside the notebook once all other places were tried."""
    who.START = os.getcwd()
    if not any(isinstance(finder, BesideNotebook) for finder in sys.meta_path):
        sys.meta_path.append(BesideNotebook())


class BesideNotebook(MetaPathFinder):
    """Finds modules in the folder where the notebook is now, and in the one where it began."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """A module that nobody else has; never one of the standard library's names."""
        if path is None and name.partition(".")[0] in sys.stdlib_module_names:
            return None
        for folder in [os.getcwd(), who.START] if path is None else path:
            if who.is_beside(folder):
                place = os.path.join(folder, name.rpartition(".")[2])
                for file, inside in ((os.path.join(place, "__init__.py"), [place]),
                                     (place + ".py", None)):  # fmt: skip
                    if os.path.isfile(file):
                        return spec_from_file_location(
                            name, file, loader=Loader(name, file), submodule_search_locations=inside
                        )
        return None


class Loader(SourceFileLoader):
    """Reads a student's module; what is said of a cell's imports holds for its own too."""

    def get_code(self, fullname: str) -> CodeType:
        """Always from the source: what lies in ``__pycache__`` was handed in as well."""
        source = self.get_data(self.path)
        cuda.look_at(source.decode("utf-8", "replace"))
        tree = guarded(ast.parse(source, self.path))
        code: CodeType = compile(tree, self.path, "exec", dont_inherit=True)
        return code
