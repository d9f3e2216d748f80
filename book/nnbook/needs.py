"""What every equation rests on, checked and shown: the directive `{needs}`.

needs.toml says for each equation which others its chapter uses to derive it. The page shows a card
for each, with links to the cards that it needs and to those that need it, so that it can be walked
without a script. needs.js lights up all that lies before and behind a card.
"""

import tomllib
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive

from nnbook import ledger
from nnbook import plan as plans
from nnbook.explorer import offer_static

NEEDS = "book/needs.toml"
GAP, RISE, MARGIN = 10.5, 0.5, 16  # of the picture: between dots, height of an arc, around it


class NeedsError(ValueError):
    """needs.toml contradicts itself or the plan; the message names every contradiction."""


def read(text, known):
    """Read needs.toml and check it.

    Parameters
    ----------
    text : str
    known : iterable of int or str
        The keys of all equations, in the order of the book.

    Returns
    -------
    dict of tuple
        For each key in `known` what it needs directly.

    Raises
    ------
    NeedsError
        If a number is unknown or named twice, if the arrows run in a circle, or if one of them
        follows from others.
    """
    known = list(known)
    raw = {_key(k): [_key(v) for v in values] for k, values in tomllib.loads(text)["needs"].items()}
    wrong = []
    for key, needed in raw.items():
        wrong += [f"({k}) is no equation" for k in (key, *needed) if k not in known]
        wrong += [f"({key}) needs ({k}) twice" for k in set(needed) if needed.count(k) > 1]
        wrong += [f"({key}) is said to need nothing; leave it out"] * (not needed)
    needs = {key: tuple(raw.get(key, ())) for key in known}
    if not wrong:
        circles = [key for key in known if key in before(needs, key)]
        wrong += [f"({key}) needs itself, by way of others or not" for key in circles]
        for key in () if circles else known:
            for k in needs[key]:
                by_way = [other for other in needs[key] if k in before(needs, other)]
                wrong += [f"({key}) needs ({k}) by way of ({other}) already" for other in by_way]
    if wrong:
        raise NeedsError("needs.toml contradicts itself:\n  " + "\n  ".join(dict.fromkeys(wrong)))
    return needs


def _key(value):
    return int(value) if str(value).isdigit() else value


def before(needs, key):
    """Return all that an equation needs, directly or by way of others, as a set."""
    found, ahead = set(), list(needs[key])
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead += needs.get(one, ())
    return found


def turned(needs):
    """Return for each equation which others need it directly."""
    return {key: tuple(k for k, needed in needs.items() if key in needed) for key in needs}


def picture(plan, needs):
    """Return an SVG: all equations on a line, with an arc from each to those that need it."""
    place = {key: MARGIN + GAP * k for k, key in enumerate(needs)}
    longest = max((abs(place[k] - place[key]) for key in needs for k in needs[key]), default=0)
    width, ground = 2 * MARGIN + GAP * (len(place) - 1), RISE * longest / 2 * 1.2 + 12
    arcs, dots, parts, last = [], [], [], -GAP * len(place)
    for key, needed in needs.items():
        for k in needed:
            left, right = sorted((place[k], place[key]))
            r = (right - left) / 2
            arcs.append(
                f'<path d="M{left:g} {ground:g}A{r:g} {r * RISE * 1.2:g} 0 0 1 {right:g} '
                f'{ground:g}" data-from="{k}" data-to="{key}"/>'
            )
        dots.append(
            f'<circle cx="{place[key]:g}" cy="{ground:g}" r="4" data-key="{key}">'
            f"<title>({key}) {escape(plan.items['equation'][key].title)}</title></circle>"
        )
    for part, keys in by_part(plan, needs):
        ends = [place[key] for key in keys]
        middle = (min(ends) + max(ends)) / 2
        lower = 16 if middle - last < 24 else 0  # two narrow parts side by side
        last = middle - lower
        parts.append(
            f'<path class="part" d="M{min(ends) - 3:g} {ground + 14:g}H{max(ends) + 3:g}"/>'
            f'<text x="{middle:g}" y="{ground + 32 + lower:g}">{part.number}</text>'
        )
    return (
        f'<svg class="nn-needs-map" viewBox="0 0 {width:g} {ground + 56:g}" role="img" '
        f'aria-label="All {len(needs)} equations on a line, by number, with an arc from each to '
        f'every equation that needs it. The cards below say the same in words.">'
        f"<g>{''.join(arcs)}</g><g>{''.join(dots)}</g><g>{''.join(parts)}</g></svg>"
    )


def by_part(plan, needs):
    """Return the parts of the book that have equations, each with their keys in order."""
    found = []
    for part in plan.parts:
        keys = [k for k in needs if plan.chapter_of("equation", k) in part.chapters]
        if keys:
            found.append((part, keys))
    return found


class Needs(Directive):
    """The picture, and below it a card for each equation, by parts."""

    def run(self):
        """Return the picture and one section for each part."""
        env = self.state.document.settings.env
        root = Path(env.srcdir)
        for source in [*plans.files(root), root / NEEDS]:
            env.note_dependency(str(source))
        plan = plans.load(root)
        try:
            needs = read((root / NEEDS).read_text(encoding="utf-8"), plan.items["equation"])
        except NeedsError as problem:
            raise self.error(str(problem)) from None
        behind = turned(needs)
        found = [nodes.raw("", picture(plan, needs), format="html")]
        for part, keys in by_part(plan, needs):
            name = f"needs-part-{part.number}"
            section = nodes.section("", ids=[name], names=[name])
            section += nodes.title("", f"{part.number} {part.title}")
            cards = nodes.bullet_list("", classes=["nn-needs"])
            cards += [card(plan, key, needs[key], behind[key]) for key in keys]
            section += cards
            found.append(section)
        return found


def card(plan, key, needed, behind):
    """Return the card of one equation as a list item."""
    item = plan.items["equation"][key]
    done = plan.chapter_of("equation", key).done
    number = ledger.target(item.label, f"({key})") if done else nodes.Text(f"({key})")
    found = nodes.list_item("", ids=[f"needs-{key}".lower()], classes=["nn-need"])
    found += nodes.paragraph("", "", number, nodes.Text(f" {item.title}"), classes=["nn-need-name"])
    for word, keys, kind in (("needs", needed, "before"), ("leads to", behind, "behind")):
        if keys:
            line = nodes.paragraph("", f"{word} ", classes=[f"nn-need-{kind}"])
            line += ledger.listed(keys, _to_card)
            found += line
    if not needed:
        found += nodes.paragraph("", "begins here", classes=["nn-need-start"])
    return found


def _to_card(key):
    return nodes.reference("", f"({key})", refid=f"needs-{key}".lower(), internal=True)


def add_files(app, pagename, templatename, context, doctree):
    """Load style and script on the page that has cards."""
    if doctree is not None and any(
        "nn-needs" in found["classes"] for found in doctree.findall(nodes.bullet_list)
    ):
        app.add_css_file("needs.css")
        app.add_js_file("needs.js", loading_method="defer")


def setup(app):
    """Register with Sphinx."""
    app.add_directive("needs", Needs)
    app.connect("config-inited", offer_static)
    app.connect("html-page-context", add_files, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
