"""One load and one report, small enough to read byte by byte."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from backends.files.formats.model import (
    Card,
    Goods,
    Kind,
    Load,
    SalesReport,
    Scheme,
    Transaction,
)

AT = datetime(2026, 3, 2, 10, 5, 7)  # noqa: DTZ001 (the till's own time)

LOAD = Load(
    goods=(Goods("101", "Чай; чёрный", 12_50, ("4600000000015", "4600000000022"), "Чай"),),
    cards=(
        Card("7770001", "Владелец", "Карта", 150_00, "5", valid_to=date(2026, 12, 31)),
        Card("7770002", scheme="5", forbidden=True, do_not_accumulate=True, may_pay=False),
    ),
    schemes=(Scheme("5", "Пять", 5_00),),
)


def report(*, details: bool) -> SalesReport:
    """A sale with a discount and points, a return, a Z; ``details`` as `shtrihm` has them.

    `frontol` has the sum of a line after discounts instead, and the shift everywhere.
    """
    line = Transaction(
        0, AT, Kind.SALE_LINE, receipt=1, cashier="Кассир", shift=0 if details else 4
    )
    plain = replace(line, kind=Kind.PAYMENT)
    sold = replace(line, goods="101", price=12_50, quantity=2000, amount=25_00)
    back = replace(sold, kind=Kind.RETURN_LINE, quantity=1000, amount=12_50, receipt=2)
    card = replace(plain, card="7770001")
    said = [
        sold if details else replace(sold, after=23_75),
        replace(plain, kind=Kind.DISCOUNT),
        replace(card, kind=Kind.RECEIPT_DETAIL, percent=5_00, amount=1_25),
        replace(card, payment=3, amount=10_00),
        replace(plain, amount=13_75),
        replace(card, kind=Kind.CLOSED),
        back if details else replace(back, after=12_50),
        replace(plain, kind=Kind.CLOSED, is_return=True, receipt=2),
        replace(plain, kind=Kind.Z_REPORT, amount=12_50, receipt=3, shift=4),
    ]
    if not details:
        del said[1:3]
    minutes = enumerate(said)
    numbered = (replace(one, number=900 + n, at=AT + timedelta(minutes=n)) for n, one in minutes)
    return SalesReport(17, "shop", tuple(numbered))
