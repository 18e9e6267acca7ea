"""Lab 3, the cosine loss: its exercises, their cases, and right and wrong ways to write them."""
