"""The printed receipt as a layout, apart from what renders it.

A slip is a list of elements without a width: a text file, the screen and a receipt printer each
lay them out. All texts on it are already translated and plain: no control characters, no
overrides of the writing direction; nothing in them is markup.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from cashier.i18n import _, comma, language
from cashier.money import Amount, Points, show, show_quantity
from cashier.receipt import (
    Buyer,
    Discount,
    IdentifierKind,
    Kind,
    Line,
    MessageTo,
    PrintedCoupon,
    Receipt,
    Settled,
    Source,
    TenderKind,
)

if TYPE_CHECKING:
    from cashier.shop import Shop


# --- elements; their kinds tell them apart where a slip is stored


@dataclass(frozen=True)
class Row:
    """Text at the left edge and, on the same line where it fits, text at the right edge."""

    left: str
    right: str = ""
    bold: bool = False
    big: bool = False
    kind: Literal["row"] = "row"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    centered: bool = False
    big: bool = False
    bold: bool = False
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Rule:
    """A line across the slip; a heavy one around the total."""

    heavy: bool = False
    kind: Literal["rule"] = "rule"


@dataclass(frozen=True)
class Barcode:
    """EAN-13 where the value is one, else Code128, with the value under it."""

    value: str
    kind: Literal["barcode"] = "barcode"


@dataclass(frozen=True)
class Qr:
    value: str
    kind: Literal["qr"] = "qr"


@dataclass(frozen=True)
class Feed:
    """Empty lines."""

    lines: int = 1
    kind: Literal["feed"] = "feed"


@dataclass(frozen=True)
class Cut:
    """Here the paper is cut."""

    kind: Literal["cut"] = "cut"


Element: TypeAlias = Row | Text | Rule | Barcode | Qr | Feed | Cut


@dataclass(frozen=True)
class Slip:
    """What is printed for one receipt, its coupons included."""

    number: str
    """Of the receipt; empty before it has one."""
    elements: tuple[Element, ...]
    columns: int = 42
    """How many the shop's paper has."""
    copy: bool = False


def slip_of(receipt: Receipt, shop: "Shop", *, copy: bool = False) -> Slip:
    """The slip of a receipt; ``copy`` marks a reprint. Never raises, whatever the texts are."""
    layout = _Layout(receipt, shop, copy)
    return Slip(receipt.number, tuple(layout.elements()), shop.slip.columns, copy)


# --- texts


_LONGEST = 1000
"""Characters of a foreign text that are printed."""
_JOINERS = "\u200c\u200d"


def plain(text: str) -> str:
    """Foreign text in one line that no terminal and no printer will obey."""
    cut = text[:_LONGEST]
    if cut.isascii() and cut.isprintable():
        return cut
    return " ".join("".join(_kept(char) for char in cut).split())


def _kept(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            return char if char in _JOINERS else ""
        case "Cs" | "Co":
            return ""
        case _:
            return char


def masked(value: str) -> str:
    """A card or phone of which only the end can be read."""
    return "*" * min(len(value) - 4, 8) + value[-4:] if len(value) > 4 else "*" * len(value)


def _points(points: Points) -> str:
    return show(points // 100, 0) if points % 100 == 0 else show(points, 2, comma=comma())


def _day(at: datetime) -> str:
    return at.strftime("%d.%m.%Y" if language() == "ru" else "%Y-%m-%d")


def _moment(at: datetime) -> str:
    return f"{_day(at)} {at:%H:%M}"


# --- layout


class _Layout:
    """Lays out one receipt, block after block."""

    def __init__(self, receipt: Receipt, shop: "Shop", copy: bool) -> None:
        self._receipt, self._shop, self._copy = receipt, shop, copy
        self._returns = receipt.kind is Kind.RETURN

    def elements(self) -> Iterator[Element]:
        yield from self._head()
        for line in self._receipt.lines:
            yield from self._line(line)
        yield from self._totals()
        yield from self._tenders()
        yield from self._loyalty()
        yield from self._messages()
        yield from self._foot()
        if self._receipt.settled:
            for coupon in self._receipt.settled.to_print:
                yield from self._coupon(coupon)

    def _money(self, amount: Amount) -> str:
        return show(amount, self._shop.money.digits, comma=comma())

    def _head(self) -> Iterator[Element]:
        receipt, shop = self._receipt, self._shop
        yield Text(plain(shop.name), centered=True, bold=True)
        for text in (shop.address, *shop.slip.header):
            if text:
                yield Text(plain(text), centered=True)
        yield Rule()
        if shop.training:
            yield from training_mark()
        title = _("RETURN") if self._returns else _("SALE")
        yield Text(title, centered=True, big=True, bold=True)
        if self._copy:
            yield Text(_("COPY"), centered=True, bold=True)
        if receipt.number:
            yield Row(_("Receipt No."), plain(receipt.number))
        yield Row(_("Date"), _moment(receipt.closed_at or receipt.opened_at))
        till = _("Till {till}").format(till=plain(receipt.till or shop.till))
        yield Row(till, plain(receipt.cashier or shop.cashier))
        if receipt.of:
            yield Row(_("Return of receipt"), plain(receipt.of.number))
            yield Row(_("Sold on"), _moment(receipt.of.sold_at))
        elif self._returns:
            yield Text(_("Without a receipt"))
        yield Rule()

    def _line(self, line: Line) -> Iterator[Element]:
        quantity = show_quantity(line.quantity, comma=comma())
        if line.unit == "kg":
            quantity += " " + _("kg")
        yield Text(f"{line.number}. {plain(line.name)}")
        yield Row(f"  {quantity} x {self._money(line.price)}", self._money(line.amount))
        for discount in line.discounts:
            if discount.amount:
                yield Row(f"  {_discount_name(discount)}", self._money(-discount.amount))
        if line.discount:
            yield Row("  " + _("To pay for it"), self._money(line.total))
        if line.certificate:
            yield Row("  " + _("Certificate"), plain(line.certificate))

    def _totals(self) -> Iterator[Element]:
        receipt = self._receipt
        yield Rule(heavy=True)
        if receipt.discount:
            yield Row(_("Without discounts"), self._money(receipt.amount))
            if given := receipt.discount - receipt.paid_with_points:
                yield Row(_("Discounts"), self._money(-given))
            if receipt.paid_with_points:
                yield Row(_("Paid with points"), self._money(-receipt.paid_with_points))
        if receipt.rounding:
            yield Row(_("Before rounding"), self._money(receipt.total))
            yield Row(_("Rounding of cash"), self._money(receipt.rounding))
        title = _("TO REFUND") if self._returns else _("TOTAL")
        total = f"{self._money(receipt.to_pay)} {self._shop.money.sign}"
        yield Row(title, total, bold=True, big=True)

    def _tenders(self) -> Iterator[Element]:
        for tender in self._receipt.tenders:
            yield Row(self._tender(tender.kind), self._money(tender.amount))
            if tender.kind is TenderKind.CERTIFICATE:
                yield Row("  " + _("Certificate"), plain(tender.reference))
        if self._receipt.change and not self._returns:
            yield Row(_("Change"), self._money(self._receipt.change))

    def _tender(self, kind: TenderKind) -> str:
        if self._returns:
            return {
                TenderKind.CASH: _("Refunded in cash"),
                TenderKind.CARD: _("Refunded to card"),
                TenderKind.CERTIFICATE: _("Refunded to certificate"),
            }[kind]
        return {
            TenderKind.CASH: _("Cash"),
            TenderKind.CARD: _("Bank card"),
            TenderKind.CERTIFICATE: _("Gift certificate"),
        }[kind]

    def _loyalty(self) -> Iterator[Element]:
        receipt = self._receipt
        silence = self._silence()
        if not receipt.buyer and not silence:
            return
        yield Rule()
        yield Text(plain(self._shop.loyalty.name) or _("Loyalty programme"), centered=True)
        if receipt.buyer:
            yield from _buyer(receipt.buyer)
            if receipt.settled and not receipt.settled.pending:
                yield from self._settled(receipt.settled)
            elif receipt.applied and receipt.applied.earn and not self._returns:
                yield Row(_("Points to be earned"), _points(receipt.applied.earn))
        if silence:
            yield Text(silence, bold=True)

    def _silence(self) -> str:
        """What the buyer should know when the system could not be asked."""
        receipt = self._receipt
        offline = receipt.applied is not None and receipt.applied.offline
        later = receipt.settled is not None and receipt.settled.pending
        if self._returns:
            later_text = _("The loyalty system was not reachable: points will be put right later.")
            return later_text if later and receipt.buyer else ""
        if offline and later and receipt.buyer:
            return _(
                "The loyalty system was not reachable: no discounts; points will be added later."
            )
        if offline:
            return _("The loyalty system was not reachable: no discounts.")
        if later and receipt.buyer:
            return _("The loyalty system was not reachable: points will be added later.")
        return ""

    def _settled(self, settled: Settled) -> Iterator[Element]:
        if self._returns:
            yield Row(_("Points given back"), _points(settled.given_back))
            yield Row(_("Points taken back"), _points(settled.taken_back))
        else:
            yield Row(_("Points earned"), _points(settled.earned))
            if settled.spent:
                yield Row(_("Points spent"), _points(settled.spent))
        if settled.balance is not None:
            yield Row(_("Points balance"), _points(settled.balance), bold=True)
        if settled.available is not None and settled.available != settled.balance:
            yield Row(_("of them available"), _points(settled.available))
        if level := settled.level or self._receipt.new_level:
            yield Text(_("New level: {level}").format(level=plain(level)), bold=True)
        if settled.next_level and settled.to_next_level > 0:
            text = _("{amount} more to the level {level}")
            amount = f"{self._money(settled.to_next_level)} {self._shop.money.sign}"
            yield Text(text.format(amount=amount, level=plain(settled.next_level)))

    def _messages(self) -> Iterator[Element]:
        receipt = self._receipt
        said = receipt.applied.messages if receipt.applied else ()
        said += receipt.settled.messages if receipt.settled else ()
        texts = dict.fromkeys(plain(m.text) for m in said if m.to is MessageTo.SLIP)
        if any(texts):
            yield Rule()
        for text in filter(None, texts):
            yield Text(text)

    def _foot(self) -> Iterator[Element]:
        yield Rule()
        if self._receipt.number:
            yield Barcode(plain(self._receipt.number))
        for text in self._shop.slip.footer:
            if text:
                yield Text(plain(text), centered=True)
        if self._shop.training:
            yield from training_mark()
        yield Feed(2)
        yield Cut()

    def _coupon(self, coupon: PrintedCoupon) -> Iterator[Element]:
        code = plain(coupon.code)
        yield Text(_("COUPON"), centered=True, big=True, bold=True)
        if self._copy:
            yield Text(_("COPY"), centered=True, bold=True)
        yield Text(plain(coupon.title), centered=True, bold=True)
        if coupon.text:
            yield Text(plain(coupon.text), centered=True)
        if coupon.valid_until:
            until = _("Valid until {moment}").format(moment=_moment(coupon.valid_until))
            yield Text(until, centered=True)
        if code:
            yield Barcode(code)
            yield Qr(code)
        yield Feed(2)
        yield Cut()


def training_mark() -> Iterator[Element]:
    """On every slip of a till that only practises, so that nobody takes it for a real one."""
    yield Rule(heavy=True)
    yield Text(_("TRAINING"), centered=True, big=True, bold=True)
    yield Text(_("This is not a receipt"), centered=True)
    yield Rule(heavy=True)


def _discount_name(discount: Discount) -> str:
    if discount.source is Source.POINTS:
        return plain(discount.name) or _("Paid with points")
    return plain(discount.name) or _("Discount")


def _buyer(buyer: Buyer) -> Iterator[Element]:
    if buyer.card:
        yield Row(_("Card"), masked(plain(buyer.card.number)))
        if buyer.card.level:
            yield Row(_("Level"), plain(buyer.card.level))
        return
    names = {
        IdentifierKind.CARD: _("Card"),
        IdentifierKind.PHONE: _("Phone"),
        IdentifierKind.EMAIL: _("E-mail"),
        IdentifierKind.COUPON: _("Coupon"),
        IdentifierKind.APP: _("App"),
    }
    yield Row(names[buyer.identifier.kind], masked(plain(buyer.identifier.value)))
