"""Who is the buyer: cards and their holders, read."""

from collections.abc import Iterable, Sequence
from typing import Any

from backends.keeping import CardInfo, CardQuery, Person, PersonQuery, Window
from backends.rarus.server.data.cards import HolderFacts
from backends.rarus.server.data.pages import paged, pagination
from backends.rarus.server.facts import (
    NO_CARD,
    card_object,
    known_card,
    understood,
    user_object,
)
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import people_by_login
from backends.rarus.server.newcomers import pending_user
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import holders
from backends.rarus.translate.people import phone_of
from backends.rarus.wire import people as wire
from backends.rarus.wire.base import Nothing, Pages
from backends.rarus.wire.receipt import Statement, StatementAsked
from cashier.exchange import (
    Confirmation,
    ConfirmationRequired,
    Found,
    IdentifyRequest,
)
from cashier.receipt import Identifier, IdentifierKind

_ALL = Window(0, 1_000_000)


# --- cards ------------------------------------------------------------------------------------


async def cards(service: Service, asked: Asked[wire.CardsAsked]) -> wire.Cards:
    body = asked.body
    customer = service.store.holders.customer(body.user_id) if body.user_id else ""
    query = holders.card_query(body, customer, _numbers(service, body))
    found = service.keeper.cards.cards(query, _window(body))
    told = pagination(body, found.total)
    return wire.Cards(cards=_objects(service, found.rows), pagination=told)


def _numbers(service: Service, asked: wire.CardsAsked) -> tuple[str, ...] | None:
    """None: neither is asked about. Where nobody gave a card a code its number is on the track."""
    numbers: set[str] | None = {asked.barcode} if asked.barcode else None
    if asked.code:
        by_code = {*service.store.cards.by_code(asked.code), asked.code}
        numbers = by_code if numbers is None else numbers & by_code
    return None if numbers is None else tuple(sorted(numbers))


def _window(asked: Pages) -> Window:
    return Window((asked.page - 1) * asked.per_page, asked.per_page)


def _objects(service: Service, found: Any) -> tuple[wire.Card, ...]:
    return tuple(card_object(service, info) for info in found)


async def card(service: Service, asked: Asked[Nothing]) -> wire.OneCard:
    return wire.OneCard(card=card_object(service, known_card(service, asked.path["id"])))


async def by_phone(service: Service, asked: Asked[wire.ByPhone]) -> wire.Cards:
    phone = phone_of(asked.body.filter)
    found = service.keeper.cards.cards(CardQuery(phone=phone)).rows if phone else ()
    objects, told = paged(_objects(service, found), Pages(per_page=100))
    return wire.Cards(cards=tuple(objects), pagination=told)


async def balance_info(service: Service, asked: Asked[StatementAsked]) -> Statement:
    info = known_card(service, asked.path["id"])
    if info.account is None:
        raise nothing_found("У карты нет счёта")
    return _statement(service, info, asked.body.last_transactions)


def _statement(service: Service, info: CardInfo, wanted: int) -> Statement:
    from backends.keeping import MovementQuery

    points = service.keeper.points
    window = Window(0, min(wanted, 500))
    last = points.movements(MovementQuery(info.number), window).rows if wanted > 0 else ()
    return holders.statement(info, points.lots(info.number), last, service.clock.now())


async def with_confirmation(
    service: Service, asked: Asked[wire.CardsConfirmed]
) -> wire.CardsOrConfirmation:
    body = asked.body
    identifier = (
        Identifier(IdentifierKind.EMAIL, body.email)
        if body.email
        else Identifier(IdentifierKind.PHONE, phone_of(body.phone))
    )
    given = Confirmation(challenge=body.confirmation_id, code=body.code) if body.code else None
    with understood():
        request = IdentifyRequest(identifier=identifier, confirmation=given, at=service.clock.now())
    answer = await service.backend.identify(request)
    match answer:
        case ConfirmationRequired():
            return wire.CardsOrConfirmation(confirmation=holders.confirmation(answer))
        case Found(cards=found) if found:
            infos = (service.keeper.cards.card(one.number) for one in found)
            return wire.CardsOrConfirmation(
                cards=_objects(service, (info for info in infos if info is not None))
            )
        case _:
            raise nothing_found(NO_CARD)


# --- holders ----------------------------------------------------------------------------------


async def user(service: Service, asked: Asked[wire.UserAsked]) -> wire.OneUser:
    user_id = asked.path["id"]
    person = service.keeper.people.person(service.store.holders.customer(user_id))
    if person is None:
        return wire.OneUser(user=pending_user(service, user_id))
    with_fields = asked.body.with_additional_fields
    return wire.OneUser(user=user_object(service, person, with_fields=with_fields))


async def users(service: Service, asked: Asked[wire.UsersAsked]) -> wire.Users:
    body = asked.body
    if body.login or body.gender or body.is_locked is not None or body.confirmed is not None:
        people, told = paged(_people_like(service, body), body)
    else:
        part = service.keeper.people.people(_query(body), _window(body))
        people, told = part.rows, pagination(body, part.total)
    with_fields = body.with_additional_fields or body.full_info
    found = (user_object(service, person, with_fields=with_fields) for person in people)
    return wire.Users(users=tuple(found), pagination=told)


def _query(asked: wire.UsersAsked, ids: Iterable[str] | None = None) -> PersonQuery:
    return PersonQuery(
        ids=None if ids is None else tuple(ids),
        phone=phone_of(asked.phone) or asked.phone,  # what is no phone is nobody's
        email=asked.email,
        text=asked.user_filter,
    )


def _people_like(service: Service, asked: wire.UsersAsked) -> Sequence[Person]:
    """Where what only the wire knows of holders is asked for, too."""
    notes = service.store.holders.all()
    bare = HolderFacts(customer="", id="")
    told = {customer for customer, one in notes.items() if _wanted(one, asked)}
    if asked.login:
        query = _query(asked, (one.id for one in people_by_login(service, asked.login)))
    elif _wanted(bare, asked):
        query = _query(asked)
    else:
        query = _query(asked, told)
    found = service.keeper.people.people(query, _ALL).rows
    return [one for one in found if one.id in told or _wanted(notes.get(one.id, bare), asked)]


def _wanted(notes: HolderFacts, asked: wire.UsersAsked) -> bool:
    return (
        asked.gender in ("", notes.gender)
        and asked.is_locked in (None, notes.is_locked)
        and asked.confirmed in (None, notes.confirmed)
    )


ROUTES = (
    Route("GET", "/organization/card", cards, wire.CardsAsked, wire.Cards, "Cards"),
    Route(
        "GET", "/organization/card/by_phone", by_phone, wire.ByPhone, wire.Cards,
        "Cards of a phone number",
    ),
    Route(
        "POST", "/organization/card/with_confirmation", with_confirmation, wire.CardsConfirmed,
        wire.CardsOrConfirmation, "Cards of a holder who tells a code", emulated=True,
    ),
    Route("GET", "/organization/card/{id}", card, Nothing, wire.OneCard, "One card"),
    Route(
        "GET", "/organization/card/{id}/balance_info", balance_info, StatementAsked, Statement,
        "Balance, lots and last movements of a card",
    ),
    Route("GET", "/organization/user", users, wire.UsersAsked, wire.Users, "Card holders"),
    Route("GET", "/organization/user/{id}", user, wire.UserAsked, wire.OneUser, "One of them"),
)  # fmt: skip
