"""Purchases and gift certificates that the server knows, each with what became of it; they survive
``kill -9``."""

from dataclasses import replace
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from backends.loymax.common.codes import Code
from backends.loymax.common.parts import Asked, Told
from backends.shelf import SCHEMA, Shelf
from cashier.database import Database, Layout
from cashier.money import Amount

_LAYOUT = Layout(
    application=0x4C4D5833,
    version=2,
    schema=SCHEMA,
    upgrades=("DELETE FROM things",),  # before the first release, when it was XML
)
_LAST_TRANSACTION = "SELECT id FROM things WHERE kind = 'transaction' ORDER BY place DESC LIMIT 1"
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


class Paying(BaseModel):
    """What a gift certificate is to pay of a purchase."""

    number: str
    amount: Amount


class Purchase(BaseModel):
    id: str
    state: State = State.CREATED
    payments: dict[str, int] = {}
    """Points that are held: by the id of the operation."""
    challenge: str = ""
    """Of the code that was sent for a payment."""
    vouchers: dict[str, Paying] = {}
    """What certificates pay: by the id of the operation."""
    document: str = ""
    """The accrual or the refund that waits for its confirmation."""
    said: dict[str, Said] = {}
    """By the id of the operation: said again it is answered as before."""
    priced: dict[str, str] = {}
    """When the prices with these discounts were made."""
    given_back: dict[str, Amount] = {}
    """What returns gave back to certificates, by their numbers."""
    points_back: int = 0
    """Points that returns gave back."""

    @property
    def held(self) -> int:
        return sum(self.payments.values())

    @property
    def by_certificates(self) -> dict[str, Amount]:
        """What each of them pays."""
        parts: dict[str, Amount] = {}
        for one in self.vouchers.values():
            parts[one.number] = parts.get(one.number, 0) + one.amount
        return parts

    @property
    def waiting(self) -> Asked | None:
        return _asked().validate_json(self.document) if self.document else None

    def again(self, asked: Asked) -> Told | None:
        """What the same operation was answered. Raises No: this id stands for another one."""
        before = self.said.get(asked.id)
        if before is None:
            return None
        if before.asked != _digest(asked):
            raise No(Code.NOT_UNIQUE_OPERATION_ID)
        return _told().validate_json(before.told)

    def price(self, offers: str, at: str) -> None:
        self.priced.pop(offers, None)
        self.priced[offers] = at
        while len(self.priced) > _PRICED:
            del self.priced[next(iter(self.priced))]


def words(asked: Asked) -> str:
    return _asked().dump_json(asked, exclude_defaults=True).decode()


def _digest(asked: Asked) -> str:
    return sha256(words(asked).encode()).hexdigest()


@cache
def _asked() -> TypeAdapter[Asked]:
    return TypeAdapter(Asked)


@cache
def _told() -> TypeAdapter[Told]:
    return TypeAdapter(Told)


class CertificateState(StrEnum):
    """The known ones that a certificate comes to here."""

    PREPARED = "Prepared"
    ACTIVATED = "Activated"
    REDEEMED = "Redeemed"
    CANCELED = "Cancelled"


class Certificate(BaseModel):
    """A gift certificate; ``id`` is its number."""

    id: str
    state: CertificateState = CertificateState.PREPARED
    value: Amount = 0
    """What it was sold with."""
    left: Amount = 0
    """What it still pays."""
    held: dict[str, Amount] = {}
    """By purchases that wait for their confirmation."""
    seller: str = ""
    """The purchase that sells it, or sold it."""


class Transaction(BaseModel):
    """``transactionId`` of an operation that was carried out: its number, from 1."""

    id: str
    purchase: str


class Purchases:
    """Every method may raise StorageError."""

    def __init__(self, path: Path | None) -> None:
        """None: in memory. Raises StorageError."""
        self._db = Database.open(path, _LAYOUT)
        self._purchases = Shelf(self._db, "purchase", Purchase)
        self._certificates = Shelf(self._db, "certificate", Certificate)
        self._transactions = Shelf(self._db, "transaction", Transaction)

    def close(self) -> None:
        self._db.close()

    def get(self, ident: str) -> Purchase | None:
        return self._purchases.get(ident)

    def by_transaction(self, number: int) -> Purchase | None:
        found = self._transactions.get(str(number))
        return self.get(found.purchase) if found else None

    def certificate(self, number: str) -> Certificate | None:
        return self._certificates.get(number)

    def carried_out(
        self,
        purchase: Purchase,
        asked: Asked,
        told: Told,
        *changed: Certificate,
        of: Purchase | None = None,
    ) -> Told:
        """An operation was; it gets its number. ``of``: the sale that it changed, too. What
        certificates hold is worth money: not even a power cut undoes it."""
        with self._db.writing(full=bool(changed)) as sql:
            last = sql.execute(_LAST_TRANSACTION).fetchone()
            number = int(last[0]) + 1 if last else 1
            told = replace(told, transaction=number)
            body = _told().dump_json(told, exclude_defaults=True).decode()
            purchase.said[asked.id] = Said(asked=_digest(asked), told=body)
            self._transactions.put_within(sql, Transaction(id=str(number), purchase=purchase.id))
            self._purchases.put_within(sql, purchase, *((of,) if of else ()))
            self._certificates.put_within(sql, *changed)
        return told

    def let_go(self, purchase: Purchase, *changed: Certificate) -> None:
        """Nothing of it is known any more but what became of its certificates."""
        with self._db.writing(full=bool(changed)) as sql:
            sql.execute("DELETE FROM things WHERE kind = 'purchase' AND id = ?", (purchase.id,))
            self._certificates.put_within(sql, *changed)

    def put(self, purchase: Purchase, *changed: Certificate) -> None:
        with self._db.writing(full=bool(changed)) as sql:
            self._purchases.put_within(sql, purchase)
            self._certificates.put_within(sql, *changed)
