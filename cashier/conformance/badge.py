"""The badge: a small picture with the grade on it."""

from xml.sax.saxutils import escape

from cashier.conformance.grading import Grade
from cashier.conformance.pack import Level

_COLOURS = {None: "#b3261e", Level.BASIC: "#8a6100", Level.MIDDLE: "#1d6fb8", Level.FULL: "#15803d"}
_LABEL = "loyalty conformance"
_LETTER, _EDGE = 6.6, 8
"""Width of a letter of 11 pixels in the usual fonts, and the room beside a text."""


def badge(grade: Grade) -> str:
    """As SVG; in English, like the badge line, which is its title."""
    value = grade.reached.value if grade.reached else "none"
    value += f", {grade.skipped} skipped" if grade.skipped else ""
    left, right = (round(len(text) * _LETTER) + 2 * _EDGE for text in (_LABEL, value))
    wide, title = left + right, escape(grade.badge, {'"': "&quot;"})
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<clipPath id="r"><rect width="{wide}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3f4650"/>
<rect x="{left}" width="{right}" height="20" fill="{_COLOURS[grade.reached]}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left / 2}" y="14" textLength="{left - 2 * _EDGE}">{_LABEL}</text>
<text x="{left + right / 2}" y="14" textLength="{right - 2 * _EDGE}">{value}</text></g>
</svg>
"""
