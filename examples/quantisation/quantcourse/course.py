"""The quantisation course, as the grader sees it: see `autograder.subject`."""

from __future__ import annotations

from autograder.subject import Lab, Subject

LAB = "quant1_post_training"

SUBJECT = Subject(
    labs={
        LAB: Lab(
            "quantcourse.lab1.exercises",
            points=25,
            data=(f"quantlab:public/{LAB}.json", "quantcourse:end_to_end/bars.json"),
        )
    },
    library="quantlab",
    private=("quantcourse",),
    imports=(
        "torch",
        "matplotlib.pyplot",
        "matplotlib.backends.backend_agg",
        "labkit.answer",
        "quantlab.plots",
        "quantlab.end_to_end",
    ),
    worker_imports=("sklearn.datasets", "quantcourse.end_to_end.grade"),
    decides=("quantlab.runtime", "quantlab.end_to_end"),
    commands={"calibrate": "quantcourse.end_to_end.calibrate:calibrate"},
)
