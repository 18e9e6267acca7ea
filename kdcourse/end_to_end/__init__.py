"""End-to-end exercises: a student network is trained by the submission, and measured here."""
