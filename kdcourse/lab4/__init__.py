"""Lab 4, the regressor: its exercises, their cases, and right and wrong ways to write them."""
