"""Movements of points: made by hand, and listed."""

from datetime import datetime, timedelta

from backends.keeping import Life, Movement, MovementQuery, Window
from backends.rarus.server.data.pages import pagination
from backends.rarus.server.facts import known_card, understood
from backends.rarus.server.known import new_id, wrong
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.wire.base import instant, major, milliseconds, minor
from backends.rarus.wire.people import Made
from backends.rarus.wire.points import (
    NewTransaction,
    Transaction,
    Transactions,
    TransactionsAsked,
    TransactionType,
)
from backends.shelf import Shelf

MOST_DAYS = 36_600


def _notes(service: Service) -> Shelf[NewTransaction]:
    """What was said of movements that clients made."""
    return service.store.shelf("transaction", NewTransaction)


async def add(service: Service, asked: Asked[NewTransaction]) -> Made:
    body = asked.body
    info = known_card(service, body.card_id)
    key = new_id(service, body.id)
    with understood():
        points, life = minor(body.sum), _life(service, body)
    if points <= 0:
        raise wrong("sum: above zero; the type tells which way")
    keeper = service.keeper.points
    if body.type == TransactionType.ACCRUAL:
        moved = keeper.give(key, info.number, points, body.description, life)
    elif body.type == TransactionType.SPENDING:
        moved = keeper.take(key, info.number, points, body.description)
    else:
        raise wrong("type: 0 for accrual, 1 for spending")
    _notes(service).put(body.model_copy(update={"id": moved.id}))
    return Made(id=moved.id)


def _life(service: Service, body: NewTransaction) -> Life | None:
    """None: as the settings say. Raises ValueError."""
    usual = service.keeper.points.usual_life()
    starts = usual.starts
    if body.activation_period is not None or body.activation_base_date:
        starts = _after(service, body.activation_base_date, body.activation_period or 0)
    ends = None if usual.ends is None else usual.ends + (starts - usual.starts)
    if body.invalidate_period is not None:
        base = body.invalidate_base_date or milliseconds(starts)
        ends = _after(service, base, body.invalidate_period) if body.invalidate_period else None
    if ends is not None and ends <= max(starts, service.clock.now()):
        raise ValueError("invalidate_period: the points would have burnt already")
    return Life(starts, ends)


def _after(service: Service, base: int, days: int) -> datetime:
    if not 0 <= days <= MOST_DAYS:
        raise ValueError(f"a period is from 0 to {MOST_DAYS} days")
    now = service.clock.now()
    told = (instant(base) or now) + timedelta(days=days)
    if told.year > _LAST_YEAR:
        raise ValueError("this is too far away")
    return told.astimezone(now.tzinfo)


_LAST_YEAR = 2999


async def find(service: Service, asked: Asked[TransactionsAsked]) -> Transactions:
    body = asked.body
    with understood():
        query = MovementQuery(
            number=known_card(service, body.card_id).number if body.card_id else "",
            since=instant(body.date_from),
            until=instant(body.date_to),
        )
    skip = (body.page - 1) * body.per_page
    part = service.keeper.points.movements(query, Window(skip, body.per_page))
    told = pagination(body, part.total)
    rows = tuple(
        _transaction(service, moved, place) for place, moved in enumerate(part.rows, skip + 1)
    )
    return Transactions(transactions=rows, pagination=told)


def _transaction(service: Service, moved: Movement, place: int) -> Transaction:
    facts = service.store.cards.facts(moved.card) if moved.card else None
    note = _notes(service).get(moved.id)
    row = Transaction(
        row_number=place,
        id=moved.id,
        card_id=facts.id if facts else "",
        mastercard_id=facts.mastercard_id if facts else "",
        time=milliseconds(moved.at),
        sum=major(abs(moved.points)),
        type=int(TransactionType.ACCRUAL if moved.points >= 0 else TransactionType.SPENDING),
        description=moved.note or _WHY.get(moved.why, moved.why),
        doc_id=moved.receipt,
        activation_period=milliseconds(moved.starts),
        invalidate_period=milliseconds(moved.ends),
    )
    if note is None:
        return row
    names = ("author", "doc_id", "doc_type", "kkm_id", "shop_id", "discount_id")
    return row.model_copy(update={name: getattr(note, name) for name in names})


_WHY = {
    "earn": "Начислено за покупку",
    "spend": "Списано за покупку",
    "take_back": "Списано при возврате",
    "give_back": "Возвращено при возврате",
    "return_undone": "Отмена возврата",
    "burn": "Сгорание баллов",
    "welcome": "За регистрацию",
    "seed": "Начальный остаток",
    "given": "Начислено вручную",
    "taken": "Списано вручную",
    "undone": "Отмена изменения",
}
"""What the service writes where nobody wrote anything."""

_PATH = "/organization/transaction"
ROUTES = (
    Route("POST", f"{_PATH}/add", add, NewTransaction, Made, "Give or take points by hand"),
    Route("GET", _PATH, find, TransactionsAsked, Transactions, "What moved, the newest first"),
)
