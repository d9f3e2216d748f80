"""The judges of the exercises: one file for each notebook, of its name without the number."""
