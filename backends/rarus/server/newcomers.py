"""A new card holder, how he comes by a card, and how the card rises and falls."""

from backends.keeping import CardInfo
from backends.rarus.server.data.cards import HolderFacts
from backends.rarus.server.facts import known_card, understood
from backends.rarus.server.failures import Failure, nothing_found
from backends.rarus.server.known import new_id
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import holders
from backends.rarus.wire import people as wire
from backends.rarus.wire.base import NOT_FOUND, Message, Nothing
from backends.shelf import Shelf
from cashier.exchange import (
    AttachCardRequest,
    Confirmation,
    ConfirmationRequired,
    Reason,
    Refused,
    Registered,
    UpgradeRequest,
)
from cashier.i18n import _

# --- registering ------------------------------------------------------------------------------


class Pending(Message):
    """Somebody who was told of and has not told the code yet."""

    id: str
    asked: wire.NewUser
    sent: wire.Confirmation
    told: bool = False
    """Whether the till has heard of the code: the first one is sent with the registration."""


def _shelf(service: Service) -> Shelf[Pending]:
    return service.store.shelf("registration", Pending)


def pending(service: Service) -> list[Pending]:
    """Those who have not told their code yet."""
    return _shelf(service).all()


def pending_user(service: Service, user_id: str) -> wire.User:
    """Raises Failure: there is nobody of this id."""
    pending = _shelf(service).get(user_id)
    if pending is None:
        raise nothing_found("Пользователь не найден")
    return holders.unconfirmed(pending.asked, user_id)


async def new(service: Service, asked: Asked[wire.NewUser]) -> wire.Made:
    """The same id twice is one holder."""
    body = asked.body
    user_id = new_id(service, body.id)
    pending = _shelf(service).get(user_id)
    if pending is not None and pending.asked == body:
        return wire.Made(id=user_id)
    if _registered(service, user_id):
        return wire.Made(id=user_id)
    answer = await _register(service, body, user_id, None)
    if isinstance(answer, ConfirmationRequired):
        sent = holders.confirmation(answer)
        _shelf(service).put(Pending(id=user_id, asked=body, sent=sent))
    return wire.Made(id=user_id)


def _registered(service: Service, user_id: str) -> bool:
    customer = service.store.holders.customer(user_id)
    return service.keeper.people.person(customer) is not None


async def _register(
    service: Service, asked: wire.NewUser, user_id: str, given: Confirmation | None
) -> Registered | ConfirmationRequired:
    with understood():
        request = holders.registering(asked, user_id, service.clock.now())
    answer = await service.backend.register(request.model_copy(update={"confirmation": given}))
    if isinstance(answer, Registered):
        _welcome(service, asked, user_id, answer)
        await _first_card(service, asked, answer)
        _shelf(service).remove(user_id)
    return answer


def _welcome(service: Service, asked: wire.NewUser, user_id: str, answer: Registered) -> None:
    facts = HolderFacts(
        customer=answer.customer.customer_id,
        id=user_id,
        login=asked.login,
        gender=asked.gender,
        is_locked=asked.is_locked,
        personal_data_agree=asked.personal_data_agree,
        recieve_notifications=asked.recieve_notifications,
        app_client=asked.app_client,
        additional_fields=asked.additional_fields,
    )
    service.store.holders.put(facts)


async def _first_card(service: Service, asked: wire.NewUser, answer: Registered) -> None:
    """``attach_free_card`` overrides the setting."""
    if asked.attach_free_card is True and not answer.cards:
        await give_card(service, answer.customer.customer_id, None)
    if asked.attach_free_card is False:
        for card in answer.cards:
            service.keeper.cards.delete(card.number)


async def send_code(service: Service, asked: Asked[Nothing]) -> wire.CodeSent:
    """Another code, but for the first time: that one is on its way already."""
    user_id = asked.path["id"]
    pending = _shelf(service).get(user_id)
    if pending is None:
        if not _registered(service, user_id):
            raise nothing_found("Пользователь не найден")
        return wire.CodeSent()
    sent = pending.sent
    if pending.told:
        answer = await _register(service, pending.asked, user_id, None)
        if isinstance(answer, Registered):  # the settings have changed meanwhile
            return wire.CodeSent()
        sent = holders.confirmation(answer)
    _shelf(service).put(pending.model_copy(update={"sent": sent, "told": True}))
    return wire.CodeSent(confirmation=sent)


async def confirm(service: Service, asked: Asked[wire.ConfirmUser]) -> wire.Made:
    """Said again after it worked, it has worked."""
    user_id, body = asked.path["id"], asked.body
    pending = _shelf(service).get(user_id)
    if pending is None:
        if not _registered(service, user_id):
            raise nothing_found("Пользователь не найден")
        return wire.Made(id=user_id)
    await confirm_pending(service, pending, body.confirmation_id, body.code)
    return wire.Made(id=user_id)


async def confirm_pending(service: Service, pending: Pending, challenge: str, code: str) -> None:
    """``challenge`` empty: the last one. Raises CashierError."""
    given = Confirmation(challenge=challenge or pending.sent.id, code=code)
    await _register(service, pending.asked, pending.id, given)


# --- a card for him ---------------------------------------------------------------------------


async def attach(service: Service, asked: Asked[wire.Attach]) -> wire.Attached:
    """Without a card: any free one."""
    body = asked.body
    info = known_card(service, body.card_id) if body.card_id else None
    if info is not None:
        check_own(service, info)
    customer = service.store.holders.customer(body.user_id)
    number = await give_card(service, customer, info.number if info else None)
    return wire.Attached(id=service.store.cards.id(number))


def check_own(service: Service, info: CardInfo) -> None:
    """Raises Refused: the card is of another organization."""
    if service.store.cards.facts(info.number).external_card > 0:
        raise Refused(Reason.OTHER, _("a card of another organization stays its own"))


async def give_card(service: Service, customer: str, number: str | None) -> str:
    request = AttachCardRequest(
        operation_id=f"{customer}:card:{service.ids()}",
        customer_id=customer,
        card=number,
        at=service.clock.now(),
    )
    return (await service.backend.attach_card(request)).cards[0].number


# --- levels -----------------------------------------------------------------------------------


async def level_up(service: Service, asked: Asked[wire.ChangeLevel]) -> wire.LevelChange:
    info = known_card(service, asked.path["id"])
    request = UpgradeRequest(
        operation_id=f"{info.number}:level:{service.ids()}",
        card=info.number,
        confirm=not asked.body.check,
        at=service.clock.now(),
    )
    try:
        answer = await service.backend.upgrade_level(request)
    except Refused as no:
        if no.reason is Reason.NOT_FOUND:  # 404 with 114 is the highest level
            raise Failure(400, NOT_FOUND, no.text) from no
        raise
    above = holders.beside(service.keeper.cards.levels(), info.level, 1)
    if above is None:
        raise nothing_found("Это высший уровень")
    other = holders.other_level(above, info)
    return (
        wire.LevelChange(level_up=other) if answer.done else wire.LevelChange(next_level_up=other)
    )


async def level_down(service: Service, asked: Asked[wire.ChangeLevel]) -> wire.LevelChange:
    info = known_card(service, asked.path["id"])
    below = holders.beside(service.keeper.cards.levels(), info.level, -1)
    if below is None:
        raise nothing_found("Это низший уровень")
    other = holders.other_level(below, info)
    if asked.body.check:
        return wire.LevelChange(next_level_down=other)
    service.keeper.cards.set_level(info.number, below.id)
    return wire.LevelChange(level_down=other)


ROUTES = (
    Route("POST", "/organization/user/new", new, wire.NewUser, wire.Made, "A new card holder"),
    Route(
        "POST", "/organization/user/{id}/send_confirmation_code", send_code, Nothing,
        wire.CodeSent, "Send him a code", emulated=True,
    ),
    Route(
        "POST", "/organization/user/{id}/confirm", confirm, wire.ConfirmUser, wire.Made,
        "He told the code", emulated=True,
    ),
    Route(
        "POST", "/organization/card/attach", attach, wire.Attach, wire.Attached,
        "Give a card to a holder",
    ),
    Route(
        "POST", "/organization/card/{id}/levelup", level_up, wire.ChangeLevel, wire.LevelChange,
        "The next level: ask, or take it",
    ),
    Route(
        "POST", "/organization/card/{id}/leveldown", level_down, wire.ChangeLevel,
        wire.LevelChange, "The level below: ask, or go back to it",
    ),
)  # fmt: skip
