"""Points in lots. Every change of a lot is a movement, so a balance is the sum of movements.

One account a customer: all of his cards share it. A card of nobody has an account of its own.
A lot may be spent from ``starts`` until ``ends``; the one that burns soonest is spent first.
What a return takes back beyond what is there is a lot below zero; the next points fill it.
"""

import sqlite3
from typing import NamedTuple

from cashier.money import Points


class Balance(NamedTuple):
    balance: Points
    available: Points
    """What is active now, without what is held for receipts."""


class Lot(NamedTuple):
    id: int
    left: Points
    starts: int
    ends: int | None


DB = sqlite3.Connection
_OWNED = ("lots", "movements", "holds", "coupon_uses", "coupon_holds", "sales", "cards")
"""Tables with an account in them."""


def move(
    db: DB, account: int, lot: int, points: Points, why: str, now: int, receipt: str | None = None
) -> None:
    """The one way in which a lot changes."""
    db.execute("UPDATE lots SET left = left + ? WHERE id = ?", (points, lot))
    db.execute(
        "INSERT INTO movements (account, lot, at, why, points, receipt) VALUES (?,?,?,?,?,?)",
        (account, lot, now, why, points, receipt),
    )


def lots(db: DB, account: int) -> list[Lot]:
    """Those that hold something, the one that burns soonest first."""
    rows = db.execute(
        "SELECT id, left, starts, ends FROM lots WHERE account = ? AND left <> 0"
        " ORDER BY ends IS NULL, ends, id",
        (account,),
    )
    return [Lot(*row) for row in rows]


def lot(db: DB, lot_id: int) -> Lot:
    """One that exists."""
    row = db.execute("SELECT id, left, starts, ends FROM lots WHERE id = ?", (lot_id,))
    return Lot(*row.fetchone())


def balance(db: DB, account: int, now: int, but: str = "") -> Balance:
    """What burnt does not count, written off or not; holds for receipt ``but`` do not either."""
    whole, active, held = db.execute(
        "SELECT coalesce(sum(left), 0), coalesce(sum(CASE WHEN starts <= :now THEN left END), 0),"
        " (SELECT coalesce(sum(points), 0) FROM holds"
        " WHERE account = :account AND ends > :now AND receipt <> :but)"
        " FROM lots WHERE account = :account AND left <> 0"
        " AND NOT (left > 0 AND ends IS NOT NULL AND ends <= :now)",
        {"account": account, "now": now, "but": but},
    ).fetchone()
    return Balance(whole, max(0, active - held))


def burnt(db: DB, account: int, now: int) -> list[Lot]:
    """Lots whose time is over, not written off yet."""
    rows = db.execute(
        "SELECT id, left, starts, ends FROM lots"
        " WHERE account = ? AND left <> 0 AND left > 0 AND ends <= ?",
        (account, now),
    )
    return [Lot(*row) for row in rows]


def burn(db: DB, account: int, now: int) -> None:
    """Write off what burnt."""
    for lot in burnt(db, account, now):
        move(db, account, lot.id, -lot.left, "burn", now)


def credit(
    db: DB,
    account: int,
    points: Points,
    starts: int,
    ends: int | None,
    why: str,
    now: int,
    receipt: str | None = None,
) -> int:
    """Put points into a new lot and fill what was below zero from it. Returns the lot."""
    made = new_lot(db, account, starts, ends)
    move(db, account, made, points, why, now, receipt)
    fill(db, account, now)
    return made


def new_lot(db: DB, account: int, starts: int, ends: int | None) -> int:
    """An empty one."""
    made = db.execute(
        "INSERT INTO lots (account, starts, ends, left) VALUES (?,?,?,0)", (account, starts, ends)
    ).lastrowid
    assert made is not None  # an insert has one
    return made


def fill(db: DB, account: int, now: int) -> None:
    """What is below zero takes from what is above, the soonest to burn first."""
    if not db.execute(
        "SELECT 1 FROM lots WHERE account = ? AND left <> 0 AND left < 0", (account,)
    ).fetchone():
        return
    there = lots(db, account)
    for debt in (lot for lot in there if lot.left < 0):
        missing = -debt.left
        for place, lot in enumerate(there):
            part = min(missing, lot.left)
            if part > 0:
                move(db, account, lot.id, -part, "offset", now)
                move(db, account, debt.id, part, "offset", now)
                there[place] = lot._replace(left=lot.left - part)
                missing -= part


def spend(db: DB, account: int, points: Points, now: int, receipt: str) -> list[tuple[int, Points]]:
    """Take points lot by lot; the caller knows that they are there. Returns what came whence."""
    taken = []
    for lot in lots(db, account):
        part = min(points, lot.left) if lot.starts <= now else 0
        if part > 0:
            move(db, account, lot.id, -part, "spend", now, receipt)
            taken.append((lot.id, part))
            points -= part
    assert points == 0, "more points were spent than there were"
    return taken


def take_back(
    db: DB, account: int, points: Points, first: int | None, now: int, receipt: str, *, deep: bool
) -> Points:
    """Take back what a sale earned: from its own lot, then from others, then below zero.

    ``deep`` allows the last. Returns how much was taken.
    """
    wanted = points
    there = sorted(lots(db, account), key=lambda lot: lot.id != first)
    for lot in there:
        part = min(points, lot.left)
        if part > 0:
            move(db, account, lot.id, -part, "take_back", now, receipt)
            points -= part
    if points and deep:
        debt = db.execute(
            "SELECT id FROM lots WHERE account = ? AND left < 0 LIMIT 1", (account,)
        ).fetchone()
        lot_id = debt[0] if debt else new_lot(db, account, 0, None)
        move(db, account, lot_id, -points, "take_back", now, receipt)
        points = 0
    return wanted - points


def give_back(
    db: DB, account: int, points: Points, sale: str, now: int, live: int, receipt: str
) -> None:
    """Put spent points back whence they came; what burnt meanwhile lives ``live`` seconds more."""
    rows = db.execute(
        "SELECT s.place, s.lot, s.points - s.back, l.ends FROM spent_lots s"
        " JOIN lots l ON l.id = s.lot WHERE s.receipt = ? ORDER BY s.place DESC",
        (sale,),
    ).fetchall()
    for place, lot, left, ends in rows:
        part = min(points, left)
        if part <= 0:
            continue
        if ends is None or ends > now:
            move(db, account, lot, part, "give_back", now, receipt)
        else:
            credit(db, account, part, now, now + live, "give_back", now, receipt)
        db.execute(
            "UPDATE spent_lots SET back = back + ? WHERE receipt = ? AND place = ?",
            (part, sale, place),
        )
        points -= part
    fill(db, account, now)


def merge(db: DB, into: int, other: int) -> None:
    """All that an account of nobody holds goes to a customer's account."""
    for table in _OWNED:
        db.execute(f"UPDATE {table} SET account = ? WHERE account = ?", (into, other))  # noqa: S608
    db.execute(
        "UPDATE accounts SET turnover = turnover +"
        " (SELECT turnover FROM accounts WHERE id = ?) WHERE id = ?",
        (other, into),
    )
    db.execute("DELETE FROM accounts WHERE id = ?", (other,))
