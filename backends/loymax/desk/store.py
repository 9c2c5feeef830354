"""Purchases that the server knows, each with what was said of it; they survive ``kill -9``."""

from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from backends.loymax.common.codes import Code
from backends.loymax.common.parts import Asked, Told
from backends.shelf import SCHEMA, Shelf
from cashier.database import Database, Layout

_LAYOUT = Layout(
    application=0x4C4D5833,
    version=2,
    schema=SCHEMA,
    upgrades=("DELETE FROM things",),  # before the first release, when it was XML
)
_PRICED = 20
"""Calculations of one purchase that are remembered."""


class No(Exception):
    """An operation that is refused with this code."""

    def __init__(self, code: Code, text: str = "") -> None:
        super().__init__(text)
        self.code, self.text = code, text


class State(StrEnum):
    CREATED = "Created"
    CONFIRMED = "Confirmed"
    CANCELED = "Canceled"


class Said(BaseModel):
    """An operation that was carried out."""

    asked: str
    told: str


class Purchase(BaseModel):
    id: str
    state: State = State.CREATED
    payments: dict[str, int] = {}
    """Held: by ``OperationID``."""
    card: str = ""
    """Whose points are held."""
    document: str = ""
    """The accrual or the refund that waits for its confirmation."""
    said: dict[str, Said] = {}
    """By ``OperationID``: said again it is answered as before."""
    priced: dict[str, str] = {}
    """When the prices with these discounts were made."""

    @property
    def held(self) -> int:
        return sum(self.payments.values())

    @property
    def waiting(self) -> Asked | None:
        if not self.document:
            return None
        return _asked().validate_json(self.document)

    def again(self, asked: Asked) -> Told | None:
        """What the same operation was answered. Raises No: this id stands for another one."""
        before = self.said.get(asked.id)
        if before is None:
            return None
        if before.asked != _digest(asked):
            raise No(Code.NOT_UNIQUE_OPERATION_ID)
        return _told().validate_json(before.told)

    def remember(self, asked: Asked, told: Told) -> Told:
        text = _told().dump_json(told, exclude_defaults=True).decode()
        self.said[asked.id] = Said(asked=_digest(asked), told=text)
        return told

    def price(self, offers: str, at: str) -> None:
        self.priced.pop(offers, None)
        self.priced[offers] = at
        while len(self.priced) > _PRICED:
            del self.priced[next(iter(self.priced))]


def words(asked: Asked) -> str:
    return _asked().dump_json(asked, exclude_defaults=True).decode()


@cache
def _asked() -> TypeAdapter[Asked]:
    return TypeAdapter(Asked)


@cache
def _told() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


def _digest(asked: Asked) -> str:
    return sha256(words(asked).encode()).hexdigest()


class Purchases:
    """Every method may raise StorageError."""

    def __init__(self, path: Path | None) -> None:
        """None: in memory. Raises StorageError."""
        self._db = Database.open(path, _LAYOUT)
        self._shelf = Shelf(self._db, "purchase", Purchase)

    def close(self) -> None:
        self._db.close()

    def get(self, ident: str) -> Purchase | None:
        return self._shelf.get(ident)

    def put(self, one: Purchase) -> None:
        self._shelf.put(one)

    def remove(self, ident: str) -> None:
        self._shelf.remove(ident)
