"""What the rules of the loyalty system say: levels and discounts, to be read only."""

from collections.abc import Iterable
from decimal import Decimal

from backends.keeping import GoodsOf, Level, PromotionInfo
from backends.rarus.server.data.pages import paged
from backends.rarus.server.failures import RULES, Failure, nothing_found
from backends.rarus.server.routing import Asked, Route
from backends.rarus.server.service import Service
from backends.rarus.wire import people as wire
from backends.rarus.wire.base import Pages, Reply, major
from backends.rarus.wire.discounts import (
    ConditionsAsked,
    Discount,
    DiscountAsked,
    DiscountCondition,
    DiscountConditions,
    Discounts,
    DiscountsAsked,
    OneDiscount,
)

# --- levels -----------------------------------------------------------------------------------


async def levels(service: Service, asked: Asked[Pages]) -> wire.Levels:
    page, pagination = paged(service.keeper.cards.levels(), asked.body)
    return wire.Levels(card_level=tuple(map(_level, page)), pagination=pagination)


def _level(level: Level) -> wire.Level:
    return wire.Level(
        id=level.id,
        name=level.name,
        row_number=level.place + 1,
        order=level.place,
        accum_level=major(level.turnover),
        max_payment_percent=major(level.pay),
    )


async def add_level(service: Service, asked: Asked[wire.Level]) -> Reply:  # noqa: ARG001
    raise Failure(403, RULES, "Уровни карт заданы правилами программы лояльности")


# --- discounts --------------------------------------------------------------------------------


async def discounts(service: Service, asked: Asked[DiscountsAsked]) -> Discounts:
    body = asked.body
    found = [
        one
        for one in service.keeper.rules.promotions()
        if body.isbonus in (None, one.bonus) and body.name_filter.casefold() in one.name.casefold()
    ]
    page, pagination = paged(found, body)
    told = tuple(_discount(service, one, full=body.full_info) for one in page)
    return Discounts(discounts=told, pagination=pagination)


async def discount(service: Service, asked: Asked[DiscountAsked]) -> OneDiscount:
    for one in service.keeper.rules.promotions():
        if one.id == asked.path["id"]:
            return OneDiscount(discount=_discount(service, one, full=asked.body.full_info))
    raise nothing_found("Скидка не найдена")


def _discount(service: Service, one: PromotionInfo, *, full: bool) -> Discount:
    return Discount(
        id=one.id,
        name=one.name,
        description=one.name,
        function=f"{one.kind}_percent" if one.percent and one.kind != "percent" else one.kind,
        value=major(one.value) if one.value else Decimal(0),
        apply_to="document" if one.whole else "row",
        isbonus=one.bonus,
        priority=one.priority,
        restrict_all_group=not one.summable,
        included_articles=_segment(service, one, "goods", one.goods),
        exclude_articles=_segment(service, one, "but", one.but),
        gift_articles=(
            service.store.segments.derived(f"gift:{one.id}", one.name, one.gifts)
            if one.gifts
            else ""
        ),
        deleted=one.off,
        conditions=tuple(_conditions([one])) if full else (),
    )


def _segment(service: Service, one: PromotionInfo, role: str, goods: GoodsOf) -> str:
    """The segment that stands for the goods of a rule; empty: all goods, or none."""
    items = (*goods.groups, *goods.skus)
    if not items:
        return ""
    return service.store.segments.derived(f"{role}:{one.id}", one.name, items)


async def conditions(service: Service, asked: Asked[ConditionsAsked]) -> DiscountConditions:
    wanted = asked.body.discount_id
    found = [one for one in service.keeper.rules.promotions() if wanted in ("", one.id)]
    page, pagination = paged(_conditions(found), asked.body)
    return DiscountConditions(discount_conditions=tuple(page), pagination=pagination)


def _conditions(promotions: Iterable[PromotionInfo]) -> list[DiscountCondition]:
    return [
        DiscountCondition(
            id=f"{promotion.id}:{condition.name}",
            discount_id=promotion.id,
            name=promotion.name,
            type=condition.name,
            value=condition.value,
        )
        for promotion in promotions
        for condition in promotion.conditions
    ]


ROUTES = (
    Route("GET", "/organization/card_level", levels, Pages, wire.Levels, "Levels of cards"),
    Route(
        "POST",
        "/organization/card_level/add",
        add_level,
        wire.Level,
        Reply,
        "Add a level: refused, for the rules of the loyalty system have them",
    ),
    Route("GET", "/organization/discount", discounts, DiscountsAsked, Discounts, "Discounts"),
    Route(
        "GET", "/organization/discount/{id}", discount, DiscountAsked, OneDiscount, "One of them"
    ),
    Route(
        "GET",
        "/organization/discount_condition",
        conditions,
        ConditionsAsked,
        DiscountConditions,
        "When discounts hold",
    ),
)
