"""The grader: turns instructor notebooks into student notebooks, and submissions into grades."""
