"""``autograder report``: one page about a class, for the instructor.

`collect`: what gradebook, bookings and store know.  `likeness`: solutions that are nearly the same.
`figures`: drawings as SVG.  `page`: the page.  `command`: the command line.
"""
