"""The hidden half of the knowledge distillation course; never in a student's room, nor in a bundle.

A folder a lab: its exercises with their cases, right and wrong ways to write them, and how its
end-to-end exercise trains.
`references`: what the labs ask for, in NumPy.  `end_to_end`: the trainings and their bars.
"""
