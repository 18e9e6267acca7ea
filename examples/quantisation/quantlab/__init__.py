"""The students' library of the quantisation lab.

    import quantlab
    lab = quantlab.setup("quant1_post_training")

gives a notebook its digits. `train` trains the network that is quantised, `accuracy` and `loss`
measure it, `sensitivities` tells what each layer loses with how many bits, `check`, `hint`
and `example` help with an exercise, `progress` shows how far all are, and `quantlab.plots` draws.
"""

from labkit.language import set_language

from quantlab.data import Digits, load_digits
from quantlab.network import LAYERS, DigitsCNN, accuracy, loss, quantised_copy, sensitivities
from quantlab.runtime import Lab, check, example, hint, progress, setup
from quantlab.training import train
from quantlab.version import __version__

__all__ = [
    "LAYERS",
    "Digits",
    "DigitsCNN",
    "Lab",
    "__version__",
    "accuracy",
    "check",
    "example",
    "hint",
    "load_digits",
    "loss",
    "progress",
    "quantised_copy",
    "sensitivities",
    "set_language",
    "setup",
    "train",
]
