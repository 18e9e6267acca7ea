"""Runs cases beside a student's function or class, and says what was seen."""
