"""What runs inside a sandbox before the submission does: the only code of the grader that is there.

Standard library only, and nothing of ``autograder``, which is hidden there: this folder is shown
by itself and imported as ``inside``.
"""
