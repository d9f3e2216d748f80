"""Lets the API pages describe types in plain words.

NumPy docstrings say "ndarray of int64, shape (n,)". Sphinx takes every word of that for the name of
a class. What is not nnlib's own stays plain text; a name of nnlib that leads nowhere still warns.
"""


def _leave_plain(app, env, node, contnode):
    is_type = node.get("refdomain") == "py" and node.get("reftype") in ("class", "exc", "obj")
    ours = str(node.get("reftarget", "")).startswith("nnlib")
    return contnode if is_type and not ours else None


def setup(app):
    """Register with Sphinx."""
    app.connect("missing-reference", _leave_plain, priority=400)  # before other helpers
    return {"parallel_read_safe": True, "parallel_write_safe": True}
