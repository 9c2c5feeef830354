"""The rows of the journal: its tables, and how a receipt is written into them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import compress, count
from operator import is_not
from sqlite3 import Connection

from cashier import feedback_rows
from cashier.database import Layout
from cashier.exchange import LineReturned
from cashier.money import ONE
from cashier.receipt import Kind, Line, Receipt, TenderKind
from cashier.records import packed, stored

_SCHEMA = """
CREATE TABLE receipts (
    doc INTEGER PRIMARY KEY, receipt_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL, -- open, held, dropped, damaged, finishing, finished
    number TEXT UNIQUE, card TEXT, day TEXT, head BLOB, lines BLOB);
CREATE INDEX receipts_card ON receipts (card, day) WHERE card IS NOT NULL;
CREATE TABLE returned (
    sale TEXT NOT NULL, doc INTEGER NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL,
    PRIMARY KEY (sale, line, doc)) WITHOUT ROWID;
CREATE TABLE open (
    doc INTEGER PRIMARY KEY, state TEXT NOT NULL, lines INTEGER NOT NULL, head BLOB NOT NULL);
CREATE TABLE open_lines (
    doc INTEGER NOT NULL, place INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (doc, place)) WITHOUT ROWID;
CREATE TABLE commands (
    seq INTEGER PRIMARY KEY, doc INTEGER, at TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX commands_doc ON commands (doc) WHERE doc IS NOT NULL;
CREATE TABLE numbers (head TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY, operation_id TEXT NOT NULL UNIQUE, doc INTEGER NOT NULL UNIQUE,
    sale TEXT, system TEXT NOT NULL, name TEXT NOT NULL,
    state TEXT NOT NULL, -- sending, waiting, parked
    attempts INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL DEFAULT '', head BLOB NOT NULL);
CREATE INDEX outbox_state ON outbox (state, seq);
CREATE TABLE outbox_closed (
    seq INTEGER PRIMARY KEY, operation_id TEXT NOT NULL, doc INTEGER NOT NULL, system TEXT NOT NULL,
    name TEXT NOT NULL, attempts INTEGER NOT NULL, cause TEXT NOT NULL, why TEXT NOT NULL,
    head BLOB NOT NULL);
"""
_DAYBOOK = """
ALTER TABLE receipts ADD COLUMN shift INTEGER;
CREATE INDEX receipts_shift ON receipts (shift) WHERE shift IS NOT NULL;
CREATE INDEX receipts_held ON receipts (state) WHERE state = 'held';
CREATE TABLE shifts (shift INTEGER PRIMARY KEY, closed TEXT, body BLOB NOT NULL);
CREATE TABLE drawer (seq INTEGER PRIMARY KEY, shift INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX drawer_shift ON drawer (shift);
CREATE TABLE permissions (seq INTEGER PRIMARY KEY, shift INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX permissions_shift ON permissions (shift);
CREATE TABLE certificates (
    number TEXT NOT NULL, doc INTEGER NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (number, doc)) WITHOUT ROWID;
CREATE INDEX certificates_doc ON certificates (doc);
CREATE TABLE lowest (
    sku TEXT NOT NULL, day TEXT NOT NULL, price INTEGER NOT NULL,
    PRIMARY KEY (sku, day)) WITHOUT ROWID;
CREATE TABLE slips (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, body BLOB NOT NULL)
"""
"""What version 2 brought: shifts, the drawer, permissions, certificates, the lowest price that
was paid for one piece on a day, slips that wait."""
"""A receipt is stored as its head (all but the lines) and its lines, packed: what is promised,
settled and queued are heads, the lines are written once. A request in the outbox is a head too."""
_EXCHANGES = """
CREATE TABLE exchanges (
    seq INTEGER PRIMARY KEY, receipt_id TEXT, at TEXT NOT NULL, doing TEXT NOT NULL,
    method TEXT NOT NULL, operation_id TEXT, attempt INTEGER NOT NULL, outcome TEXT NOT NULL,
    reason TEXT NOT NULL, milliseconds INTEGER NOT NULL, notes TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX exchanges_receipt ON exchanges (receipt_id) WHERE receipt_id IS NOT NULL
"""
"""What version 3 brought: all that was said to the loyalty system."""
_FEEDBACK = """
CREATE TABLE feedback (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, feedback_id TEXT NOT NULL, receipt_id TEXT NOT NULL,
    link TEXT NOT NULL, system TEXT NOT NULL, on_cancel TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', -- waiting, damaged
    turn INTEGER NOT NULL DEFAULT 0, -- the lowest is handed back first
    tries INTEGER NOT NULL DEFAULT 0, cause TEXT NOT NULL DEFAULT '', at TEXT NOT NULL,
    body BLOB NOT NULL, UNIQUE (system, feedback_id));
CREATE INDEX feedback_receipt ON feedback (receipt_id);
CREATE INDEX feedback_turn ON feedback (system, state, turn, seq)
"""
"""What version 4 brought: what parts of a loyalty system want to have back."""
LAYOUT = Layout(
    application=0x43534852,
    version=4,
    schema=f"{_SCHEMA}{_DAYBOOK};{_EXCHANGES};{_FEEDBACK}",
    upgrades=(_DAYBOOK, _EXCHANGES, _FEEDBACK),
    orders=("receipts.number", "receipts.receipt_id", "outbox.operation_id", "outbox.state"),
)


def drop(sql: Connection, doc: int) -> Counter[str]:
    """The receipt is cancelled, and with it its feedback that does not outlive it: rows more of
    that in each state."""
    dropped = sql.execute(
        "UPDATE receipts SET state = 'dropped' WHERE doc = ? AND state = 'open'"
        " RETURNING receipt_id",
        (doc,),
    ).fetchall()
    close_open(sql, doc)
    moved: Counter[str] = Counter()
    for (receipt_id,) in dropped:
        moved.update(feedback_rows.cancel(sql, receipt_id))
    return moved


def close_open(sql: Connection, doc: int) -> None:
    sql.execute("DELETE FROM open_lines WHERE doc = ?", (doc,))
    sql.execute("DELETE FROM open WHERE doc = ?", (doc,))


def document(sql: Connection, receipt: Receipt, state: str) -> tuple[int, bool]:
    """The row of a receipt, made in ``state`` if there is none, and whether it is still open."""
    key = (receipt.receipt_id,)
    row = sql.execute("SELECT doc, state FROM receipts WHERE receipt_id = ?", key).fetchone()
    if row:
        return row[0], row[1] in ("open", "finishing")
    added = sql.execute("INSERT INTO receipts (receipt_id, state) VALUES (?, ?)", (*key, state))
    return added.lastrowid or 0, True


def take_up(sql: Connection, doc: int) -> tuple[int, bool]:
    """A receipt that was put aside is open again, behind all that were made since; False: it
    was not put aside."""
    taken = sql.execute(
        "UPDATE receipts SET state = 'open', doc = (SELECT max(doc) + 1 FROM receipts)"
        " WHERE doc = ? AND state = 'held' RETURNING doc",
        (doc,),
    ).fetchone()
    if taken is None:
        return doc, False
    for table in ("open", "open_lines", "commands"):
        sql.execute(f"UPDATE {table} SET doc = ? WHERE doc = ?", (*taken, doc))  # noqa: S608
    return taken[0], True


def write_open(
    sql: Connection, doc: int, state: str, receipt: Receipt, before: Receipt | None
) -> None:
    """The head, and the lines that are not what they were ``before``; None: all of them."""
    old, new = before.lines if before else (), receipt.lines
    sql.execute(
        "INSERT INTO open VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET state = excluded.state, lines = excluded.lines, head = excluded.head",
        (doc, state, len(new), stored(Receipt, replace(receipt, lines=()))),
    )
    if before is None or len(old) > len(new):
        sql.execute("DELETE FROM open_lines WHERE doc = ? AND place > ?", (doc, len(new)))
    # Comparing tuples looks into what is not the same object: most often into nothing.
    other = () if new[: len(old)] == old else compress(count(), map(is_not, new, old))
    places = (*(at for at in other if new[at] != old[at]), *range(len(old), len(new)))
    sql.executemany(
        "INSERT INTO open_lines VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
        ((doc, at + 1, stored(Line, new[at])) for at in places),
    )


def store(sql: Connection, receipt: Receipt, state: str, *, lines: bool = True) -> int:
    """The closed receipt, found again by number, by id, by card and day; or all but its lines."""
    doc, _live = document(sql, receipt, state)
    day = (receipt.closed_at or receipt.opened_at).date().isoformat()
    head = stored(Receipt, replace(receipt, lines=()))
    sql.execute(
        "UPDATE receipts SET state = ?, number = ?, card = ?, day = ?, shift = ?, head = ?"
        " WHERE doc = ?",
        (state, receipt.number or None, _card(receipt), day, receipt.shift or None, head, doc),
    )
    _store_certificates(sql, doc, receipt)
    if state == "finished" and receipt.kind is Kind.SALE:
        _store_lowest(sql, day, receipt)
    if lines:
        body = packed(tuple[Line, ...], receipt.lines)
        sql.execute("UPDATE receipts SET lines = ? WHERE doc = ?", (body, doc))
    return doc


def _card(receipt: Receipt) -> str | None:
    """By which the buyer will be asked for at a return."""
    if receipt.buyer is None:
        return None
    card = receipt.buyer.card
    return (card.number if card else receipt.buyer.identifier.value) or None


def sale_of(receipt: Receipt) -> str | None:
    return receipt.of.receipt_id if receipt.of else None


def store_returned(
    sql: Connection, doc: int, receipt: Receipt, lines: Iterable[LineReturned]
) -> None:
    sql.execute("DELETE FROM returned WHERE sale = ? AND doc = ?", (sale_of(receipt), doc))
    sql.executemany(
        "INSERT INTO returned VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity",
        ((sale_of(receipt), doc, line.number, line.quantity) for line in lines),
    )


def _store_certificates(sql: Connection, doc: int, receipt: Receipt) -> None:
    """What the receipt does to gift certificates: what is left on one is the sum of its rows."""
    moves: dict[str, int] = {}
    sign = 1 if receipt.kind is Kind.SALE else -1
    for line in receipt.lines:
        if line.certificate:
            moves[line.certificate] = moves.get(line.certificate, 0) + sign * line.amount
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CERTIFICATE:
            left = moves.get(tender.reference, 0)
            moves[tender.reference] = left - sign * tender.amount
    if moves:
        forget_certificates(sql, doc)
        rows = ((number, doc, amount) for number, amount in moves.items())
        sql.executemany("INSERT INTO certificates VALUES (?, ?, ?)", rows)


def _store_lowest(sql: Connection, day: str, receipt: Receipt) -> None:
    sql.executemany(
        "INSERT INTO lowest VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET price = min(price, excluded.price)",
        ((line.sku, day, line.total * ONE // line.quantity) for line in receipt.lines),
    )


def forget_certificates(sql: Connection, doc: int) -> None:
    sql.execute("DELETE FROM certificates WHERE doc = ?", (doc,))
