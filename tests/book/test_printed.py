"""Printed tables are told how wide they are."""

from nnbook import printed

HEAD = '<div class="output stream highlight-myst-ansi notranslate"><div class="highlight">'


def test_the_longest_line_counts_and_tags_do_not():
    assert printed.columns("<span></span>ab\n<b>a &lt; b</b>\nc\n") == 5


def test_two_lines_are_no_table():
    assert printed.columns(f"{'a' * 50}\n{'b' * 50}\n") == 0


def test_only_wide_output_is_told():
    narrow, wide = (f"{HEAD}<pre>one\ntwo\n{'a' * wide}</pre>" for wide in (36, 37))
    assert printed.told(narrow) == narrow
    assert printed.told(wide) == wide.replace("<pre>", '<pre style="--columns: 37">')
    code = f'<div class="highlight-python"><div class="highlight"><pre>{"a" * 90}</pre>'
    assert printed.told(code) == code
