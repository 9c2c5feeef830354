"""All that was said to the loyalty system, kept in the journal's database.

What is heard waits in memory and goes along with the journal's next transaction: a sale costs no
commit more, and a command is on disk with its exchanges or neither is. A disk that does not take
them never stands in the way of a sale: the log rests, says so once, and goes on in memory.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from cashier.database import Database
from cashier.errors import StorageError
from cashier.exchange_log import rows
from cashier.exchange_log.rows import Entry as Entry  # whoever knows the log knows it from here
from cashier.exchange_log.rows import entry_of, unpacked
from cashier.i18n import _
from cashier.methods import METHODS
from cashier.witness import Exchange, Outcome

MOST = 200
"""Exchanges in memory while the disk takes none."""
RESERVE = 32_000_000
"""Bytes that are left on the disk for what is sold: the log takes nothing of them."""
_TURNS = 16
"""Transactions from one look at the disk to the next."""
_BEGINNING = ("identify", "register", "attach_card", "upgrade_level", "find_sale")
"""What is asked before there is a receipt, for the one that it leads to."""
_MOST_STRAYS = 50
_AT_ONCE = 2000
"""Exchanges that are taken off in one transaction."""
_PACKED_AT_ONCE = 200
_ANSWERING = {
    Outcome.ANSWERED: True,
    Outcome.REFUSED: True,
    Outcome.UNAVAILABLE: False,
    Outcome.UNKNOWN: False,
}


class ExchangeLog:
    """The exchanges of one till."""

    def __init__(
        self,
        database: Database,
        keep_days: int = 90,
        *,
        told: Callable[[Exchange], None] | None = None,
        troubled: Callable[[str], None] | None = None,
        reserve: int = RESERVE,
    ) -> None:
        """``told`` hears of every exchange, when it begins and when it is over; ``troubled`` hears
        a sentence when the disk takes no more. With ``keep_days`` 0 nothing goes to the disk;
        neither where no more than ``reserve`` bytes are left on it."""
        self._database, self.keep_days, self._reserve = database, keep_days, reserve
        self._told, self._troubled = told, troubled
        self._heard: list[Exchange] = []
        """Not on disk."""
        self._boarding: list[int] = []
        self._strays: dict[int, str] = {}
        """On disk, with their methods: they belong to the receipt that comes next."""
        self._adopted: tuple[str, list[int]] = "", []
        """Which of them belong to which receipt: to be written."""
        self._under_way: list[Exchange] = []
        self._met: set[str] = set()
        """Receipts of this run."""
        self._asked: dict[tuple[str, str], int] = {}
        """How often operations of this run were asked for, by id and method."""
        self._resting, self._why = keep_days == 0, ""
        self._said, self._turn = False, 0
        self.answering = True
        """Whether the system answered when it was asked last; a no is an answer."""
        if keep_days:
            database.passenger = self

    # --- what is heard

    def begun(self, exchange: Exchange) -> None:
        """A request is under way."""
        self._under_way.append(exchange)
        if self._told is not None:
            self._told(exchange)

    def keep(self, exchange: Exchange) -> None:
        """It is over. Never raises."""
        if exchange.method in METHODS and exchange.outcome in _ANSWERING:
            self.answering = _ANSWERING[exchange.outcome]
        self._under_way = [one for one in self._under_way if not _same(one, exchange)]
        if exchange.receipt_id and exchange.receipt_id not in self._met:
            self._meet(exchange.receipt_id)
        if exchange.operation_id and (attempt := self._attempt(exchange)) > 1:
            exchange = replace(exchange, attempt=attempt)
        self._heard.append(exchange)
        if self._resting:
            del self._heard[:-MOST]
        if self._told is not None:
            self._told(exchange)

    def _attempt(self, exchange: Exchange) -> int:
        """How often this operation was asked for, by the last runs as well."""
        operation = exchange.operation_id, exchange.method
        attempt = self._asked.get(operation, 0) + 1
        self._asked[operation] = attempt
        if len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]
        return attempt

    def _meet(self, receipt_id: str) -> None:
        """What the last runs asked for this receipt; looked for once, before its sale."""
        if len(self._met) >= MOST:
            self._met.clear()
        self._met.add(receipt_id)
        with suppress(StorageError):
            for operation_id, method, attempt in self._database.rows(
                "SELECT operation_id, method, max(attempt) FROM exchanges"
                " WHERE receipt_id = ? AND operation_id IS NOT NULL GROUP BY 1, 2",
                (receipt_id,),
            ):
                self._asked.setdefault((operation_id, method), attempt)

    def belongs_to(self, receipt_id: str, *, returning: bool = False) -> None:
        """The command under way was about this receipt, or led to it."""
        for place, one in enumerate(self._heard):
            if not one.receipt_id and one.doing not in _BY_ITSELF:
                self._heard[place] = replace(one, receipt_id=receipt_id)
        if self._strays:
            theirs = [at for at, name in self._strays.items() if (name == "find_sale") is returning]
            self._adopted = receipt_id, theirs

    def flush(self) -> None:
        """At the end of a command: write what no transaction took along. Never raises."""
        if self._heard and not self._resting:
            with suppress(StorageError), self._database.writing():
                pass
        if self._why and self._troubled is not None and not self._said:
            self._said = True
            text = _("{why}: what is said to the loyalty system is not kept any more.")
            self._troubled(text.format(why=self._why.rstrip(".")))

    # --- what goes along with a transaction of the journal

    def board(self, sql: Connection) -> bool:
        """Write; False: there was nothing to write."""
        receipt_id, strays = self._adopted
        if self._resting or not (self._heard or strays):
            return False
        if not self._has_room():
            self.rest(_("The disk is almost full"))
            return False
        sql.executemany(
            "UPDATE exchanges SET receipt_id = ? WHERE seq = ?", ((receipt_id, at) for at in strays)
        )
        self._boarding = [rows.write(sql, one) for one in self._heard]
        return True

    def arrived(self) -> None:
        """They are on disk."""
        if self._strays and self._adopted[0]:
            self._adopted, self._strays = ("", []), {}
        for seq, one in zip(self._boarding, self._heard, strict=False):
            if not one.receipt_id and one.method in _BEGINNING:
                self._strays[seq] = one.method
        while len(self._strays) > _MOST_STRAYS:
            del self._strays[next(iter(self._strays))]
        del self._heard[: len(self._boarding)]
        self._boarding = []

    def rest(self, why: str) -> None:
        """Nothing more goes to the disk until ``wake``."""
        self._resting, self._why, self._boarding = True, why, []

    def wake(self) -> None:
        """Try the disk again."""
        self._resting, self._why, self._turn = self.keep_days == 0, "", 0

    def _has_room(self) -> bool:
        """Looked at now and then: asking the disk takes as long as writing to it."""
        path = self._database.path
        if path is None:
            return True
        self._turn = (self._turn + 1) % _TURNS
        return self._turn != 1 or _free(path) > self._reserve

    # --- what is kept

    def of(self, receipt_id: str) -> list[Entry]:
        """Those of a receipt, in order, with what is under way. Raises StorageError."""
        found = self._database.rows(
            f"SELECT {rows.COLUMNS} FROM exchanges WHERE receipt_id = ? ORDER BY seq",  # noqa: S608
            (receipt_id,),
        )
        here = (one for one in self._in_memory() if one.receipt_id in ("", receipt_id))
        return [*map(entry_of, found), *(Entry(0, one) for one in here)]

    def recent(self, limit: int, before: int = 0) -> list[Entry]:
        """The newest, in order; ``before``: those before this place. Raises StorageError."""
        found = self._database.rows(
            f"SELECT {rows.COLUMNS} FROM exchanges WHERE seq < ? ORDER BY seq DESC LIMIT ?",  # noqa: S608
            (before or 2**62, limit),
        )
        here = [] if before else [Entry(0, one) for one in self._in_memory()]
        return [*map(entry_of, reversed(found)), *here][-limit:]

    def opening(self, before: int) -> Entry | None:
        """The greeting that was answered last before this place: who the system is."""
        row = self._database.row(
            f"SELECT {rows.COLUMNS} FROM exchanges"  # noqa: S608
            " WHERE seq < ? AND method = 'open' AND outcome = 'answered' ORDER BY seq DESC LIMIT 1",
            (before or 2**62,),
        )
        return entry_of(row) if row else None

    def named(self, name: str) -> str | None:
        """The id of the receipt with this number, or this id. Raises StorageError."""
        row = self._database.row(
            "SELECT receipt_id FROM receipts WHERE number = ?1 OR receipt_id = ?1", (name,)
        )
        return str(row[0]) if row else None

    def number(self, receipt_id: str) -> str:
        """The number of a receipt; empty while it has none. Raises StorageError."""
        row = self._database.row("SELECT number FROM receipts WHERE receipt_id = ?", (receipt_id,))
        return str(row[0]) if row and row[0] else ""

    def _in_memory(self) -> Iterator[Exchange]:
        yield from self._heard
        yield from self._under_way

    def whole(self, entry: Entry) -> Exchange:
        """With all that was said. Raises StorageError when the record is damaged or gone."""
        if not entry.seq:
            return entry.exchange
        row = self._database.row("SELECT body FROM exchanges WHERE seq = ?", (entry.seq,))
        try:
            return unpacked(entry.exchange, row[0] if row else None)
        except (ValueError, TypeError) as error:
            raise StorageError(_("The record of this exchange is damaged")) from error

    def prune(self, now: datetime) -> None:
        """At a quiet moment: take off what is too old, pack the rest. Never raises."""
        self.wake()
        if not self.keep_days:
            return
        oldest = (now - timedelta(days=self.keep_days)).isoformat()
        with suppress(StorageError):
            while self._take_off(oldest):
                pass
            self._pack()

    def _pack(self) -> None:
        """The newest first, down to where all are packed already."""
        before = 2**62
        while before:
            found = self._database.rows(
                "SELECT seq, body FROM exchanges WHERE seq < ? ORDER BY seq DESC LIMIT ?",
                (before, _PACKED_AT_ONCE),
            )
            bodies = [(seq, body) for seq, body in found if isinstance(body, bytes)]
            packed = [(rows.smaller(body), seq) for seq, body in bodies]
            new = [one for one, (_seq, old) in zip(packed, bodies, strict=True) if one[0] != old]
            if not new:
                return
            with self._database.writing() as sql:
                sql.executemany("UPDATE exchanges SET body = ? WHERE seq = ?", new)
            before = found[-1][0]

    def _take_off(self, oldest: str) -> bool:
        """A part of what is older; False: that was all. Looks at no more than it may take off."""
        first, last, young = self._database.row(
            "SELECT min(seq), max(seq), min(CASE WHEN at >= ? THEN seq END)"
            " FROM (SELECT seq, at FROM exchanges ORDER BY seq LIMIT ?)",
            (oldest, _AT_ONCE),
        )
        if first is None or first == young:
            return False
        with self._database.writing() as sql:
            sql.execute("DELETE FROM exchanges WHERE seq < ?", (young or last + 1,))
        return young is None


_BY_ITSELF = ("queue", "open")
"""What the till does besides the receipts."""


def _same(begun: Exchange, done: Exchange) -> bool:
    return begun.request is done.request and (begun.method, begun.at) == (done.method, done.at)


def _free(path: Path) -> int:
    """Bytes that are left; plenty where nobody can say."""
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return 2**62
