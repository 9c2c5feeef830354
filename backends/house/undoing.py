"""What was saved is undone: points go back where they came from, turnover is as it was."""

from backends.house import accounts, coupons, people, spending
from backends.house.accounts import DB
from backends.house.club import Club, adapter, done_before, remember
from backends.house.coupons import Use
from cashier.exchange import CancelSaleRequest, LineReturned, Reason, Refused
from cashier.i18n import _
from cashier.money import Amount, Points, share

LINES = tuple[LineReturned, ...]
USES = tuple[Use, ...]


def cancel_sale(club: Club, request: CancelSaleRequest) -> None:
    """Undo a sale whole. One that was never saved only gives its hold back.

    The level stays: what was reached is not taken away.
    """
    name = request.receipt.receipt_id
    with club.store.changing() as db:
        spending.let_go(db, name)
        row = db.execute(
            "SELECT account, lot, cancelled FROM sales WHERE receipt = ?", (name,)
        ).fetchone()
        if row is None or row[2]:
            return
        earned, spent, paid, returned = db.execute(
            "SELECT sum(earned), sum(spent), sum(paid), sum(returned) FROM sale_lines"
            " WHERE receipt = ?",
            (name,),
        ).fetchone()
        if returned:
            raise Refused(Reason.ALREADY_PROCESSED, _("goods of this sale came back already"))
        if row[0] is not None:
            undo_points(club, db, row[0], row[1], name, earned or 0, spent or 0, name)
            lower_turnover(db, row[0], paid or 0)
        coupons.unburn(club, db, name)
        db.execute("UPDATE sales SET cancelled = 1 WHERE receipt = ?", (name,))


def undo_points(
    club: Club,
    db: DB,
    account: int,
    lot: int | None,
    sale: str,
    earned: int,
    spent: int,
    receipt: str,
) -> int:
    """Give back what was spent and take back what was earned. Returns how much was taken."""
    rules, now = club.settings.returns, club.now
    accounts.burn(db, account, now)
    live = rules.live_days * people.DAY
    accounts.give_back(db, account, spent, sale, now, live, receipt)
    return accounts.take_back(db, account, earned, lot, now, receipt, deep=rules.below_zero)


def lower_turnover(db: DB, account: int, paid: Amount) -> None:
    db.execute("UPDATE accounts SET turnover = max(0, turnover - ?) WHERE id = ?", (paid, account))


# --- a return


def cancel_return(club: Club, request: CancelSaleRequest) -> None:
    """Undo the last return of a sale: the goods are sold again, on the terms of then. One that was
    never saved, or is undone already, needs nothing.

    Only the last one: what an earlier one gave and took, the later ones go on from.
    """
    name = request.receipt.receipt_id
    with club.store.changing() as db:
        row = db.execute(
            "SELECT sale, lines, rowid FROM returns WHERE receipt = ?", (name,)
        ).fetchone()
        if row is None:
            return
        sale, lines, place = row
        later = "SELECT 1 FROM returns WHERE sale = ? AND rowid > ?"
        if db.execute(later, (sale, place)).fetchone():
            text = _("other goods of this sale came back after that")
            raise Refused(Reason.ALREADY_PROCESSED, text)
        _points_back(club, db, sale, name)
        if _was_whole(db, sale):
            uses = done_before(db, _uses(name), "uses", sale, USES) or ()
            coupons.use_again(club, db, sale, uses)
            db.execute("DELETE FROM operations WHERE id = ?", (_uses(name),))
        _sold_again(db, sale, adapter(LINES).validate_json(lines))
        db.execute("DELETE FROM returns WHERE receipt = ?", (name,))


def _was_whole(db: DB, sale: str) -> bool:
    """Whether nothing of it stayed with the customer."""
    left = "SELECT 1 FROM sale_lines WHERE receipt = ? AND returned < quantity"
    return db.execute(left, (sale,)).fetchone() is None


def _uses(receipt: str) -> str:
    return f"{receipt}:uses of coupons"


def keep_uses(db: DB, receipt: str, sale: str, uses: USES) -> None:
    """Which uses of coupons a return gave back."""
    if uses:
        remember(db, _uses(receipt), "uses", sale, uses)


def _sold_again(db: DB, sale: str, lines: LINES) -> None:
    (account,) = db.execute("SELECT account FROM sales WHERE receipt = ?", (sale,)).fetchone()
    for line in lines:
        quantity, paid, returned = db.execute(
            "SELECT quantity, paid, returned FROM sale_lines WHERE receipt = ? AND number = ?",
            (sale, line.number),
        ).fetchone()
        left = returned - line.quantity
        db.execute(
            "UPDATE sale_lines SET returned = ? WHERE receipt = ? AND number = ?",
            (left, sale, line.number),
        )
        part = share(paid, returned, quantity) - share(paid, left, quantity)
        db.execute("UPDATE accounts SET turnover = turnover + ? WHERE id = ?", (part, account))


def _points_back(club: Club, db: DB, sale: str, receipt: str) -> None:
    """Every movement of the return the other way. What is spent meanwhile is then missing."""
    moved = db.execute(
        "SELECT account, lot, why, sum(points) FROM movements WHERE receipt = ?"
        " AND why IN ('give_back', 'take_back') GROUP BY account, lot, why",
        (receipt,),
    ).fetchall()
    for account, lot, why, points in moved:
        accounts.move(db, account, lot, -points, "return_undone", club.now, receipt)
        if why == "give_back":
            _spent_again(db, sale, points)
    for account in {row[0] for row in moved}:
        accounts.fill(db, account, club.now)


def _spent_again(db: DB, sale: str, points: Points) -> None:
    """What was given back last is spent first."""
    rows = db.execute(
        "SELECT place, back FROM spent_lots WHERE receipt = ? AND back > 0 ORDER BY place", (sale,)
    ).fetchall()
    for place, back in rows:
        part = min(points, back)
        db.execute(
            "UPDATE spent_lots SET back = back - ? WHERE receipt = ? AND place = ?",
            (part, sale, place),
        )
        points -= part
