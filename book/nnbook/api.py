"""Lets the API pages describe types in plain words.

NumPy docstrings say "ndarray of int64, shape (n,)". Sphinx takes every word of that for the name of
a class. What is not nnlib's own stays plain text; a name of nnlib that leads nowhere still warns.
"""


def _leave_plain(app, env, node, contnode):
    is_type = node.get("refdomain") == "py" and node.get("reftype") in ("class", "exc", "obj")
    ours = str(node.get("reftarget", "")).startswith("nnlib")
    return contnode if is_type and not ours else None


def _follow(app, modname, attribute):
    """Keep viewcode from taking a method of Tensor for the function, elsewhere, that it is.

    It remembers one page of documentation for each module of sources: the first that it meets.
    """
    return modname if attribute.startswith("Tensor.") else None


def setup(app):
    """Register with Sphinx."""
    app.connect("missing-reference", _leave_plain, priority=400)  # before other helpers
    app.connect("viewcode-follow-imported", _follow)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
