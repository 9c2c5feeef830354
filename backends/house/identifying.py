"""Who is the buyer, with a code from him where the settings ask for one."""

from backends.house import codes, people, spending
from backends.house.club import Club
from backends.house.people import CardRow
from cashier.exchange import (
    ConfirmationRequired,
    ConfirmBy,
    Found,
    IdentifyRequest,
    NotFound,
)
from cashier.receipt import Customer, IdentifierKind


def identify(club: Club, request: IdentifyRequest) -> Found | NotFound | ConfirmationRequired:
    with club.store.reading() as db:
        customer_id, cards = people.known_as(db, request.identifier)
        owner = people.customer(db, customer_id) if customer_id else None
    if owner is None and not cards:
        return NotFound()
    asked = _ask(club, request, owner)
    if asked is not None:
        return asked
    return _found(club, request, owner, cards)


def _ask(
    club: Club, request: IdentifyRequest, owner: Customer | None
) -> ConfirmationRequired | None:
    """Nothing to confirm with is nothing to ask for: a card of nobody needs no code."""
    identifier = request.identifier
    needed = {one.value for one in club.settings.confirm}
    if owner is None or identifier.kind.value not in needed:
        return None
    by_email = identifier.kind is IdentifierKind.EMAIL or not owner.phone
    to = owner.email if by_email else owner.phone
    if not to:
        return None
    subject = f"identify:{identifier.kind.value}:{identifier.value}"
    if request.confirmation is None:
        channel = ConfirmBy.EMAIL if by_email else ConfirmBy.PHONE
        return codes.send(club, subject, channel, to)
    codes.confirm(club, subject, request.confirmation)
    return None


def _found(
    club: Club, request: IdentifyRequest, owner: Customer | None, cards: list[CardRow]
) -> Found:
    if cards and cards[0].account is not None:
        spending.write_off(club, cards[0].account)
    with club.store.reading() as db:
        return Found(
            customer=owner,
            cards=tuple(people.as_card(club, db, row) for row in cards),
            messages=people.greetings(club, db, cards[0], request.at) if cards else (),
        )
