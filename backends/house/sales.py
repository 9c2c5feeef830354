"""Finished sales: saved once, cancelled whole.

A sale earns by the system's own reckoning of the receipt as it was priced, at the moment it was
priced at (the till hands that moment back as the context), so what was promised is what is
credited. A receipt sold without the system has no discounts and earns on what was paid.
"""

from dataclasses import replace
from datetime import datetime

from backends.house import accounts, coupons, earning, people, spending, words
from backends.house.accounts import DB
from backends.house.case import Case, before_promotions, case
from backends.house.club import Club, adapter, done_before, remember
from backends.house.coupons import Denied, Held
from backends.house.earning import Earned
from backends.house.people import CardRow
from backends.house.rules import Kind
from cashier.exchange import Reason, Refused, SaveSaleRequest
from cashier.i18n import _
from cashier.money import Amount, spread
from cashier.receipt import Kind as ReceiptKind
from cashier.receipt import Message, MessageTo, PrintedCoupon, Receipt, Settled, Source


def save(club: Club, request: SaveSaleRequest) -> Settled:
    receipt = request.receipt
    with club.store.changing() as db:
        before = done_before(db, request.operation_id, "sale", receipt.receipt_id, Settled)
        _check_new(db, receipt, known=before is not None)
        if before is not None:
            return before
        priced = receipt.applied is not None and not receipt.applied.offline
        codes = [one.code for one in receipt.coupons if one.verified or priced]
        at = priced_at(receipt, request.at)
        this = case(club, db, before_promotions(receipt), codes, at)
        settled = _saved(club, db, receipt, this, at)
        remember(db, request.operation_id, "sale", receipt.receipt_id, settled)
    return settled


def _check_new(db: DB, receipt: Receipt, *, known: bool) -> None:
    if receipt.kind is not ReceiptKind.SALE:
        raise Refused(Reason.OTHER, _("this receipt is not a sale"))
    row = db.execute(
        "SELECT cancelled FROM sales WHERE receipt = ?", (receipt.receipt_id,)
    ).fetchone()
    if row is not None and row[0]:
        raise Refused(Reason.ALREADY_PROCESSED, _("this sale was cancelled"))
    if row is not None and not known:
        raise Refused(Reason.ALREADY_PROCESSED, _("this receipt is saved already"))


def priced_at(receipt: Receipt, saved_at: datetime) -> datetime:
    """The moment that the rules are asked about."""
    sold = receipt.closed_at or saved_at
    if receipt.applied is None or receipt.applied.offline:
        return sold
    try:
        told = datetime.fromisoformat(receipt.context)
        return told if receipt.opened_at <= told <= sold else sold
    except (ValueError, TypeError):  # not our words, or without an offset
        return sold


def _saved(club: Club, db: DB, receipt: Receipt, this: Case, at: datetime) -> Settled:
    row, account = this.row, this.row.account if this.row else None
    if account is not None:
        accounts.burn(db, account, club.now)
    taken = _spend(club, db, receipt, this)
    paid = earning.paid_of(receipt.lines)
    earned = earning.earn(club.settings.points, this.view, this.basket, paid, this.level)
    idle = _use_coupons(club, db, receipt, this, earned, at)
    lot = None
    if earned.total and account is not None:
        lot = people.credit_by_rules(club, db, account, earned.total, "earn", receipt.receipt_id)
    news = _level_news(club, db, row, sum(paid.money)) if row and this.level else Settled()
    previews = coupons.to_print(club, this.view, this.basket, at)
    customer = row.customer if row else None
    printed = coupons.issue(club, db, previews, customer, receipt, at)
    settled = _settled(club, db, receipt, this, earned, news, printed, idle)
    _write(db, receipt, settled, this, earned, lot, taken)
    return settled


def _spend(club: Club, db: DB, receipt: Receipt, this: Case) -> list[tuple[int, int]]:
    """Take the points. Raises Refused when they are not there, or not confirmed, any more."""
    rules = club.settings.points
    if receipt.paid_with_points != earning.money_of(rules, receipt.spend):
        raise Refused(Reason.OTHER, _("the points on the lines are not the points spent"))
    taken: list[tuple[int, int]] = []
    if receipt.spend:
        account = this.row.account if this.row else None
        have = (
            accounts.balance(db, account, club.now, but=receipt.receipt_id)
            if account is not None
            else accounts.Balance(0, 0)
        )
        totals = earning.before_points(receipt.lines)
        offer = spending.check_spending(club, this, receipt, totals, receipt.spend, have)
        for line, bears in zip(receipt.lines, offer.lines, strict=True):
            if line.points > bears.amount:
                text = _("points may not pay so much of line {number}")
                raise Refused(Reason.LIMIT_EXCEEDED, text.format(number=line.number))
        spending.check_confirmed(club, db, receipt, account)
        assert account is not None
        taken = accounts.spend(db, account, receipt.spend, club.now, receipt.receipt_id)
    spending.let_go(db, receipt.receipt_id)
    return taken


def _use_coupons(
    club: Club, db: DB, receipt: Receipt, this: Case, earned: Earned, at: datetime
) -> tuple[Message, ...]:
    """Use up the coupons that gave something. Returns what to say of the others.

    Raises Refused when one that gave a discount holds no more.
    """
    priced = {
        given.rule
        for line in receipt.lines
        for given in line.discounts
        if given.source is Source.COUPON
    }
    for denied in this.held.refused:
        if priced & _could_give(club, this.held, denied):
            raise denied.why
    live = {
        rule.spec.when.coupon
        for rule in this.view.rules
        if rule.id in earned.rules
        or (rule.kind is Kind.PRINT and rule.index not in this.basket.dead)
    }
    # By the book, not the view: a promotion may have been switched off since it gave something.
    live |= {kind for kind, rules in club.book.by_coupon.items() if rules & priced}
    used = [one for one in this.held.coupons if one.coupon.id in live]
    account = this.row.account if this.row else None
    coupons.burn(club, db, used, account, receipt, at)
    text = _("Coupon {code} gave nothing and can be used later.")
    return tuple(
        Message(MessageTo.CASHIER, text.format(code=one.code))
        for one in this.held.coupons
        if one not in used
    )


def _could_give(club: Club, held: Held, denied: Denied) -> frozenset[str]:
    """Promotions that a refused coupon may have switched on. Of one that is kept elsewhere nobody
    says here what kind it is: any that no other coupon of the receipt stands for."""
    if denied.kind:
        return club.book.by_coupon.get(denied.kind, frozenset())
    kinds = [one.id for one in club.coupons.values() if one.elsewhere and one.id not in held.kinds]
    return frozenset().union(*[club.book.by_coupon.get(kind, frozenset()) for kind in kinds])


def _level_news(club: Club, db: DB, row: CardRow, paid: Amount) -> Settled:
    """Count the turnover; the level that it reaches by itself, and how far the next one is."""
    turnover = row.turnover + paid
    db.execute("UPDATE accounts SET turnover = ? WHERE id = ?", (turnover, row.account))
    levels = club.rules.level
    now, reached = club.level(row.level), club.reached_level(turnover)
    if levels.index(reached) > levels.index(now):
        db.execute("UPDATE cards SET level = ? WHERE number = ?", (reached.id, row.number))
        now = reached
    following = club.next_level(now.id)
    return Settled(
        level=str(now.name) if now.id != club.level(row.level).id else "",
        next_level=str(following.name) if following else "",
        to_next_level=max(0, following.turnover - turnover) if following else 0,
    )


def _settled(
    club: Club,
    db: DB,
    receipt: Receipt,
    this: Case,
    earned: Earned,
    news: Settled,
    printed: tuple[PrintedCoupon, ...],
    messages: tuple[Message, ...],
) -> Settled:
    have = None
    if this.row is not None and this.row.account is not None:
        have = accounts.balance(db, this.row.account, club.now)
    elif receipt.buyer is not None:
        text = _("The card is not known to the system: nothing was earned.")
        messages = (*messages, Message(MessageTo.CASHIER, text))
    if news.level:
        text = _("Congratulations: you have reached level {level}!").format(level=news.level)
        messages = (*messages, Message(MessageTo.CUSTOMER, text), Message(MessageTo.SLIP, text))
    elif news.next_level and not news.to_next_level:
        text = _("The card may go to level {level} if asked.").format(level=news.next_level)
        messages = (*messages, Message(MessageTo.CASHIER, text))
    if receipt.spend and have is not None:
        text = _("Spent {points} points, left {left}.").format(
            points=words.points(receipt.spend), left=words.points(have.balance)
        )
        messages = (*messages, Message(MessageTo.CUSTOMER, text))
    return replace(
        news,
        earned=earned.total,
        spent=receipt.spend,
        balance=have.balance if have else None,
        available=have.available if have else None,
        messages=messages,
        to_print=printed,
    )


def _write(
    db: DB,
    receipt: Receipt,
    settled: Settled,
    this: Case,
    earned: Earned,
    lot: int | None,
    taken: list[tuple[int, int]],
) -> None:
    row, sold = this.row, receipt.closed_at or receipt.opened_at
    name = receipt.receipt_id
    body = adapter(Receipt).dump_json(replace(receipt, settled=settled)).decode()
    db.execute(
        "INSERT INTO sales (receipt, number, account, card, day, lot, body) VALUES (?,?,?,?,?,?,?)",
        (
            name,
            receipt.number,
            row.account if row else None,
            row.number if row else None,
            sold.date().isoformat(),
            lot,
            body,
        ),
    )
    spent = [line.points for line in receipt.lines]
    spent = spread(receipt.spend, spent, [receipt.spend if part else 0 for part in spent])
    earnings = earned.by_line(len(receipt.lines))
    db.executemany(
        "INSERT INTO sale_lines (receipt, number, quantity, paid, earned, spent)"
        " VALUES (?,?,?,?,?,?)",
        [
            (name, line.number, line.quantity, max(0, line.total), got, gone)
            for line, got, gone in zip(receipt.lines, earnings, spent, strict=True)
        ],
    )
    db.executemany(
        "INSERT INTO spent_lots (receipt, place, lot, points) VALUES (?,?,?,?)",
        [(name, place, lot_id, part) for place, (lot_id, part) in enumerate(taken)],
    )
