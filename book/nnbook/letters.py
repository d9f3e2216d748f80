"""MathJax's letters, cut to those that the book's formulas use: a third of their bytes.

The style sheet of the formulas names every letter in use and the font that it comes from. Formulas
that a live page sets bring MathJax's own style sheet and its whole fonts.
"""

import re
import shutil

from .fonts import cached_cut
from .offline import mathjax_source

FOLDER = "fonts/mathjax"  # below _static
FACE = re.compile(
    r"@font-face\s*\{font-family: ([\w-]+);\s*src: url\(\"([^\"]+)\"\) format\(\"woff\"\);?\}"
)
LETTER = re.compile(r"([^{}]*)::before\s*\{[^{}]*content: \"((?:\\.|[^\"\\])*)\"")
VARIANT = re.compile(r"mjx-c\.mjx-c[0-9A-F]+(?:\.(TEX-\w+))?$")
BASE = "MJXTEX"  # the family of letters that name no variant


def code_points(content):
    """Return the characters of a CSS string, escaped or as they are."""
    text = re.sub(r"\\([0-9A-Fa-f]+) ?", lambda code: chr(int(code[1], 16)), content)
    return {ord(letter) for letter in text.replace("\\", "")}


def used(css):
    """Return {family: code points} of a style sheet, and those of stretched brackets.

    A bracket is put together from pieces of several fonts.
    """
    families, pieces = {}, set()
    for selector, content in LETTER.findall(css):
        variant = VARIANT.search(selector.strip())
        if variant:
            family = f"MJX{variant[1]}" if variant[1] else BASE
            families.setdefault(family, set()).update(code_points(content))
        else:
            pieces |= code_points(content)
    return families, pieces


def cut_letters(css, static, cache):
    """Cut the fonts of a style sheet and write them.

    Parameters
    ----------
    css : str
        As `nnbook.formulas.stylesheet` returns it.
    static : Path
        The folder of the sheet.
    cache : Path
        Where cut fonts are kept from build to build.

    Returns
    -------
    str
        The style sheet with the addresses of the new files, without fonts that no formula uses.

    Raises
    ------
    ValueError
        If a font is named in a way that is not understood.
    """
    if len(FACE.findall(css)) != css.count("@font-face"):
        raise ValueError("MathJax's style sheet names a font in a way that is not understood")
    families, pieces = used(css)
    folder = static / FOLDER
    folder.mkdir(parents=True, exist_ok=True)

    def face(found):
        family, address = found.groups()
        if family not in families:
            return found[0] if family == "MJXZERO" else ""  # that one makes lines of equal height
        source = mathjax_source() / address.removeprefix("mathjax/")
        made = cached_cut(source, source.stem, sorted(families[family] | pieces), cache)
        shutil.copyfile(made, folder / f"{source.stem}.woff2")
        address = f"{FOLDER}/{source.stem}.woff2"
        return f'@font-face{{font-family: {family}; src: url("{address}") format("woff2")}}'

    return FACE.sub(face, css)
