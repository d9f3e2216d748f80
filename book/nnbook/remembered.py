"""Remembers what other extensions work out anew for each page and each citation.

None of this changes a page: the answers are the same every time.
"""

import functools

import pybtex.plugin
from sphinx.search.en import SearchEnglish


class English(SearchEnglish):
    """Sphinx's English, which finds the stem of each word of the book once."""

    @functools.cached_property
    def _stem(self):
        return functools.cache(super().stem)

    def stem(self, word):
        return self._stem(word)


def setup(app):
    """Register with Sphinx."""
    # A citation looks for its style among the entry points of every installed package.
    pybtex.plugin._load_entry_point = functools.cache(pybtex.plugin._load_entry_point)
    app.add_search_language(English)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
