"""Cards: added, changed, blocked, replaced, with their turnover."""

from decimal import Decimal

from backends.keeping import CardInfo, Standing
from backends.rarus.server.data.cards import CardFacts
from backends.rarus.server.facts import known_card, understood
from backends.rarus.server.failures import Failure
from backends.rarus.server.known import milliseconds_now, new_id, person_of, told, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.server.setup.groups import check_card_group
from backends.rarus.wire.base import Nothing, Reply, instant, milliseconds, minor
from backends.rarus.wire.cards import Accumulate, Block, CardFields, NewCard, Replace
from backends.rarus.wire.kinds import BlockedStatus
from backends.rarus.wire.people import Made
from cashier.errors import CashierError
from cashier.money import Amount

# --- added and changed ------------------------------------------------------------------------


async def add(service: Service, asked: Asked[NewCard]) -> Made:
    facts = facts_of_new(service, asked.body)
    service.store.cards.put(facts)  # first: alone it does no harm, and the id is not lost
    try:
        with service.keeper.together():
            make(service, asked.body, facts, by_sdk=asked.by_sdk)
    except (CashierError, Failure):
        service.store.cards.remove(facts.number)
        raise
    return Made(id=facts.id)


def facts_of_new(service: Service, body: NewCard) -> CardFacts:
    """What the wire knows of a card that is to be made. Raises Failure."""
    number = (body.barcode or body.code or "").strip()
    if not number:
        raise wrong("barcode: a card needs a barcode or a code")
    if service.keeper.cards.card(number) is not None:
        raise wrong(f"barcode: there is a card {number[:100]} already")
    key = new_id(service, body.id)
    if body.id and service.store.cards.number(key) not in (None, number):
        raise wrong(f"id: there is a card {key} already")
    _check(service, body)
    bare = CardFacts(number=number, id=key)
    return bare.model_copy(update=told(body, *_ELSEWHERE))


_ELSEWHERE = (
    "id", "barcode", "accum_sale_amount", "mastercard_id", "card_level_id", "balance", "user_id",
)  # fmt: skip
"""What is not simply kept as it was told."""


def _check(service: Service, body: CardFields) -> None:
    if body.parent_id:
        check_card_group(service, body.parent_id, "parent_id")
    if body.external_card is not None and not 0 <= body.external_card <= 1:
        raise wrong("external_card: 0 or 1")


def make(service: Service, body: NewCard, facts: CardFacts, *, by_sdk: bool) -> None:
    """The card itself; the caller holds the transaction. Raises CashierError."""
    cards, points = service.keeper.cards, service.keeper.points
    holder = person_of(service, body.user_id).id if body.user_id else None
    if holder is not None and facts.external_card:
        raise wrong("user_id: a card of another organization cannot be tied to a user")
    cards.add(facts.number, level=body.card_level_id, customer=holder)
    with understood():
        turnover, balance = _turnover(body, by_sdk=by_sdk), minor(body.balance or Decimal(0))
    if turnover:
        cards.set_turnover(facts.number, turnover)
    if balance > 0:
        points.give(f"{facts.id}:balance", facts.number, balance, _START)
    elif balance < 0:
        points.take(f"{facts.id}:balance", facts.number, -balance, _START, deep=True)


_START = "Начальный остаток"


def _turnover(body: CardFields, *, by_sdk: bool) -> Amount:
    """The vendor's SDK sends kopecks where roubles are meant. Raises ValueError."""
    return minor(body.accum_sale_amount or Decimal(0), 0 if by_sdk else 2)


async def change(service: Service, asked: Asked[CardFields]) -> Reply:
    info = known_card(service, asked.path["id"])
    with service.keeper.together():
        service.store.cards.put(changed(service, info, asked.body, by_sdk=asked.by_sdk))
    return Reply()


def changed(service: Service, info: CardInfo, body: CardFields, *, by_sdk: bool) -> CardFacts:
    """Change the card; what the wire knows of it is then to be put in its place.

    The caller holds the transaction. Raises CashierError, Failure.
    """
    _check(service, body)
    facts, cards = service.store.cards.facts(info.number), service.keeper.cards
    number = (body.barcode or info.number).strip()
    after = facts.model_copy(update=told(body, *_ELSEWHERE) | {"number": number})
    if number != info.number:
        cards.renumber(info.number, number)
    if body.accum_sale_amount is not None:
        with understood():
            turnover = _turnover(body, by_sdk=by_sdk)
        cards.set_turnover(number, turnover)
    if body.mastercard_id is not None and body.mastercard_id != facts.mastercard_id:
        master = known_card(service, body.mastercard_id).number if body.mastercard_id else None
        cards.share(number, master)
        after = after.model_copy(update={"mastercard_id": body.mastercard_id})
    return after


# --- what a card may do -----------------------------------------------------------------------


async def activate(service: Service, asked: Asked[Nothing]) -> Reply:
    return _put(service, known_card(service, asked.path["id"]), inactive=False)


async def deactivate(service: Service, asked: Asked[Nothing]) -> Reply:
    return _put(service, known_card(service, asked.path["id"]), inactive=True)


def _put(service: Service, info: CardInfo, *, inactive: bool) -> Reply:
    """A blocked card stays blocked; what it is beside that shows when it is unblocked."""
    facts, now = service.store.cards.facts(info.number), milliseconds_now(service)
    when = {"date_deactivate": now} if inactive else {"date_active": now, "date_deactivate": 0}
    after = facts.model_copy(update={"inactive": inactive} | when)
    with service.keeper.together():
        if info.standing is not Standing.BLOCKED:
            active = _standing(info, facts)
            service.keeper.cards.set_standing(
                info.number, Standing.INACTIVE if inactive else active
            )
        service.store.cards.put(after)
    return Reply()


def _standing(info: CardInfo, facts: CardFacts) -> Standing:
    """Of an active card that is not blocked as a whole."""
    earning = facts.blocked_status in _EARNING or info.standing is Standing.NO_SPEND
    return Standing.NO_SPEND if earning else Standing.ACTIVE


_EARNING = (BlockedStatus.NO_SPENDING, BlockedStatus.ONLY_EARNING)


async def block(service: Service, asked: Asked[Block]) -> Reply:
    info, body = known_card(service, asked.path["id"]), asked.body
    with understood():
        until = instant(body.unblock_date)
    if until is not None and until <= service.clock.now():
        raise wrong("unblock_date: this is over")
    if body.blocked_status not in tuple(BlockedStatus) or not body.blocked_status:
        raise wrong("blocked_status: from 1 to 4")
    whole = body.blocked_status not in _EARNING
    status = BlockedStatus.FOR_A_WHILE if whole and until else body.blocked_status
    facts = service.store.cards.facts(info.number)
    after = facts.model_copy(
        update={
            "blocked_status": int(status),
            "blockeddescription": body.description,
            "unblock_date": milliseconds(until),
            "inactive": info.standing is Standing.INACTIVE or facts.inactive,
        }
    )
    with service.keeper.together():
        if whole or info.standing is not Standing.INACTIVE:
            kind = Standing.BLOCKED if whole else Standing.NO_SPEND
            service.keeper.cards.set_standing(info.number, kind)
        service.store.cards.put(after)
    return Reply()


async def unblock(service: Service, asked: Asked[Nothing]) -> Reply:
    let_work(service, known_card(service, asked.path["id"]))
    return Reply()


def let_work(service: Service, info: CardInfo) -> None:
    facts = service.store.cards.facts(info.number)
    free = {"blocked_status": 0, "blockeddescription": "", "unblock_date": 0, "inactive": False}
    with service.keeper.together():
        if info.standing in (Standing.BLOCKED, Standing.NO_SPEND):
            kind = Standing.INACTIVE if facts.inactive else Standing.ACTIVE
            service.keeper.cards.set_standing(info.number, kind)
        service.store.cards.put(facts.model_copy(update=free))


def unblock_due(service: Service) -> None:
    """Those whose time is over work again; cheap where there are none."""
    cards = service.store.cards
    if cards.next_unblock is None or cards.next_unblock > milliseconds_now(service):
        return
    for facts in cards.to_unblock(milliseconds_now(service)):
        info = service.keeper.cards.card(facts.number)
        if info is None:
            cards.remove(facts.number)
        else:
            let_work(service, info)


# --- replaced, deleted, turnover --------------------------------------------------------------


async def delete(service: Service, asked: Asked[Nothing]) -> Reply:
    info = known_card(service, asked.path["id"])
    with service.keeper.together():
        service.keeper.cards.delete(info.number)
        service.store.cards.remove(info.number)
    return Reply()


async def replace(service: Service, asked: Asked[Replace]) -> Reply:
    old = known_card(service, asked.body.old_card_id)
    new = known_card(service, asked.body.new_card_id)
    cards, now = service.store.cards, milliseconds_now(service)
    gone = {
        "blocked_status": int(BlockedStatus.BLOCKED),
        "blockeddescription": f"Заменена на карту {new.number}",
        "unblock_date": 0,
        "date_deactivate": now,
    }
    with service.keeper.together():
        service.keeper.cards.replace(old.number, new.number)
        cards.put(
            cards.facts(old.number).model_copy(update=gone),
            cards.facts(new.number).model_copy(
                update={"date_active": now, "date_deactivate": 0, "inactive": False}
            ),
        )
    return Reply()


async def accumulate(service: Service, asked: Asked[Accumulate]) -> Reply:
    info = known_card(service, asked.path["id"])
    with understood():
        added = minor(asked.body.sum)
    turnover = added + (0 if asked.body.reset else info.turnover)
    if turnover < 0:
        raise wrong("sum: the turnover would be below zero")
    service.keeper.cards.set_turnover(info.number, turnover)
    return Reply()


_PATH = "/organization/card"
ROUTES = (
    Route("POST", f"{_PATH}/add", add, NewCard, Made, "Add a card"),
    Route("POST", f"{_PATH}/replacement", replace, Replace, Reply, "Replace a card by another"),
    Route("POST", f"{_PATH}/{{id}}", change, CardFields, Reply, "Change a card"),
    Route("POST", f"{_PATH}/{{id}}/activate", activate, Nothing, Reply, "It may be used"),
    Route("POST", f"{_PATH}/{{id}}/deactivate", deactivate, Nothing, Reply, "It may not be used"),
    Route("POST", f"{_PATH}/{{id}}/block", block, Block, Reply, "Block a card"),
    Route("POST", f"{_PATH}/{{id}}/unblock", unblock, Nothing, Reply, "Unblock a card"),
    Route("POST", f"{_PATH}/{{id}}/delete", delete, Nothing, Reply, "Delete a card"),
    Route(
        "POST", f"{_PATH}/{{id}}/accumulate", accumulate, Accumulate, Reply, "Add to its turnover"
    ),
)
