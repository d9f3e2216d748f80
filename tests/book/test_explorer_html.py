"""The explorer in a page of its own: a small Sphinx project built from one made-up notebook."""

import base64
import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nnbook.explorer import explorer_html, fixed_line
from PIL import Image

COLOURS = ["#1f5f99", "#c8442b", "#2f855a", "#b7791f", "#6b46c1"]
WIDTH, HEIGHT = 320, 200


def encoded(colour, kind):
    """Return a picture of one colour, twice the size it has in the page, as base64."""
    out = io.BytesIO()
    Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), colour).save(out, kind, lossless=True)
    return base64.b64encode(out.getvalue()).decode()


def spec(**changes):
    """Return an explorer's metadata with one frame per colour at w = -1, -0.5, 0, 0.5, 1."""
    made = {
        "title": "A line & its <slope>",
        "main": "w",
        "label": "weight w",
        "kind": "slider",
        "range": [-1, 1, 0.5],
        "play": True,
        "start": 2,
        "others": [["b", "1"]],
        "width": WIDTH,
        "height": HEIGHT,
        "frames": [
            {
                "value": -1 + i / 2,
                "label": f"{-1 + i / 2:g}",
                "text": f"w = {-1 + i / 2:g}, b = 1: a card in {colour} that no </script> ends.",
                "data": encoded(colour, "WEBP"),
            }
            for i, colour in enumerate(COLOURS)
        ],
    }
    return made | changes


def explorer_output(found):
    """Return the output of a cell that shows an explorer."""
    start = found["frames"][found["start"]]
    return new_output(
        "display_data",
        data={
            "text/plain": f'Explorer "{found["title"]}" of w, b. {start["text"]}',
            "image/png": encoded(COLOURS[found["start"]], "PNG"),
        },
        metadata={"image/png": {"width": WIDTH, "height": HEIGHT}, "explorer": found},
    )


def notebook():
    """Return a notebook with a slider, a dropdown and a plain figure."""
    choice = spec(kind="choice", range=None, play=False, others=[], title="A choice")
    for i, frame in enumerate(choice["frames"]):
        frame["label"] = f"colour {i}"
    figure = new_output(
        "display_data",
        data={"text/plain": "A figure.", "image/png": encoded("#64748b", "PNG")},
        metadata={"image/png": {"width": WIDTH, "height": HEIGHT, "alt": 'A "grey" card.'}},
    )
    made = new_notebook(
        cells=[
            new_markdown_cell("# Page\n\nSome words.", id="a"),
            new_code_cell("first", id="b", outputs=[explorer_output(spec())]),
            new_code_cell("second", id="c", outputs=[explorer_output(choice)]),
            new_code_cell("third", id="d", outputs=[figure]),
        ]
    )
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return made


def build(folder, made, builder="html"):
    """Build a project of one notebook; return its output folder and what Sphinx said."""
    source, out = folder / "source", folder / builder
    source.mkdir(exist_ok=True)
    nbformat.write(made, source / "index.ipynb")
    (source / "conf.py").write_text(
        'extensions = ["myst_nb", "nnbook.explorer"]\nnb_execution_mode = "off"\n'
        'html_theme = "sphinx_book_theme"\nmaster_doc = "index"\n'
    )
    run = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", builder, str(source), str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    return out, run.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("project"), notebook())


@pytest.fixture(scope="module")
def markup(built):
    return (built[0] / "index.html").read_text()


class Elements(HTMLParser):
    """Collects every start tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, tag, name=None):
        """Return the attributes of the elements of one tag (and one class)."""
        return [a for t, a in self.found if t == tag and (not name or name in a.get("class", ""))]


def test_the_build_is_silent(built):
    assert built[1] == ""


def test_the_slider_has_real_values(markup):
    (slider,) = [a for a in Elements(markup).of("input") if a.get("type") == "range"]
    assert (slider["min"], slider["max"], slider["step"]) == ("-1", "1", "0.5")
    assert float(slider["value"]) == 0
    assert slider["aria-valuetext"].startswith("w = 0, b = 1")


def test_every_control_has_a_label(markup):
    page = Elements(markup)
    inputs = [a for a in page.of("input") if a.get("type") == "range"]
    ids = {a["id"] for a in inputs + page.of("select")}
    assert len(ids) == 2
    assert ids <= {a.get("for") for a in page.of("label")}


def test_a_choice_is_a_select_with_the_start_selected(markup):
    selected = re.findall(r"<option[^>]*selected[^>]*>([^<]*)", markup)
    assert selected == ["colour 2"]
    assert markup.count("<option") == len(COLOURS)


def test_the_group_has_its_title_and_its_place(markup):
    first, second = Elements(markup).of("div", "nn-explorer")
    assert first["role"] == "group"
    assert first["aria-label"] == "A line & its <slope>"
    assert (first["data-main"], first["data-cell"], first["data-output"]) == ("w", "1", "0")
    assert second["data-cell"] == "2"


def test_frames_are_files_beside_the_page(built, markup):
    files = set(re.findall(r"_images/frame-[0-9a-f]+\.webp", markup))
    assert len(files) == len(COLOURS)  # both explorers show the same pictures: stored once
    for name in files:
        with Image.open(built[0] / name) as picture:
            assert picture.size == (2 * WIDTH, 2 * HEIGHT)
    assert "base64" not in markup


def test_text_cannot_leave_the_data(markup):
    assert markup.count('class="nn-frames"') == 2
    for data in re.findall(r'class="nn-frames">(.*?)</script>', markup):
        assert data.endswith("]]")


def test_pictures_keep_their_place_and_have_words(markup):
    page = Elements(markup)
    pictures = [a for a in page.of("img") if "dark-light" in a.get("class", "")]
    assert len(pictures) == 3
    for picture in pictures:
        assert picture["alt"]
        assert (picture["width"], picture["height"]) == (str(WIDTH), str(HEIGHT))
        assert "style" not in picture
    assert pictures[-1]["alt"] == 'A "grey" card.'
    assert "image-reference" not in markup  # Sphinx's link around images that have a size


def test_a_figure_keeps_its_pixels(built, markup):
    (name,) = set(re.findall(r"_images/figure-[0-9a-f]+\.webp", markup))
    with Image.open(built[0] / name) as picture:
        assert picture.size == (2 * WIDTH, 2 * HEIGHT)
        assert picture.convert("RGB").getpixel((5, 5)) == (0x64, 0x74, 0x8B)


def test_a_page_says_what_is_fixed():
    assert fixed_line([]) == ""
    said = fixed_line([["b", "1"], ["n", "3"]])
    assert said.startswith("Fixed here: b = 1, n = 3. They move once the page is live")
    assert fixed_line([], sketch=True) == (
        "Once the page is live, you draw a curve of your own on the picture."
    )
    assert fixed_line([["n", "3"]], sketch=True).startswith("Fixed here: n = 3. Once the page")


def test_an_explorer_without_play_has_no_button():
    frames = [f | {"uri": "/x/frame-1.webp"} for f in spec()["frames"]]
    assert "nn-play" in explorer_html(spec(frames=frames), "_images", "1")
    assert "nn-play" not in explorer_html(spec(frames=frames, play=False), "_images", "1")


def test_only_an_explorer_with_fixed_controls_has_a_button_that_makes_the_page_live():
    frames = [f | {"uri": "/x/frame-1.webp"} for f in spec()["frames"]]
    fixed = explorer_html(spec(frames=frames, others=[["b", "1"]]), "_images", "1")
    assert 'class="nn-free" hidden' in fixed
    parts = [fixed.index(f'class="nn-{part}') for part in ("controls", "fixed", "picture", "words")]
    assert parts == sorted(parts)  # where the other controls will be, beside the first
    assert "nn-free" not in explorer_html(spec(frames=frames, others=[]), "_images", "1")


def test_lost_frames_are_reported(tmp_path):
    made = notebook()
    del made.cells[1].outputs[0].metadata["explorer"]
    _, said = build(tmp_path, made)
    assert 'Explorer "A line & its <slope>" holds no frames' in said


def test_other_builders_show_the_still(tmp_path):
    out, _ = build(tmp_path, notebook(), "latex")
    assert any(
        path.read_text().count("includegraphics") == 3
        for path in out.glob("*.tex")
        if path.name not in {"sphinx.tex"}
    )


@pytest.fixture
def page(browser, serve, built):
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(serve(built[0]) + "/index.html")
    yield page
    context.close()


def colour(page, number):
    """Return the colour that an explorer's picture shows, once it has loaded."""
    return page.evaluate(
        """async (n) => {
            const image = document.querySelectorAll(".nn-picture img")[n];
            await image.decode();
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 1;
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0, 1, 1);
            const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
            return "#" + [r, g, b].map((x) => x.toString(16).padStart(2, "0")).join("");
        }""",
        number,
    )


def wait_for_words(page, words):
    page.wait_for_function(
        "words => [...document.images].some(image => image.alt.includes(words))",
        arg=words,
    )


def test_keys_move_the_picture(page):
    slider = page.locator(".nn-explorer input")
    slider.focus()
    for key, expected in [("ArrowRight", 3), ("End", 4), ("Home", 0), ("ArrowUp", 1)]:
        slider.press(key)
        wait_for_words(page, COLOURS[expected])
        assert colour(page, 0) == COLOURS[expected]
        assert COLOURS[expected] in slider.get_attribute("aria-valuetext")
        assert COLOURS[expected] in page.locator(".nn-words").first.inner_text()


def test_the_mouse_moves_the_picture(page):
    box = page.locator(".nn-explorer input").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    wait_for_words(page, COLOURS[4])
    assert colour(page, 0) == COLOURS[4]


def test_a_choice_moves_the_picture(page):
    page.locator(".nn-explorer select").select_option(label="colour 1")
    wait_for_words(page, COLOURS[1])
    assert colour(page, 1) == COLOURS[1]
    assert colour(page, 0) == COLOURS[2]


def test_play_runs_to_the_end_and_stops(page):
    button = page.locator(".nn-play")
    button.click()
    assert button.inner_text() == "Pause"
    wait_for_words(page, COLOURS[4])
    page.wait_for_function("document.querySelector('.nn-play').textContent === 'Play'")
    assert page.locator(".nn-explorer input").input_value() == "1"


LOADED = """n => performance.getEntriesByType("resource")
    .filter((entry) => entry.name.includes("frame-")).length === n"""


def test_frames_wait_for_a_reader(page):
    page.mouse.wheel(0, 5000)
    page.wait_for_timeout(300)
    assert page.evaluate(LOADED, 1)
    page.locator(".nn-explorer input").focus()
    page.wait_for_function(LOADED, arg=len(COLOURS))


def test_nothing_moves_but_the_picture(page):
    place = page.locator(".nn-explorer").first.bounding_box()
    page.locator(".nn-explorer input").press("End")
    wait_for_words(page, COLOURS[4])
    assert page.locator(".nn-explorer").first.bounding_box() == place


def test_without_scripts_the_still_remains(browser, serve, built):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(serve(built[0]) + "/index.html")
    assert page.locator(".nn-picture img").first.is_visible()
    assert not page.locator(".nn-controls").first.is_visible()
    context.close()


def test_it_works_from_a_file(browser, built):
    context = browser.new_context()
    page = context.new_page()
    page.goto((built[0] / "index.html").as_uri())
    page.locator(".nn-explorer input").press("End")
    wait_for_words(page, COLOURS[4])
    context.close()
