"""The training loop, what it records, what it looks at, and what it saves."""
