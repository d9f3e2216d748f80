"""Write _toc.yml, the order of the pages, from the plan and the titles of the notebooks.

python tools/toc.py            writes it
python tools/toc.py --check    only says whether it is what would be written
"""

import argparse
import json
import sys
from pathlib import Path

from nnbook import plan as plans

ROOT = Path(__file__).resolve().parents[1]
COMMAND = ".venv/bin/python tools/toc.py"


def entries(pages):
    """Yield each page with those below it: a page that lies in the folder of an index is below."""
    rows = []
    for page in pages:
        folder = page.rpartition("/")[0]
        if rows and rows[-1][0] == f"{folder}/index":
            rows[-1][1].append(page)
        else:
            rows.append((page, []))
    yield from rows


def table(plan):
    """Return the text of _toc.yml for a plan."""
    around = plan.contents
    titles = {c.file: f"{c.number} {c.title}" for c in plan.done}
    road = [page for part in plan.parts for page in (part.index, *_files(part))]
    lines = [
        f"# The order of the book, written from {plans.PLAN}: {COMMAND}",
        "format: jb-book",
        f"root: {around['root']}",
        "parts:",
    ]
    for caption, pages in (
        (around["before"]["caption"], around["before"]["pages"]),
        (around["road"], road),
        (around["after"]["caption"], around["after"]["pages"]),
    ):
        lines += [f"  - caption: {json.dumps(caption, ensure_ascii=False)}", "    chapters:"]
        for page, below in entries(pages):
            lines.append(f"      - file: {page}")
            if below:
                lines.append("        sections:")
            for inner in below:
                lines.append(f"          - file: {inner}")
                if inner in titles:
                    title = json.dumps(titles[inner], ensure_ascii=False)
                    lines.append(f"            title: {title}")
    return "\n".join(lines) + "\n"


def _files(part):
    yield from (chapter.file for chapter in part.chapters if chapter.done)
    yield from (page for page, _ in part.pages)


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    path, wanted = root / "_toc.yml", table(plans.load(root))
    if path.exists() and path.read_text(encoding="utf-8") == wanted:
        return 0
    if options.check:
        print(f"_toc.yml does not agree with the plan: run {COMMAND}", file=sys.stderr)
        return 1
    path.write_text(wanted, encoding="utf-8")
    print(f"{path}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
