"""Points: from a graded cell's output to the gradebook, and to what students read about it."""
