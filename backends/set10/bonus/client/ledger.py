"""What sales brought and took, so that their parts that come back undo exactly as much together.

The service does not tell it, and a return says only what comes back now: in a chain of systems not
even which of its discounts were points. A sale that is not in here (another till's) is reckoned by
what the return says, rounded down.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from cashier.database import Database, Layout
from cashier.errors import CashierError
from cashier.i18n import _
from cashier.money import Amount, Points, share
from cashier.receipt import Receipt

LAYOUT = Layout(
    application=0x53424F4E,
    version=1,
    schema="""
CREATE TABLE sales (
    receipt TEXT PRIMARY KEY, paid INTEGER NOT NULL, earned INTEGER NOT NULL,
    lines TEXT NOT NULL);
CREATE TABLE returns (
    receipt TEXT PRIMARY KEY, sale TEXT NOT NULL, lines TEXT NOT NULL, paid INTEGER NOT NULL,
    taken INTEGER NOT NULL, given INTEGER NOT NULL);
CREATE INDEX returns_of ON returns (sale)
""",
)


class Undone(NamedTuple):
    """Points that a return moves."""

    given: Points
    """Spent ones, given back."""
    taken: Points
    """Earned ones, taken back."""


class Ledger:
    """On the disk where there is a folder for it. Trouble with it never keeps a receipt."""

    def __init__(self, folder: Path | None, name: str = "set10-bonus.db") -> None:
        self._path = folder / name if folder else None
        self._opened: Database | None = None

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def sold(self, receipt: Receipt, paid: Amount, earned: Points) -> None:
        """``paid``: the money that brought ``earned``."""
        lines = json.dumps({one.number: [one.quantity, one.points] for one in receipt.lines})
        row = (receipt.receipt_id, paid, earned, lines)
        with _harmless(), self._database.writing(full=True) as sql:
            sql.execute("INSERT OR REPLACE INTO sales VALUES (?,?,?,?)", row)

    def undone(self, receipt: Receipt, paid: Amount, usual: Undone) -> Undone:
        """What a return undoes: the same however often it is asked. ``usual``: where the sale is
        not known here."""
        with _harmless(), self._database.writing(full=True) as sql:
            return _undone(sql, receipt, paid) or usual
        return usual

    def forget(self, receipt: str) -> None:
        """A return that was refused."""
        with _harmless(), self._database.writing() as sql:
            sql.execute("DELETE FROM returns WHERE receipt = ?", (receipt,))

    @property
    def _database(self) -> Database:
        if self._opened is None:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._opened = Database.open(self._path, LAYOUT)
        return self._opened


def _undone(sql: Connection, receipt: Receipt, paid: Amount) -> Undone | None:
    """By cumulative shares, as the till reckons its money. None: the sale is not known."""
    sale = receipt.of.receipt_id if receipt.of else ""
    known = sql.execute("SELECT paid, earned, lines FROM sales WHERE receipt = ?", (sale,))
    row = known.fetchone()
    if row is None:
        return None
    back = {str(one.sale_line): one.quantity for one in receipt.lines}
    words = json.dumps(back, sort_keys=True)
    query = "SELECT given, taken FROM returns WHERE receipt = ? AND lines = ?"
    again = sql.execute(query, (receipt.receipt_id, words)).fetchone()
    if again is not None:
        return Undone(*again)
    whole, earned, sold = row[0], row[1], json.loads(row[2])
    query = "SELECT lines, paid, taken FROM returns WHERE sale = ? AND receipt <> ?"
    earlier = sql.execute(query, (sale, receipt.receipt_id)).fetchall()
    before: Counter[str] = Counter()
    for lines, _paid, _taken in earlier:
        before.update(json.loads(lines))
    given = sum(
        share(points, before[name] + back[name], quantity) - share(points, before[name], quantity)
        for name, (quantity, points) in sold.items()
        if name in back
    )
    money = paid + sum(one[1] for one in earlier)
    taken = share(earned, min(whole, money), whole) - sum(one[2] for one in earlier)
    found = Undone(max(0, given), max(0, taken))
    sql.execute(
        "INSERT OR REPLACE INTO returns VALUES (?,?,?,?,?,?)",
        (receipt.receipt_id, sale, words, paid, found.taken, found.given),
    )
    return found


@contextmanager
def _harmless() -> Iterator[None]:
    """What fails within is told to the log, and nothing else comes of it."""
    try:
        yield
    except (CashierError, OSError) as error:
        text = _("What the sale brought cannot be kept, or looked up: {why}")
        logging.getLogger(__name__).warning(text.format(why=error))
