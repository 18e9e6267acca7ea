"""Tells whoever has a ``nbgrader_config.py`` of the old layout what to change.

It has to stop nbgrader here: an error in its configuration would make it grade without all this.
"""

raise SystemExit(
    "This nbgrader_config.py is of an older version of the grader. Take the present one (it calls"
    " autograder.configuration.configure), and keep your own settings below that line."
)
