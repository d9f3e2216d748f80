"""The picture of the road: one SVG in which every part is a station and every chapter a bead.

It is a picture for those who see it and point at it; the list below it says the same in words.
"""

from dataclasses import dataclass
from html import escape
from math import cos, pi, sin

from .glyphs import GLYPHS, NEUTRAL

RADIUS = 34  # of a station


@dataclass(frozen=True)
class Stop:
    """A part or a chapter as the picture needs it; without a `link` it is yet to come.

    A `flag` is a word to write beside its bead.
    """

    number: str
    title: str
    link: str | None
    flag: str | None = None


@dataclass(frozen=True)
class Track:
    """A road that winds down through rows of equal length.

    Attributes
    ----------
    columns : int
        Stations in a row.
    dx, dy : float
        Distance of stations in a row, and of rows.
    """

    columns: int
    dx: float
    dy: float

    @property
    def row(self):
        """Length of a straight piece."""
        return (self.columns - 1) * self.dx

    @property
    def turn(self):
        """Length of the half circle at the end of a row."""
        return pi * self.dy / 2

    def station(self, k):
        """Return how far along the road station k lies."""
        row, column = divmod(k, self.columns)
        return row * (self.row + self.turn) + column * self.dx

    def point(self, s):
        """Return x and y at the distance s from the start, which lies at (0, 0)."""
        row, rest = divmod(s, self.row + self.turn)
        right = row % 2 == 0
        if rest <= self.row:
            x, y = rest, row * self.dy
        else:
            angle = (rest - self.row) / (self.dy / 2)
            x = self.row + self.dy / 2 * sin(angle)
            y = row * self.dy + self.dy / 2 * (1 - cos(angle))
        return (x if right else self.row - x), y

    def path(self, stations):
        """Return the road as far as the last of so many stations, as SVG path data."""
        data = ["M0 0"]
        rows = -(-stations // self.columns)
        for r in range(rows):
            right = r % 2 == 0
            length = self.row if r + 1 < rows else (stations - 1) % self.columns * self.dx
            data.append(f"H{length if right else self.row - length:g}")
            if r + 1 < rows:
                data.append(f"a{self.dy / 2:g} {self.dy / 2:g} 0 0 {int(right)} 0 {self.dy:g}")
        return "".join(data)


def beads(track, k, count):
    """Return the places of `count` chapters between station k and the next, clear of both."""
    start, end = track.station(k) + RADIUS, track.station(k + 1) - RADIUS
    return [track.point(start + (end - start) * (i + 1) / (count + 1)) for i in range(count)]


def open_beads(last, onward, count):
    """Return the places of `count` chapters on the open road behind the last station."""
    sign = 1 if onward > 0 else -1
    free = abs(onward) - RADIUS
    return [
        (last[0] + sign * (RADIUS + free * (i + 1) / (count + 1)), last[1]) for i in range(count)
    ]


def lines(title, limit=14):
    """Break a title into lines of at most `limit` letters, where words allow it."""
    rows = [""]
    for word in title.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > limit:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def _linked(stop, inner, kind):
    title = f"<title>{escape(stop.number)} {escape(stop.title)}"
    if stop.link is None:
        return f'<g class="{kind} coming">{title} (to come)</title>{inner}</g>'
    link = escape(stop.link, quote=True)
    # The list below holds the same link; the Tab key should not meet it twice.
    return f'<a class="{kind}" href="{link}" tabindex="-1">{title}</title>{inner}</a>'


def _flag(word, x, y, track):
    """Write a word beside a bead: above it on a straight piece, inside of it on a turn."""
    if 0 <= x <= track.row:
        words = f'<path d="M0-9V-24"/><text y="-30">{escape(word)}</text>'
    else:
        # Between the name of the station above and the circle of the one below.
        above = y // track.dy * track.dy
        down = min(max(y, above + RADIUS + 64), above + track.dy - RADIUS - 16) - y
        side, anchor = (-1, "end") if x > track.row else (1, "start")
        words = f'<path d="M{9 * side} {down / 3:.1f}L{16 * side} {down:.1f}"/>' * (abs(down) > 5)
        words += f'<text x="{19 * side}" y="{down + 5:.1f}" style="text-anchor: {anchor}">'
        words += f"{escape(word)}</text>"
    return f'<g class="flag" transform="translate({x:.1f} {y:.1f})">{words}</g>'


def draw(parts, *, columns, dx, dy, margin, name):
    """Draw the road.

    Parameters
    ----------
    parts : list of (Stop, list of Stop)
        Each part with its chapters.
    columns, dx, dy : int, float, float
        The shape of the road, see `Track`.
    margin : float
        Room left and right of it.
    name : str
        Class of the SVG element.

    Returns
    -------
    str
        An SVG element.
    """
    track = Track(columns, dx, dy)
    rows = -(-len(parts) // columns)
    width, height = track.row + 2 * margin, (rows - 1) * dy + 150
    last = track.point(track.station(len(parts) - 1))
    # Where the last row is not full, the road goes on to where the next station would be.
    length = margin - 14 if len(parts) % columns == 0 else dx - RADIUS
    onward = length if rows % 2 else -length
    out = [
        f'<svg class="{name}" viewBox="{-margin:g} -46 {width:g} {height:g}" aria-hidden="true">',
        f'<path class="road" d="{track.path(len(parts))}"/>',
        f'<path class="road onward" d="M{last[0]:g} {last[1]:g}h{onward:g}"/>',
    ]
    for k, (part, chapters) in enumerate(parts):
        if k == len(parts) - 1:
            places = open_beads(last, onward, len(chapters))
        else:
            places = beads(track, k, len(chapters))
        for stop, (x, y) in zip(chapters, places, strict=True):
            radius = 8.5 if stop.link else 5.5
            place = f'cx="{x:.1f}" cy="{y:.1f}"'
            # A wide invisible disc makes the bead easy to hit.
            hit = f'<circle class="hit" {place} r="12"/>' if stop.link else ""
            out.append(_linked(stop, f'{hit}<circle {place} r="{radius}"/>', "bead"))
            if stop.flag:
                out.append(_flag(stop.flag, x, y, track))
        x, y = track.point(track.station(k))
        begun = " begun" if any(c.link for c in chapters) else ""
        label = "".join(
            f'<tspan x="0" dy="{19 if i else 0}">{escape(row)}</tspan>'
            for i, row in enumerate(lines(part.title))
        )
        inner = (
            f'<g transform="translate({x:g} {y:g})"><circle class="disc" r="{RADIUS}"/>'
            f'<g class="glyph">{GLYPHS.get(int(part.number), NEUTRAL)}</g>'
            f'<text class="number" y="{RADIUS + 20}">{part.number}</text>'
            f'<text class="name" y="{RADIUS + 39}">{label}</text></g>'
        )
        out.append(_linked(part, inner, "station" + begun))
    return "".join(out) + "</svg>"
