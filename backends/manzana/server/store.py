"""``manzana.db``: which transactions there were, and what was asked before a sale."""

from hashlib import sha256
from pathlib import Path
from typing import Self

from pydantic import BaseModel

from backends import shelf
from backends.manzana.server.cheque import Cheque
from backends.shelf import Shelf
from cashier.database import Database, Layout

_LAYOUT = Layout(application=0x4D414E5A, version=1, schema=shelf.SCHEMA)


class Posted(BaseModel):
    """A cheque that was posted: the same number, till and day is the same cheque."""

    id: str
    transaction: int
    receipt: str
    """The sale or the return at the system behind."""
    card: str
    pos: str
    charged: int = 0
    written_off: int = 0
    """Points that came, and that went; hundredths."""
    undone: bool = False
    """Rolled back."""


class Transaction(BaseModel):
    """By the number that the service gave it."""

    id: str
    posted: str


class Priced(BaseModel):
    """What a ``Soft`` of a till was told: its ``Fiscal`` is worked out at the same moment."""

    id: str
    goods: str
    """A digest of what was asked about."""
    at: str


class Code(BaseModel):
    """A code that was sent to a phone."""

    id: str
    challenge: str


class Contact(BaseModel):
    """A newcomer of the private office."""

    id: str
    phone: str
    card: str
    """The one that he was given; empty: a virtual one."""
    challenge: str = ""
    customer: str = ""
    """At the system behind; empty: the code has not been told yet."""


class Store:
    """What is put here survives ``kill -9``; what is posted, a power cut as well."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.posted = Shelf(db, "posted", Posted, full=True)
        self.transactions = Shelf(db, "transaction", Transaction, full=True)
        self.priced = Shelf(db, "priced", Priced)
        self.codes = Shelf(db, "code", Code)
        self.contacts = Shelf(db, "contact", Contact, full=True)

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """None: in memory. Raises StorageError, ConfigError."""
        return cls(Database.open(path, _LAYOUT))

    def close(self) -> None:
        self._db.close()


def name_of(pos: str, day: str, number: str) -> str:
    """A cheque's identity: its number counts once a day at a till."""
    return f"{pos}|{day}|{number}"


def transaction_of(name: str) -> int:
    """64 bits, often far below zero, and always the same for a cheque."""
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)


def goods_digest(cheque: Cheque) -> str:
    rows = [(one.number, one.sku, one.quantity, one.amount, one.total) for one in cheque.lines]
    whole = (cheque.asked.card, cheque.asked.phone, sorted(cheque.coupons), rows)
    return sha256(repr(whole).encode()).hexdigest()
