"""Small drawings for the parts of the book, by their numbers, as SVG paths around the origin.

Each fits into a circle of radius 22. Strokes take the colour of the text around them; the class
`hot` marks the one stroke that takes the accent.
"""

GLYPHS = {
    # A cell with its dendrites and one axon.
    1: '<circle r="6"/><path d="M-5-4-16-13M-6 0H-19M-5 4-16 13M-11-9-18-6M-11 9-9 16"/>'
    '<path class="hot" d="M6 0H13M13 0 20-7M13 0H21M13 0 20 7"/>',
    # A threshold.
    2: '<path d="M-18 10H18"/><path class="hot" d="M-18 10H0V-11H18"/>',
    # A sigmoid on its axes.
    3: '<path d="M-18 12H18M0 15V-15"/><path class="hot" d="M-18 11C-2 11-6-11 18-11"/>',
    # Forward and back.
    4: '<circle cx="-14" r="4"/><circle cx="14" r="4"/>'
    '<path d="M-11-5C-5-13 5-13 10-7M10-13V-7H4"/>'
    '<path class="hot" d="M11 5C5 13-5 13-10 7M-10 13V7H-4"/>',
    # A path down a valley.
    5: '<ellipse rx="20" ry="13"/><ellipse rx="13" ry="8"/><ellipse rx="5" ry="3"/>'
    '<path class="hot" d="M-17-8-9 4-3-4 0 0"/>',
    # Layers.
    6: '<path d="M-14-9 0-13M-14-9 0 0M-14-9 0 13M-14 9 0-13M-14 9 0 0M-14 9 0 13"/>'
    '<path class="hot" d="M0-13 14 0M0 0H14M0 13 14 0"/>'
    '<g class="dot"><circle cx="-14" cy="-9" r="3"/><circle cx="-14" cy="9" r="3"/>'
    '<circle cy="-13" r="3"/><circle r="3"/><circle cy="13" r="3"/><circle cx="14" r="3"/></g>',
    # A signal that fades from layer to layer.
    7: '<path d="M-18 14H18"/><path class="wide" d="M-13 14V-13M-5 14V-4M3 14V4"/>'
    '<path class="wide hot" d="M11 14V10"/>',
    # A shortcut past a block.
    8: '<rect x="-7" y="-1" width="14" height="12" rx="2"/><path d="M-20 5H-7M7 5H20"/>'
    '<path class="hot" d="M-15 5C-15-17 15-17 15 4M11 0 15 5 19 0"/>',
    # A landscape with two valleys.
    9: '<path d="M-20-12C-14 20-8 12-3 1 2-8 6 22 11 11 14 4 17-4 20-12"/>'
    '<circle class="hot fill" cx="-11" cy="5" r="3.5"/>',
    # Knobs.
    10: '<path d="M-16-10H16M-16 0H16M-16 10H16"/><g class="dot"><circle cx="-6" cy="-10" r="3.5"/>'
    '<circle cx="-10" cy="10" r="3.5"/></g><circle class="hot fill" cx="8" r="4"/>',
    # A horizon.
    11: '<path d="M-20 8H20M-13 14H13"/>'
    '<path class="hot" d="M-9 8A9 9 0 0 1 9 8M0-7V-14M-11-3-16-8M11-3 16-8"/>',
    # A book left open.
    12: '<path d="M0-7V13M0-7C-5-12-12-12-18-10V10C-12 8-5 8 0 13'
    ' 5 8 12 8 18 10V-10C12-12 5-12 0-7"/>'
    '<path class="hot" d="M4-3C7-5 10-6 14-6M4 3C7 1 10 0 14 0"/>',
}

# For a part that has no drawing of its own: a road that goes on.
NEUTRAL = '<path d="M-18 10C-8 10-8-4 0-4"/><path class="hot" d="M0-4C8-4 8-12 18-12"/>'
