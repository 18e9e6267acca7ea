"""Exercise 1-e: the student's own network, trained with the student's own step."""

from __future__ import annotations

from kdcourse.end_to_end.measures import accuracy
from kdcourse.end_to_end.record import EndToEnd, Schedule
from kdlab.models import StudentCNN

END_TO_END = EndToEnd(
    "1-e",
    step="1-3",
    network=StudentCNN,
    own_class="StudentCNN",
    bars="lab1",
    measures=(accuracy(4),),
    schedule=Schedule(epochs=4),
)
