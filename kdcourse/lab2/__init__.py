"""Lab 2, soft targets: its exercises, their cases, and right and wrong ways to write them."""
