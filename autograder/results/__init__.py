"""Results of executed submissions, stored by content, and which submission has which result.

`record`, `store`: what executing a submission gave, under the hash of all that decides it.
`job`: that hash.  `bookings`: which submission got which result, and what a person must look at.
"""

from autograder.results.bookings import Booking, Bookings
from autograder.results.record import DamagedRecordError, Record
from autograder.results.store import ResultStore

__all__ = ["Booking", "Bookings", "DamagedRecordError", "Record", "ResultStore"]
