"""Rules of exercises, such as "not the ready-made loss", applied to the source that was written.

A rule that is looked after while the code runs is looked after in the student's own process, where
one line switches it off. So the source is read as well: from the exercise's function through all
that it uses, in the cells and in the files beside them. `code`: the source as a whole.  `scope`:
what its names stand for.  `paths`: which name of a library an expression is.  `walk`: what a
function reaches.  `rule`: the verdict.
"""

from labkit.rules.code import Code
from labkit.rules.rule import Rule, Verdict, verdict_on
from labkit.rules.walk import Doubt

__all__ = ["Code", "Doubt", "Rule", "Verdict", "verdict_on"]
