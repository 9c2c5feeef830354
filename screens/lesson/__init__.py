"""A lesson at the till: the task above the keys, and the grading behind it."""
