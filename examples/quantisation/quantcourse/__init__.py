"""The hidden half of the quantisation course: exercises, checks and bars; never for students."""
