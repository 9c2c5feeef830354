"""A customer as he is at this moment, and whether the rules file would seed him just so."""

from datetime import date

from backends.house import accounts, people
from backends.house.accounts import DB
from backends.house.club import Club
from backends.house.people import CardRow
from backends.house.rules import CustomerSeed
from cashier.exchange import Unavailable
from cashier.receipt import Identifier
from cashier.scenario.sight import Sight


def sight(club: Club, identifier: Identifier) -> Sight | None:
    try:
        with club.store.reading() as db:
            customer, shown = people.known_as(db, identifier)
            if customer is None:
                return _nobodys(club, db, shown[0]) if shown else None
            return _customers(club, db, customer, shown)
    except Unavailable:
        return None


def _nobodys(club: Club, db: DB, card: CardRow) -> Sight:
    points = _points(club, db, card)
    fresh = not points and not card.turnover
    return Sight(fresh, cards=(card.number,), level=card.level, points=points)


def _points(club: Club, db: DB, card: CardRow) -> int:
    return 0 if card.account is None else accounts.balance(db, card.account, club.now).balance


def _customers(club: Club, db: DB, customer_id: str, shown: list[CardRow]) -> Sight:
    customer = people.customer(db, customer_id)
    assert customer is not None  # a card is his
    born = db.execute("SELECT birthdate FROM customers WHERE id = ?", (customer_id,)).fetchone()[0]
    others = [card for card in people.cards_of(db, customer_id) if card not in shown]
    cards = (*shown, *others)
    seed = next((one for one in club.rules.customer if one.id == customer_id), None)
    first = cards[0] if cards else None
    points = _points(club, db, first) if first else 0
    return Sight(
        fresh=seed is not None and _as_seeded(seed, cards, points, customer.phone, customer.email),
        phone=customer.phone,
        email=customer.email,
        name=customer.name,
        birthdate=date.fromisoformat(born) if born else None,
        cards=tuple(card.number for card in cards),
        level=first.level if first else "",
        points=points,
        turnover=first.turnover if first else 0,
    )


def _as_seeded(
    seed: CustomerSeed, cards: tuple[CardRow, ...], points: int, phone: str, email: str
) -> bool:
    return (
        {(card.number, card.level, card.status) for card in cards}
        == {(card.number, card.level, card.status) for card in seed.card}
        and points == sum(lot.points for lot in seed.lot)
        and all(card.turnover == seed.turnover for card in cards)
        and (phone, email) == (seed.phone, seed.email.lower())
    )
