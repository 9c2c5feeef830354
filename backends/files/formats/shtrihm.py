"""The Shtrih-M family: a mark at the start of a record says what it is.

Emulated, as no source tells it: the first line, the words of the commands, that a file ends with
one; the dates of a card (unused fields 10 and 11); that the report's header is ``#``, the database,
the number; that the range of sums of a discount is of the receipt. Percentages are read, with such
a range or without.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from backends.files.formats import record as at
from backends.files.formats.model import (
    ALL,
    Card,
    Goods,
    Kind,
    Load,
    Part,
    SalesReport,
    Scheme,
    Tier,
    Transaction,
    Trouble,
)
from backends.files.formats.reading import Reading, numbered
from backends.files.formats.report import HEAD, Types
from backends.files.formats.text import UNREAD, Marked, Row, decimal, each, encoded, key, unknown
from cashier.i18n import _


def _first(given: Row, place: int) -> tuple[str, ...]:
    return (given.text(place).strip(),) if given.text(place).strip() else ()


def _by_card(given: Row, place: int) -> str:
    return given.text(8) if given.whole(place) == 3 else ""


_BARCODE = at.Way(lambda bars: key(bars[0]) if bars else "", _first)
_IS_CARD = at.Way(lambda card: 3 if card else 0, _by_card)
_ARTICLE = {
    1: ("code", at.KEY), 2: ("barcodes", _BARCODE), 3: ("name", at.TEXT), 4: ("text", at.TEXT),
    5: ("price", at.MONEY),
}  # fmt: skip
_GOODS = at.Record(17, _ARTICLE, {8: 1, 10: -1, 17: 1})
_MORE = at.Record(10, _ARTICLE, {10: 1})
_SCHEME = at.Record(3, {1: ("code", at.KEY), 2: ("name", at.TEXT), 3: ("by_card", at.ON)})
_ITS_NAMES = {
    1: ("code", at.KEY), 2: ("code", at.KEY), 3: ("name", at.TEXT), 7: ("name", at.TEXT),
}  # fmt: skip
_DISCOUNT = at.Record(18, _ITS_NAMES | {6: ("percent", at.PERCENT)}, {4: 0, 5: 0})
_OTHER_LIMITS = (*range(8, 16), 18)
"""Days, times, weekdays, quantities, another price."""
_CARD = at.Record(18, {
    1: ("number", at.KEY), 2: ("owner", at.TEXT), 3: ("text", at.TEXT),
    4: ("accumulated", at.MONEY), 5: ("scheme", at.TEXT), 6: ("forbidden", at.OFF),
    7: ("do_not_accumulate", at.OFF), 9: ("may_pay", at.OFF),
    10: ("valid_from", at.DAY), 11: ("valid_to", at.DAY),
})  # fmt: skip

_SUM = {12: ("amount", at.MONEY)}
_LINE = {8: ("goods", at.TEXT), 10: ("price", at.MONEY), 11: ("quantity", at.QUANTITY)} | _SUM
_DETAIL = {8: ("card", at.TEXT), 9: ("card", _IS_CARD), 11: ("percent", at.PERCENT)} | _SUM
_PAYMENT = {8: ("card", at.TEXT), 10: ("change", at.MONEY), 11: ("payment", at.ONE)} | _SUM
_PLAIN, _SOLD = at.Record(12, HEAD), at.Record(12, HEAD | _LINE, {9: 1})
_WHICH = at.Record(12, HEAD | _DETAIL)
_WRITTEN = {
    Kind.SALE_LINE: (11, _SOLD),
    Kind.STORNO: (12, _SOLD),
    Kind.RETURN_LINE: (13, _SOLD),
    Kind.DISCOUNT: (37, _PLAIN),
    Kind.SURCHARGE: (38, _PLAIN),
    Kind.LINE_DETAIL: (70, _WHICH),
    Kind.RECEIPT_DETAIL: (71, _WHICH),
    Kind.PAYMENT: (40, at.Record(12, HEAD | _PAYMENT)),
    Kind.CLOSED: (55, _PLAIN),
    Kind.CANCELLED: (56, _PLAIN),
    Kind.Z_REPORT: (61, at.Record(12, HEAD | {8: ("shift", at.WHOLE)} | _SUM)),
}
_KINDS = {number: kind for kind, (number, _record) in _WRITTEN.items()} | {41: Kind.PAYMENT}
TYPES = Types(_WRITTEN, lambda given: _KINDS.get(given.number(4)))


@dataclass(frozen=True)
class Shtrihm(Marked):
    """The settings are the words that no source tells."""

    first: str = "##@@&&"
    clear: str = "$$$CLR"
    add: str = "$$$ADD"
    replace: str = "$$$RPL"
    end: str = "$$$END"

    def write_load(self, load: Load) -> bytes:
        """Raises BadFile for a code that begins like a mark."""
        clears = [word for word, part in self._clears.items() if part in load.clears]
        lines = [self.first, UNREAD, *clears, self.add if load.clears == ALL else self.replace]
        for goods in load.goods:
            lines.append(_GOODS.write(goods))
            more = (replace(goods, barcodes=(one,)) for one in goods.barcodes[1:])
            lines += ("#" + _MORE.write(one) for one in more)
        for scheme in load.schemes:
            lines += ["!" + _SCHEME.write(scheme), "@" + _DISCOUNT.write(scheme)]
            lines += ("@" + _tier(scheme, one) for one in scheme.tiers)
        lines += ("%" + _CARD.write(card) for card in load.cards)
        return encoded([*lines, self.end])

    def read_load(self, data: bytes, name: str) -> tuple[Load, tuple[Trouble, ...]]:
        reading = _Reading()
        troubles = tuple(self._troubles(numbered(data, name, "", self.end), name, reading))
        return reading.load(), troubles

    def says(self, kind: Kind) -> bool:
        return kind in _WRITTEN

    def write_report(self, report: SalesReport) -> bytes:
        return TYPES.write(report)

    def read_report(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]:
        report, troubles = TYPES.read(data, name)
        return replace(report, transactions=_whose(report.transactions)), troubles

    @property
    def _clears(self) -> dict[str, Part]:
        return {
            self.clear: Part.GOODS,
            self.clear + "{AUT_S}": Part.SCHEMES,
            self.clear + "{DIS_C}": Part.CARDS,
        }

    def _troubles(
        self, lines: list[tuple[int, str]], name: str, reading: "_Reading"
    ) -> Iterator[Trouble]:
        clears = self._clears

        def read(line: str) -> None:
            word = line.strip()
            if word in clears:
                reading.clears.add(clears[word])
            elif word not in (self.add, self.replace):
                reading.record(line)

        return each(lines, name, read)


class _Reading(Reading):
    def record(self, line: str) -> None:
        """Raises ValueError."""
        mark, rest = line[0], Row(line[1:])
        if mark == "%":
            card = Card(**_CARD.read(rest))
            self.cards[card.number] = card
        elif mark == "!":
            scheme = Scheme(**_SCHEME.read(rest))
            self.schemes[scheme.code] = scheme
        elif mark == "@":
            self._discount(rest)
        elif mark == "#":
            self._barcode(rest)
        elif mark in "?$/":
            unknown(line)
        elif Row(line).flag(17, otherwise=True):  # not a group
            goods = Goods(**_GOODS.read(Row(line)))
            self.goods[goods.code] = goods

    def _barcode(self, given: Row) -> None:
        goods = self.goods.get(given.key(1))
        if goods is None:
            raise ValueError(_("no goods {code} before").format(code=repr(given.key(1))))
        self.goods[goods.code] = replace(goods, barcodes=(*goods.barcodes, given.key(2)))

    def _discount(self, given: Row) -> None:
        scheme = self.schemes.get(given.key(1))
        if scheme is None:
            raise ValueError(_("no scheme {code} before").format(code=repr(given.key(1))))
        if given.whole(4) or given.whole(5):
            raise ValueError(_("fields 4 and 5: expected 0, a percentage"))
        limits = [place for place in _OTHER_LIMITS if given.text(place).strip(" 0:.")]
        if limits:
            text = _("field {place}: this limit is not kept, so the discount is passed over")
            raise ValueError(text.format(place=limits[0]))
        tier = Tier(given.percent(6), given.money(16), given.money(17))
        if tier.least or tier.most:
            scheme = replace(scheme, tiers=(*scheme.tiers, tier))
        elif scheme.percent:
            raise ValueError(_("the scheme has a discount without limits already"))
        else:
            scheme = replace(scheme, percent=tier.percent)
        self.schemes[scheme.code] = scheme


def _tier(scheme: Scheme, tier: Tier) -> str:
    return at.Record(18, _ITS_NAMES, {4: 0, 5: 0}).write(
        scheme, {6: decimal(tier.percent), 16: decimal(tier.least), 17: decimal(tier.most)}
    )


def _whose(read: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    """With the card and the kind at the end of each receipt: here only its other lines tell."""
    cards: dict[tuple[str, int], str] = {}
    returns: set[tuple[str, int]] = set()
    told = []
    for one in read:
        receipt = (one.till, one.receipt)
        if one.kind is Kind.RETURN_LINE:
            returns.add(receipt)
        elif one.kind in (Kind.LINE_DETAIL, Kind.RECEIPT_DETAIL, Kind.PAYMENT) and one.card:
            cards.setdefault(receipt, one.card)
        elif one.kind in (Kind.CLOSED, Kind.CANCELLED):
            card, back = cards.pop(receipt, ""), receipt in returns
            returns.discard(receipt)
            if one.kind is Kind.CLOSED:
                one = replace(one, card=card, is_return=back)
        told.append(one)
    return tuple(told)
