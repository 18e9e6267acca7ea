"""Executes a submission: its own cells in a kernel, graded cells in the grader's process.

`stored`: nbgrader's step, which takes results from the store.  `run`: from cell to cell.
`bridge`, `client`: the way to the kernel.  `submission`: what the checks may ask.
"""
