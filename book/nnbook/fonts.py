"""The book's letters: Source Serif Pro and Source Sans Pro, cut to size while the book is built.

The fonts come whole from two pip packages. Each is cut to the characters of the book and written as
WOFF2, a tenth of its size. The result is kept beside the built book, under a name
that tells what it was made from, so that the next build only copies it. The first build cuts
them in a process of its own, while it reads and writes the pages.
"""

import hashlib
import logging
import shutil
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from io import BytesIO
from pathlib import Path

# Name of the file in _static/fonts: the package and the file it is cut from.
FONTS = {
    "serif-regular": ("font_source_serif_pro", "SourceSerifPro-Regular.otf"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-It.otf"),
    "serif-semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold.otf"),
    "serif-semibold-italic": ("font_source_serif_pro", "SourceSerifPro-SemiboldIt.otf"),
    "sans-regular": ("font_source_sans_pro", "SourceSansPro-Regular.otf"),
    "sans-italic": ("font_source_sans_pro", "SourceSansPro-It.otf"),
    "sans-semibold": ("font_source_sans_pro", "SourceSansPro-Semibold.otf"),
}
# What the book's pages hold besides ASCII, Cyrillic titles apart; a test says what is missing.
OTHERS = (
    "\u00a0¡§©°±²³¶·¹¼½¾×÷…–—‖‘’“”′■◆✓"
    "ÉÜßàáãäçèéëíïóöøúüýāąČčěğŁőřşŠůŷḡ\u0302\u0304\u0307"
    "ΔΘΣΦΩαβγδεζηθκλμξπρστφψω"
    "⁰⁴⁵⁶⁷⁸⁹⁽⁾ⁿ₀₁₂₃₄ˡˣᵏᵖᵗᶻ⅓⅔ℓ←→∂−√∞∫≈≠≤≥"
)
CODES = sorted({*range(0x20, 0x7F), *map(ord, OTHERS)})
FEATURES = ["kern", "liga", "mark", "mkmk", "locl", "ccmp", "lnum", "onum", "pnum", "tnum"]
VERSION = "1"  # part of the names in the cache: raise it when `cut` changes


def source(name):
    """Return the path of the font that `name` is cut from."""
    package, file = FONTS[name]
    return Path(str(files(package))) / "files" / file


def cut(path, codes=None):
    """Return the bytes of a WOFF2 font with only the wanted characters; same input, same bytes."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it reports every table
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.desubroutinize = True  # compresses better under Brotli
    options.hinting = False
    options.drop_tables += ["FFTM"]  # when a font editor saved the file
    options.notdef_outline = True
    font = TTFont(path, recalcTimestamp=False)  # the date of the build must not enter the file
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CODES if codes is None else codes)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def cached_cut(path, name, codes, cache):
    """Return the path of the cut font in the folder `cache`, making it where it is missing."""
    recipe = repr((VERSION, codes, FEATURES)).encode() + Path(path).read_bytes()
    made = Path(cache) / f"{name}-{hashlib.sha256(recipe).hexdigest()[:16]}.woff2"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_bytes(cut(path, codes))
    return made


def cache_of(app):
    """Return the folder beside the built book where cut fonts are kept."""
    return Path(app.outdir).parent / ".fonts"


def _begin(app):
    if app.builder.format != "html":
        return
    cutter = ProcessPoolExecutor(1)
    app.cut_fonts = {
        name: cutter.submit(cached_cut, source(name), name, CODES, cache_of(app)) for name in FONTS
    }
    cutter.shutdown(wait=False)


def _finish(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FONTS:
        made = app.cut_fonts[name].result()
        target = folder / f"{name}.woff2"
        if not target.exists() or target.read_bytes() != made.read_bytes():
            shutil.copyfile(made, target)
    for package in sorted({package for package, _ in FONTS.values()}):
        licence = Path(str(files(package))) / "files" / "LICENSE.txt"
        shutil.copyfile(licence, folder / f"{package}.LICENSE.txt")


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", _begin)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
