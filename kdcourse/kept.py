"""What a single slip costs: set here, for all labs.

A right answer but for the factor T² shows that the loss was understood. Whoever makes that mistake
and no other one keeps this share of the points for values; those for the gradient are lost. At 0
nothing is kept, and at 1 a slip would be as good as a right answer, which `autograder checks`
refuses. The exercises in `solutions/` say the number to students.
"""

KEPT = 0.5
