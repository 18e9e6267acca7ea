"""The whole life of the assignments, with three students: ``make demo``.

    autograder demo [--folder build/demo] [--lab LAB ...]

Everything that an instructor would do is done with the stock commands of nbgrader, in a folder of
its own: release, collect, autograde, marks for the written answers, feedback. Exit code 1 if a
student's grade is not what it should be.
"""
