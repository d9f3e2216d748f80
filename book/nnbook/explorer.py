"""Figures and explorers of the notebooks, shown in the built page.

`nnlib.viz` stores an explorer's frames in the metadata of its output. Here the frames become files
beside the page, and the output becomes a picture with native controls that swap them: no Python,
no server. A plain figure becomes an image with alt text that keeps its shape on a phone.
"""

import base64
import hashlib
import html
import io
import json
import shutil
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.util import logging

STATIC = Path(__file__).parent / "static"
log = logging.getLogger(__name__)


class picture(nodes.image):
    """A figure of a notebook. Its own class, since Sphinx's image fixes the height in the page."""


class explorer(nodes.General, nodes.Element):
    """An explorer: `spec` as nnlib.viz wrote it, and the still picture as its child.

    Builders other than HTML see only the child.
    """


class ExplorerRenderer:
    """The entry point in myst_nb.mime_renderers: turns PNG outputs into the two nodes above."""

    # Stored notebooks hold no widget state, so a widget view is never to be chosen.
    mime_priority_overrides = (("*", "application/vnd.jupyter.widget-view+json", None),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes of one output, or None to leave it to myst-nb."""
        if inline:
            return None
        spec = data.output_metadata.get("explorer")
        if data.mime_type == "text/plain" and not spec and data.string.startswith('Explorer "'):
            log.warning(
                "%s holds no frames: execute the notebook with NNLIB_FRAMES=1",
                data.string.partition(" of ")[0],
                location=(renderer.source, data.line),
            )
        if data.mime_type != "image/png":
            return None
        found = renderer.render_image(data)[0]
        still = picture(**found.attributes)
        still["classes"] += ["dark-light", "no-scaled-link"]  # the theme leaves these as they are
        alt = data.output_metadata.get("image/png", {}).get("alt")
        if alt:
            still["alt"] = alt
        if not spec:
            return [still]
        frames = [_store(renderer, frame) for frame in spec["frames"]]
        still["alt"] = frames[spec["start"]]["text"]
        place = {"cell": data.cell_index, "output": data.output_index}
        return [explorer("", still, spec={**spec, **place, "frames": frames})]


def _store(renderer, frame):
    """Write a frame beside the other outputs; return it with its file in place of its data."""
    data = base64.b64decode(frame["data"])
    kind = "webp" if data[:4] == b"RIFF" else "png"
    name = f"frame-{hashlib.sha256(data).hexdigest()[:20]}.{kind}"
    uri = renderer.write_file([name], data, exists_ok=True)
    return {"value": frame["value"], "label": frame["label"], "text": frame["text"], "uri": uri}


def _attributes(**pairs):
    """Write HTML attributes; those that are None are left out and `_` stands for `-`."""
    return "".join(
        f' {name.strip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'
        for name, value in pairs.items()
        if value is not None
    )


# Makes the page live from here, so that nobody has to find the button below the title.
FREE = '<button type="button" class="nn-free" hidden>Make this page live</button>'


def fixed_line(others, sketch=False):
    """Say which controls cannot move in the page, and where they can.

    Parameters
    ----------
    others : list of [label, text]
    sketch : bool
        Whether the control of the page is a curve that can be drawn.

    Returns
    -------
    str
        Empty where the page has all controls.
    """
    listed = ", ".join(f"{label} = {text}" for label, text in others)
    if sketch:
        fixed = f"Fixed here: {listed}. " if others else ""
        return f"{fixed}Once the page is live, you draw a curve of your own on the picture."
    if not others:
        return ""
    they = "It moves" if len(others) == 1 else "They move"
    return f"Fixed here: {listed}. {they} once the page is live, and in Jupyter."


def explorer_html(spec, folder, number):
    """Write one explorer as HTML.

    Parameters
    ----------
    spec : dict
        As stored in the node; every frame names its file in `uri`.
    folder : str
        The pictures' folder as the page sees it.
    number : str
        Tells this explorer's ids from all others on its page.

    Returns
    -------
    str
        One `div.nn-explorer` that holds all it needs: a live kernel can replace its content.
    """
    frames, text = spec["frames"], html.escape
    start = frames[spec["start"]]
    files = [f"{folder}/{Path(frame['uri']).name}" for frame in frames]
    ident = f"nn-explorer-{number}"
    if spec["kind"] == "slider":
        low, high, step = spec["range"]
        control = "<input" + _attributes(
            type="range",
            id=ident,
            min=low,
            max=high,
            step=step,
            value=start["value"],
            aria_valuetext=start["text"],
            autocomplete="off",  # a reload must not keep a value whose picture is not shown
        )
        control += f'><span class="nn-value" aria-hidden="true">{text(start["label"])}</span>'
    else:
        options = "".join(
            f"<option{_attributes(value=i)}{' selected' if frame is start else ''}>"
            f"{text(frame['label'])}</option>"
            for i, frame in enumerate(frames)
        )
        control = f"<select{_attributes(id=ident, autocomplete='off')}>{options}</select>"
    play = '<button type="button" class="nn-play">Play</button>' if spec.get("play") else ""
    fixed = fixed_line(spec["others"], spec.get("sketch", False))
    steps = json.dumps(
        [
            [frame["value"], frame["label"], frame["text"], file]
            for frame, file in zip(frames, files, strict=True)
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    ).replace("<", "\\u003c")  # so that no text can end the script element
    attributes = _attributes(
        class_="nn-explorer",
        role="group",
        aria_label=spec["title"],
        data_main=spec["main"],
        data_kind=spec["kind"],
        data_cell=spec.get("cell"),
        data_output=spec.get("output"),
        style=f"--nn-width: {spec['width']}px; "
        f"--nn-chars: {max(len(frame['label']) for frame in frames)}",
    )
    image = _attributes(
        class_="dark-light",
        src=files[spec["start"]],
        alt=start["text"],
        width=spec["width"],
        height=spec["height"],
        loading="lazy",
        decoding="async",
    )
    longest = max((frame["text"] for frame in frames), key=len)
    words = f'<p class="nn-words" aria-hidden="true"{_attributes(data_longest=longest)}>'
    return "\n".join(
        [
            f"<div{attributes}>",
            f'<p class="nn-title" aria-hidden="true">{text(spec["title"])}</p>',
            f'<div class="nn-controls" hidden><label{_attributes(for_=ident)}>'
            f"{text(spec['label'])}</label>{control}{play}</div>",
            *([f'<p class="nn-fixed">{text(fixed)} {FREE}</p>'] if fixed else []),
            f'<div class="nn-picture nn-scroll"><img{image}></div>',
            f"{words}<span>{text(start['text'])}</span></p>",
            f'<script type="application/json" class="nn-frames">{steps}</script>',
            "</div>\n",
        ]
    )


def visit_explorer_html(self, node):
    """Copy the frames beside the page's other pictures and write the controls."""
    folder = Path(self.builder.outdir, self.builder.imagedir)
    folder.mkdir(parents=True, exist_ok=True)
    for frame in node["spec"]["frames"]:
        target = folder / Path(frame["uri"]).name
        if not target.exists():
            shutil.copyfile(Path(self.builder.srcdir, frame["uri"].lstrip("/")), target)
    spec = node["spec"]
    number = f"{spec.get('cell')}-{spec.get('output')}"
    self.body.append(explorer_html(spec, self.builder.imgpath, number))
    raise nodes.SkipNode  # HTML needs no still besides the first frame


def lighter(source, folder):
    """Write a PNG file as lossless WebP: the same pixels in about two thirds of the bytes.

    Parameters
    ----------
    source : Path
    folder : Path
        Where the new file goes.

    Returns
    -------
    str
        The name of the new file; it is made once for each content.
    """
    target = folder / f"figure-{source.stem[:20]}.webp"  # myst-nb names a file by its content
    if not target.exists():
        out = io.BytesIO()
        with Image.open(source) as found:
            mode = "RGBA" if found.has_transparency_data else "RGB"
            found.convert(mode).save(out, "WEBP", lossless=True, quality=50, method=2)
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(out.getvalue())
    return target.name


def visit_picture_html(self, node):
    """Write the image with its size as attributes: the page keeps its place and style its shape.

    Its box scrolls where the column is too narrow for letters that can be read.
    """
    folder = Path(self.builder.outdir, self.builder.imagedir)
    name = lighter(Path(self.builder.srcdir, node["uri"].lstrip("/")), folder)
    self.builder.images.pop(node["uri"], None)  # nothing in the page shows the PNG
    source = f"{self.builder.imgpath}/{name}"
    size = {
        side: str(node[side]).removesuffix("px") for side in ("width", "height") if side in node
    }
    attributes = _attributes(
        class_=" ".join(["nn-figure", *(c for c in node["classes"] if c != "no-scaled-link")]),
        src=source,
        alt=node.get("alt", ""),
        **size,
        loading="lazy",
        decoding="async",
    )
    style = f"--nn-figure: {size['width']}px" if "width" in size else None
    self.body.append(f"<div{_attributes(class_='nn-scroll', style=style)}><img{attributes}></div>")
    raise nodes.SkipNode


def visit_picture(self, node):
    """Let other writers treat a picture as the image that it is."""
    self.visit_image(node)


def depart_picture(self, node):
    """Close what visit_picture opened."""
    self.depart_image(node)


def show_child(self, node):
    """Write nothing for the explorer itself; other writers go on to its still picture."""


def add_files(app, pagename, templatename, context, doctree):
    """Load style and script only on pages that need them."""
    if doctree is None:
        return
    if any(doctree.findall(explorer)):
        app.add_js_file("explorer.js", loading_method="defer")
    if any(doctree.findall(explorer)) or any(doctree.findall(picture)):
        app.add_css_file("explorer.css")


def offer_static(app, config):
    """Let Sphinx copy style and script beside the pages."""
    if str(STATIC) not in config.html_static_path:
        config.html_static_path.append(str(STATIC))


def setup(app):
    """Register with Sphinx."""
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (show_child, show_child))
    app.add_node(explorer, html=(visit_explorer_html, None), **others)
    others = dict.fromkeys(("latex", "text", "man", "texinfo"), (visit_picture, depart_picture))
    app.add_node(picture, html=(visit_picture_html, None), **others)
    app.connect("config-inited", offer_static)
    app.connect("html-page-context", add_files, priority=100)  # before others choose among them
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
