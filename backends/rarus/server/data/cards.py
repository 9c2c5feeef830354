"""What the wire knows of cards and their holders and the loyalty system does not, with their ids.

A card has an id of its own beside its number: a till that mixes them up should notice.
"""

from typing import Annotated
from uuid import uuid5

from backends.rarus.server.data.segments import SPACE
from backends.rarus.wire.base import Flag, Listed, Message, Moment, Number, Text
from backends.rarus.wire.people import AdditionalField
from cashier.database import Database

SCHEMA = """
CREATE TABLE cards (
    number TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, code TEXT NOT NULL, unblock INTEGER,
    body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX cards_by_code ON cards (code);
CREATE INDEX cards_to_unblock ON cards (unblock) WHERE unblock IS NOT NULL;
CREATE TABLE holders (
    customer TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, login TEXT NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX holders_by_login ON holders (login)
"""


class CardFacts(Message):
    """Of one card."""

    number: str
    id: str
    code: Text = ""
    """The magnetic track; empty: the number itself is on it."""
    parent_id: Text = ""
    """Its group."""
    name: Text = ""
    description: Text = ""
    mastercard_id: Text = ""
    phone: Text = ""
    email: Text = ""
    external_card: Number = 0
    blocked_status: Number = 0
    """What was told when it was blocked; whether it is, the loyalty system knows."""
    blockeddescription: Text = ""
    unblock_date: Moment = 0
    """Milliseconds, always."""
    inactive: Flag = False
    """It was not active when it was blocked: it will not be when it is unblocked."""
    date_active: Moment = 0
    date_deactivate: Moment = 0


class HolderFacts(Message):
    """Of one card holder; ``customer`` is his id in the loyalty system."""

    customer: str
    id: str
    login: Text = ""
    """Empty: his phone, or else his e-mail."""
    image: Text = ""
    gender: Text = "none"
    confirmed: Flag = True
    is_locked: Flag = False
    personal_data_agree: Flag = True
    recieve_notifications: Flag = False
    app_client: Flag = False
    password: Text = ""
    """SHA-1 in hexadecimal, as it came."""
    additional_fields: Annotated[tuple[AdditionalField, ...], Listed] = ()


class Cards:
    """Every method may raise StorageError."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.next_unblock = self._next()
        """When the next one is to be unblocked, Unix milliseconds; None: none is."""

    def facts(self, number: str) -> CardFacts:
        """Of a card that the loyalty system has, told of here or not."""
        row = self._db.row("SELECT body FROM cards WHERE number = ?", (number,))
        if row:
            return CardFacts.model_validate_json(row[0])
        facts = CardFacts(number=number, id=str(uuid5(SPACE, f"card:{number}")))
        self.put(facts)  # its id is given out now, and must lead back to the number
        return facts

    def number(self, card_id: str) -> str | None:
        """The number of the card with this id, if one was ever given out."""
        row = self._db.row("SELECT number FROM cards WHERE id = ?", (card_id,))
        return row[0] if row else None

    def id(self, number: str) -> str:
        return self.facts(number).id

    def by_code(self, code: str) -> list[str]:
        """Numbers of the cards with this track."""
        rows = self._db.rows("SELECT number FROM cards WHERE code = ?", (code,))
        return [row[0] for row in rows]

    def in_group(self, group: str) -> bool:
        where = "json_extract(body, '$.parent_id') = ?"
        return self._db.row(f"SELECT 1 FROM cards WHERE {where}", (group,)) is not None  # noqa: S608

    def put(self, *facts: CardFacts) -> None:
        """In place of what there was of the same number, and under the same id."""
        rows = [
            (one.number, one.id, one.code, one.unblock_date or None, one.model_dump_json())
            for one in facts
        ]
        with self._db.writing() as sql:
            sql.executemany("INSERT OR REPLACE INTO cards VALUES (?,?,?,?,?)", rows)
        self.next_unblock = self._next()

    def remove(self, number: str) -> None:
        with self._db.writing() as sql:
            sql.execute("DELETE FROM cards WHERE number = ?", (number,))
        self.next_unblock = self._next()

    def to_unblock(self, now: int) -> list[CardFacts]:
        """Blocked for a while that is over; ``now``: Unix milliseconds."""
        rows = self._db.rows(
            "SELECT body FROM cards WHERE unblock IS NOT NULL AND unblock <= ?", (now,)
        )
        return [CardFacts.model_validate_json(row[0]) for row in rows]

    def _next(self) -> int | None:
        row = self._db.row("SELECT min(unblock) FROM cards WHERE unblock IS NOT NULL")
        return row[0] if row else None


class Holders:
    """Every method may raise StorageError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def facts(self, customer: str) -> HolderFacts:
        """Of a customer that the loyalty system has, told of here or not."""
        row = self._db.row("SELECT body FROM holders WHERE customer = ?", (customer,))
        if row:
            return HolderFacts.model_validate_json(row[0])
        return HolderFacts(customer=customer, id=customer)

    def customer(self, user_id: str) -> str:
        """The customer with this id; where a client chose none they have the same."""
        row = self._db.row("SELECT customer FROM holders WHERE id = ?", (user_id,))
        return row[0] if row else user_id

    def by_login(self, login: str) -> list[str]:
        """Customers who were given this login."""
        rows = self._db.rows("SELECT customer FROM holders WHERE login = ?", (login.casefold(),))
        return [row[0] for row in rows]

    def all(self) -> dict[str, HolderFacts]:
        """Of those customers whom something was told of."""
        rows = self._db.rows("SELECT customer, body FROM holders")
        return {customer: HolderFacts.model_validate_json(body) for customer, body in rows}

    def put(self, *facts: HolderFacts) -> None:
        """In place of what there was of the same customer, and under the same id."""
        rows = [
            (one.customer, one.id, one.login.casefold(), one.model_dump_json()) for one in facts
        ]
        with self._db.writing() as sql:
            sql.executemany("INSERT OR REPLACE INTO holders VALUES (?,?,?,?)", rows)

    def remove(self, customer: str) -> None:
        with self._db.writing() as sql:
            sql.execute("DELETE FROM holders WHERE customer = ?", (customer,))
