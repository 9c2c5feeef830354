"""A new customer, how he comes by a card, and how the card rises."""

from backends.rarus.client.buyers import cards_of, found, holder_of
from backends.rarus.client.link import place, reads, sense
from backends.rarus.client.session import ALL, Session
from backends.rarus.translate import people
from backends.rarus.translate.extras import id_of
from backends.rarus.wire.base import Nothing, Reply
from backends.rarus.wire.people import (
    Attach,
    Attached,
    CardsAsked,
    ChangeLevel,
    CodeSent,
    ConfirmUser,
    LevelChange,
    Made,
)
from cashier.exchange import (
    AttachCardRequest,
    AttachOn,
    Confirmation,
    ConfirmationRequired,
    ConfirmBy,
    Found,
    Reason,
    Refused,
    Registered,
    RegisterRequest,
    Upgrade,
    UpgradeRequest,
)
from cashier.i18n import _
from cashier.outcomes import after_a_change

_FREE = 20
"""Cards that are offered to choose from."""


async def register(session: Session, request: RegisterRequest) -> Registered | ConfirmationRequired:
    """The holder is made at once and confirmed by a code after that, where the settings want it.

    The id of the holder is made of the operation, so a repetition makes nobody new.
    """
    if request.confirmation is not None:
        return await _confirmed(session, request.confirmation)
    rules = session.registration
    asked = people.new_user(request, rules, id_of(request.operation_id))
    made = await session.link.post(place("user", "new"), reads(Made), asked, changes=True)
    user_id = made.id or asked.id
    with after_a_change():
        if session.options.codes and rules.confirm_by is not ConfirmBy.NONE:
            sent = await session.link.post(
                place("user", user_id, "send_confirmation_code"), reads(CodeSent), Nothing()
            )
            if sent.confirmation is not None:
                with sense():
                    challenge = f"{user_id} {sent.confirmation.id}"
                    return people.confirmation(sent.confirmation, challenge)
        return await _registered(session, user_id)


async def _confirmed(session: Session, given: Confirmation) -> Registered:
    user_id, _space, confirmation_id = given.challenge.partition(" ")
    await session.link.post(
        place("user", user_id, "confirm"),
        reads(Reply),
        ConfirmUser(confirmation_id=confirmation_id, code=given.code),
        changes=True,
    )
    with after_a_change():
        return await _registered(session, user_id)


async def _registered(session: Session, user_id: str) -> Registered:
    customer = await holder_of(session, user_id)
    cards = await cards_of(session, customer.customer_id)
    free: tuple[str, ...] = ()
    if not cards and session.registration.attach is AttachOn.LIST:
        free = await _free_cards(session)
    return Registered(
        customer=customer,
        cards=tuple([await session.as_card(one) for one in cards]),
        free_cards=free,
    )


async def _free_cards(session: Session) -> tuple[str, ...]:
    """Numbers of cards that wait to be handed out: not active, and nobody's."""
    asked = CardsAsked(active=False, blocked=False, per_page=ALL)
    waiting = [one for one in await session.cards(asked) if not one.user_id and not one.active]
    for one in waiting:
        session.remember(one)
    return tuple(one.barcode for one in waiting if one.barcode)[:_FREE]


async def attach_card(session: Session, request: AttachCardRequest) -> Found:
    """A given card, or any free one for a holder who has none yet (so a repetition adds none)."""
    if request.card is None:
        has = await cards_of(session, request.customer_id)
        if has:
            return await found(session, has[:1])
        return await _attach_any(session, request.customer_id)
    card_id = await session.id_of(request.card)
    if not card_id:
        text = _("there is no card {number}").format(number=request.card)
        raise Refused(Reason.NOT_FOUND, text)
    return await _attached(session, request.customer_id, card_id)


async def _attach_any(session: Session, user_id: str) -> Found:
    """One that the service finds (*emulated*); where it wants to be told which, one of the list."""
    try:
        return await _attached(session, user_id, "")
    except Refused:
        free = await _free_cards(session)
        if not free:
            raise
    return await _attached(session, user_id, await session.id_of(free[0]))


async def _attached(session: Session, user_id: str, card_id: str) -> Found:
    asked = Attach(user_id=user_id, card_id=card_id)
    told = await session.link.post(place("card", "attach"), reads(Attached), asked, changes=True)
    with after_a_change():
        return await found(session, (await session.card_by_id(card_id or told.id),))


# --- levels -----------------------------------------------------------------------------------


async def upgrade_level(session: Session, request: UpgradeRequest) -> Upgrade:
    """Ask for the next level, or take it: once, however often the same operation says so.

    The wire knows no operations. So the level is asked about first, and a repetition that finds
    another level next knows that its own is reached.
    """
    card_id = await _card_id(session, request)
    reply = await _change_level(session, card_id, "levelup", check=True)
    following = reply.next_level_up
    wanted = session.level_wanted(request.operation_id)
    next_id = following.level_id if following is not None else ""
    if request.confirm and wanted is not None and wanted.level_id != next_id:
        return people.upgrade(LevelChange(level_up=wanted), session.currency)
    with sense():
        answer = people.upgrade(reply, session.currency)
    if not (request.confirm and answer.possible and following is not None):
        return answer
    session.want_level(request.operation_id, following)
    reply = await _change_level(session, card_id, "levelup", check=False)
    with after_a_change(), sense():
        return people.upgrade(reply, session.currency)


async def lower_level(session: Session, request: UpgradeRequest) -> Upgrade:
    """Ask for the level below, or go back to it. The exchange has no place for it."""
    card_id = await _card_id(session, request)
    return people.downgrade(
        await _change_level(session, card_id, "leveldown", check=not request.confirm)
    )


async def _card_id(session: Session, request: UpgradeRequest) -> str:
    card_id = await session.id_of(request.card)
    if not card_id:
        raise Refused(Reason.NOT_FOUND, _("there is no such card"))
    return card_id


async def _change_level(session: Session, card_id: str, way: str, *, check: bool) -> LevelChange:
    """'Not found' is the end of the ladder; a card that is not there says so by itself."""
    return await session.link.post(
        place("card", card_id, way),
        reads(LevelChange, empty=True),
        ChangeLevel(check=check),
        changes=not check,
    )
