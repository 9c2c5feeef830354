"""The ATOL / Frontol family: a command says what the lines under it are.

Emulated, as no source tells it: the points of a card stand under a command of our own
(``balances``) together with the owner, the receipt text and the two flags; the percentage of a
scheme is field 3 and "by card" field 4 under ``$$$ADDAUTODISCSCHMS``; a return line is 12 with the
document type 1; an end word, when ``end`` names one. Byte A4 stands for ``;`` here, too.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from backends.files.formats import record as at
from backends.files.formats.model import (
    LINES,
    Card,
    Goods,
    Kind,
    Load,
    Part,
    SalesReport,
    Scheme,
    Transaction,
    Trouble,
)
from backends.files.formats.reading import Reading, numbered
from backends.files.formats.report import HEAD, Types
from backends.files.formats.text import UNREAD, Marked, Row, decimal, each, encoded, key, unknown
from cashier.i18n import _, ngettext

FIRST = "##@@&&"
_CLEARS = {
    "$$$DELETEALLWARES": Part.GOODS,
    "$$$DELETEALLCCARDDISCS": Part.CARDS,
    "$$$DELETEALLAUTODISCSCHMS": Part.SCHEMES,
}
_GOODS, _CARDS, _SCHEMES = "$$$REPLACEQUANTITY", "$$$ADDCCARDDISCS", "$$$ADDAUTODISCSCHMS"
_ALSO_GOODS = ("$$$ADDQUANTITY", "$$$REPLACEQUANTITYWITHOUTSALE")
_REMOVED = "$$$DELETEWARESBYWARECODE"


def _all(given: Row, place: int) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.text(place).split(",") if one.strip())


def _inactive(given: Row, place: int) -> bool:
    return not given.flag(place, otherwise=True)


def _told(given: Row, place: int) -> int | None:
    return given.money(place) if given.text(place) else None


_ARTICLE = at.Record(23, {
    1: ("code", at.KEY), 2: ("barcodes", at.Way(lambda bars: ",".join(map(key, bars)), _all)),
    3: ("name", at.TEXT), 4: ("text", at.TEXT), 5: ("price", at.MONEY),
}, {17: 1})  # fmt: skip
_SCHEME = at.Record(4, {
    1: ("code", at.KEY), 2: ("name", at.TEXT), 3: ("percent", at.PERCENT), 4: ("by_card", at.ON),
})  # fmt: skip
_CARD = at.Record(16, {
    2: ("scheme", at.TEXT), 3: ("number", at.KEY), 4: ("valid_from", at.DAY),
    5: ("valid_to", at.DAY), 6: ("forbidden", at.Way(operator.not_, _inactive)),
}, {7: 0, 9: 1})  # fmt: skip
_BALANCE = at.Record(6, {
    1: ("number", at.KEY), 2: ("owner", at.TEXT), 3: ("text", at.TEXT),
    4: ("accumulated", at.MONEY), 5: ("do_not_accumulate", at.OFF), 6: ("may_pay", at.ON),
})  # fmt: skip

_HEAD, _SUM = HEAD | {14: ("shift", at.WHOLE)}, {12: ("amount", at.MONEY)}
_LINE = _HEAD | _SUM | {
    8: ("goods", at.TEXT), 10: ("price", at.MONEY), 11: ("quantity", at.QUANTITY),
    16: ("after", at.Way(decimal, _told)),
}  # fmt: skip
_PAYMENT = _HEAD | _SUM | {9: ("payment", at.ONE), 16: ("card", at.TEXT)}
_CLOSED = _HEAD | {8: ("card", at.TEXT), 13: ("is_return", at.OFF)}
_WRITTEN = {
    Kind.SALE_LINE: (11, at.Record(23, _LINE, {23: 0})),
    Kind.STORNO: (12, at.Record(23, _LINE, {23: 0})),
    Kind.RETURN_LINE: (12, at.Record(23, _LINE, {23: 1})),
    Kind.PAYMENT: (40, at.Record(23, _PAYMENT)),
    Kind.CASH_IN: (50, at.Record(23, _HEAD | _SUM)),
    Kind.CASH_OUT: (51, at.Record(23, _HEAD | _SUM)),
    Kind.CLOSED: (55, at.Record(23, _CLOSED)),
    Kind.CANCELLED: (56, at.Record(23, _HEAD)),
    Kind.Z_REPORT: (61, at.Record(23, _HEAD | _SUM)),
}
_KINDS = {number: kind for kind, (number, _record) in _WRITTEN.items()}
_KINDS |= {1: Kind.SALE_LINE, 2: Kind.STORNO, 41: Kind.PAYMENT, 63: Kind.Z_REPORT}


def _kind(given: Row) -> Kind | None:
    """A line that goes the other way comes back when the document is a return."""
    kind = _KINDS.get(given.number(4))
    if kind in (Kind.STORNO, Kind.RETURN_LINE):
        return Kind.RETURN_LINE if given.flag(23) else Kind.STORNO
    return kind


TYPES = Types(_WRITTEN, _kind)


@dataclass(frozen=True)
class Frontol(Marked):
    """``balances``: the command that points stand under. ``end``: the last line; empty: none."""

    balances: str = "$$$ADDCARDBALANCES"
    end: str = ""

    def write_load(self, load: Load) -> bytes:
        """Raises BadFile for a code that begins like a command."""
        lines = [FIRST, UNREAD, *(word for word, part in _CLEARS.items() if part in load.clears)]
        percents = {one.code: one.percent for one in load.schemes}
        lines += [_REMOVED, *map(key, load.removed)] if load.removed else []
        lines += [_GOODS, *map(_ARTICLE.write, load.goods)] if load.goods else []
        lines += [_SCHEMES, *map(_SCHEME.write, load.schemes)] if load.schemes else []
        if load.cards:
            lines += [_CARDS, *(_card(one, percents.get(one.scheme, 0)) for one in load.cards)]
            lines += [self.balances, *map(_BALANCE.write, load.cards)]
        return encoded([*lines, *([self.end] if self.end else [])])

    def read_load(self, data: bytes, name: str) -> tuple[Load, tuple[Trouble, ...]]:
        reading = _Reading()
        ways = dict.fromkeys((_GOODS, *_ALSO_GOODS), reading.article)
        ways |= {_CARDS: reading.card, _SCHEMES: reading.scheme, self.balances: reading.balance}
        ways |= {_REMOVED: reading.remove}
        lines = numbered(data, name, FIRST, self.end)
        troubles = [
            trouble
            for section in _sections(lines)
            for trouble in _read(section, ways, name, reading)
        ]
        return reading.load(), tuple(troubles)

    def says(self, kind: Kind) -> bool:
        return kind in _WRITTEN

    def write_report(self, report: SalesReport) -> bytes:
        told = (_with_after(one) for one in report.transactions)
        return TYPES.write(replace(report, transactions=tuple(told)))

    def read_report(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]:
        return TYPES.read(data, name)


def _card(card: Card, percent: int) -> str:
    return _CARD.write(card, {1: key(card.number), 8: decimal(percent)})


def _with_after(one: Transaction) -> Transaction:
    return replace(one, after=one.amount) if one.kind in LINES and one.after is None else one


@dataclass
class _Section:
    """A command and the lines under it; the first may have none."""

    command: str = ""
    at: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list)


def _sections(lines: list[tuple[int, str]]) -> list[_Section]:
    found = [_Section()]
    for number, line in lines:
        if line.startswith("$$$"):
            found.append(_Section(line.strip(), number))
        elif line.strip():
            found[-1].lines.append((number, line))
    return found


def _read(
    section: _Section, ways: Mapping[str, Callable[[Row], None]], name: str, reading: "_Reading"
) -> Iterator[Trouble]:
    """A command that is not known is one trouble, whatever stands under it."""
    command, way = section.command, ways.get(section.command)
    if command in _CLEARS:
        reading.clears.add(_CLEARS[command])
    if way is not None:
        yield from each(section.lines, name, lambda line: way(Row(line)))
    elif command and command not in _CLEARS:
        text = ngettext(
            "unknown record {record}: {n} line under it is passed over",
            "unknown record {record}: {n} lines under it are passed over",
            len(section.lines),
        )
        words = text.format(record=repr(command[:40]), n=len(section.lines))
        yield Trouble(name, section.at, words)
    else:
        yield from each(section.lines, name, unknown)


class _Reading(Reading):
    """Each method reads a line under a command. Raises ValueError."""

    def article(self, given: Row) -> None:
        if given.flag(17, otherwise=True):  # not a group
            goods = Goods(**_ARTICLE.read(given))
            self.goods[goods.code] = goods

    def remove(self, given: Row) -> None:
        self.removed.append(given.key(1))

    def scheme(self, given: Row) -> None:
        scheme = Scheme(**_SCHEME.read(given))
        self.schemes[scheme.code] = scheme

    def card(self, given: Row) -> None:
        """One without a balance may not pay; its percentage makes a scheme that nobody named."""
        if given.whole(7):
            raise ValueError(_("field 7: expected 0, a percentage"))
        card, percent = Card(may_pay=False, **_CARD.read(given)), given.percent(8)
        if percent and card.scheme not in self.schemes:
            self.schemes[card.scheme] = Scheme(card.scheme, card.scheme, percent)
        self.cards[card.number] = card

    def balance(self, given: Row) -> None:
        told = _BALANCE.read(given)
        card = self.cards.get(told["number"]) or Card(told["number"])
        self.cards[card.number] = replace(card, **told)
