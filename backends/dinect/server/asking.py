"""The form of a purchase, read. Raises Wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal, InvalidOperation

from backends.fronting import Goods, line
from cashier.money import Amount
from cashier.receipt import Line

_ITEM = re.compile(r"item_(\d{1,5})_(gtin|id|gid|q|sum)")
_MOST = 2000
_LONGEST = 200
_TRUE = ("true", "on", "1")


class Wrong(Exception):
    """400: texts for the cashier under ``errors``."""


class Missing(Exception):
    """404."""


@dataclass(frozen=True)
class Asked:
    doc_id: str
    lines: tuple[Line, ...]
    spend: Amount
    coupons: tuple[str, ...]
    redeem_auto: bool
    commit: bool
    date: datetime | None
    """It was sold then, and the server hears of it now."""


def read(form: Mapping[str, str], goods: Goods, zone: tzinfo | None) -> Asked:
    commit = form.get("commit", "false").lower() in _TRUE
    doc_id = form.get("doc_id", "")
    if commit and not doc_id:
        raise Wrong("doc_id: it is needed")
    if len(doc_id) > _LONGEST or not doc_id.isprintable():
        raise Wrong(f"doc_id: expected at most {_LONGEST} characters")
    rows: dict[int, dict[str, str]] = {}
    for name, value in form.items():
        if found := _ITEM.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value
    if len(rows) > _MOST:
        raise Wrong("items: too many")
    lines = tuple(_line(place, rows[at], goods) for place, at in enumerate(sorted(rows), 1))
    if commit and not lines:
        raise Wrong("items: they are needed")
    return Asked(
        doc_id,
        lines,
        _sum(form.get("bonus_payment", ""), "bonus_payment"),
        tuple(filter(None, form.get("coupons", "").split(","))),
        form.get("redeem_auto", "").lower() in _TRUE,
        commit,
        _date(form.get("date", ""), zone),
    )


def _line(number: int, row: Mapping[str, str], goods: Goods) -> Line:
    good = goods.good(row.get("id", ""), row.get("gtin", ""))
    quantity = _sum(row.get("q", ""), f"item_{number - 1}_q", 3)
    amount = _sum(row.get("sum", ""), f"item_{number - 1}_sum")
    if not quantity:
        raise Wrong(f"item_{number - 1}_q: it is needed")
    price = (amount * 1000 + quantity // 2) // quantity
    try:
        return line(number, good, price, quantity, amount=amount)
    except ValueError as error:
        raise Wrong(str(error)) from error


def _sum(word: str, name: str, digits: int = 2) -> int:
    """In hundredths, or thousandths; 0: nothing is said."""
    if not word:
        return 0
    try:
        value = Decimal(word)
    except InvalidOperation as error:
        raise Wrong(f"{name}: expected a number") from error
    if not value.is_finite() or not 0 <= value < 10**10:
        raise Wrong(f"{name}: out of range")
    return int(value.scaleb(digits).to_integral_value())


def _date(word: str, zone: tzinfo | None) -> datetime | None:
    if not word:
        return None
    try:
        return datetime.strptime(word, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError as error:
        raise Wrong("date: expected YYYY-MM-DD HH:MM:SS") from error
