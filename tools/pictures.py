"""Compare a stored picture with a fresh one: noise passes, a moved curve fails.

Two machines do not draw the same bytes. A coordinate that differs in its last digits shades the
edge of a line a little differently, and an adaptive palette may then choose a neighbouring
colour: many pixels change, each by a few of the 256 levels. A curve that has moved does the
opposite: few pixels change, each from ink to paper. So there are two bounds.

MEAN    the mean absolute difference in levels. Half a level is the noise of a palette; a heat map
        that is one level brighter everywhere fails.
STRONG  the share of pixels that change by more than STEP levels in any channel. At twice the
        pixels a line is some 4 pixels wide; a curve across the picture that moves by 1 pixel
        changes 0.3 % of all pixels by more than this, a dot of 8 pixels' radius that moves by its
        width 0.04 %.
"""

import base64
import io

import numpy as np
from PIL import Image

MEAN = 0.5
STEP = 64
STRONG = 0.0002


def pixels(data):
    """Return the pixels of a picture given in base64, laid on white, as integers."""
    picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    return np.asarray(paper.convert("RGB"), dtype=np.int16)


def difference(stored, fresh):
    """Return in words how two pictures in base64 differ, or None if they do not."""
    if stored == fresh:
        return None
    a, b = pixels(stored), pixels(fresh)
    if a.shape != b.shape:
        return f"stored {a.shape[1]} x {a.shape[0]} pixels, fresh {b.shape[1]} x {b.shape[0]}"
    gap = np.abs(a - b)
    mean = gap.mean()
    strong = (gap.max(axis=2) > STEP).mean()
    if mean <= MEAN and strong <= STRONG:
        return None
    return (
        f"mean difference {mean:.3f} levels (at most {MEAN}), "
        f"{strong:.4%} of the pixels changed by more than {STEP} levels (at most {STRONG:.2%})"
    )


def compare_explorers(stored, fresh):
    """Yield how the metadata of two explorers differ."""
    for key in sorted(stored.keys() | fresh.keys()):
        if key != "frames" and stored.get(key) != fresh.get(key):
            yield f"explorer's {key}: stored {stored.get(key)!r}, fresh {fresh.get(key)!r}"
    old, new = stored.get("frames", []), fresh.get("frames", [])
    if len(old) != len(new):
        yield f"explorer: {len(old)} frames stored, {len(new)} fresh"
        return
    for number, (a, b) in enumerate(zip(old, new, strict=True)):
        for key in ("value", "label", "text"):
            if a.get(key) != b.get(key):
                yield f"frame {number}, {key}: stored {a.get(key)!r}, fresh {b.get(key)!r}"
        if words := difference(a["data"], b["data"]):
            yield f"frame {number} ({a.get('label')}): {words}"


def compare_outputs(stored, fresh):
    """Yield how the pictures in two lists of outputs differ, metadata included."""
    old = [output for output in stored if "image/png" in output.get("data", {})]
    new = [output for output in fresh if "image/png" in output.get("data", {})]
    if len(old) != len(new):
        yield f"{len(old)} pictures stored, {len(new)} fresh"
        return
    for number, (a, b) in enumerate(zip(old, new, strict=True), 1):
        if words := difference(a["data"]["image/png"], b["data"]["image/png"]):
            yield f"picture {number}: {words}"
        before, after = a.get("metadata", {}), b.get("metadata", {})
        if before.get("image/png") != after.get("image/png"):
            yield (
                f"picture {number}, size or alt text: stored {before.get('image/png')!r}, "
                f"fresh {after.get('image/png')!r}"
            )
        yield from compare_explorers(before.get("explorer", {}), after.get("explorer", {}))
