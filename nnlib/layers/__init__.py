"""What networks are made of, one topic a file: each function directly above its module."""
