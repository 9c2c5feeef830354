"""Paying with points: how many, why not more; what is kept for a receipt, coupons among it."""

from collections.abc import Sequence

from backends.house import accounts, codes, coupons, earning, people
from backends.house.accounts import DB, Balance
from backends.house.case import Case, case
from backends.house.club import Club
from backends.house.earning import WHOLE
from backends.house.people import CardRow
from cashier.exchange import (
    ConfirmationRequired,
    ConfirmBy,
    PointsOffer,
    PointsRequest,
    Reason,
    Refused,
    ReleaseRequest,
    Reserved,
    ReserveRequest,
)
from cashier.i18n import _
from cashier.money import Amount, Points
from cashier.receipt import (
    Receipt,
)


def available(club: Club, db: DB, receipt: Receipt, row: CardRow | None) -> Balance:
    if row is None or row.account is None:
        return Balance(0, 0)
    return accounts.balance(db, row.account, club.now, but=receipt.receipt_id)


def spendable(
    club: Club, this: Case, receipt: Receipt, totals: Sequence[Amount], available: Points
) -> earning.Spendable:
    level = club.level(this.row.level) if this.row and this.row.may_spend else None
    rules, limit = club.settings.points, club.limit
    shares = [limit(receipt.shop, line.sku) if limit else WHOLE for line in receipt.lines]
    return earning.spendable(rules, this.basket, totals, level, available, shares)


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
    offer = spendable(club, this, receipt, totals, have.available)
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
        have = available(club, db, receipt, this.row)
    totals = earning.before_points(receipt.lines)
    offer = spendable(club, this, receipt, totals, have.available)
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
        due = accounts.burnt(db, account, club.now)
    if due:
        with club.store.changing() as db:
            accounts.burn(db, account, club.now)


def _needs_code(club: Club, points: Points) -> bool:
    most = club.settings.points.confirm_above
    return most is not None and points > most


def reserve(club: Club, request: ReserveRequest) -> Reserved | ConfirmationRequired:
    """Keep points and the coupons of a receipt for it.

    Above a number of points the customer confirms it by a code. One hold a receipt: a new one takes
    the place of the old. It runs out by itself. A coupon that does not hold is not kept.
    """
    receipt, spend = request.receipt, request.spend
    codes_ = [one.code for one in receipt.coupons if one.verified]
    with club.store.reading() as db:
        this = case(club, db, receipt, codes_, request.at)
        held = hold_of(club, db, receipt.receipt_id, this.row.account if this.row else None)
    confirmed = False
    if spend and held is not None and held[0] == spend:
        confirmed = held[1]
    elif spend:
        asked = _check_and_confirm(club, this, request)
        if asked is not None:
            return asked
        confirmed = _needs_code(club, spend)
    _keep(club, receipt, this, spend, confirmed=confirmed)
    return Reserved(context=receipt.context)


def _check_and_confirm(
    club: Club, this: Case, request: ReserveRequest
) -> ConfirmationRequired | None:
    """Raises Refused: so many cannot be spent, or the code is wrong. None: nothing is missing."""
    receipt, spend = request.receipt, request.spend
    with club.store.reading() as db:
        have = available(club, db, receipt, this.row)
        channel, to = _address(db, this.row)
    check_spending(club, this, receipt, earning.before_points(receipt.lines), spend, have)
    if not _needs_code(club, spend):
        return None
    if not to:
        raise Refused(Reason.OTHER, _("there is no phone or e-mail to send a code to"))
    subject = f"spend:{receipt.receipt_id}:{spend}"
    if request.confirmation is None:
        return codes.send(club, subject, channel, to)
    codes.confirm(club, subject, request.confirmation)
    return None


def _keep(club: Club, receipt: Receipt, this: Case, spend: Points, *, confirmed: bool) -> None:
    name, account = receipt.receipt_id, this.row.account if this.row else None
    ends = club.now + club.settings.points.hold_minutes * 60
    with club.store.changing() as db:
        db.execute("DELETE FROM holds WHERE ends <= ? OR receipt = ?", (club.now, name))
        if spend:
            db.execute(
                "INSERT INTO holds VALUES (?,?,?,?,?)", (name, account, spend, confirmed, ends)
            )
        kept = [one.code for one in this.held.coupons]
        coupons.keep(db, kept, account, name, ends, club.now)


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
        let_go(db, request.receipt.receipt_id)


def let_go(db: DB, receipt_id: str) -> None:
    """Nothing is kept for this receipt any more."""
    db.execute("DELETE FROM holds WHERE receipt = ?", (receipt_id,))
    coupons.let_go(db, receipt_id)
