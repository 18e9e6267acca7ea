"""The students' library of the knowledge distillation lab.

    import kdlab
    lab = kdlab.setup("lab1_baseline")

gives a notebook its device, its images and its profile. The rest is used by name: `fit` trains,
`accuracy`, `agreement`, `kl_to_teacher`, `hidden_cosine` and `feature_mse` measure, `remember`
keeps a teacher's outputs, `check` and `hint` help with an exercise, and `kdlab.plots` draws.
"""

from kdlab.checks import check, hint
from kdlab.data import load_data
from kdlab.evaluation import (
    accuracy,
    agreement,
    feature_mse,
    hidden_cosine,
    kl_to_teacher,
    predict,
)
from kdlab.history import History
from kdlab.lab import Lab
from kdlab.language import set_language
from kdlab.runtime import setup
from kdlab.teachers import load_teacher, remember
from kdlab.training import fit
from kdlab.version import __version__

__all__ = [
    "History",
    "Lab",
    "__version__",
    "accuracy",
    "agreement",
    "check",
    "feature_mse",
    "fit",
    "hidden_cosine",
    "hint",
    "kl_to_teacher",
    "load_data",
    "load_teacher",
    "predict",
    "remember",
    "set_language",
    "setup",
]
