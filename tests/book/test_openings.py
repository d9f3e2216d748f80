"""The picture of an opening page and the words for it, taken from a notebook."""

import base64
import json

import pytest
from nnbook import openings


def notebook(tmp_path, *texts):
    png = base64.b64encode(b"a picture").decode()
    outputs = [{"data": {"image/png": png, "text/plain": text}} for text in texts]
    path = tmp_path / "chapter.ipynb"
    path.write_text(json.dumps({"cells": [{}, {"outputs": outputs}]}), encoding="utf-8")
    return path


def test_words_of_a_figure_and_of_an_explorer(tmp_path):
    picture = openings.first_picture(notebook(tmp_path, "Figure: A line."))
    assert picture == (b"a picture", "A line.")
    text = 'Explorer "Turn it" of angle, length. angle = 1, length = 2: the line is short.'
    _, words = openings.first_picture(notebook(tmp_path, text))
    assert words == "angle = 1, length = 2: the line is short."


def test_a_picture_without_words_is_none(tmp_path):
    path = notebook(tmp_path, "<Figure size 640x480>")
    with pytest.raises(ValueError, match="has no picture"):
        openings.first_picture(path)
