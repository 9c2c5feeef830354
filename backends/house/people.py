"""Customers and cards: who it is, how a new one comes in, how a card and its level change."""

from datetime import datetime
from typing import NamedTuple

from backends.house import accounts, words
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.numbers import ean13
from backends.house.rules import CardRule
from backends.house.store import counted
from cashier.i18n import _
from cashier.receipt import (
    Buyer,
    Card,
    CardStatus,
    Customer,
    Identifier,
    IdentifierKind,
    Message,
    MessageTo,
)

_EARN = {CardRule.ACTIVE, CardRule.NO_SPEND}
_STATUS = {
    CardRule.ACTIVE: CardStatus.ACTIVE,
    CardRule.NO_SPEND: CardStatus.ACTIVE,
    CardRule.BLOCKED: CardStatus.BLOCKED,
    CardRule.INACTIVE: CardStatus.INACTIVE,
}
DAY = 86_400


class CardRow(NamedTuple):
    number: str
    account: int | None
    """None: free, waits to be handed out."""
    level: str
    status: CardRule
    customer: str | None
    turnover: int

    @property
    def may_earn(self) -> bool:
        return self.account is not None and self.status in _EARN

    @property
    def may_spend(self) -> bool:
        return self.account is not None and self.status is CardRule.ACTIVE


_CARDS = (
    "SELECT c.number, c.account, c.level, c.status, a.customer, coalesce(a.turnover, 0)"
    " FROM cards c LEFT JOIN accounts a ON a.id = c.account"
)


def card(db: DB, number: str) -> CardRow | None:
    row = db.execute(f"{_CARDS} WHERE c.number = ?", (number,)).fetchone()
    return _row(row) if row else None


def cards_of(db: DB, customer: str) -> list[CardRow]:
    rows = db.execute(f"{_CARDS} WHERE a.customer = ? ORDER BY c.number", (customer,))
    return [_row(row) for row in rows]


def _row(row: tuple[str, int | None, str, str, str | None, int]) -> CardRow:
    return CardRow(row[0], row[1], row[2], CardRule(row[3]), row[4], row[5])


def customer(db: DB, customer_id: str) -> Customer | None:
    row = db.execute(
        "SELECT id, name, coalesce(phone, ''), coalesce(email, '') FROM customers WHERE id = ?",
        (customer_id,),
    ).fetchone()
    return Customer(*row) if row else None


def compact_phone(phone: str) -> str:
    return "+" + "".join(sign for sign in phone if sign.isascii() and sign.isdigit())


def known_as(db: DB, identifier: Identifier) -> tuple[str | None, list[CardRow]]:
    """The customer's id and the cards that an identifier stands for."""
    value = identifier.value.strip()
    if identifier.kind in (IdentifierKind.CARD, IdentifierKind.APP):
        found = card(db, value)
        return (found.customer, [found]) if found else (None, [])
    query, key = {
        IdentifierKind.PHONE: ("SELECT id FROM customers WHERE phone = ?", compact_phone(value)),
        IdentifierKind.EMAIL: ("SELECT id FROM customers WHERE email = ?", value.lower()),
        IdentifierKind.COUPON: ("SELECT customer FROM coupons WHERE code = ?", value.upper()),
    }[identifier.kind]
    row = db.execute(query, (key,)).fetchone()
    if row is None or row[0] is None:
        return None, []
    return row[0], cards_of(db, row[0])


def buyers_card(club: Club, db: DB, buyer: Buyer | None) -> CardRow | None:
    """The card that a receipt earns on; None where there is none that is known.

    A buyer who could not be verified stands for the best of his cards: no code is asked for,
    because earning harms nobody. Spending needs a verified one.
    """
    if buyer is None:
        return None
    if buyer.card is not None:
        return card(db, buyer.card.number)
    _customer, cards = known_as(db, buyer.identifier)
    if not cards:
        return None
    return max(cards, key=lambda one: (one.may_earn, club.level(one.level).earn))


def as_card(club: Club, db: DB, row: CardRow) -> Card:
    held = accounts.balance(db, row.account, club.now) if row.account is not None else None
    return Card(
        number=row.number,
        level=str(club.level(row.level).name),
        status=_STATUS[row.status] if row.account is not None else CardStatus.INACTIVE,
        may_earn=row.may_earn,
        may_spend=row.may_spend,
        balance=held.balance if held else 0,
        available=held.available if held else 0,
    )


def greetings(club: Club, db: DB, row: CardRow, at: datetime) -> tuple[Message, ...]:
    """What the cashier may tell the customer: points about to burn, a birthday."""
    messages = []
    born = db.execute("SELECT birthdate FROM customers WHERE id = ?", (row.customer,)).fetchone()
    if born and born[0] and born[0][5:] == at.strftime("%m-%d"):
        messages.append(Message(MessageTo.CASHIER, _("It is the customer's birthday today.")))
    if row.account is not None:
        messages += _burning(club, db, row.account, at)
    return tuple(messages)


def _burning(club: Club, db: DB, account: int, at: datetime) -> list[Message]:
    now = club.now
    until = now + club.settings.points.warn_days * DAY
    soon = [
        lot
        for lot in accounts.lots(db, account)
        if lot.left > 0 and lot.ends is not None and now < lot.ends <= until
    ]
    if not soon or soon[0].ends is None:
        return []
    day = datetime.fromtimestamp(soon[0].ends, at.tzinfo).strftime("%d.%m.%Y")
    text = _("{points} points burn by {day}.").format(
        points=words.points(sum(lot.left for lot in soon if lot.ends == soon[0].ends)), day=day
    )
    return [Message(to, text) for to in (MessageTo.CASHIER, MessageTo.CUSTOMER)]


# --- changes; the caller holds the transaction ----------------------------------------------


def new_customer(
    db: DB, customer_id: str, name: str, phone: str, email: str, birthdate: str | None
) -> int:
    """A customer with an empty account. Returns the account."""
    db.execute(
        "INSERT INTO customers VALUES (?,?,?,?,?)",
        (customer_id, name, phone or None, email or None, birthdate),
    )
    return new_account(db, customer_id)


def new_account(db: DB, customer_id: str | None, turnover: int = 0) -> int:
    made = db.execute(
        "INSERT INTO accounts (customer, turnover) VALUES (?,?)", (customer_id, turnover)
    ).lastrowid
    assert made is not None  # an insert has one
    return made


def new_card(db: DB, number: str, account: int | None, level: str, status: CardRule) -> None:
    db.execute("INSERT INTO cards VALUES (?,?,?,?)", (number, account, level, status.value))


def free_cards(db: DB, most: int = 20) -> tuple[str, ...]:
    rows = db.execute(
        "SELECT number FROM cards WHERE account IS NULL AND status <> ? ORDER BY number LIMIT ?",
        (CardRule.BLOCKED.value, most),
    )
    return tuple(row[0] for row in rows)


def virtual_card(club: Club, db: DB, account: int) -> str:
    """A new card without plastic; there is always one."""
    while True:
        number = ean13("290", 900_000_000 + counted(db, "virtual card"))
        if card(db, number) is None:
            new_card(db, number, account, club.rules.level[0].id, CardRule.ACTIVE)
            return number


def credit_by_rules(
    club: Club, db: DB, account: int, points: int, why: str, receipt: str | None = None
) -> int:
    """Earned points, with the activation and the life that the settings give. Returns the lot."""
    rules, now = club.settings.points, club.now
    starts = now + rules.active_after_days * DAY
    return accounts.credit(
        db, account, points, starts, starts + rules.live_days * DAY, why, now, receipt
    )
