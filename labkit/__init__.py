"""What a notebook of any course needs; students have it, and it knows no course.

`selfcheck`: `check` and `hint` under each exercise, with `judge` and `probe`, which the grader uses
too.  `answer`: answers the grader's questions in the kernel that runs a submission.
`attempts`, `language`, `storage`, `errors`: what the notebooks' libraries build on.
"""
