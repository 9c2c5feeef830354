"""The chain as a picture: a box for each link, one under the other, as the receipt passes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rich.segment import Segment

from cashier.i18n import _
from cashier.links import Link, Passed
from screens.chain.words import EMULATED, INKS, SIGNS, UNKNOWN, ink_of, signed, state_words
from screens.showing import Amounts
from screens.text import clean, shortened, width
from screens.widgets.lines_view import LinesView


class Part(Enum):
    TOP = auto()
    """The upper edge, with the number of the link and what became of it."""
    TITLE = auto()
    SUM = auto()
    SHORT_TOP = auto()
    """The upper edge with the title in it, where there is no room for more."""
    SHORT_SUM = auto()
    BOTTOM = auto()


@dataclass(frozen=True)
class Piece:
    """One row of a box."""

    part: Part
    place: int
    """Of the link, from 0."""
    link: Link
    passed: Passed | None
    """None: not known yet, or there is no receipt."""
    chosen: bool


class BoxesView(LinesView[Piece]):
    """Three rows for a link, or two where not all of them fit otherwise."""

    def __init__(self, amounts: Amounts, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._amounts = amounts
        self._seen: Sequence[tuple[Link, Passed | None]] = ()
        self._chosen = 0
        self._priced = False

    def draw(
        self, seen: Sequence[tuple[Link, Passed | None]], chosen: int, *, priced: bool
    ) -> None:
        """The links in order. ``priced``: there is a receipt, its prices known or not."""
        self._seen, self._chosen, self._priced = seen, chosen, priced
        parts = self._parts()
        rows = [
            Piece(part, place, link, passed, place == chosen)
            for place, (link, passed) in enumerate(seen)
            for part in parts
        ]
        if rows:
            last = rows[-1]
            rows.append(Piece(Part.BOTTOM, last.place, last.link, last.passed, chosen=False))
        self.below = len(parts)
        self.show(rows, chosen * len(parts) if rows else None)

    def _parts(self) -> tuple[Part, ...]:
        if not self._priced:
            return (Part.TOP, Part.TITLE)
        roomy = (Part.TOP, Part.TITLE, Part.SUM)
        if len(roomy) * len(self._seen) < self.page:
            return roomy
        return (Part.SHORT_TOP, Part.SHORT_SUM)

    def on_resize(self) -> None:
        self.draw(self._seen, self._chosen, priced=self._priced)
        super().on_resize()

    def link_at(self, row: int) -> int:
        """The place of the link that this row belongs to."""
        return self.rows[row].place

    def is_selected(self, place: int) -> bool:
        return self.rows[place].chosen

    # --- drawing

    def paint(self, row: Piece, room: int, selected: bool) -> list[Segment]:
        del selected  # all rows of a box are
        match row.part:
            case Part.TOP:
                return self._edge(row, room, self._state(row), _emulated(row.link))
            case Part.SHORT_TOP:
                sign = f"{EMULATED} " if row.link.emulated else ""
                number = f"{row.place + 1} "
                title = shortened(sign + row.link.title, room - 8 - len(number))
                return self._edge(row, room, [(number, "dim"), (title, "strong")], [])
            case Part.TITLE:
                return self._inside(row, room, [(row.link.title, "strong")], [])
            case Part.SUM:
                return self._inside(row, room, self._way(row), self._taken(row))
            case Part.SHORT_SUM:
                return self._inside(row, room, self._state(row, number=False), self._way(row))
            case Part.BOTTOM:
                return [Segment("└" + "─" * (room - 2) + "┘", self.ink("dim"))]

    def _edge(
        self, row: Piece, room: int, left: list[tuple[str, str]], aside: list[tuple[str, str]]
    ) -> list[Segment]:
        """'├─▼ 2 ✓ passed ────── ~ emulated ─┤'"""
        line = self.ink("dim", selected=row.chosen)
        begin, end = ("┌── ", "─┐") if row.place == 0 else ("├─▼ ", "─┤")
        taken = sum(width(text) for text, _ink in (*left, *aside))
        free = room - taken - len(begin) - len(end) - 1 - 2 * bool(aside)
        if free < 1:
            aside, free = [], free + sum(width(text) for text, _ink in aside) + 2
        parts = [Segment(begin, line), *self._inked(left, row)]
        if not aside:
            return [*parts, Segment(f" {'─' * free}{end}", line)]
        parts += [Segment(f" {'─' * free} ", line), *self._inked(aside, row)]
        return [*parts, Segment(f" {end}", line)]

    def _inside(
        self, row: Piece, room: int, left: list[tuple[str, str]], aside: list[tuple[str, str]]
    ) -> list[Segment]:
        """'│ 120.00 → 108.00      -12.00 │'; what stands at the right is shown whole."""
        line = self.ink("dim", selected=row.chosen)
        inner = room - 4
        at_right = sum(width(text) for text, _ink in aside)
        free = inner - at_right - bool(aside)
        parts = [Segment("│ ", line)]
        for text, ink in left:
            shown = shortened(text, free)
            free -= width(shown)
            parts += self._inked([(shown, ink)], row)
        parts.append(Segment(" " * (free + bool(aside)), line))
        return [*parts, *self._inked(aside, row), Segment(" │", line)]

    def _inked(self, parts: Sequence[tuple[str, str]], row: Piece) -> list[Segment]:
        return [Segment(clean(text), self.ink(ink, selected=row.chosen)) for text, ink in parts]

    def _state(self, row: Piece, *, number: bool = True) -> list[tuple[str, str]]:
        before = [(f"{row.place + 1} ", "dim")] if number else []
        if row.passed is None:
            return before
        state = row.passed.state
        return [*before, (f"{SIGNS[state]} {state_words(state)}", INKS[state])]

    def _way(self, row: Piece) -> list[tuple[str, str]]:
        """What the receipt cost before the link and after it."""
        passed = row.passed
        if passed is None:
            return [(UNKNOWN, "dim")]
        before, after = map(self._amounts.money, (passed.before, passed.after))
        if before == after:
            return [(after, "row")]
        return [(f"{before} →", "dim"), (f" {after}", "row")]

    def _taken(self, row: Piece) -> list[tuple[str, str]]:
        by = row.passed.after - row.passed.before if row.passed else 0
        return [(signed(self._amounts, by), ink_of(by))] if by else []


def _emulated(link: Link) -> list[tuple[str, str]]:
    return [(f"{EMULATED} " + _("emulated"), "dim")] if link.emulated else []
