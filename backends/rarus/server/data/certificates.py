"""Gift certificates: this wire has them, the embedded system does not."""

from collections.abc import Mapping

from backends.rarus.wire.base import Message, Moment, Number, Text
from backends.rarus.wire.extras import CertificateGroup
from backends.rarus.wire.kinds import CertificateStatus
from backends.shelf import Shelf
from cashier.database import Database
from cashier.money import Amount


class CertificateState(Message):
    """One certificate; sums are minor units, moments milliseconds."""

    id: str
    group_id: Text = ""
    description: Text = ""
    status: Number = int(CertificateStatus.NEW)
    status_date: Moment = 0
    status_description: Text = ""
    activation_date: Moment = 0
    nominal: Amount = 0
    """What it is worth when sold; 0: any sum."""
    balance: Amount = 0
    """What it still pays."""
    ends: Moment = 0
    """It pays until then; 0: for ever."""
    sold_by: Text = ""
    """The document that sold it."""


class _Paid(Message):
    """What a document pays with certificates, by their ids."""

    id: str
    parts: dict[str, Amount] = {}


class Certificates:
    """Every method may raise StorageError; what is changed survives a power cut."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.groups = Shelf(db, "certificate_group", CertificateGroup)
        self._states = Shelf(db, "certificate", CertificateState, full=True)
        self._paid = Shelf(db, "certificate_payment", _Paid, full=True)

    def get(self, key: str) -> CertificateState | None:
        return self._states.get(key)

    def put(self, state: CertificateState) -> None:
        self._states.put(state)

    def paid_by(self, document: str) -> Mapping[str, Amount]:
        """What a document pays with certificates by now."""
        paid = self._paid.get(document)
        return paid.parts if paid else {}

    def pay(self, document: str, parts: Mapping[str, Amount], *states: CertificateState) -> None:
        """Remember what a document pays, together with what that made of the certificates."""
        with self._db.writing(full=True) as sql:
            self._states.put_within(sql, *states)
            self._paid.put_within(sql, _Paid(id=document, parts=dict(parts)))
