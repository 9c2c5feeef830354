"""Movements of points: made by hand, and read."""

from decimal import Decimal
from enum import IntEnum
from typing import Annotated

from backends.rarus.wire.base import (
    Flag,
    Listed,
    Message,
    Moment,
    Number,
    Pages,
    Pagination,
    Reply,
    Sum,
    Text,
)


class TransactionType(IntEnum):
    ACCRUAL = 0
    SPENDING = 1


class NewTransaction(Message):
    """``POST /organization/transaction/add``."""

    id: Text = ""
    """*Emulated*: the same id twice is one movement."""
    card_id: Text
    time: Moment = 0
    type: Number = 0
    """See ``TransactionType``."""
    sum: Sum
    """Points, above zero."""
    author: Text = ""
    description: Text = ""
    doc_id: Text = ""
    doc_type: Number = 0
    kkm_id: Text = ""
    shop_id: Text = ""
    discount_id: Text = ""
    check_activity_counter: Flag = False
    activation_period: Number | None = None
    """Days until points may be spent; left out: as the settings say."""
    invalidate_period: Number | None = None
    """Days that they live from then; 0: they never burn; left out: as the settings say."""
    activation_base_date: Moment = 0
    """From when these days count; 0: from now."""
    invalidate_base_date: Moment = 0


class TransactionsAsked(Pages):
    """``GET /organization/transaction``."""

    card_id: Text = ""
    date_from: Moment = 0
    date_to: Moment = 0


class Transaction(Message):
    row_number: Number = 0
    id: Text = ""
    card_id: Text = ""
    mastercard_id: Text = ""
    time: Moment = 0
    sum: Sum = Decimal(0)
    type: Number = 0
    author: Text = ""
    description: Text = ""
    doc_id: Text = ""
    doc_type: Number = 0
    kkm_id: Text = ""
    shop_id: Text = ""
    invalidate_period: Moment = 0
    """When these points burn: a moment, unlike in the request."""
    activation_period: Moment = 0
    """When they become active: a moment."""
    discount_id: Text = ""


class Transactions(Reply):
    transactions: Annotated[tuple[Transaction, ...], Listed] = ()
    pagination: Pagination = Pagination()
