"""Bookings are small files that are whole or not there."""

import pytest

from autograder.results import Booking, Bookings

MINA = Booking("lab1_toy", "mina", "digest", {"lab1_toy": "ab" * 32}, ("셀을 되돌렸습니다",))
JUN = Booking("lab1_toy", "jun", "", {}, (), ("no notebook",))


@pytest.fixture
def bookings(tmp_path):
    """No bookings yet."""
    return Bookings(tmp_path)


def test_what_was_put_is_got(bookings):
    assert bookings.get("lab1_toy", "mina") is None
    bookings.put(MINA)
    bookings.put(JUN)
    assert bookings.get("lab1_toy", "mina") == MINA
    assert list(bookings.all()) == list(bookings.all("lab1_toy")) == [JUN, MINA]
    assert list(bookings.all("lab2_toy")) == []


def test_forgetting_twice_is_no_matter(bookings):
    bookings.put(MINA)
    bookings.forget("lab1_toy", "mina")
    bookings.forget("lab1_toy", "mina")
    assert bookings.get("lab1_toy", "mina") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"student": 1}', "null"])
def test_a_damaged_booking_is_none(bookings, text):
    bookings.put(MINA)
    next(bookings.folder.rglob("*.json")).write_text(text)
    assert bookings.get("lab1_toy", "mina") is None
    assert list(bookings.all()) == []
