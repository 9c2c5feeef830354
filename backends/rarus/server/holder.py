"""What a card holder asks for himself: the role ``client``.

He signs in with the password that an upload gave him, or with a code that was sent to him. In his
session ``login`` is his id in the loyalty system.
"""

import hmac
from collections.abc import Sequence
from typing import Any

from backends.keeping import CardInfo, CardQuery, Person, SaleQuery
from backends.rarus.server import buyers, history, newcomers
from backends.rarus.server.data.pages import paged
from backends.rarus.server.facts import NO_CARD, card_object, known_card, understood, user_object
from backends.rarus.server.failures import NO_TOKEN, NOT_ALLOWED, WRONG_PASSWORD, Failure
from backends.rarus.server.failures import nothing_found as nothing
from backends.rarus.server.known import people_by_login, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.server.setup import users
from backends.rarus.translate import holders, past
from backends.rarus.wire import holder as wire
from backends.rarus.wire.base import Message, Nothing, Reply, instant
from backends.rarus.wire.people import Attached, Cards, Made, NewUser, OneUser
from backends.rarus.wire.receipt import HistoryAsked, Sales, Statement, StatementAsked
from backends.rarus.wire.signing import SignIn
from backends.rarus.wire.users import UserFields
from backends.shelf import Shelf
from cashier.exchange import Confirmation, ConfirmationRequired, Found, IdentifyRequest, Refused
from cashier.receipt import Identifier, IdentifierKind

ROLE = "client"


class SentCode(Message):
    """The last code that was sent to a holder; ``id`` is his customer id."""

    id: str
    challenge: str


def _codes(service: Service) -> Shelf[SentCode]:
    return service.store.shelf("holder_code", SentCode)


# --- signing in -------------------------------------------------------------------------------


async def sign_in(service: Service, asked: SignIn) -> str:
    """The customer who signs in. Raises Failure."""
    newcomer = await _confirm_registration(service, asked)
    if newcomer is not None:
        return newcomer
    person = _who(service, asked.login)
    if person is None:
        raise _wrong_password()
    facts = service.store.holders.facts(person.id)
    if facts.is_locked:
        raise Failure(403, NOT_ALLOWED, "Учётная запись заблокирована")
    told, known = asked.password.strip(), facts.password.strip().lower()
    if known and hmac.compare_digest(known.encode(), told.lower().encode()):
        return person.id
    if not await _code_is_right(service, person, told):
        raise _wrong_password()
    return person.id


def _wrong_password() -> Failure:
    return Failure(401, WRONG_PASSWORD, "Неверный логин или пароль")


def _who(service: Service, login: str) -> Person | None:
    return next(iter(people_by_login(service, login)), None)


async def _confirm_registration(service: Service, asked: SignIn) -> str | None:
    """Who has registered and tells his code is a customer from now on."""
    for pending in newcomers.pending(service):
        known_as = {pending.asked.login, pending.asked.phone, pending.asked.email}
        if asked.login and asked.login in known_as:
            try:
                await newcomers.confirm_pending(service, pending, "", asked.password.strip())
            except Refused:
                raise _wrong_password() from None
            return service.store.holders.customer(pending.id)
    return None


async def send_code(service: Service, asked: Asked[wire.SendCode]) -> wire.CodeSent:
    person = _who(service, asked.body.login)
    if person is None:
        raise nothing("Пользователь не найден")
    answer = await _identify(service, person, None)
    if not isinstance(answer, ConfirmationRequired):
        raise wrong("the loyalty programme sends no codes: sign in with a password")
    return wire.CodeSent(confirmation=holders.confirmation(answer))


async def _identify(service: Service, person: Person, given: Confirmation | None) -> object:
    kind, value = IdentifierKind.PHONE, person.phone
    if not value:
        kind, value = IdentifierKind.EMAIL, person.email
    request = IdentifyRequest(
        identifier=Identifier(kind, value), confirmation=given, at=service.clock.now()
    )
    answer = await service.backend.identify(request)
    if isinstance(answer, ConfirmationRequired):
        _codes(service).put(SentCode(id=person.id, challenge=answer.challenge))
    return answer


async def _code_is_right(service: Service, person: Person, code: str) -> bool:
    sent = _codes(service).get(person.id)
    if sent is None or not code:
        return False
    try:
        given = Confirmation(challenge=sent.challenge, code=code)
        answer = await _identify(service, person, given)
    except Refused:
        return False
    _codes(service).remove(person.id)
    return isinstance(answer, Found)


# --- who I am ---------------------------------------------------------------------------------


def _me(service: Service, asked: Asked[Any]) -> Person:
    """Raises Failure: he was deleted since he signed in."""
    found = service.keeper.people.person(asked.session.login)
    if found is None:
        raise Failure(401, NO_TOKEN, "Токен не найден или устарел")
    return found


async def me(service: Service, asked: Asked[Nothing]) -> OneUser:
    return OneUser(user=user_object(service, _me(service, asked), with_fields=True))


async def update(service: Service, asked: Asked[wire.OwnFields]) -> Reply:
    fields = UserFields.model_validate(asked.body.model_dump(exclude_none=True))
    users.change_user(service, _me(service, asked), fields)
    return Reply()


# --- my cards ---------------------------------------------------------------------------------


def _mine(service: Service, person: Person) -> Sequence[CardInfo]:
    return service.keeper.cards.cards(CardQuery(customer=person.id)).rows


def _one_of_mine(service: Service, person: Person, card_id: str) -> CardInfo:
    """Raises Failure: not found, also where it is somebody else's."""
    found = known_card(service, card_id)
    if found.customer != person.id:
        raise nothing(NO_CARD)
    return found


async def cards(service: Service, asked: Asked[wire.OwnCards]) -> Cards:
    page, pagination = paged(_mine(service, _me(service, asked)), asked.body)
    return Cards(cards=tuple(card_object(service, one) for one in page), pagination=pagination)


async def balance(service: Service, asked: Asked[StatementAsked]) -> Statement:
    _one_of_mine(service, _me(service, asked), asked.path["id"])
    return await buyers.balance_info(service, asked)


async def sales(service: Service, asked: Asked[wire.OwnSales]) -> Sales:
    person, body = _me(service, asked), asked.body
    chosen = (
        [_one_of_mine(service, person, body.card_id)] if body.card_id else _mine(service, person)
    )
    with understood():
        since = instant(body.since)
    wanted = HistoryAsked(cheque_items_info=True)
    told = [
        row
        for info in chosen
        for row in history.rows_of(service, SaleQuery(card=info.number, since=since), wanted)
    ]
    if not told:
        raise nothing("Продажи не найдены")
    return Sales(sales=past.numbered(told))


async def new_card(service: Service, asked: Asked[Nothing]) -> Attached:
    """A card without plastic."""
    number = await newcomers.give_card(service, _me(service, asked).id, None)
    return Attached(id=service.store.cards.id(number))


async def attach(service: Service, asked: Asked[wire.TakeCard]) -> wire.CodeSent:
    """Where the programme sends codes the card is his when he tells it, else at once."""
    person = _me(service, asked)
    _free(service, person, asked.body.barcode)
    answer = await _identify(service, person, None)
    if isinstance(answer, ConfirmationRequired):
        return wire.CodeSent(confirmation=holders.confirmation(answer))
    await newcomers.give_card(service, person.id, asked.body.barcode)
    return wire.CodeSent()


async def attach_confirmed(service: Service, asked: Asked[wire.TakeCard]) -> Attached:
    person = _me(service, asked)
    info = _free(service, person, asked.body.barcode)
    if not await _code_is_right(service, person, asked.body.code):
        raise wrong("code: it is wrong or too old")
    await newcomers.give_card(service, person.id, info.number)
    return Attached(id=service.store.cards.id(info.number))


def _free(service: Service, person: Person, barcode: str) -> CardInfo:
    """A card that he may take. Raises Failure."""
    found = service.keeper.cards.card(barcode)
    if found is None or found.customer not in (None, person.id):
        raise nothing(NO_CARD)
    newcomers.check_own(service, found)
    return found


_OWN = (ROLE,)
ROUTES = (
    Route(
        "POST",
        "/user/sign_in/send_confirmation_code",
        send_code,
        wire.SendCode,
        wire.CodeSent,
        "Send a code to sign in with",
        roles=(),
    ),
    Route("POST", "/user/new", newcomers.new, NewUser, Made, "Register oneself", roles=()),
    Route("GET", "/user", me, Nothing, OneUser, "Who I am", roles=_OWN),
    Route("PUT", "/user/update", update, wire.OwnFields, Reply, "Change my data", roles=_OWN),
    Route("GET", "/user/card/get_list", cards, wire.OwnCards, Cards, "My cards", roles=_OWN),
    Route(
        "GET",
        "/user/card/{id}/balance_info",
        balance,
        StatementAsked,
        Statement,
        "Balance of my card",
        roles=_OWN,
    ),
    Route(
        "GET", "/user/sales_history", sales, wire.OwnSales, Sales, "What I have bought", roles=_OWN
    ),
    Route("POST", "/user/card/add", new_card, Nothing, Attached, "A card for me", roles=_OWN),
    Route(
        "POST",
        "/user/card/attach",
        attach,
        wire.TakeCard,
        wire.CodeSent,
        "Take a card: a code is sent",
        roles=_OWN,
    ),
    Route(
        "POST",
        "/user/card/attach/confirm",
        attach_confirmed,
        wire.TakeCard,
        Attached,
        "Take a card: the code",
        roles=_OWN,
    ),
)
