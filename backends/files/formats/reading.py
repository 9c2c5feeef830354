"""A load while it is read."""

from dataclasses import dataclass, field

from backends.files.formats.model import BadFile, Card, Goods, Load, Part, Scheme
from backends.files.formats.text import READ, UNREAD, lines_of
from cashier.i18n import _


@dataclass
class Reading:
    """What the lines have said so far; what comes again replaces the earlier."""

    clears: set[Part] = field(default_factory=set)
    goods: dict[str, Goods] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    def load(self) -> Load:
        return Load(
            tuple(self.goods.values()),
            tuple(self.cards.values()),
            tuple(self.schemes.values()),
            frozenset(self.clears),
            tuple(self.removed),
        )


def numbered(data: bytes, name: str, first: str, end: str) -> list[tuple[int, str]]:
    """The lines between the header and the ``end`` word, with their numbers; either may be empty:
    any first line will do, there is no end word. Raises BadFile."""
    lines = lines_of(data, name)
    if first and (not lines or lines[0].strip() != first):
        raise BadFile(name, 1, _("expected {first}").format(first=first))
    if len(lines) < 2 or lines[1].strip() not in (UNREAD, READ):
        raise BadFile(name, 2, _("expected # or @"))
    while not lines[-1].strip():
        lines.pop()
    if end and lines[-1].strip() != end:
        words = _("half-written: expected {end} at the end").format(end=end)
        raise BadFile(name, len(lines), words)
    return list(enumerate(lines, 1))[2 : -1 if end else None]
