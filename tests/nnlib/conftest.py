"""What the tests of nnlib share: one profile for Hypothesis, the same cases on every run."""

from hypothesis import settings

settings.register_profile("nnlib", derandomize=True, deadline=None, max_examples=40, database=None)
settings.load_profile("nnlib")
