"""How many examples are generated: a few hundred in the fast tests, FUZZ=10000 for `make fuzz`.

Each test here is decorated with ``@settings.get_profile("fuzz")``. The seed is fixed, so that what
fails on one machine fails on every one.
"""

import os

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("FUZZ", "200")),
    derandomize=True,
    database=None,
    deadline=None,
    # What is found is small already, and to make it smaller can take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
