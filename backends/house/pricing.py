"""Answers about an open receipt: prices, points, coupons, holds. Only a hold changes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backends.house import accounts, codes, coupons, earning, people, promotions, words
from backends.house.accounts import DB, Balance
from backends.house.book import Basket, Facts, View
from backends.house.club import Club
from backends.house.coupons import Held
from backends.house.people import CardRow
from backends.house.promotions import Given
from backends.house.rules import Level
from cashier.exchange import (
    CalculateRequest,
    Calculation,
    CheckCouponRequest,
    ConfirmationRequired,
    ConfirmBy,
    LinePrice,
    PointsOffer,
    PointsRequest,
    Reason,
    Refused,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
)
from cashier.i18n import _
from cashier.money import Amount, Points, spread
from cashier.receipt import (
    Coupon,
    Discount,
    Line,
    LinePoints,
    Message,
    MessageTo,
    Receipt,
)


@dataclass(frozen=True, slots=True)
class Case:
    """A receipt as the system sees it: whose it is, which rules hold, what wants which line."""

    row: CardRow | None
    level: Level | None
    """None without a card, or with one that may not earn."""
    held: Held
    view: View
    basket: Basket


def case(club: Club, db: DB, receipt: Receipt, codes_: Sequence[str], at: datetime) -> Case:
    row = people.buyers_card(club, db, receipt.buyer)
    held = coupons.hold(club, db, receipt, codes_, row, at) if codes_ else coupons.NONE
    level = club.level(row.level) if row is not None and row.may_earn else None
    view = club.book.view(Facts(at, level.id if level else "", held.kinds))
    return Case(row, level, held, view, club.book.basket(view, receipt.lines))


def calculate(club: Club, request: CalculateRequest) -> Calculation:
    receipt = request.receipt
    codes_ = [coupon.code for coupon in receipt.coupons]
    with club.store.reading() as db:
        this = case(club, db, receipt, codes_, request.at)
        have = _available(club, db, receipt, this.row) if request.spend else Balance(0, 0)
    priced = promotions.price(this.view, this.basket)
    parts = [0] * len(receipt.lines)
    if request.spend:
        parts = _paid_with_points(club, this, receipt, priced.left, request.spend, have)
    paid = earning.Paid([a - b for a, b in zip(priced.left, parts, strict=True)], parts)
    rules = club.settings.points
    return Calculation(
        lines=_prices(club, receipt.lines, priced.given),
        earn=earning.earn(rules, this.view, this.basket, paid, this.level).total,
        gifts=priced.gifts,
        messages=(*_coupon_news(this), *_nearly(this)),
        to_print=tuple(
            one for _kind, one in coupons.to_print(club, this.view, this.basket, request.at)
        ),
        distribution=tuple(
            LinePoints(line.number, part)
            for line, part in zip(receipt.lines, parts, strict=True)
            if part
        ),
        context=request.at.isoformat(),
    )


def _prices(
    club: Club, lines: Sequence[Line], given: Sequence[Sequence[Given]]
) -> tuple[LinePrice, ...]:
    system, told = str(club.settings.name), club.told()
    prices = []
    for line, gifts in zip(lines, given, strict=True):
        if not gifts:
            continue
        discounts = []
        for one in gifts:
            rule = one.rule
            name, why = told[rule.index]
            text = why(one, line)
            discounts.append(Discount(rule.source, rule.id, name, one.amount, text, system))
        prices.append(LinePrice(number=line.number, discounts=tuple(discounts)))
    return tuple(prices)


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


# --- points ---------------------------------------------------------------------------------


def _available(club: Club, db: DB, receipt: Receipt, row: CardRow | None) -> Balance:
    if row is None or row.account is None:
        return Balance(0, 0)
    return accounts.balance(db, row.account, club.now, but=receipt.receipt_id)


def _spendable(
    club: Club, this: Case, totals: Sequence[Amount], available: Points
) -> earning.Spendable:
    level = club.level(this.row.level) if this.row and this.row.may_spend else None
    return earning.spendable(club.settings.points, this.basket, totals, level, available)


def _paid_with_points(
    club: Club,
    this: Case,
    receipt: Receipt,
    totals: Sequence[Amount],
    points: Points,
    have: Balance,
) -> list[Amount]:
    """How the points are spread over the lines, in money. Raises Refused."""
    offer = check_spending(club, this, receipt, totals, points, have)
    bears = [part.amount for part in offer.lines]
    return spread(earning.money_of(club.settings.points, points), bears)


def check_spending(
    club: Club,
    this: Case,
    receipt: Receipt,
    totals: Sequence[Amount],
    points: Points,
    have: Balance,
) -> earning.Spendable:
    """Whether so many points may be spent on lines that cost ``totals``. Raises Refused."""
    if receipt.buyer is None or not receipt.buyer.verified or this.row is None:
        raise Refused(Reason.OTHER, _("points are spent only with a card that was verified"))
    if not this.row.may_spend:
        raise Refused(Reason.BLOCKED, _("this card may not spend points"))
    offer = _spendable(club, this, totals, have.available)
    if points < 0 or points > offer.points:
        raise Refused(Reason.LIMIT_EXCEEDED, offer.limits[0].text)
    return offer


def points(club: Club, request: PointsRequest) -> PointsOffer:
    receipt = request.receipt
    with club.store.reading() as db:
        this = case(club, db, receipt, (), request.at)
    if this.row is None or this.row.account is None:
        raise Refused(Reason.NOT_FOUND, _("the system does not know this card"))
    write_off(club, this.row.account)
    with club.store.reading() as db:
        have = _available(club, db, receipt, this.row)
    offer = _spendable(club, this, earning.before_points(receipt.lines), have.available)
    return PointsOffer(
        balance=have.balance,
        available=have.available,
        spendable=offer.points,
        limits=offer.limits,
        lines=offer.lines,
        excluded=offer.excluded,
        must_confirm=_needs_code(club, offer.points),
    )


def write_off(club: Club, account: int) -> None:
    """What burnt leaves the books; without it nothing is written."""
    with club.store.reading() as db:
        due = any(accounts.burnt(lot, club.now) for lot in accounts.lots(db, account))
    if due:
        with club.store.changing() as db:
            accounts.burn(db, account, club.now)


def _needs_code(club: Club, points: Points) -> bool:
    most = club.settings.points.confirm_above
    return most is not None and points > most


def reserve(club: Club, request: ReserveRequest) -> Reserved | ConfirmationRequired:
    """Hold points for a receipt; above a number of points the customer confirms it by a code.

    One hold a receipt: a new one takes the place of the old. It runs out by itself.
    """
    receipt, spend = request.receipt, request.spend
    with club.store.reading() as db:
        this = case(club, db, receipt, (), request.at)
        held = hold_of(club, db, receipt.receipt_id, this.row.account if this.row else None)
        if held is not None and held[0] == spend:
            return Reserved(context=receipt.context)
        have = _available(club, db, receipt, this.row)
        totals = earning.before_points(receipt.lines)
        check_spending(club, this, receipt, totals, spend, have)
        channel, to = _address(db, this.row)
    confirmed = _needs_code(club, spend)
    subject = f"spend:{receipt.receipt_id}:{spend}"
    if confirmed and not to:
        raise Refused(Reason.OTHER, _("there is no phone or e-mail to send a code to"))
    if confirmed and request.confirmation is None:
        return codes.send(club, subject, channel, to)
    if confirmed and request.confirmation is not None:
        codes.confirm(club, subject, request.confirmation)
    assert this.row is not None
    ends = club.now + club.settings.points.hold_minutes * 60
    with club.store.changing() as db:
        db.execute(
            "INSERT OR REPLACE INTO holds VALUES (?,?,?,?,?)",
            (receipt.receipt_id, this.row.account, spend, confirmed, ends),
        )
    return Reserved(context=receipt.context)


def _address(db: DB, row: CardRow | None) -> tuple[ConfirmBy, str]:
    """Where a code for the owner of a card goes."""
    owner = people.customer(db, row.customer) if row is not None and row.customer else None
    if owner is not None and owner.phone:
        return ConfirmBy.PHONE, owner.phone
    if owner is not None and owner.email:
        return ConfirmBy.EMAIL, owner.email
    return ConfirmBy.NONE, ""


def hold_of(club: Club, db: DB, receipt_id: str, account: int | None) -> tuple[Points, bool] | None:
    """Points of an account held for a receipt, and whether a code confirmed them."""
    row = db.execute(
        "SELECT points, confirmed FROM holds WHERE receipt = ? AND account = ? AND ends > ?",
        (receipt_id, account, club.now),
    ).fetchone()
    return (row[0], bool(row[1])) if row else None


def check_confirmed(club: Club, db: DB, receipt: Receipt, account: int | None) -> None:
    """Spending above the threshold was confirmed by a code, for so many points at least."""
    if not _needs_code(club, receipt.spend):
        return
    held = hold_of(club, db, receipt.receipt_id, account)
    if held is None or not held[1] or held[0] < receipt.spend:
        raise Refused(Reason.EXPIRED, _("the customer must confirm spending by a code again"))


def release(club: Club, request: ReleaseRequest) -> None:
    with club.store.changing() as db:
        db.execute("DELETE FROM holds WHERE receipt = ?", (request.receipt.receipt_id,))
