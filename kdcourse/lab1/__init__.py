"""Lab 1, the baseline: its exercises, their cases, and right and wrong ways to write them."""
