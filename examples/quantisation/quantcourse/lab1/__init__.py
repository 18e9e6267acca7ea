"""Post-training quantisation: its exercises, their cases, right and wrong ways to write them."""
