"""What was seen, against what was expected: cases, comparison, judgement, and its words."""
