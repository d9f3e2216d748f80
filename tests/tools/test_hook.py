"""The pass over the notebooks sees a figure that changed, with nbval and its hook as they run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
DRAWS = """
import base64, io, os
from IPython.display import display
from PIL import Image

out = io.BytesIO()
Image.new("L", (40, 30), {shade}).save(out, "PNG")
data = base64.b64encode(out.getvalue()).decode()
"""
SHOWS = """
frames = os.environ["NNLIB_FRAMES"]
display({"text/plain": "Figure", "image/png": data}, metadata={"frames": frames}, raw=True)
"""


def store(path, shade):
    """Write a notebook that draws in the shade 10 and has stored another one."""
    names = {}
    exec(DRAWS.format(shade=shade), names)
    cell = new_code_cell(DRAWS.format(shade=10) + SHOWS, execution_count=1)
    data = {"text/plain": "Figure", "image/png": names["data"]}
    cell.outputs = [new_output("display_data", data=data, metadata={"frames": "1"})]
    nbformat.write(new_notebook(cells=[cell]), path)


def test_changed_figure_fails_and_the_same_passes(tmp_path):
    store(tmp_path / "same.ipynb", 10)
    store(tmp_path / "changed.ipynb", 200)
    shutil.copy(ROOT / "chapters" / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-kernel-name=python3", tmp_path]
    done = subprocess.run(
        [*command, "-q", "--color=no", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "picture 1: mean difference 190" in done.stdout
    assert "changed.ipynb::Cell 0" in done.stdout
