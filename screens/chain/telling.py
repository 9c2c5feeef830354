"""What a link did, line by line, and what orders are worth, as rows to read."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import TypeAlias

from rich.segment import Segment

from cashier.i18n import _, ngettext
from cashier.links import Change, Link, Passage, Passed, State
from screens.chain.way import Way
from screens.chain.words import EMULATED, INKS, SIGNS, ink_of, signed, state_words
from screens.showing import Amounts
from screens.text import clean, fit, right, width
from screens.widgets.lines_view import LinesView

Row: TypeAlias = tuple[tuple[str, str], ...]
"""Texts beside each other, each with the name of its ink."""

_INDENT = "  "


class TellingView(LinesView[Row]):
    """A text stays where it is read."""

    GROUND = "surface"
    FOLLOWS = False

    def paint(self, row: Row, room: int, selected: bool) -> list[Segment]:
        segments = [Segment(text, self.ink(ink)) for text, ink in row]
        left = room - sum(segment.cell_length for segment in segments)
        return [*segments, Segment(" " * left, self.ink("row", selected=selected))]


class Teller:
    """Rows for so many cells; what does not fit goes on in the next row."""

    def __init__(self, amounts: Amounts, room: int) -> None:
        self._amounts = amounts
        self._room = max(16, room)

    # --- one link

    def link(self, place: int, link: Link, passed: Passed | None) -> list[Row]:
        """Its whole name, what became of it, and every price that it changed."""
        rows = self._text(f"{place + 1}  {link.title}", "caption")
        if link.emulated:
            about = _("emulated: nobody has published how it really answers")
            rows += self._text(f"{EMULATED} {about}", "dim")
        if link.last:
            rows += self._text(_("It rounds the whole: its place is at the end."), "dim")
        if passed is None:
            return rows
        rows += self._text(_state(passed), INKS[passed.state])
        rows += self._sums(passed)
        if not passed.changes and passed.state is State.PASSED:
            rows += self._text(_("It changed no price."), "dim")
        for change in passed.changes:
            rows += [(), *self._change(change)]
        return rows

    def _sums(self, passed: Passed) -> Iterator[Row]:
        money, by = self._amounts.money, passed.after - passed.before
        yield self._pair(_("The receipt before it"), money(passed.before), "dim", "row")
        yield self._pair(_("The receipt after it"), money(passed.after), "dim", "strong")
        if by:
            yield self._pair("", signed(self._amounts, by), "dim", ink_of(by))

    def _change(self, change: Change) -> Iterator[Row]:
        """Goods; the price before; rule; arithmetic; the price after, and by how much."""
        money = self._amounts.money
        yield from self._text(f"{change.line}. {change.goods}", "strong")
        yield self._pair(_INDENT + _("Price before"), money(change.before), "dim", "row")
        by = change.after - change.before
        yield from self._beside(change.rule, signed(self._amounts, by), ink_of(by))
        yield from self._text(change.why, "dim", _INDENT * 2)
        yield self._pair(_INDENT + _("Price after"), money(change.after), "dim", "row")

    # --- orders

    def orders(self, way: Way) -> list[Row]:
        """The best and the worst: which, how much, and how many were tried."""
        orders = way.orders
        if orders is None:
            return []
        rows = [*self._order(way, _("The best for the customer"), orders.best)]
        rows += [(), *self._order(way, _("The worst for the customer"), orders.worst), ()]
        if orders.best.total == orders.worst.total:
            rows += self._text(_("Every order that was tried costs the same."), "row")
        elif way.usual is not None and way.usual.total == orders.best.total:
            rows += self._text(_("None is cheaper than the configured order."), "good")
        tried = ngettext("Tried {n} order of {of}.", "Tried {n} orders of {of}.", orders.tried)
        rows += self._text(tried.format(n=orders.tried, of=orders.possible), "dim")
        if orders.tried < orders.possible:
            rows += self._text(_("There are too many to try all of them."), "dim")
        return rows

    def _order(self, way: Way, title: str, passage: Passage) -> Iterator[Row]:
        yield from self._beside(title, self._amounts.money(passage.total), "sum", "caption", "")
        if way.usual is not None:
            by = passage.total - way.usual.total
            against = _("against the configured order")
            yield self._pair(_INDENT + against, signed(self._amounts, by), "dim", ink_of(by))
        for place, name in enumerate(passage.order, 1):
            number = f"{place:>2}  "
            yield from self._text(way.title(name), "row", " " * len(number), number)

    # --- rows

    def _text(self, text: str, ink: str, margin: str = "", first: str | None = None) -> list[Row]:
        first = margin if first is None else first
        parts = wrap(clean(text), self._room - len(margin)) if text.strip() else []
        return [
            ((fit((margin if turn else first) + part, self._room), ink),)
            for turn, part in enumerate(parts)
        ]

    def _pair(self, left: str, value: str, ink: str, value_ink: str) -> Row:
        taken = min(self._room - 4, width(value) + 1)
        return (fit(left, self._room - taken), ink), (right(value, taken), value_ink)

    def _beside(
        self, text: str, value: str, value_ink: str, ink: str = "row", margin: str = _INDENT
    ) -> Iterable[Row]:
        """A text of any length, the value at the end of its first row."""
        taken = width(value) + 1
        parts = wrap(clean(text), max(8, self._room - taken - len(margin))) or [""]
        yield self._pair(margin + parts[0], value, ink, value_ink)
        for part in parts[1:]:
            yield ((fit(margin + part, self._room), ink),)


def _state(passed: Passed) -> str:
    words = f"{SIGNS[passed.state]} {state_words(passed.state)}"
    return f"{words}: {passed.why}" if passed.why else words
