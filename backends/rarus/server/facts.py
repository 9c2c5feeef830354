"""What many methods need to know: whose a card is, what an article is, what time a shop has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from backends.keeping import CardInfo, Person
from backends.rarus.server.data.cards import HolderFacts
from backends.rarus.server.data.goods import Known
from backends.rarus.server.failures import BAD_REQUEST, Failure, nothing_found
from backends.rarus.server.service import Service
from backends.rarus.translate import holders
from backends.rarus.wire import people as wire
from backends.rarus.wire.base import NOT_FOUND, instant
from cashier.exchange import Opening, System
from cashier.receipt import Buyer, Card, Identifier, IdentifierKind


@contextmanager
def understood() -> Iterator[None]:
    """A request that makes no sense is refused before anything is done. Raises Failure."""
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        raise Failure(400, BAD_REQUEST, str(error)[:300]) from error


async def system_of(service: Service) -> System:
    """The loyalty system behind the wire, as it is set up now."""
    return await service.backend.open(Opening(shop="", till=""))


# --- cards and their holders ------------------------------------------------------------------

NO_CARD = "Карта не найдена"


def card_of(service: Service, card_id: str, barcode: str = "", code: str = "") -> CardInfo | None:
    """By the first of these that is given; None: none is given.

    Raises Failure, when there is no such card. It is 400 with 114: in a calculation 404 with 114
    would say that no discount applies.
    """
    if not (card_id or barcode or code):
        return None
    found = service.keeper.cards.card(number_of(service, card_id, barcode, code))
    if found is None:
        raise Failure(400, NOT_FOUND, NO_CARD)
    return found


def number_of(service: Service, card_id: str, barcode: str = "", code: str = "") -> str:
    """Empty: there is no such card."""
    if card_id:
        return service.store.cards.number(card_id) or ""
    if barcode:
        return barcode
    return next(iter(service.store.cards.by_code(code)), code)


def known_card(service: Service, card_id: str) -> CardInfo:
    """The card of a path. Raises Failure: not found."""
    number = service.store.cards.number(card_id)
    found = service.keeper.cards.card(number) if number else None
    if found is None:
        raise nothing_found(NO_CARD)
    return found


def buyer_with(info: CardInfo | None) -> Buyer | None:
    """Whoever shows a card at a till of this wire is known by it."""
    if info is None:
        return None
    identifier = Identifier(IdentifierKind.CARD, info.number)
    return Buyer(identifier, card=Card(info.number, info.level))


def card_object(service: Service, info: CardInfo) -> wire.Card:
    holder = service.keeper.people.person(info.customer) if info.customer else None
    facts = service.store.holders.facts(info.customer) if info.customer else None
    notes = service.store.cards.facts(info.number)
    return holders.card(info, notes, holder, facts.id if facts else "")


def user_object(service: Service, person: Person, *, with_fields: bool = False) -> wire.User:
    facts: HolderFacts = service.store.holders.facts(person.id)
    return holders.user(person, facts, with_fields=with_fields)


# --- goods ------------------------------------------------------------------------------------

_NOBODY_LOADED = Known("", "", "pc", 0)


def goods_of(service: Service) -> Callable[[str], Known]:
    """An article that nobody loaded is a piece, in no group."""
    known = service.store.goods.known
    return lambda sku: known(sku) or _NOBODY_LOADED


# --- time -------------------------------------------------------------------------------------


def zone_of(service: Service, shop_id: str) -> tzinfo:
    """Promotions go by the time of the shop; without one, by that of the server."""
    shop = service.store.shops.get(shop_id) if shop_id else None
    here = service.clock.now().tzinfo or timezone(timedelta())
    return _zone(shop.time_zone) or here if shop else here


@cache
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError):  # no such zone, or no name of one
        return None


def moment(told: int, zone: tzinfo) -> datetime | None:
    """A moment of the wire in local time; None for 0. Raises ValueError, OverflowError."""
    at = instant(told)
    return at.astimezone(zone) if at else None


def now_in(service: Service, zone: tzinfo) -> datetime:
    return service.clock.now().astimezone(zone)
