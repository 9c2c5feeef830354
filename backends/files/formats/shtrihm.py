"""The Shtrih-M family: a mark at the start of a record says what it is.

Emulated, as no source tells it: the first line, the words of the commands, that a file ends with
one; the dates of a card (unused fields 10 and 11); that the report's header is ``#``, the database,
the number. Of the discounts of a scheme one percentage is read.
"""

from dataclasses import dataclass, field, replace

from backends.files.formats.model import (
    LINES,
    BadFile,
    Card,
    Goods,
    Kind,
    Load,
    SalesReport,
    Scheme,
    Transaction,
    Trouble,
)
from backends.files.formats.report import header, read_header, read_transactions
from backends.files.formats.text import (
    UNREAD,
    Marked,
    Row,
    day,
    decimal,
    each,
    encoded,
    key,
    lines_of,
    row,
    text,
    unknown,
)
from cashier.i18n import _

TYPES = {
    Kind.SALE_LINE: 11,
    Kind.STORNO: 12,
    Kind.RETURN_LINE: 13,
    Kind.DISCOUNT: 37,
    Kind.SURCHARGE: 38,
    Kind.LINE_DETAIL: 70,
    Kind.RECEIPT_DETAIL: 71,
    Kind.PAYMENT: 40,
    Kind.CLOSED: 55,
    Kind.CANCELLED: 56,
    Kind.Z_REPORT: 61,
}
_KINDS = {number: kind for kind, number in TYPES.items()} | {41: Kind.PAYMENT}
_BY_CARD = 3


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
        start = [self.clear, *self._clears(), self.add] if load.full else [self.replace]
        lines = [self.first, UNREAD, *start]
        for goods in load.goods:
            lines += _goods(goods)
        for scheme in load.schemes:
            code, name = key(scheme.code), text(scheme.name)
            lines.append("!" + row({1: code, 2: name, 3: scheme.by_card}, 3))
            size = decimal(scheme.percent)
            lines.append("@" + row({1: code, 2: code, 3: name, 4: 0, 5: 0, 6: size, 7: name}, 18))
        lines += map(_card, load.cards)
        return encoded([*lines, self.end])

    def read_load(self, data: bytes, name: str) -> tuple[Load, tuple[Trouble, ...]]:
        lines = lines_of(data, name)
        if len(lines) < 2 or lines[1].strip() not in ("#", "@"):
            raise BadFile(name, 2, _("expected # or @"))
        while lines and not lines[-1].strip():
            lines.pop()
        if lines[-1].strip() != self.end:
            words = _("half-written: expected {end} at the end")
            raise BadFile(name, len(lines), words.format(end=self.end))
        reading = _Reading(self)
        numbered = list(enumerate(lines, 1))[2:-1]
        troubles = tuple(each(numbered, name, reading.line))
        return reading.load(), troubles

    def write_report(self, report: SalesReport) -> bytes:
        return encoded([*header(report), *map(_transaction, report.transactions)])

    def read_report(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]:
        lines = lines_of(data, name)
        report = read_header(lines, name)
        read, troubles = read_transactions(lines, name, _read)
        return replace(report, transactions=_whose(read)), troubles

    def _clears(self) -> tuple[str, str]:
        return self.clear + "{AUT_S}", self.clear + "{DIS_C}"


def _goods(goods: Goods) -> list[str]:
    code, name, short = key(goods.code), text(goods.name), text(goods.text)
    price, first = decimal(goods.price), goods.barcodes[:1]
    known = {1: code, 2: key(first[0]) if first else "", 3: name, 4: short, 5: price}
    more = [{1: code, 2: key(one), 3: name, 4: short, 5: price} for one in goods.barcodes[1:]]
    return [
        row(known | {8: 1, 10: -1, 17: 1}, 17),
        *("#" + row(one | {10: 1}, 10) for one in more),
    ]


def _card(card: Card) -> str:
    fields = {
        1: key(card.number),
        2: text(card.owner),
        3: text(card.text),
        4: decimal(card.accumulated),
        5: text(card.scheme),
        6: card.forbidden,
        7: card.do_not_accumulate,
        9: card.may_pay,
        10: day(card.valid_from),
        11: day(card.valid_to),
    }
    return "%" + row(fields, 18)


@dataclass
class _Reading:
    """What the lines of a load have said so far; what comes again replaces the earlier."""

    words: Shtrihm
    full: bool = False
    goods: dict[str, Goods] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)

    def load(self) -> Load:
        goods, cards, schemes = self.goods, self.cards, self.schemes
        return Load(
            tuple(goods.values()), tuple(cards.values()), tuple(schemes.values()), self.full
        )

    def line(self, line: str) -> None:
        words, given = self.words, line.strip()
        if given == words.clear:
            self.full = True
        elif given not in (*words._clears(), words.add, words.replace):
            self._record(line)

    def _record(self, line: str) -> None:
        mark, rest = line[0], Row(line[1:])
        if mark == "%":
            card = _read_card(rest)
            self.cards[card.number] = card
        elif mark == "!":
            scheme = Scheme(rest.key(1), rest.text(2), by_card=rest.flag(3, otherwise=True))
            self.schemes[scheme.code] = scheme
        elif mark == "@":
            self._discount(rest)
        elif mark == "#":
            self._barcode(rest)
        elif mark in "?$/":
            unknown(line)
        else:
            self._goods(Row(line))

    def _goods(self, given: Row) -> None:
        if not given.flag(17, otherwise=True):
            return  # a group
        bars = (given.text(2).strip(),) if given.text(2).strip() else ()
        code, price = given.key(1), given.money(5)
        self.goods[code] = Goods(code, given.text(3), price, bars, given.text(4))

    def _barcode(self, given: Row) -> None:
        goods = self.goods.get(given.key(1))
        if goods is None:
            raise ValueError(_("no goods {code} before").format(code=repr(given.key(1))))
        self.goods[goods.code] = replace(goods, barcodes=(*goods.barcodes, given.key(2)))

    def _discount(self, given: Row) -> None:
        scheme = self.schemes.get(given.key(1))
        if scheme is None:
            raise ValueError(_("no scheme {code} before").format(code=repr(given.key(1))))
        if scheme.percent:
            raise ValueError(_("one discount of a scheme is read; this one is passed over"))
        if given.whole(4) or given.whole(5):
            raise ValueError(_("fields 4 and 5: expected 0, a percentage"))
        self.schemes[scheme.code] = replace(scheme, percent=given.percent(6))


def _read_card(given: Row) -> Card:
    return Card(
        given.key(1),
        given.text(2),
        given.text(3),
        given.money(4),
        given.text(5),
        given.flag(6),
        given.flag(7),
        given.flag(9),
        given.day(10),
        given.day(11),
    )


def _transaction(one: Transaction) -> str:
    at, kind = one.at, one.kind
    fields: dict[int, object] = {
        1: one.number,
        2: day(at),
        3: f"{at:%H:%M:%S}",
        4: TYPES[kind],
        5: text(one.till),
        6: one.receipt,
        7: text(one.cashier),
    }
    if kind in LINES:
        fields |= {8: text(one.goods), 9: 1, 10: decimal(one.price)}
        fields |= {11: decimal(one.quantity, 3), 12: decimal(one.amount)}
    elif kind in (Kind.LINE_DETAIL, Kind.RECEIPT_DETAIL):
        fields |= {8: text(one.card), 9: _BY_CARD if one.card else 0}
        fields |= {11: decimal(one.percent), 12: decimal(one.amount)}
    elif kind is Kind.PAYMENT:
        fields |= {8: text(one.card), 10: decimal(one.change), 11: one.payment}
        fields |= {12: decimal(one.amount)}
    elif kind is Kind.Z_REPORT:
        fields |= {8: one.shift, 12: decimal(one.amount)}
    return row(fields, 12)


def _read(given: Row) -> Transaction:
    kind = _KINDS.get(given.number(4)) or unknown(given.text(4))
    plain = Transaction(
        given.number(1),
        given.moment(2, 3),
        kind,
        given.text(5),
        given.whole(6),
        given.text(7),
    )
    if kind in LINES:
        return replace(
            plain,
            goods=given.text(8),
            price=given.money(10),
            quantity=given.quantity(11),
            amount=given.money(12),
        )
    if kind in (Kind.LINE_DETAIL, Kind.RECEIPT_DETAIL):
        card = given.text(8) if given.whole(9) == _BY_CARD else ""
        return replace(plain, card=card, percent=given.percent(11), amount=given.money(12))
    if kind is Kind.PAYMENT:
        change, payment = given.money(10), given.whole(11, 1)
        return replace(
            plain, card=given.text(8), change=change, payment=payment, amount=given.money(12)
        )
    if kind is Kind.Z_REPORT:
        return replace(plain, shift=given.whole(8), amount=given.money(12))
    return plain


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
        elif one.kind is Kind.CLOSED:
            back = receipt in returns
            one = replace(one, card=cards.pop(receipt, ""), is_return=back)
            returns.discard(receipt)
        told.append(one)
    return tuple(told)
