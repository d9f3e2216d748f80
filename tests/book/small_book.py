"""A made-up book of thirteen parts: twelve follow a guide, the last has a source of its own."""

import json

CONTENTS = """
[contents]
root = "book/index"
road = "The road"

[contents.before]
caption = "Begin"
pages = ["book/how_to_use"]

[contents.after]
caption = "Beside"
pages = ["book/ledger", "book/api/index", "book/api/one"]
"""
DIFFUSION = """
heading = [
  { number = "13", title = "Diffusion" },
  { number = "13.1", title = "Noise" },
  { number = "13.2", title = "And back" },
]
equation = [
  { number = "D1", title = "One step of noise", section = "13.1" },
  { number = "D2", title = "Many steps at once", section = "13.1" },
  { number = "D3", title = "One step back", section = "13.2" },
]
definition = [{ name = "noise-schedule", title = "Noise schedule", section = "13.1" }]
"""
# What the made-up library and its tests say.
CODE = '''
def step(x):
    """Add noise. Book Eqs. (D1), (D2). Book Definition (noise-schedule)."""
'''
PROOFS = """
import pytest

@pytest.mark.definition("noise-schedule")
@pytest.mark.equation("D1")
def test_step(): pass
"""


def notebook(text):
    """Return a notebook with one cell of text."""
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": text}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel}
    return json.dumps({"cells": [cell], "metadata": about, "nbformat": 4, "nbformat_minor": 5})


def texts():
    """Return plan.toml and guide.toml."""
    parts, headings, equations = [], [], []
    for n in range(1, 13):
        parts.append(
            f'[[part]]\nfolder = "{n:02}_part"\n\n'
            f'[[part.chapter]]\nname = "{n:02}_1_first"\ntitle = "Chapter {n}"\n'
            f'one_line = "Line {n}."\nsections = ["{n}", "{n}.1"]\n'
        )
        headings += [f'{{ number = "{x}", title = "Heading {x}" }}' for x in (n, f"{n}.1")]
        equations.append(f'{{ number = {n}, title = "Equation {n}", section = "{n}.1" }}')
    parts.append(
        '[[part]]\nfolder = "13_diffusion"\nsource = "diffusion"\n\n'
        '[[part.chapter]]\nname = "13_1_noise"\none_line = "Noise."\nsections = ["13", "13.1"]\n\n'
        '[[part.chapter]]\nname = "13_2_and_back"\ntitle = "And back"\n'
        'one_line = "Back."\nsections = ["13.2"]\nflag = "Goal"\n'
    )
    guide = f"heading = [{', '.join(headings)}]\nequation = [{', '.join(equations)}]\n"
    return "\n".join(parts) + CONTENTS, guide


def write(root):
    """Write the made-up book below a folder: one chapter of it stands."""
    plan, guide = texts()
    files = {
        "book/plan.toml": plan,
        "book/guide.toml": guide,
        "book/diffusion.toml": DIFFUSION,
        "nnlib/diffusion.py": CODE,
        "tests/nnlib/test_diffusion.py": PROOFS,
        "chapters/13_diffusion/index.md": "# 13 Diffusion\n",
        "chapters/13_diffusion/13_1_noise.ipynb": notebook("# Noise, step by step\n"),
    }
    files |= {f"chapters/{n:02}_part/index.md": f"# {n} Part {n}\n" for n in range(1, 13)}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
