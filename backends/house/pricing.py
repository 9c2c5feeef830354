"""Prices of an open receipt, and whether a coupon holds on it. Nothing changes by asking."""

from collections.abc import Sequence

from backends.house import coupons, earning, promotions, spending, words
from backends.house.accounts import Balance
from backends.house.book import Rule
from backends.house.case import Case, before_promotions, case
from backends.house.club import Club
from backends.house.rules import Kind
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    CheckCouponRequest,
)
from cashier.i18n import _
from cashier.money import Amount, Points, spread
from cashier.receipt import (
    Coupon,
    LinePoints,
    Message,
    MessageTo,
    PrintedCoupon,
    Receipt,
)


def calculate(club: Club, request: CalculateRequest) -> Calculation:
    receipt = before_promotions(request.receipt)
    codes_ = [coupon.code for coupon in receipt.coupons]
    with club.store.reading() as db:
        this = case(club, db, receipt, codes_, request.at)
        have = spending.available(club, db, receipt, this.row) if request.spend else Balance(0, 0)
    priced = promotions.price(this.view, this.basket)
    parts = [0] * len(receipt.lines)
    if request.spend:
        parts = _paid_with_points(club, this, receipt, priced.left, request.spend, have)
    paid = earning.Paid([a - b for a, b in zip(priced.left, parts, strict=True)], parts)
    rules = club.settings.points
    return Calculation(
        lines=club.telling().prices(receipt.lines, priced.given),
        earn=earning.earn(rules, this.view, this.basket, paid, this.level).total,
        gifts=priced.gifts,
        messages=(*_coupon_news(this), *_nearly(this)),
        to_print=_to_print(club, this, request),
        distribution=_distribution(receipt, parts),
        context=request.at.isoformat(),
    )


def brought(club: Club, request: CalculateRequest) -> Calculation:
    """What a receipt that is priced brings: its discounts stay as they are. Raises Refused."""
    receipt = request.receipt
    codes_ = [coupon.code for coupon in receipt.coupons]
    with club.store.reading() as db:
        this = case(club, db, before_promotions(receipt), codes_, request.at)
        have = spending.available(club, db, receipt, this.row) if request.spend else Balance(0, 0)
    totals = [line.total for line in receipt.lines]
    parts = [0] * len(receipt.lines)
    if request.spend:
        parts = _paid_with_points(club, this, receipt, totals, request.spend, have)
    paid = earning.Paid([a - b for a, b in zip(totals, parts, strict=True)], parts)
    rules = club.settings.points
    return Calculation(
        earn=earning.earn(rules, this.view, this.basket, paid, this.level).total,
        messages=(*_coupon_news(this), *_in_vain(this, receipt), *_nearly(this)),
        to_print=_to_print(club, this, request),
        distribution=_distribution(receipt, parts),
        context=request.at.isoformat(),
    )


def _in_vain(this: Case, receipt: Receipt) -> tuple[Message, ...]:
    """Coupons that hold and gave nothing: other systems left less than their promotions ask for."""
    gave = {one.rule for line in receipt.lines for one in line.discounts}
    text = _("Coupon {code} gives nothing after the other discounts.")
    return tuple(
        Message(MessageTo.CASHIER, text.format(code=one.code))
        for one in this.held.coupons
        if coupons.by_goods(one, this.view, this.basket) is None
        and not any(_gives(rule, one, gave) for rule in this.view.rules)
    )


def _gives(rule: Rule, coupon: coupons.Known, gave: set[str]) -> bool:
    """Points and coupons to print stand on no line."""
    if rule.spec.when.coupon != coupon.coupon.id:
        return False
    return rule.id in gave or rule.kind in (Kind.BONUS, Kind.PRINT, Kind.GIFT)


def _to_print(club: Club, this: Case, request: CalculateRequest) -> tuple[PrintedCoupon, ...]:
    previews = coupons.to_print(club, this.view, this.basket, request.at)
    return tuple(one for _kind, one in previews)


def _distribution(receipt: Receipt, parts: Sequence[Amount]) -> tuple[LinePoints, ...]:
    return tuple(
        LinePoints(line.number, part)
        for line, part in zip(receipt.lines, parts, strict=True)
        if part
    )


def _coupon_news(this: Case) -> tuple[Message, ...]:
    if not this.held.coupons and not this.held.refused:
        return ()
    idle = [(one.code, coupons.by_goods(one, this.view, this.basket)) for one in this.held.coupons]
    return coupons.told(
        [
            *((one.code, one.why) for one in this.held.refused),
            *((code, why) for code, why in idle if why is not None),
        ]
    )


def _nearly(this: Case) -> tuple[Message, ...]:
    """The nearest sum from which a promotion gives something, when it is not far."""
    lines = this.basket.lines
    best: tuple[Amount, str] | None = None
    for rule in this.view.rules:
        minimum = rule.spec.when.minimum
        if not minimum or rule.index not in this.basket.dead or rule.spec.when.coupon:
            continue
        missing = minimum - sum(lines[p].amount for p in this.basket.members[rule.index])
        if 0 < missing * 5 <= minimum and (best is None or missing < best[0]):
            best = missing, str(rule.spec.name)
    if best is None:
        return ()
    text = _("{money} more and the promotion applies: {name}")
    text = text.format(money=words.money(best[0]), name=best[1])
    return Message(MessageTo.CASHIER, text), Message(MessageTo.CUSTOMER, text)


def check_coupon(club: Club, request: CheckCouponRequest) -> Coupon:
    """Raises Refused. Without goods yet, only what does not depend on them is looked at."""
    receipt, code = request.receipt, coupons.compact(request.code)
    others = [one.code for one in receipt.coupons if coupons.compact(one.code) != code]
    if club.desk is not None:
        club.desk.scanned(code, receipt, request.at)
    with club.store.reading() as db:
        this = case(club, db, receipt, [*others, code], request.at)
    for one in this.held.refused:
        if one.code == code:
            raise one.why
    known = next(one for one in this.held.coupons if one.code == code)
    if receipt.lines:
        error_ = coupons.by_goods(known, this.view, this.basket)
        if error_ is not None:
            raise error_
    return Coupon(known.code, str(known.coupon.name))


def _paid_with_points(
    club: Club,
    this: Case,
    receipt: Receipt,
    totals: Sequence[Amount],
    points: Points,
    have: Balance,
) -> list[Amount]:
    """How the points are spread over the lines, in money. Raises Refused."""
    offer = spending.check_spending(club, this, receipt, totals, points, have)
    bears = [part.amount for part in offer.lines]
    return spread(earning.money_of(club.settings.points, points), bears)
