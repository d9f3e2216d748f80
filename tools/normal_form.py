"""The one form in which a notebook is stored, and what a stored notebook must not hold.

The stored outputs are the reference, so the same content must always be the same bytes: whoever
runs a notebook again sees in `git diff` what changed and nothing else.
"""

import copy
import hashlib
import re

import nbformat

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
WIDGET = "application/vnd.jupyter.widget-view+json"

# What JupyterLab collapses: the book's tags, in JupyterLab's words.
COLLAPSED = {
    "hide-cell": {"source_hidden": True, "outputs_hidden": True},
    "hide-input": {"source_hidden": True},
    "hide-output": {"outputs_hidden": True},
}

# A path has a slash that nothing stands before and a second one: "and/or" and "</td>" are none.
PATH = re.compile(r"(?<![\w/.:<)\]])(?:~/|/(?:[\w.+-]+/)+)[\w.+-]*|\b[A-Za-z]:\\\w|ipython-input-")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")


def tidy(text):
    """Return a cell's text without spaces at the ends of lines or blank lines at its ends."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def merged(outputs):
    """Join neighbouring pieces of one stream: where they were cut is a matter of timing."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def normalised(notebook):
    """Return the normal form of a notebook; the notebook itself is left as it is."""
    notebook = copy.deepcopy(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE)}
    )
    seen = {}
    for cell in notebook.cells:
        cell.source = tidy(cell.source)
        kept = {
            key: cell.metadata[key]
            for key in ("browser_seconds", "mystnb", "tags")
            if cell.metadata.get(key)
        }
        hidden = {k: v for tag in kept.get("tags", []) for k, v in COLLAPSED.get(tag, {}).items()}
        if hidden and cell.cell_type == "code":
            kept["jupyter"] = hidden
        cell.metadata = nbformat.from_dict(kept)
        # The id is made from the text: a cell keeps it when others come or go.
        kind = "code" if cell.cell_type == "code" else "text"
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        name = f"{kind}-{digest}"
        seen[name] = seen.get(name, 0) + 1
        cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"
        if cell.cell_type != "code":
            cell.pop("attachments", None)
            continue
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET, None)
            output.get("metadata", {}).pop(WIDGET, None)
            output.pop("transient", None)
        cell.outputs = merged(
            o for o in cell.outputs if o.get("data") or o.output_type in ("stream", "error")
        )
    return notebook


def dumps(notebook):
    """Return the text of the file that holds this notebook in normal form."""
    return nbformat.writes(normalised(notebook), version=4).rstrip("\n") + "\n"


def code_cells(notebook):
    """Return the code cells in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell):
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def texts(output):
    """Yield every text of one output that a reader may see."""
    if output.output_type == "stream":
        yield output.text
    if output.output_type == "error":
        yield output.evalue
    for kind, value in output.get("data", {}).items():
        if kind.startswith("text/"):
            yield value
    explorer = output.get("metadata", {}).get("explorer", {})
    for frame in explorer.get("frames", []):
        yield frame.get("text", "")
    yield output.get("metadata", {}).get("image/png", {}).get("alt", "")


def shorten(text, length=60):
    """Return the first line of a text, cut to a length."""
    line = text.strip().split("\n")[0]
    return line if len(line) <= length else line[: length - 1] + "…"


# Each rule below yields one message for every place where a notebook breaks it.


def executed(notebook):
    """Every code cell was run, once, from top to bottom."""
    for position, cell in enumerate(code_cells(notebook), 1):
        if cell.execution_count != position:
            yield f"{shorten(cell.source)!r} has count {cell.execution_count}, not {position}"


def no_errors(notebook):
    """No cell failed, except where the tag says that it must."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield f"{shorten(cell.source)!r} failed: {output.ename}: {output.evalue}"


def no_stderr(notebook):
    """Nothing was written to stderr: no warning, no progress bar."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if output.output_type == "stream" and output.name == "stderr":
                yield f"{shorten(cell.source)!r} wrote to stderr: {shorten(output.text)}"


def no_paths(notebook):
    """No output names a place of the machine it was made on."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            for text in texts(output):
                if found := PATH.search(text):
                    yield f"{shorten(cell.source)!r} shows a path: {found[0]}"


def no_addresses(notebook):
    """No output shows where in memory something lay."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            for text in texts(output):
                if found := ADDRESS.search(text):
                    yield f"{shorten(cell.source)!r} shows a memory address: {found[0]}"


def explorers_have_frames(notebook):
    """Every explorer holds the frames with which it moves in the built page."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if not output.get("data", {}).get("text/plain", "").startswith("Explorer"):
                continue
            if len(output.metadata.get("explorer", {}).get("frames", [])) < 2:
                yield f"{shorten(cell.source)!r}: no frames; run it with tools/notebook.py"


def pictures_have_words(notebook):
    """Every picture has a text for readers who do not see it."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if "image/png" not in output.get("data", {}) or "explorer" in output.metadata:
                continue
            if len(output.metadata.get("image/png", {}).get("alt", "").strip()) < 15:
                yield f"{shorten(cell.source)!r} draws a picture without alt text"


def torn_formulas(text):
    """Return the lines that begin like an item of a list although a formula is open.

    Markdown reads ``- 2$`` at the beginning of a line as a list, and the formula around it as text.
    """
    torn, inside, fenced = [], False, False
    for line in text.splitlines():
        if re.match(r"\s*(`{3,}|~{3,})", line):
            fenced = not fenced
        if fenced or not line.strip():
            inside = False
            continue
        if inside and re.match(r"\s*([-+*]|\d+[.)])\s", line):
            torn.append(line)
        signs = re.findall(r"(?<!\\)\$", line.replace("$$", "").split("`")[0])
        inside ^= len(signs) % 2 == 1
    return torn


def no_torn_formulas(notebook):
    """No line begins like a list while a formula is open: Markdown would tear it."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in torn_formulas(cell.source):
                yield f"a formula is open where a line begins like a list: {shorten(line)!r}"


RULES = (
    executed,
    no_errors,
    no_stderr,
    no_paths,
    no_addresses,
    explorers_have_frames,
    pictures_have_words,
    no_torn_formulas,
)


def faults(notebook):
    """Return what is wrong with a stored notebook, one message each."""
    return [f"{rule.__name__}: {message}" for rule in RULES for message in rule(notebook)]
