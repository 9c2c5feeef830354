"""Points moved by a server, and all that moved."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple

from backends.house import accounts
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.keeping.common import (
    known_card,
    moment,
    moment_or_none,
    own_account,
)
from backends.house.people import DAY
from backends.house.store import seconds
from backends.keeping import Life, Lot, Movement, MovementQuery, Part, Window
from cashier.exchange import Reason, Refused
from cashier.i18n import _
from cashier.money import Points as Amount

MOST = 100_000_000_00
"""Moved at once, in hundredths."""
_GROUPED = (
    " FROM movements m WHERE m.why <> 'offset'{where}"
    " GROUP BY m.account, m.why, coalesce(m.operation, m.receipt, m.id)"
)
"""What one operation takes from several lots is one movement."""
_MOVED = (
    "SELECT min(m.id), max(m.operation), m.account, max(m.at), sum(m.points), m.why,"
    " max(m.receipt), max(m.note), min(m.lot)"
)


class _Row(NamedTuple):
    id: int
    operation: str | None
    account: int
    at: int
    points: Amount
    why: str
    receipt: str | None
    note: str | None
    lot: int


class Points:
    def __init__(self, club: Club) -> None:
        self._club = club

    def lots(self, number: str) -> Sequence[Lot]:
        with self._club.store.reading() as db:
            row = known_card(db, number)
            rows = accounts.lots(db, row.account) if row.account is not None else []
            return [
                Lot(
                    one.left,
                    moment_or_none(self._club, one.starts),
                    moment_or_none(self._club, one.ends),
                )
                for one in rows
                if not (one.left > 0 and one.ends is not None and one.ends <= self._club.now)
            ]

    def movements(self, query: MovementQuery, window: Window = Window()) -> Part[Movement]:
        where, values = "", list[int]()
        with self._club.store.reading() as db:
            if query.number:
                where += " AND m.account = ?"
                values.append(known_card(db, query.number).account or -1)
            if query.since is not None:
                where += " AND m.at >= ?"
                values.append(ceil(query.since.timestamp()))  # they are kept by the second
            if query.until is not None:
                where += " AND m.at < ?"
                values.append(ceil(query.until.timestamp()))
            grouped = _GROUPED.format(where=where)
            counted = f"SELECT count(*) FROM (SELECT 1{grouped})"  # noqa: S608
            (total,) = db.execute(counted, values).fetchone()
            rows = db.execute(
                f"{_MOVED}{grouped} ORDER BY min(m.id) DESC LIMIT ? OFFSET ?",
                (*values, window.most, window.skip),
            ).fetchall()
            found = [self._movement(db, _Row(*row), query.number) for row in rows]
        return Part(found, total)

    def _movement(self, db: DB, row: _Row, number: str) -> Movement:
        club, lot = self._club, accounts.lot(db, row.lot)
        return Movement(
            id=row.operation or str(row.id),
            card=number or _card_of(db, row.account),
            at=moment(club, row.at),
            points=row.points,
            why=row.why,
            receipt=row.receipt or "",
            note=row.note or "",
            starts=moment_or_none(club, lot.starts),
            ends=moment_or_none(club, lot.ends),
        )

    def usual_life(self) -> Life:
        rules, now = self._club.settings.points, self._club.now
        starts = now + rules.active_after_days * DAY
        return Life(moment(self._club, starts), moment(self._club, starts + rules.live_days * DAY))

    # --- changes

    def give(
        self, operation_id: str, number: str, points: Amount, note: str, life: Life | None = None
    ) -> Movement:
        life = life or self.usual_life()
        ends = seconds(life.ends) if life.ends is not None else None

        def work(db: DB, account: int) -> None:
            now = self._club.now
            accounts.credit(db, account, points, seconds(life.starts), ends, "given", now)

        return self._moved(operation_id, number, points, note, "given", work)

    def take(
        self, operation_id: str, number: str, points: Amount, note: str, *, deep: bool = False
    ) -> Movement:
        def work(db: DB, account: int) -> None:
            free = accounts.balance(db, account, self._club.now).available
            if points > free and not deep:
                raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
            _take(self._club, db, account, points)

        return self._moved(operation_id, number, points, note, "taken", work)

    def _moved(
        self,
        operation_id: str,
        number: str,
        points: Amount,
        note: str,
        why: str,
        work: Callable[[DB, int], None],
    ) -> Movement:
        """The same id twice is one movement."""
        if not 0 < points <= MOST:
            raise Refused(Reason.OTHER, _("a number of points above zero is needed"))
        with self._club.store.changing() as db:
            row = known_card(db, number)
            before = _done(db, operation_id)
            if before is None:
                account = own_account(db, row)
                accounts.burn(db, account, self._club.now)
                first = db.execute("SELECT coalesce(max(id), 0) + 1 FROM movements").fetchone()[0]
                work(db, account)
                db.execute(
                    "UPDATE movements SET note = ?, operation = ? WHERE id >= ? AND why = ?",
                    (note, operation_id, first, why),
                )
                before = _done(db, operation_id)
                assert before is not None  # something was moved
            elif (before.account, before.why) != (row.account, why):
                text = _("this operation id belongs to another operation")
                raise Refused(Reason.ALREADY_PROCESSED, text)
            return self._movement(db, before, number)


def _take(club: Club, db: DB, account: int, points: Amount) -> None:
    """From the lots that may be spent, then from the others, then below zero."""
    there = sorted(accounts.lots(db, account), key=lambda lot: lot.starts > club.now)
    for lot in there:
        part = min(points, lot.left)
        if part > 0:
            accounts.move(db, account, lot.id, -part, "taken", club.now)
            points -= part
    if points:
        debt = next((lot.id for lot in there if lot.left < 0), None)
        lot_id = debt if debt is not None else accounts.new_lot(db, account, 0, None)
        accounts.move(db, account, lot_id, -points, "taken", club.now)


def _done(db: DB, operation_id: str) -> _Row | None:
    row = db.execute(
        f"{_MOVED} FROM movements m WHERE m.operation = ? GROUP BY m.operation", (operation_id,)
    ).fetchone()
    return _Row(*row) if row else None


def _card_of(db: DB, account: int) -> str:
    row = db.execute("SELECT min(number) FROM cards WHERE account = ?", (account,)).fetchone()
    return row[0] or ""
