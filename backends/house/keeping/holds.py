"""Points and coupons kept by a server under a name of its own, until a sale uses them."""

from datetime import datetime

from backends.house import accounts, coupons, people, spending
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.keeping.common import known_card
from backends.house.store import seconds
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Points


class Holds:
    """Names share their place with the ids of receipts: the sale of a receipt takes what is there.

    What is held here counts as confirmed: whoever holds it answers for that.
    """

    def __init__(self, club: Club) -> None:
        self._club = club

    def hold_points(self, name: str, number: str, points: Points, until: datetime) -> None:
        club = self._club
        with club.store.changing() as db:
            row = known_card(db, number)
            if not row.may_spend or row.account is None:
                raise Refused(Reason.BLOCKED, _("this card may not spend points"))
            have = accounts.balance(db, row.account, club.now, but=name)
            if not 0 < points <= have.available:
                raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
            db.execute("DELETE FROM holds WHERE receipt = ? OR ends <= ?", (name, club.now))
            ends = seconds(until)
            db.execute("INSERT INTO holds VALUES (?,?,?,1,?)", (name, row.account, points, ends))

    def hold_coupon(self, name: str, code: str, until: datetime, number: str = "") -> None:
        club, code = self._club, coupons.compact(code)
        with club.store.changing() as db:
            row = people.card(db, number) if number else None
            coupons.check(club, db, code, row, name)
            account = row.account if row else None
            coupons.keep(db, [code], account, name, seconds(until), club.now)

    def drop(self, name: str) -> None:
        with self._club.store.changing() as db:
            spending.let_go(db, name)

    def use(self, name: str, receipt_id: str) -> None:
        with self._club.store.changing() as db:
            _move_points(db, name, receipt_id)
            db.execute(
                "UPDATE OR REPLACE coupon_holds SET receipt = ? WHERE receipt = ?",
                (receipt_id, name),
            )

    def shrink(self, name: str, points: Points) -> None:
        with self._club.store.changing() as db:
            if points > 0:
                db.execute(
                    "UPDATE holds SET points = min(points, ?) WHERE receipt = ?", (points, name)
                )
            else:
                db.execute("DELETE FROM holds WHERE receipt = ?", (name,))


def _move_points(db: DB, name: str, receipt_id: str) -> None:
    """Add them to what is held for the receipt already, on the same account."""
    rows = {
        row[0]: row
        for row in db.execute(
            "SELECT receipt, account, points FROM holds WHERE receipt IN (?, ?)", (name, receipt_id)
        )
    }
    moved, there = rows.get(name), rows.get(receipt_id)
    if moved is None or name == receipt_id:
        return
    if there is None:
        db.execute("UPDATE holds SET receipt = ? WHERE receipt = ?", (receipt_id, name))
        return
    if there[1] != moved[1]:
        raise Refused(Reason.WRONG_CUSTOMER, _("the points are held for another customer"))
    db.execute("UPDATE holds SET points = points + ? WHERE receipt = ?", (moved[2], receipt_id))
    db.execute("DELETE FROM holds WHERE receipt = ?", (name,))
