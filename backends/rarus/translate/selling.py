"""The sale and the return: ``process_bonus``, and what the till is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backends.rarus.translate.context import context_of
from backends.rarus.translate.people import Levels, next_level
from backends.rarus.translate.rows import (
    certificate_payments,
    discounts_back,
    history,
    payments,
    returned_rows,
    rows,
)
from backends.rarus.wire.base import major, milliseconds, minor
from backends.rarus.wire.kinds import OperationType
from backends.rarus.wire.receipt import Operation, Processed, Sale, Statement
from cashier.money import Amount, Points
from cashier.receipt import Receipt, Settled


@dataclass(frozen=True)
class Desk:
    """How the till calls itself on the wire."""

    shop: str
    kkm_id: str
    kkm_name: str = ""
    mark: str = ""
    """Stands in every ``description``; of a till for training."""
    test: bool = False
    level_up: bool = True
    """A sale may raise the level of the card."""
    certificates: bool = True
    """They are the service's: it is told which of them pay."""


@dataclass(frozen=True)
class OwnAmounts:
    """What a till that reckons returns by itself moves."""

    taken_back: Points
    given_back: Points


def sale(receipt: Receipt, at: datetime, desk: Desk, card_id: str, coupon: str) -> Operation:
    """``at``: when it was sold."""
    held = context_of(receipt)
    sold = milliseconds(receipt.closed_at or at)
    return Operation.model_construct(
        operation_type=OperationType.SALE.value,
        card_id=card_id,
        shop_id=desk.shop,
        doc_id=receipt.receipt_id,
        **_till(receipt, desk),
        bonus_payment=major(receipt.spend),
        cheque_items=rows(receipt),
        cheque_bonus=discounts_back(receipt.lines),
        calculate_history=history(receipt.lines),
        payment_types=payments(receipt.tenders, receipt.change),
        cert_payments=certificate_payments(receipt.tenders) if desk.certificates else (),
        coupon=coupon,
        coupon_hold_id=held.coupon_hold,
        hold_id=held.hold,
        hold_used=True,
        hold_items=(),
        level_up=desk.level_up,
        test=desk.test,
        date_calculate=_priced_at(receipt) or sold,
        date_calculate_local=sold,
    )


def _priced_at(receipt: Receipt) -> int:
    """Sold without the system: it was never calculated, whatever an older context says."""
    if receipt.applied is None or receipt.applied.offline:
        return 0
    return context_of(receipt).priced_at


def refund(
    receipt: Receipt,
    at: datetime,
    desk: Desk,
    card_id: str,
    *,
    sale_in_doc_id: bool,
    own: OwnAmounts | None = None,
) -> Operation:
    """A return; ``own``: what it moves by the till's own reckoning (None: the server reckons).

    ``sale_in_doc_id``: which of the two ids is the sale's.
    """
    assert receipt.of is not None  # the till returns sales
    ids = (receipt.of.receipt_id, receipt.receipt_id)
    doc_id, doc_id_refund = ids if sale_in_doc_id else reversed(ids)
    amounts: dict[str, Any] = {"refund_bonus": None, "hold_id": None}
    if own is not None:
        amounts |= {
            "refund_bonus": major(own.taken_back),
            "bonus_payment": major(own.given_back),
        }
    moment = milliseconds(receipt.closed_at or at)
    return Operation.model_construct(
        operation_type=OperationType.REFUND.value,
        card_id=card_id,
        shop_id=desk.shop,
        doc_id=doc_id,
        doc_id_refund=doc_id_refund,
        **_till(receipt, desk),
        **amounts,
        auto_bonus_refund=own is None,
        auto_bonus_payment=own is None,
        cheque_items=returned_rows(receipt),
        coupon="",
        coupon_hold_id="",
        hold_used=True,
        test=desk.test,
        date_calculate_local=moment,
    )


def _till(receipt: Receipt, desk: Desk) -> dict[str, Any]:
    return {
        "doc_type": 0,
        "kkm_id": desk.kkm_id,
        "kkm_name": desk.kkm_name,
        "cheque_number": receipt.number,
        "author": receipt.cashier,
        "description": desk.mark,
    }


# --- what came of it --------------------------------------------------------------------------


def settled_sale(reply: Processed) -> Settled:
    """Raises ValueError for points below zero."""
    earned, spent = minor(reply.bonus_earned), minor(reply.bonus_spent)
    _check(earned, spent)
    return Settled(earned=earned, spent=spent)


def settled_return(reply: Processed) -> Settled:
    taken, given = minor(reply.bonus_earned), minor(reply.bonus_spent)
    _check(taken, given)
    return Settled(taken_back=taken, given_back=given)


def settled_before(row: Sale) -> Settled:
    """From the history: it was done already."""
    first, second = minor(row.bonus_earned), minor(row.bonus_spent)
    _check(first, second)
    if row.operation == OperationType.REFUND:
        return Settled(taken_back=first, given_back=second)
    return Settled(earned=first, spent=second)


def _check(*points: Points) -> None:
    if any(one < 0 for one in points):
        raise ValueError(f"points below zero: {points}")


def with_balance(settled: Settled, reply: Statement) -> Settled:
    return replace(
        settled,
        balance=minor(reply.balance),
        available=max(0, minor(reply.balance_available)),
    )


def may_have_risen(accum: Amount, level: str, levels: Levels) -> bool:
    """Whether a turnover reaches a level above this one."""
    following = next_level(level, levels)
    return following is not None and minor(following.accum_level) <= accum


def with_next_level(settled: Settled, accum: Amount, level: str, levels: Levels) -> Settled:
    """How far the next level is; ``level``: name of the one that the card has now."""
    following = next_level(level, levels)
    if following is None:
        return settled
    missing = max(0, minor(following.accum_level) - accum)
    return replace(settled, next_level=following.name, to_next_level=missing)
