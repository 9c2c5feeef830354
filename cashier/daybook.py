"""What the journal keeps of the day around the receipts: shifts, the drawer, permissions.

In the same database as the receipts. Everything here is about money or who allowed it, so it
survives a power cut. Raises StorageError; then nothing was stored.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from cashier.database import Database
from cashier.i18n import _
from cashier.journal import Journal, receipt_of
from cashier.money import Amount
from cashier.receipt import Receipt
from cashier.records import read, stored
from cashier.shift import DrawerEntry, DrawerKind, Permission, Shift

if TYPE_CHECKING:  # laid out when the first receipt is finished
    from cashier.slip import Slip

T = TypeVar("T")

_LAST_SHIFT = """SELECT max(coalesce((SELECT max(shift) FROM shifts), 0),
    coalesce((SELECT last FROM numbers WHERE head = ''), 0))"""
"""After a damaged journal was put aside, shifts begin where its receipts do: above all before."""


class Daybook:
    """Shifts, the drawer and permissions of one till."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._database: Database = journal.database
        self.shift: Shift | None = self._open_shift()
        """The open one; None: the shift is closed."""

    # --- shifts

    def _open_shift(self) -> Shift | None:
        row = self._database.row("SELECT shift, body FROM shifts WHERE closed IS NULL LIMIT 1")
        if row is None:
            return None
        # A shift whose record is damaged is still open: its number is what counts.
        return self._read(Shift, row[1]) or Shift(row[0], datetime.fromtimestamp(0).astimezone())

    def open_shift(self, at: datetime, cashier: str, money: Amount) -> Shift:
        """A new shift, with ``money`` in the drawer."""
        with self._database.writing(full=True) as sql:
            (last,) = sql.execute(_LAST_SHIFT).fetchone()
            shift = Shift(last + 1, at, cashier)
            sql.execute(
                "INSERT INTO shifts (shift, body) VALUES (?, ?)",
                (shift.number, stored(Shift, shift)),
            )
            _write(sql, shift.number, DrawerEntry(DrawerKind.FLOAT, at, money))
        self.shift = shift
        return shift

    def close_shift(self, at: datetime) -> Shift:
        """The open shift is closed; nothing is sold until the next one."""
        assert self.shift is not None  # the state table says so
        closed = replace(self.shift, closed_at=at)
        with self._database.writing(full=True) as sql:
            sql.execute(
                "UPDATE shifts SET closed = ?, body = ? WHERE shift = ?",
                (at.isoformat(), stored(Shift, closed), closed.number),
            )
        self.shift = None
        return closed

    def shifts(self, limit: int = 100) -> list[Shift]:
        """The newest first."""
        rows = self._database.rows("SELECT body FROM shifts ORDER BY shift DESC LIMIT ?", (limit,))
        return [shift for (body,) in rows if (shift := self._read(Shift, body))]

    def receipts(self, shift: int) -> Iterator[Receipt]:
        """What was sold and taken back in a shift, in order; damaged records are passed over."""
        rows = self._database.rows(
            "SELECT head, lines FROM receipts WHERE shift = ? AND state = 'finished' ORDER BY doc",
            (shift,),
        )
        for head, lines in rows:
            try:
                yield receipt_of(head, lines)
            except ValueError:
                self._journal.complain(_("A receipt of shift {n} is damaged").format(n=shift))

    # --- the drawer

    def note(self, entry: DrawerEntry) -> None:
        """Something happened to the drawer in the open shift."""
        assert self.shift is not None  # the state table says so
        with self._database.writing(full=True) as sql:
            _write(sql, self.shift.number, entry)

    def drawer(self, shift: int) -> list[DrawerEntry]:
        rows = self._database.rows("SELECT body FROM drawer WHERE shift = ? ORDER BY seq", (shift,))
        return [entry for (body,) in rows if (entry := self._read(DrawerEntry, body))]

    # --- who allowed what

    def record(self, permission: Permission) -> None:
        with self._database.writing(full=True) as sql:
            body = stored(Permission, permission)
            sql.execute(
                "INSERT INTO permissions (shift, body) VALUES (?, ?)", (permission.shift, body)
            )

    def permissions(self, shift: int) -> list[Permission]:
        """What was asked for in a shift, the newest first."""
        query = "SELECT body FROM permissions WHERE shift = ? ORDER BY seq DESC"
        rows = self._database.rows(query, (shift,))
        return [one for (body,) in rows if (one := self._read(Permission, body))]

    # --- gift certificates

    def certificate(self, number: str) -> Amount | None:
        """What is left on a gift certificate; None: it was not sold."""
        row = self._database.row(
            "SELECT sum(amount), count(*) FROM certificates WHERE number = ?", (number,)
        )
        return row[0] if row and row[1] else None

    # --- slips that wait for the printer

    def keep_slip(self, slip: "Slip", at: datetime) -> int:
        from cashier.slip import Slip

        with self._database.writing(full=True) as sql:
            added = sql.execute(
                "INSERT INTO slips (at, body) VALUES (?, ?)", (at.isoformat(), stored(Slip, slip))
            )
            return added.lastrowid or 0

    def slips(self) -> "list[tuple[int, Slip]]":
        rows = self._database.rows("SELECT seq, body FROM slips ORDER BY seq")
        if not rows:
            return []
        from cashier.slip import Slip

        return [(seq, slip) for seq, body in rows if (slip := self._read(Slip, body))]

    def slip_done(self, seq: int) -> None:
        with self._database.writing(full=True) as sql:
            sql.execute("DELETE FROM slips WHERE seq = ?", (seq,))

    def _read(self, kind: type[T], body: object) -> T | None:
        """None, and a complaint, when the record is damaged."""
        try:
            found: T = read(kind, body)
        except (ValueError, TypeError):
            self._journal.complain(_("A record of the shift is damaged and was passed over"))
            return None
        return found


def _write(sql: Any, shift: int, entry: DrawerEntry) -> None:
    sql.execute(
        "INSERT INTO drawer (shift, body) VALUES (?, ?)", (shift, stored(DrawerEntry, entry))
    )
