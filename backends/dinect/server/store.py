"""What the server must remember beside the embedded system."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backends.shelf import SCHEMA, Shelf
from cashier.database import Database, Layout

LAYOUT = Layout(application=0x44494E45, version=1, schema=SCHEMA)


class Trial(BaseModel):
    """The last trial purchase of a document: what it was told holds at the commit."""

    id: str
    goods: str
    """A digest of what was asked."""
    at: str
    """ISO 8601, with an offset."""


class Kept(BaseModel):
    """A purchase that was committed, as it was told."""

    id: str
    doc_id: str
    card: str
    told: dict[str, Any]
    deleted: bool = False


class Gone(BaseModel):
    """A till token that was unregistered."""

    id: str


@dataclass(frozen=True)
class Store:
    db: Database
    trials: Shelf[Trial]
    purchases: Shelf[Kept]
    gone: Shelf[Gone]

    @classmethod
    def open(cls, path: Path | None) -> "Store":
        """None: in memory. Raises StorageError."""
        db = Database.open(path, LAYOUT)
        return cls(
            db,
            Shelf(db, "trial", Trial),
            Shelf(db, "purchase", Kept, full=True),
            Shelf(db, "gone", Gone),
        )


def id_of(word: str) -> str:
    """Purchases and coupons have numbers of their own: made of what they are known by."""
    return str(int(sha256(word.encode(errors="replace")).hexdigest()[:15], 16))
