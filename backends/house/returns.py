"""Sales found again, and their goods coming back.

Every line has its shares of what the sale earned and spent, and a part return moves the
cumulative share of what came back: any sequence of part returns adds up to the whole exactly.
Spent points go back into the lots that they came from; where such a lot has burnt, into a new
one that lives as long as the settings say. Earned points are taken from the sale's own lot
first. Turnover goes down by the money of the goods; a level that was reached stays.
"""

from dataclasses import dataclass, replace

from backends.house import accounts, coupons
from backends.house.accounts import DB
from backends.house.club import Club, adapter, done_before, remember
from backends.house.store import seconds
from backends.house.undoing import LINES, keep_uses, lower_turnover, undo_points
from cashier.exchange import (
    FindSaleRequest,
    FoundSale,
    LineReturned,
    Reason,
    Refused,
    SaveReturnRequest,
)
from cashier.i18n import _
from cashier.money import Amount, Points, Quantity, share, show_quantity
from cashier.receipt import Receipt, Settled

_MOST = 50
"""Sales found at once."""


def find(club: Club, request: FindSaleRequest) -> tuple[FoundSale, ...]:
    """Newest first; by number, or by card and day. Cancelled sales are not found."""
    wanted = {
        "number": request.number,
        "card": request.card,
        "day": request.day.isoformat() if request.day else "",
    }
    given = {name: value for name, value in wanted.items() if value}
    if not request.number and not request.card:
        return ()
    where = " AND ".join(f"{name} = ?" for name in given)
    with club.store.reading() as db:
        rows = db.execute(
            f"SELECT receipt, body FROM sales WHERE {where} AND NOT cancelled"  # noqa: S608
            " ORDER BY day DESC, number DESC LIMIT ?",
            (*given.values(), _MOST),
        ).fetchall()
        return tuple(
            FoundSale(receipt=adapter(Receipt).validate_json(body), returned=_returned(db, name))
            for name, body in rows
        )


def _returned(db: DB, receipt: str) -> tuple[LineReturned, ...]:
    rows = db.execute(
        "SELECT number, returned FROM sale_lines WHERE receipt = ? AND returned > 0"
        " ORDER BY number",
        (receipt,),
    )
    return tuple(LineReturned(number=number, quantity=quantity) for number, quantity in rows)


@dataclass(frozen=True, slots=True)
class _Sale:
    receipt: str
    account: int | None
    lot: int | None


@dataclass(frozen=True, slots=True)
class _Sold:
    quantity: Quantity
    paid: Amount
    earned: Points
    spent: Points
    returned: Quantity

    def part(self, whole: int, back: Quantity) -> int:
        """What of a whole goes with ``back`` more of the goods."""
        after = share(whole, self.returned + back, self.quantity)
        return after - share(whole, self.returned, self.quantity)


def save(club: Club, request: SaveReturnRequest) -> Settled:
    of = request.receipt.of
    with club.store.changing() as db:
        subject = of.receipt_id if of else ""
        before = done_before(db, request.operation_id, "return", subject, Settled)
        if before is not None:
            return before
        sale = _sale(db, request)
        sold, back = _lines(db, sale.receipt), _wanted(request)
        _check(sold, back)
        settled = _settle(club, db, sale, sold, back, request.receipt.receipt_id)
        db.executemany(
            "UPDATE sale_lines SET returned = returned + ? WHERE receipt = ? AND number = ?",
            [(quantity, sale.receipt, number) for number, quantity in back.items()],
        )
        if club.settings.returns.coupons_back and _whole(sold, back):
            uses = coupons.unburn(club, db, sale.receipt)
            keep_uses(db, request.receipt.receipt_id, sale.receipt, uses)
        elif _whole(sold, back):
            coupons.block_printed(db, sale.receipt)
        _write(club, db, request, settled)
        remember(db, request.operation_id, "return", subject, settled)
    return settled


def _write(club: Club, db: DB, request: SaveReturnRequest, settled: Settled) -> None:
    """A return is kept as it was, for those who ask for the history of a card."""
    receipt = request.receipt
    at = seconds(receipt.closed_at) if receipt.closed_at else club.now
    body = adapter(Receipt).dump_json(replace(receipt, settled=settled)).decode()
    lines = adapter(LINES).dump_json(request.lines).decode()
    sale = receipt.of.receipt_id if receipt.of else ""
    db.execute(
        "INSERT INTO returns VALUES (?,?,?,?,?)", (receipt.receipt_id, sale, at, lines, body)
    )


def _sale(db: DB, request: SaveReturnRequest) -> _Sale:
    of = request.receipt.of
    row = (
        of
        and db.execute(
            "SELECT receipt, account, lot, cancelled FROM sales WHERE receipt = ?", (of.receipt_id,)
        ).fetchone()
    )
    if not row:
        raise Refused(Reason.NOT_FOUND, _("there is no such sale"))
    if row[3]:
        raise Refused(Reason.ALREADY_PROCESSED, _("this sale was cancelled"))
    return _Sale(row[0], row[1], row[2])


def _lines(db: DB, receipt: str) -> dict[int, _Sold]:
    rows = db.execute(
        "SELECT number, quantity, paid, earned, spent, returned FROM sale_lines WHERE receipt = ?",
        (receipt,),
    )
    return {row[0]: _Sold(*row[1:]) for row in rows}


def _wanted(request: SaveReturnRequest) -> dict[int, Quantity]:
    back: dict[int, Quantity] = {}
    for line in request.lines:
        if line.quantity <= 0:
            raise Refused(Reason.OTHER, _("a quantity must be above zero"))
        back[line.number] = back.get(line.number, 0) + line.quantity
    if not back:
        raise Refused(Reason.OTHER, _("nothing comes back"))
    return back


def _check(sold: dict[int, _Sold], back: dict[int, Quantity]) -> None:
    for number, quantity in back.items():
        line = sold.get(number)
        if line is None:
            text = _("line {number} is not in this sale").format(number=number)
            raise Refused(Reason.NOT_FOUND, text)
        left = line.quantity - line.returned
        if left <= 0:
            text = _("line {number} came back already").format(number=number)
            raise Refused(Reason.ALREADY_PROCESSED, text)
        if quantity > left:
            text = _("of line {number} only {left} can come back")
            text = text.format(number=number, left=show_quantity(left))
            raise Refused(Reason.LIMIT_EXCEEDED, text)


def _whole(sold: dict[int, _Sold], back: dict[int, Quantity]) -> bool:
    return all(
        line.returned + back.get(number, 0) >= line.quantity for number, line in sold.items()
    )


def _settle(
    club: Club,
    db: DB,
    sale: _Sale,
    sold: dict[int, _Sold],
    back: dict[int, Quantity],
    receipt: str,
) -> Settled:
    if sale.account is None:
        return Settled()
    lines = [(sold[number], quantity) for number, quantity in back.items()]
    earned = sum(line.part(line.earned, quantity) for line, quantity in lines)
    spent = sum(line.part(line.spent, quantity) for line, quantity in lines)
    taken = undo_points(club, db, sale.account, sale.lot, sale.receipt, earned, spent, receipt)
    paid = sum(line.part(line.paid, quantity) for line, quantity in lines)
    lower_turnover(db, sale.account, paid)
    have = accounts.balance(db, sale.account, club.now)
    return Settled(
        given_back=spent, taken_back=taken, balance=have.balance, available=have.available
    )
