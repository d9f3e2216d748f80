"""The opening page of each part begins with a picture and a question."""

import base64
import json

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, html_folder
from nnbook import openings, plan

PARTS = plan.load(ROOT).parts


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


@pytest.mark.parametrize("part", [p for p in PARTS if p.chapters[0].done], ids=lambda p: p.folder)
def test_every_part_opens_with_a_picture_and_a_question(part):
    page = html_folder() / f"{part.index}.html"
    figure = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one("figure")
    assert len(figure.img["alt"]) > 40
    assert figure.figcaption.get_text().strip().rstrip("#").strip().endswith("?")
    assert (page.parent / figure.a["href"]).is_file()
    assert (page.parent / figure.img["src"]).is_file()
