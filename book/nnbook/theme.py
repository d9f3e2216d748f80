"""The look of the book: its style sheet, its logo, and small repairs to the theme's pages."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"
STYLES = ["book.css", "boxes.css", "cells.css", "road.css", "print.css"]


def _configure(app, config):
    if str(STATIC) not in config.html_static_path:
        config.html_static_path.append(str(STATIC))
    config.html_context["nn_logo"] = (STATIC / "logo.svg").read_text(encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _configure)
    for name in STYLES:
        app.add_css_file(name, priority=900)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
