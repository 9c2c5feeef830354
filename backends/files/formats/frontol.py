"""The ATOL / Frontol family: a command says what the lines under it are.

Emulated, as no source tells it: the points of a card stand under a command of our own
(``balances``) together with the owner, the receipt text and the two flags; the percentage of a
scheme is field 3 and "by card" field 4 under ``$$$ADDAUTODISCSCHMS``; a return line is 12 with the
document type 1; an end word, when ``end`` names one. Byte A4 stands for ``;`` here, too.
"""

from collections.abc import Callable
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

FIRST = "##@@&&"
_CLEAR = "$$$DELETEALLWARES"
_CLEARS = (_CLEAR, "$$$DELETEALLCCARDDISCS", "$$$DELETEALLAUTODISCSCHMS")
_GOODS, _CARDS, _SCHEMES = "$$$REPLACEQUANTITY", "$$$ADDCCARDDISCS", "$$$ADDAUTODISCSCHMS"
_ALSO_GOODS = ("$$$ADDQUANTITY", "$$$REPLACEQUANTITYWITHOUTSALE")
TYPES = {
    Kind.SALE_LINE: 11,
    Kind.STORNO: 12,
    Kind.RETURN_LINE: 12,
    Kind.PAYMENT: 40,
    Kind.CLOSED: 55,
    Kind.CANCELLED: 56,
    Kind.Z_REPORT: 61,
}
_KINDS = {1: Kind.SALE_LINE, 2: Kind.STORNO, 11: Kind.SALE_LINE, 12: Kind.STORNO}
_KINDS |= {40: Kind.PAYMENT, 41: Kind.PAYMENT, 55: Kind.CLOSED, 56: Kind.CANCELLED}
_KINDS |= {61: Kind.Z_REPORT, 63: Kind.Z_REPORT}


@dataclass(frozen=True)
class Frontol(Marked):
    """``balances``: the command that points stand under. ``end``: the last line; empty: none."""

    balances: str = "$$$ADDCARDBALANCES"
    end: str = ""

    def write_load(self, load: Load) -> bytes:
        """Raises BadFile for a code that begins like a command."""
        lines = [FIRST, UNREAD, *(_CLEARS if load.full else ())]
        percents = {one.code: one.percent for one in load.schemes}
        lines += [_GOODS, *map(_goods, load.goods)] if load.goods else []
        lines += [_SCHEMES, *map(_scheme, load.schemes)] if load.schemes else []
        if load.cards:
            lines += [_CARDS, *(_card(one, percents.get(one.scheme, 0)) for one in load.cards)]
            lines += [self.balances, *map(_balance, load.cards)]
        return encoded([*lines, *([self.end] if self.end else [])])

    def read_load(self, data: bytes, name: str) -> tuple[Load, tuple[Trouble, ...]]:
        lines = lines_of(data, name)
        if not lines or lines[0].strip() != FIRST:
            raise BadFile(name, 1, _("expected {first}").format(first=FIRST))
        if len(lines) < 2 or lines[1].strip() not in ("#", "@"):
            raise BadFile(name, 2, _("expected # or @"))
        while not lines[-1].strip():
            lines.pop()
        if self.end and lines[-1].strip() != self.end:
            words = _("half-written: expected {end} at the end")
            raise BadFile(name, len(lines), words.format(end=self.end))
        reading = _Reading(self)
        numbered = list(enumerate(lines, 1))[2 : -1 if self.end else None]
        troubles = tuple(each(numbered, name, reading.line))
        return reading.load(), troubles

    def write_report(self, report: SalesReport) -> bytes:
        known = (one for one in report.transactions if one.kind in TYPES)
        return encoded([*header(report), *map(_transaction, known)])

    def read_report(self, data: bytes, name: str) -> tuple[SalesReport, tuple[Trouble, ...]]:
        lines = lines_of(data, name)
        report = read_header(lines, name)
        read, troubles = read_transactions(lines, name, _read)
        return replace(report, transactions=read), troubles


def _goods(goods: Goods) -> str:
    bars = ",".join(map(key, goods.barcodes))
    fields = {1: key(goods.code), 2: bars, 3: text(goods.name), 4: text(goods.text)}
    return row(fields | {5: decimal(goods.price), 17: 1}, 23)


def _scheme(one: Scheme) -> str:
    fields = {1: key(one.code), 2: text(one.name), 3: decimal(one.percent), 4: one.by_card}
    return row(fields, 4)


def _card(card: Card, percent: int) -> str:
    number, active = key(card.number), not card.forbidden
    fields = {1: number, 2: text(card.scheme), 3: number, 4: day(card.valid_from)}
    fields |= {5: day(card.valid_to), 6: str(int(active)), 7: "0", 8: decimal(percent), 9: "1"}
    return row(fields, 16)


def _balance(card: Card) -> str:
    fields = {1: key(card.number), 2: text(card.owner), 3: text(card.text)}
    fields |= {4: decimal(card.accumulated), 5: str(int(card.do_not_accumulate))}
    return row(fields | {6: card.may_pay}, 6)


@dataclass
class _Reading:
    """What the lines of a load have said so far, and which command is on."""

    words: Frontol
    full: bool = False
    goods: dict[str, Goods] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    _on: Callable[[Row], None] | None = None

    def load(self) -> Load:
        goods, cards, schemes = self.goods, self.cards, self.schemes
        return Load(
            tuple(goods.values()), tuple(cards.values()), tuple(schemes.values()), self.full
        )

    def line(self, line: str) -> None:
        if line.startswith("$$$"):
            self._command(line.strip())
        elif self._on:
            self._on(Row(line))
        else:
            unknown(line)

    def _command(self, command: str) -> None:
        ways = dict.fromkeys((_GOODS, *_ALSO_GOODS), self._goods)
        ways |= {_CARDS: self._card, _SCHEMES: self._scheme, self.words.balances: self._balance}
        self._on = ways.get(command)
        self.full = self.full or command == _CLEAR
        if self._on is None and command not in _CLEARS:
            unknown(command)

    def _goods(self, given: Row) -> None:
        if given.flag(17, otherwise=True):
            code, bars = given.key(1), given.text(2).split(",")
            found = tuple(one.strip() for one in bars if one.strip())
            self.goods[code] = Goods(code, given.text(3), given.money(5), found, given.text(4))

    def _scheme(self, given: Row) -> None:
        by_card = given.flag(4, otherwise=True)
        scheme = Scheme(given.key(1), given.text(2), given.percent(3), by_card)
        self.schemes[scheme.code] = scheme

    def _card(self, given: Row) -> None:
        """One without a balance may not pay; its percentage makes a scheme that nobody named."""
        if given.whole(7):
            raise ValueError(_("field 7: expected 0, a percentage"))
        number, series, percent = given.key(3), given.text(2), given.percent(8)
        if percent and series not in self.schemes:
            self.schemes[series] = Scheme(series, series, percent)
        self.cards[number] = Card(
            number,
            scheme=series,
            forbidden=not given.flag(6, otherwise=True),
            may_pay=False,
            valid_from=given.day(4),
            valid_to=given.day(5),
        )

    def _balance(self, given: Row) -> None:
        card = self.cards.get(given.key(1)) or Card(given.key(1))
        self.cards[card.number] = replace(
            card,
            owner=given.text(2),
            text=given.text(3),
            accumulated=given.money(4),
            do_not_accumulate=given.flag(5),
            may_pay=given.flag(6, otherwise=True),
        )


def _transaction(one: Transaction) -> str:
    at, kind = one.at, one.kind
    fields: dict[int, object] = {1: one.number, 2: day(at), 3: f"{at:%H:%M:%S}", 4: TYPES[kind]}
    fields |= {5: text(one.till), 6: one.receipt, 7: text(one.cashier), 14: one.shift}
    if kind in LINES:
        after = one.amount if one.after is None else one.after
        fields |= {8: text(one.goods), 10: decimal(one.price), 11: decimal(one.quantity, 3)}
        fields |= {12: decimal(one.amount), 16: decimal(after), 23: kind is Kind.RETURN_LINE}
    elif kind is Kind.PAYMENT:
        fields |= {9: one.payment, 12: decimal(one.amount), 16: text(one.card)}
    elif kind is Kind.CLOSED:
        fields |= {8: text(one.card), 13: one.is_return}
    elif kind is Kind.Z_REPORT:
        fields[12] = decimal(one.amount)
    return row(fields, 23)


def _read(given: Row) -> Transaction:
    kind = _KINDS.get(given.number(4)) or unknown(given.text(4))
    if kind is Kind.STORNO and given.flag(23):
        kind = Kind.RETURN_LINE
    plain = Transaction(
        given.number(1),
        given.moment(2, 3),
        kind,
        given.text(5),
        given.whole(6),
        given.text(7),
        shift=given.whole(14),
    )
    if kind in LINES:
        amount = given.money(12)
        return replace(
            plain,
            goods=given.text(8),
            price=given.money(10),
            quantity=given.quantity(11),
            amount=amount,
            after=given.money(16) if given.text(16) else None,
        )
    if kind is Kind.PAYMENT:
        payment, card = given.whole(9, 1), given.text(16)
        return replace(plain, payment=payment, amount=given.money(12), card=card)
    if kind is Kind.CLOSED:
        return replace(plain, card=given.text(8), is_return=given.flag(13))
    return replace(plain, amount=given.money(12)) if kind is Kind.Z_REPORT else plain
