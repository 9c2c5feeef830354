"""Who is the buyer: cards and their holders, new ones, and their levels."""

from backends.rarus.client.link import place, reads, sense
from backends.rarus.client.session import ALL, Session
from backends.rarus.translate import people
from backends.rarus.wire.extras import CouponAsked, OneCoupon
from backends.rarus.wire.people import Card as WireCard
from backends.rarus.wire.people import (
    CardsAsked,
    CardsConfirmed,
    CardsOrConfirmation,
    OneUser,
    UserAsked,
    Users,
    UsersAsked,
)
from cashier.exchange import (
    ConfirmationRequired,
    Found,
    IdentifyRequest,
    NotFound,
    Reason,
    Refused,
)
from cashier.receipt import Customer, Identifier, IdentifierKind


async def identify(
    session: Session, request: IdentifyRequest
) -> Found | NotFound | ConfirmationRequired:
    match request.identifier.kind:
        case IdentifierKind.CARD | IdentifierKind.APP:
            return await _by_card(session, request.identifier.value.strip())
        case IdentifierKind.COUPON:
            return await _by_coupon(session, request.identifier.value.strip())
        case _:
            return await _by_address(session, request)


async def _by_card(session: Session, number: str) -> Found | NotFound:
    told = await session.card_by_number(number)
    if told is None:
        return NotFound()
    return await found(session, (told,))


async def _by_coupon(session: Session, code: str) -> Found | NotFound:
    """A coupon that was given to somebody stands for all of his cards."""
    asked = CouponAsked(full_info=True)
    try:
        reply = await session.link.get(place("coupon", code), reads(OneCoupon), asked)
    except Refused as no:
        if no.reason is Reason.NOT_FOUND:
            return NotFound()
        raise
    if not reply.coupon.card_id:
        return NotFound()
    told = await session.card_by_id(reply.coupon.card_id)
    return await found(session, await cards_of(session, told.user_id) or (told,))


async def _by_address(
    session: Session, request: IdentifyRequest
) -> Found | NotFound | ConfirmationRequired:
    """Cards with a code from their holder: the two variants of one method."""
    if not session.options.codes:
        return await _by_filter(session, request.identifier)
    asked = {**_address(request.identifier)}
    if request.confirmation is not None:
        asked["confirmation_id"] = request.confirmation.challenge
        asked["code"] = request.confirmation.code
    reply = await session.link.post(
        place("card", "with_confirmation"),
        reads(CardsOrConfirmation, empty=True),
        CardsConfirmed(**asked),
    )
    if reply.confirmation is not None and not reply.cards:
        with sense():
            return people.confirmation(reply.confirmation, reply.confirmation.id)
    if reply.cards:
        return await found(session, reply.cards)
    return await _without_cards(session, request.identifier)


async def _by_filter(session: Session, identifier: Identifier) -> Found | NotFound:
    cards = await session.cards(CardsAsked(**_address(identifier), per_page=ALL))
    return await found(session, cards) if cards else await _without_cards(session, identifier)


def _address(identifier: Identifier) -> dict[str, str]:
    if identifier.kind is IdentifierKind.EMAIL:
        return {"email": identifier.value.strip()}
    return {"phone": people.digits(identifier.value)}


async def _without_cards(session: Session, identifier: Identifier) -> Found | NotFound:
    """Somebody may be known who has no card yet."""
    reply = await session.link.get(
        place("user"), reads(Users, empty=True), UsersAsked(**_address(identifier))
    )
    if not reply.users:
        return NotFound()
    return Found(customer=people.customer(reply.users[0]), cards=())


async def found(session: Session, cards: tuple[WireCard, ...]) -> Found:
    """These cards (at least one) and whose they are; another holder's are left out.

    A holder whom the service knows no more is nobody.
    """
    holder, customer = cards[0].user_id, None
    try:
        customer = await holder_of(session, holder) if holder else None
    except Refused as no:
        if no.reason is not Reason.NOT_FOUND:
            raise
    return Found(
        customer=customer,
        cards=tuple([await session.as_card(one) for one in cards if one.user_id == holder]),
    )


async def holder_of(session: Session, user_id: str) -> Customer:
    reply = await session.link.get(place("user", user_id), reads(OneUser), UserAsked())
    return people.customer(reply.user)


async def cards_of(session: Session, user_id: str) -> tuple[WireCard, ...]:
    if not user_id:
        return ()
    return await session.cards(CardsAsked(user_id=user_id, per_page=ALL))
