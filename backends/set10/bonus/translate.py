"""Between elements and values, and between a receipt and what is said of it. Points are hundredths.

A point is worth one rouble: its hundredths are kopecks. What cannot be right raises ValueError.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from backends.set10.bonus.wire import NAMESPACE, NUMBERS, Dialect, Field, Kind, Method, Unit
from backends.soap import Element, add, child, element, local, read_text
from cashier.exchange import Reason
from cashier.money import Amount, Points, show
from cashier.receipt import IdentifierKind, Line, Receipt

Value: TypeAlias = str | int | datetime | None
Row: TypeAlias = Mapping[str, Value]
MOST = 10**13
_NUMBER = re.compile(r"[+-]?(\d{1,15})(\.\d{0,9})?")
_WHOLE = re.compile(r"[+-]?\d{1,19}")
_LAST_DIGITS = re.compile(r"(\d{1,9})$")


# --- values and elements


def request(method: Method, values: Row, dialect: Dialect) -> Element:
    """Raises ValueError for text that XML cannot hold."""
    made = element(dialect.name(method), NAMESPACE, "proc")
    _write(made, method.asks, values, dialect.unit(method))
    return made


def answer(method: Method, rows: Iterable[Row], dialect: Dialect) -> Element:
    made = element(f"{dialect.name(method)}Response", NAMESPACE, "proc")
    for row in rows:
        _write(add(made, "return"), method.answers, row, dialect.unit(method))
    return made


def _write(parent: Element, fields: Sequence[Field], values: Row, unit: Unit) -> None:
    for one in fields:
        value = values.get(one.name)
        if value is not None:
            add(parent, one.name, _text(one.kind, value, unit))


def _text(kind: Kind, value: str | int | datetime, unit: Unit) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if kind is Kind.SUM and unit is Unit.ROUBLES:
        return show(int(str(value)), group="")
    return str(value)


def read_request(method: Method, content: Element, dialect: Dialect) -> Row:
    """A sum in kopecks is a whole number here, as the description says: '2.00' is somebody who
    thinks in roubles. Answers are read with more patience."""
    unit = dialect.unit(method)
    for one in method.asks:
        if one.kind is Kind.SUM and unit is Unit.KOPECKS:
            text = read_text(content, one.name)
            if text and not _WHOLE.fullmatch(text):
                raise ValueError(f"{one.name}: expected a sum in {unit}, a whole number")
    return _read(content, method.asks, unit)


def read_answer(method: Method, content: Element, dialect: Dialect) -> list[Row]:
    """Its rows, whatever they are wrapped in: the types of most answers no source has."""
    if local(content) != f"{dialect.name(method)}Response":
        raise ValueError(f"expected {dialect.name(method)}Response")
    key = method.answers[0].name
    rows = [one for one in content.iter("*") if child(one, key) is not None]
    return [_read(one, method.answers, dialect.unit(method)) for one in rows]


def _read(parent: Element, fields: Sequence[Field], unit: Unit) -> Row:
    found: dict[str, Value] = {}
    for one in fields:
        text = read_text(parent, one.name)
        if text:
            found[one.name] = _value(one, text, unit)
        elif not one.optional:
            raise ValueError(f"{one.name} is missing")
    return found


def _value(field: Field, text: str, unit: Unit) -> Value:
    match field.kind:
        case Kind.TEXT:
            return text[:500]
        case Kind.SUM:
            return _sum(field.name, text, unit)
        case Kind.MOMENT:
            return _moment(field.name, text)
    if not _WHOLE.fullmatch(text):
        raise ValueError(f"{field.name}: expected a whole number")
    return int(text)


def _moment(name: str, text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if not 1970 < at.year < 9000:  # near the ends of time nobody can reckon
        raise ValueError(f"{name}: expected a moment of our time")
    return at


def _sum(name: str, text: str, unit: Unit) -> Points:
    digits = 2 if unit is Unit.ROUBLES else 0
    match = _NUMBER.fullmatch(text)
    rest = (match[2] or ".")[1:].rstrip("0") if match else ""
    if match is None or len(rest) > digits:
        raise ValueError(f"{name}: expected a sum in {unit}")
    value = int(match[1] + rest.ljust(digits, "0"))
    if value > MOST:
        raise ValueError(f"{name}: too large")
    return -value if text.startswith("-") else value


def sum_in(row: Row, name: str) -> Points:
    """Of a row that was read; 0: it is not there."""
    value = row.get(name)
    return value if isinstance(value, int) else 0


# --- what went wrong (emulated: no source has these codes)

CODES = {
    Reason.OTHER: 1,
    Reason.NOT_FOUND: 2,
    Reason.BLOCKED: 3,
    Reason.LIMIT_EXCEEDED: 4,
    Reason.ALREADY_PROCESSED: 5,
}
_REASONS = {code: reason for reason, code in CODES.items()}


def reason_of(code: int) -> Reason:
    return _REASONS.get(code, Reason.OTHER)


# --- a receipt


def number_in(text: str) -> int | None:
    """The digits at the end: shops, tills and receipts are known by numbers."""
    found = _LAST_DIGITS.search(text.strip())
    return int(found[1]) if found else None


def numbers(receipt: Receipt, shop: int | None, cash: int | None) -> Row:
    """What a repetition of this receipt is told by."""
    check = number_in(receipt.number)
    if check is None or shop is None or cash is None:
        raise ValueError("a receipt without the numbers of its shop, its till and its own")
    told = (shop, cash, receipt.shift, check)
    return {field.name: value for field, value in zip(NUMBERS, told, strict=True)}


def card_of(receipt: Receipt) -> str:
    """Also of a card that could not be verified; empty: none is on the receipt."""
    buyer = receipt.buyer
    if buyer is None or buyer.declined:
        return ""
    if buyer.card is not None:
        return buyer.card.number
    return buyer.identifier.value if buyer.identifier.kind is IdentifierKind.CARD else ""


def takes_part(line: Line) -> bool:
    """Gift certificates and deposits earn nothing, and points do not pay for them."""
    return not (line.certificate or line.deposit)


def earning(receipt: Receipt) -> Amount:
    """The money that brings points."""
    return max(0, sum(line.total for line in receipt.lines if takes_part(line)))


def earned(receipt: Receipt, percent: int, spent: Amount = 0) -> Points:
    """What is paid brings so many hundredths of a percent, rounded down. ``spent``: in points that
    are not on the lines yet."""
    return max(0, earning(receipt) - spent) * percent // 10_000


def life(at: datetime, active_after_days: int, live_days: int) -> Row:
    """When points that are earned ``at`` become active, and when they burn."""
    starts = at + timedelta(days=active_after_days)
    ends = starts + timedelta(days=live_days) if live_days else None
    return {"activatingDate": starts, "expirationDate": ends}
