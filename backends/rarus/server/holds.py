"""Points and coupons kept for a receipt that is not sold yet."""

from datetime import datetime
from typing import TypeVar

from backends.keeping import CardInfo
from backends.rarus.server.data.pages import paged
from backends.rarus.server.facts import card_of, understood
from backends.rarus.server.failures import nothing_found
from backends.rarus.server.known import new_id
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.translate import vouchers
from backends.rarus.wire import extras as wire
from backends.rarus.wire.base import Nothing, Reply, instant, milliseconds, minor
from backends.rarus.wire.people import Made
from backends.rarus.wire.receipt import Operation
from backends.shelf import Shelf

HOLD, COUPON_HOLD = "hold:", "coupon_hold:"
"""What stands before the id of each where the loyalty system keeps them by name."""

T = TypeVar("T", wire.Hold, wire.CouponHold)


def _points(service: Service) -> Shelf[wire.Hold]:
    return service.store.shelf("hold", wire.Hold)


def _coupons(service: Service) -> Shelf[wire.CouponHold]:
    return service.store.shelf("coupon_hold", wire.CouponHold)


# --- points -----------------------------------------------------------------------------------


async def add(service: Service, asked: Asked[wire.NewHold]) -> Made:
    """The same id again is the same hold, with what is told now."""
    body = asked.body
    hold_id, info = new_id(service, body.id), _card(service, body.card_id)
    with understood():
        until = _ends(service, body.date_to, body.duration)
        points = minor(body.sum)
    service.keeper.holds.hold_points(HOLD + hold_id, info.number, points, until)
    notes = service.store.cards.facts(info.number)
    kept = wire.Hold(
        id=hold_id,
        card_id=notes.id,
        card_name=notes.name or info.number,
        sum=body.sum,
        comment=body.comment,
        add_date=milliseconds(service.clock.now()),
        date_to=milliseconds(until),
    )
    _points(service).put(kept)
    return Made(id=hold_id)


def _card(service: Service, card_id: str) -> CardInfo:
    info = card_of(service, card_id)
    if info is None:
        raise nothing_found("Карта не найдена")
    return info


def _ends(service: Service, date_to: int | None, duration: int) -> datetime:
    return vouchers.hold_ends(date_to, duration, service.clock.now())


async def one(service: Service, asked: Asked[Nothing]) -> wire.OneHold:
    return wire.OneHold(hold=_alive(service, _points(service).get(asked.path["id"])))


async def some(service: Service, asked: Asked[wire.HoldsAsked]) -> wire.Holds:
    body = asked.body
    found = [hold for hold in _points(service).all() if _wanted(hold, body, service)]
    kept, told = paged(found, body)
    return wire.Holds(holds=tuple(kept), pagination=told)


async def drop(service: Service, asked: Asked[Nothing]) -> Reply:
    hold_id = asked.path["id"]
    if not _points(service).remove(hold_id):
        raise nothing_found("Блокировка не найдена")
    service.keeper.holds.drop(HOLD + hold_id)
    return Reply()


# --- coupons ----------------------------------------------------------------------------------


async def add_coupon(service: Service, asked: Asked[wire.NewCouponHold]) -> Made:
    body = asked.body
    hold_id, info = new_id(service, body.id), card_of(service, body.card_id)
    with understood():
        until = _ends(service, body.date_to, body.duration)
    number = info.number if info else ""
    service.keeper.holds.hold_coupon(COUPON_HOLD + hold_id, body.coupon_id, until, number)
    kept = wire.CouponHold(
        id=hold_id,
        coupon_id=body.coupon_id,
        card_id=service.store.cards.id(number) if number else "",
        comment=body.comment,
        add_date=milliseconds(service.clock.now()),
        date_to=milliseconds(until),
    )
    _coupons(service).put(kept)
    return Made(id=hold_id)


async def one_coupon(service: Service, asked: Asked[Nothing]) -> wire.OneCouponHold:
    kept = _coupons(service).get(asked.path["id"])
    return wire.OneCouponHold(coupon_hold=_alive(service, kept))


async def some_coupons(service: Service, asked: Asked[wire.HoldsAsked]) -> wire.CouponHolds:
    body = asked.body
    found = [hold for hold in _coupons(service).all() if _wanted(hold, body, service)]
    kept, told = paged(found, body)
    return wire.CouponHolds(coupon_holds=tuple(kept), pagination=told)


async def drop_coupon(service: Service, asked: Asked[Nothing]) -> Reply:
    hold_id = asked.path["id"]
    if not _coupons(service).remove(hold_id):
        raise nothing_found("Блокировка не найдена")
    service.keeper.holds.drop(COUPON_HOLD + hold_id)
    return Reply()


# --- both -------------------------------------------------------------------------------------


def _alive(service: Service, hold: T | None) -> T:
    """Raises Failure: there is none, or its time is over."""
    if hold is None or hold.date_to <= milliseconds(service.clock.now()):
        raise nothing_found("Блокировка не найдена")
    return hold


def _wanted(hold: wire.Hold | wire.CouponHold, asked: wire.HoldsAsked, service: Service) -> bool:
    if hold.date_to <= milliseconds(service.clock.now()):
        return False
    with understood():
        return (
            (not asked.card_id or hold.card_id == asked.card_id)
            and _within(hold.add_date, asked.start_date_from, asked.start_date_to)
            and _within(hold.date_to, asked.end_date_from, asked.end_date_to)
        )


def _within(told: int, since: int, until: int) -> bool:
    """Filters come in seconds as well as in milliseconds. Raises ValueError."""
    at, first, last = instant(told), instant(since), instant(until)
    return at is not None and (first is None or at >= first) and (last is None or at <= last)


# --- at the sale ------------------------------------------------------------------------------


def use(service: Service, asked: Operation) -> None:
    """From now on what the sale names is its own; saving it consumes that."""
    holds = service.keeper.holds
    if asked.hold_id and asked.hold_used:
        holds.use(HOLD + asked.hold_id, asked.doc_id)
    for item in asked.hold_items:
        if item.hold_used:
            if item.hold_sum > 0:
                with understood():
                    holds.shrink(HOLD + item.hold_id, minor(item.hold_sum))
            holds.use(HOLD + item.hold_id, asked.doc_id)
    if asked.coupon_hold_id:
        holds.use(COUPON_HOLD + asked.coupon_hold_id, asked.doc_id)


def forget(service: Service, asked: Operation) -> None:
    """They are consumed."""
    for hold_id in (asked.hold_id, *(item.hold_id for item in asked.hold_items)):
        if hold_id:
            _points(service).remove(hold_id)
    if asked.coupon_hold_id:
        _coupons(service).remove(asked.coupon_hold_id)


ROUTES = (
    Route("POST", "/organization/hold/add", add, wire.NewHold, Made, "Keep points"),
    Route("GET", "/organization/hold", some, wire.HoldsAsked, wire.Holds, "What is kept"),
    Route("GET", "/organization/hold/{id}", one, Nothing, wire.OneHold, "One hold"),
    Route("POST", "/organization/hold/{id}/delete", drop, Nothing, Reply, "Give points back"),
    Route(
        "POST", "/organization/coupon_hold/add", add_coupon, wire.NewCouponHold, Made,
        "Keep a coupon",
    ),
    Route(
        "GET", "/organization/coupon_hold", some_coupons, wire.HoldsAsked, wire.CouponHolds,
        "Which coupons are kept",
    ),
    Route(
        "GET", "/organization/coupon_hold/{id}", one_coupon, Nothing, wire.OneCouponHold,
        "One of them",
    ),
    Route(
        "GET", "/organization/coupon_hold/{id}/delete", drop_coupon, Nothing, Reply,
        "Give a coupon back: sent as GET",
    ),
    Route(
        "POST", "/organization/coupon_hold/{id}/delete", drop_coupon, Nothing, Reply,
        "Give a coupon back",
    ),
)  # fmt: skip
