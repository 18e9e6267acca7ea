"""The students' library of the knowledge distillation lab.

    import kdlab
    lab = kdlab.setup("lab1_baseline")

gives a notebook its device, its images and its profile. The rest is used by name: `fit` trains,
`accuracy`, `agreement`, `kl_to_teacher`, `hidden_cosine` and `feature_mse` measure, `remember`
keeps a teacher's outputs, `check`, `hint` and `example` help with an exercise, `progress` shows how
far all of them are, `finish` looks at what is handed in, and `kdlab.plots` draws.

A name is loaded when it is first used: torch takes seconds to import, and whoever only wants
`labkit.storage` or `kdlab.profiles` should not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kdlab.version import __version__

if TYPE_CHECKING:
    from kdlab.data import load_data
    from kdlab.evaluation import (
        accuracy,
        agreement,
        feature_mse,
        hidden_cosine,
        kl_to_teacher,
        predict,
    )
    from kdlab.finish import finish
    from kdlab.history import History
    from kdlab.lab import Lab
    from kdlab.runtime import setup
    from kdlab.selfcheck import check, example, hint, progress
    from kdlab.teachers import load_teacher, remember
    from kdlab.training import fit
    from labkit.language import set_language

_HOMES = {
    "History": "kdlab.history",
    "Lab": "kdlab.lab",
    "accuracy": "kdlab.evaluation",
    "agreement": "kdlab.evaluation",
    "check": "kdlab.selfcheck",
    "example": "kdlab.selfcheck",
    "feature_mse": "kdlab.evaluation",
    "finish": "kdlab.finish",
    "fit": "kdlab.training",
    "hidden_cosine": "kdlab.evaluation",
    "hint": "kdlab.selfcheck",
    "kl_to_teacher": "kdlab.evaluation",
    "load_data": "kdlab.data",
    "load_teacher": "kdlab.teachers",
    "predict": "kdlab.evaluation",
    "progress": "kdlab.selfcheck",
    "remember": "kdlab.teachers",
    "set_language": "labkit.language",
    "setup": "kdlab.runtime",
}
_MODULES = ("data", "evaluation", "grid", "methods", "models", "plots", "teachers", "training")

__all__ = [
    "History",
    "Lab",
    "__version__",
    "accuracy",
    "agreement",
    "check",
    "example",
    "feature_mse",
    "finish",
    "fit",
    "hidden_cosine",
    "hint",
    "kl_to_teacher",
    "load_data",
    "load_teacher",
    "predict",
    "progress",
    "remember",
    "set_language",
    "setup",
]


def __getattr__(name: str) -> Any:
    """Load a name, or a module of the package, on first use."""
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name in _MODULES:
        value = import_module(f"kdlab.{name}")
    else:
        raise AttributeError(f"module 'kdlab' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
