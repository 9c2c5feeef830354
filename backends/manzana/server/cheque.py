"""What a till said, read from elements. Raises No with the code that the service has for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from backends.fronting import Goods, line
from backends.manzana.wire.codes import COUPON_FIELDS
from backends.soap import Element, child, children, read_text
from cashier.money import Amount, Quantity
from cashier.receipt import Line

AHEAD = timedelta(minutes=5)
"""So far a till's clock may be before ours."""
_LARGEST = Decimal(10) ** 10


class No(Exception):
    """A refusal by its ``ReturnCode``."""

    def __init__(
        self, code: int, text: str = "", posted: tuple[int, int, int] | None = None
    ) -> None:
        super().__init__(text)
        self.code, self.text = code, text
        self.posted = posted
        """Of a cheque that is known already: its transaction, and the points that came and went.
        That the answer tells them is *emulated*."""


@dataclass(frozen=True)
class Asked:
    """What every request has (``RequestBase``)."""

    ident: str
    shop: str
    pos: str
    at: datetime
    card: str
    phone: str


@dataclass(frozen=True)
class Reference:
    """Which cheque is meant: a number counts once a day at a till."""

    number: str
    at: datetime
    pos: str
    """Empty: it is not told."""


@dataclass(frozen=True)
class Cheque:
    asked: Asked
    fiscal: bool
    operation: str
    """``Sale``, ``Return`` or ``Rollback``."""
    number: str
    lines: tuple[Line, ...]
    points: Amount
    """``PaidByBonus``."""
    coupons: dict[str, str]
    """The element that each was told in, by its code."""
    paid: Amount | None
    """Sum of ``Payment``; None: it is not told."""
    of: Reference | None
    transaction: int | None

    @property
    def day(self) -> str:
        return self.asked.at.date().isoformat()


def read_asked(told: Element, now: datetime, zone_of: Callable[[datetime], datetime]) -> Asked:
    at = _moment(told, "DateTime", 81103, zone_of)
    if at > now + AHEAD:
        raise No(81123, "DateTime is later than the clock of the service")
    who = child(told, "Card")
    card = phone = ""
    if who is not None:
        card = read_text(who, "CardNumber") or read_text(who, "Track2") or ""
        phone = read_text(who, "MobilePhone") or ""
    return Asked(
        read_text(told, "RequestID") or "",
        read_text(told, "BusinessUnit") or "",
        read_text(told, "POS") or "",
        at,
        card,
        phone,
    )


def read_cheque(told: Element, asked: Asked, goods: Goods) -> Cheque:
    kind, operation = told.get("ChequeType", ""), read_text(told, "OperationType") or ""
    if kind not in ("Soft", "Fiscal"):
        raise No(84103, "ChequeType: Soft or Fiscal is expected")
    if operation not in ("Sale", "Return", "Rollback"):
        raise No(81107, "OperationType: Sale, Return or Rollback is expected")
    if not asked.pos:
        raise No(81102, "POS is missing")
    number = read_text(told, "Number") or ""
    if not number and operation != "Rollback":
        raise No(84061, "Number is missing")
    lines = tuple(_item(one, place, goods) for place, one in enumerate(children(told, "Item"), 1))
    if operation != "Rollback":
        _check_lines(told, lines)
    coupons = child(told, "Coupons")
    payments = children(told, "Payment")
    of, back = child(told, "ChequeReference"), child(told, "TransactionReference")
    return Cheque(
        asked,
        kind == "Fiscal",
        operation,
        number,
        lines,
        sum_of(told, "PaidByBonus", 81135) or 0,
        {} if coupons is None else dict(map(_coupon, children(coupons, "Coupon"))),
        sum(sum_of(one, "Value", 81360) or 0 for one in payments) if payments else None,
        None if of is None else _reference(of, asked),
        None if back is None else _whole(back, "TransactionID"),
    )


def _check_lines(told: Element, lines: tuple[Line, ...]) -> None:
    if not lines:
        raise No(81112, "there are no lines")
    if len({one.number for one in lines}) != len(lines):
        raise No(81322, "PositionNumber: twice the same")
    summ, discounted = sum_of(told, "Summ", 81126), sum_of(told, "SummDiscounted", 81127)
    if summ is None or discounted is None:
        raise No(81104, "Summ, SummDiscounted: they are needed")
    if summ != sum(one.amount for one in lines):
        raise No(81328, "Summ is not the sum of the lines")
    if discounted != sum(one.total for one in lines):
        raise No(81329, "SummDiscounted is not the sum of the lines")


def _item(told: Element, place: int, goods: Goods) -> Line:
    number = _whole(told, "PositionNumber") if read_text(told, "PositionNumber") else place
    price, quantity = sum_of(told, "Price", 81324), sum_of(told, "Quantity", 81325, 3)
    summ, discounted = sum_of(told, "Summ", 81323), sum_of(told, "SummDiscounted", 81327)
    if price is None or quantity is None or summ is None or discounted is None:
        raise No(81322, "Item: Price, Quantity, Summ and SummDiscounted are needed")
    article, name = read_text(told, "Article") or "", read_text(told, "ArticleName") or ""
    good = goods.good(article, article)
    try:
        return line(number, good, price, quantity, name=name, taken=summ - discounted, amount=summ)
    except ValueError as error:
        raise No(81326, str(error)) from error


def _coupon(told: Element) -> tuple[str, str]:
    for name in COUPON_FIELDS:
        if word := read_text(told, name):
            return word, name
    return "", COUPON_FIELDS[0]


def _reference(told: Element, asked: Asked) -> Reference:
    moment = read_text(told, "DateTime")
    at = _parsed(moment, asked.at) if moment else asked.at
    return Reference(read_text(told, "Number") or "", at, read_text(told, "POS") or "")


def sum_of(told: Element, name: str, code: int, digits: int = 2) -> Amount | Quantity | None:
    """In hundredths, or thousandths; ``code``: what it is refused with."""
    word = read_text(told, name)
    if not word:
        return None
    try:
        value = Decimal(word)
    except InvalidOperation as error:
        raise No(code, f"{name}: expected a number") from error
    if not value.is_finite() or not 0 <= value < _LARGEST:
        raise No(code, f"{name}: out of range")
    return int((value.scaleb(digits)).to_integral_value())


def _whole(told: Element, name: str) -> int:
    try:
        value = int(read_text(told, name) or "")
    except ValueError as error:
        raise No(81322, f"{name}: expected a whole number") from error
    if not -(2**63) <= value < 2**63:
        raise No(81322, f"{name}: out of range")
    return value


def _moment(
    told: Element, name: str, code: int, zone_of: Callable[[datetime], datetime]
) -> datetime:
    word = read_text(told, name)
    if not word:
        raise No(code, f"{name} is missing")
    try:
        at = datetime.fromisoformat(word)
        at = at if at.tzinfo else zone_of(at)
        if not 1990 < at.year < 9000:
            raise ValueError(word)
        return at
    except (ValueError, OverflowError) as error:
        raise No(81124, f"{name}: expected a moment") from error


def _parsed(word: str, beside: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(word)
    except ValueError as error:
        raise No(84202, "ChequeReference: DateTime is no moment") from error
    return at if at.tzinfo else at.replace(tzinfo=beside.tzinfo)
