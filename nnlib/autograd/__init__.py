"""Derivatives of every kind: an array that remembers, dual numbers, and what checks both."""
