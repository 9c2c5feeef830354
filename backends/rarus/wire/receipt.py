"""The receipt on the wire: calculation, balance and limits, sale and return, history.

Rows are the vendor's ``cheque_items``. What no source says is a choice of ours, the same in client
and server: ``summ`` is what a row costs after ``discount_summ`` and before points; points are told
apart, in ``bonus_payment_sum``.
"""

from decimal import Decimal
from typing import Annotated

from backends.rarus.wire.base import Flag, Listed, Message, Moment, Number, Reply, Sum, Text


class Row(Message):
    """One row of a receipt, as a till tells it."""

    line_number: Number
    article: Text
    name: Text = ""
    quantity: Sum
    price: Sum
    summ: Sum = Decimal(0)
    discount_summ: Sum = Decimal(0)
    """In a calculation what the till took off by itself; in a sale all but points."""
    bonus_payment_sum: Sum | None = None
    """Points that pay for this row."""


class Payment(Message):
    type: Text
    """``cash``, ``card``, ``certificate``."""
    sum: Sum


class CertificatePayment(Message):
    line_number: Number = 0
    """Its place among the payments, from 1."""
    certificate_id: Text
    sum: Sum


Rows = Annotated[tuple[Row, ...], Listed]
Payments = Annotated[tuple[Payment, ...], Listed]
CertificatePayments = Annotated[tuple[CertificatePayment, ...], Listed]


# --- calculate_document, calculate ------------------------------------------------------------


class Document(Message):
    """``POST /organization/calculate_document`` and ``/calculate``; keys in the observed order."""

    shop_id: Text = ""
    cheque_items: Rows = ()
    payment_types: Payments = ()
    cert_payments: CertificatePayments = ()
    hold_id: Text = ""
    coupon_hold_id: Text = ""
    hold_used: Flag = False
    card_id: Text = ""
    """The three keys of a card are left out where there is none."""
    card_code: Text = ""
    card_barcode: Text = ""
    coupon: Text = ""
    bonus_payment: Sum | None = None
    """Points that the buyer wants to spend."""


class PricedRow(Message):
    line_number: Number
    article: Text = ""
    quantity: Sum = Decimal(0)
    price: Sum = Decimal(0)
    summ: Sum = Decimal(0)
    discount_summ: Sum = Decimal(0)
    bonus_summ: Sum = Decimal(0)
    """Points that this row would earn."""
    bonus_percet: Sum = Decimal(0)
    """The vendor's spelling. Informative."""


class GivenDiscount(Message):
    """A discount of one row, or an accrual: both lists have this shape."""

    line_number: Number
    discount_id: Text = ""
    discount_type: Number = 0
    """See ``wire.kinds``."""
    discount_summ: Sum = Decimal(0)
    gift_list_id: Text = ""
    """The segment of gifts to choose from; empty for all other discounts."""
    discount_name: Text = ""
    discount_value: Sum = Decimal(0)
    """Informative; of a gift, how many pieces."""


GivenDiscounts = Annotated[tuple[GivenDiscount, ...], Listed]


class PaymentPart(Message):
    """What points may pay, and do pay, of one row."""

    line_number: Number
    article: Text = ""
    summ: Sum = Decimal(0)
    max_payment_percent: Sum = Decimal(0)
    max_payment_sum: Sum = Decimal(0)
    payment_sum: Sum = Decimal(0)


PaymentParts = Annotated[tuple[PaymentPart, ...], Listed]


class Calculated(Reply):
    """What comes back, also with 404/114 where no discount applies."""

    cheque_items: Annotated[tuple[PricedRow, ...], Listed] = ()
    cheque_discounts: GivenDiscounts = ()
    cheque_bonus: GivenDiscounts = ()
    payment_distribution: PaymentParts = ()
    max_payment: Sum = Decimal(0)


# --- balance ----------------------------------------------------------------------------------


class BalanceAsked(Message):
    """``POST /organization/card/{id}/balance``: how much of this receipt points may pay."""

    shop_id: Text = ""
    card_barcode: Text = ""
    cheque_items: Rows = ()
    bonus_payment: Sum | None = None
    coupon: Text | None = None
    date_calculate_local: Moment = 0


class Limits(Reply):
    card_level_id: Text = ""
    balance_available: Sum = Decimal(0)
    max_payment: Sum = Decimal(0)
    master_card_id: Text = ""
    excluded_articles: Annotated[tuple[Text, ...], Listed] = ()
    payment_distribution: PaymentParts = ()


class StatementAsked(Message):
    """``GET /organization/card/{id}/balance_info``."""

    last_transactions: Number = 0


class LastTransaction(Message):
    sum: Sum = Decimal(0)
    date: Moment = 0


class Lot(Message):
    """Points that become active, or burn, at some time."""

    sum: Sum = Decimal(0)
    date: Moment = 0
    active_from: Moment = 0
    active_to: Moment = 0


class Statement(Reply):
    balance: Sum = Decimal(0)
    balance_available: Sum = Decimal(0)
    last_transactions: Annotated[tuple[LastTransaction, ...], Listed] = ()
    bonusactive: Annotated[tuple[Lot, ...], Listed] = ()


# --- process_bonus: sale and return -----------------------------------------------------------


class GivenByRule(Message):
    """One entry of ``calculate_history``."""

    line_number: Number
    discount_id: Text = ""
    discount_summ: Sum = Decimal(0)


class HoldItem(Message):
    hold_id: Text
    hold_used: Flag = True
    hold_sum: Sum = Decimal(0)


class Operation(Message):
    """``POST /organization/process_bonus``, for a sale and for a return."""

    operation_type: Text
    """``sale`` or ``refund``."""
    card_id: Text = ""
    shop_id: Text = ""
    doc_id: Text
    doc_id_refund: Text = ""
    doc_type: Number = 0
    kkm_id: Text = ""
    kkm_name: Text = ""
    cheque_number: Text = ""
    author: Text = ""
    """The cashier."""
    description: Text = ""
    bonus_payment: Sum | None = None
    refund_bonus: Sum | None = None
    """At a return: points to take back."""
    auto_bonus_refund: Flag = False
    """The server works out by itself what is taken back."""
    auto_bonus_payment: Flag = False
    """The server works out by itself what is given back."""
    cheque_items: Rows = ()
    cheque_bonus: GivenDiscounts = ()
    """The discounts of the calculation, sent back."""
    calculate_history: Annotated[tuple[GivenByRule, ...], Listed] = ()
    payment_types: Payments = ()
    cert_payments: CertificatePayments = ()
    coupon: Text = ""
    coupon_hold_id: Text = ""
    hold_id: Text = ""
    hold_used: Flag = False
    hold_items: Annotated[tuple[HoldItem, ...], Listed] = ()
    level_up: Flag = False
    test: Flag = False
    date_calculate: Moment = 0
    """The moment at which the receipt was calculated."""
    date_calculate_local: Moment = 0
    """The moment of the sale by the clock of the till."""


class Processed(Reply):
    bonus_earned: Sum = Decimal(0)
    """At a return: what was taken back."""
    bonus_spent: Sum = Decimal(0)
    """At a return: what was given back."""
    sale_id: Text = ""
    doc_id: Text = ""
    card_accum: Sum = Decimal(0)
    """Turnover of the card after it."""


# --- sale_info --------------------------------------------------------------------------------


class HistoryAsked(Message):
    """``GET /organization/sale_info``: by card or by document."""

    card_id: Text = ""
    doc_id: Text = ""
    date_from: Moment = 0
    date_to: Moment = 0
    card_info: Flag = False
    cheque_items_info: Flag = False
    payment_info: Flag = False
    transactions_not_accrued_info: Flag = False


class SoldItem(Message):
    line_number: Number = 0
    """*Emulated*: without it rows of one article are told apart by their order."""
    article_id: Text = ""
    item_name: Text = ""
    quantity: Sum = Decimal(0)
    price: Sum = Decimal(0)
    discount: Sum = Decimal(0)
    """All that the row got cheaper, points among it."""


class Sale(Message):
    """A sale or a return in the history."""

    row_number: Number = 0
    date: Moment = 0
    doc_id: Text = ""
    """Of a return: the document of its sale."""
    doc_id_refund: Text = ""
    """*Emulated*: the document of the return itself; empty for a sale."""
    card_id: Text = ""
    shop_id: Text = ""
    cashbox_id: Text = ""
    check_number: Text = ""
    summ: Sum = Decimal(0)
    summ_with_discount: Sum = Decimal(0)
    bonus_earned: Sum = Decimal(0)
    bonus_spent: Sum = Decimal(0)
    operation: Text = "sale"
    date_calculate_local: Moment = 0
    cheque_items_for_sales: Annotated[tuple[SoldItem, ...], Listed] = ()
    payment_types: Payments = ()
    """*Emulated* shape of what ``payment_info`` asks for."""


class Sales(Reply):
    sales: Annotated[tuple[Sale, ...], Listed] = ()
