"""Lines of a receipt and rows of the wire."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from backends.rarus.wire.base import major
from backends.rarus.wire.kinds import DiscountType, PaymentType
from backends.rarus.wire.receipt import (
    CertificatePayment,
    GivenByRule,
    GivenDiscount,
    Payment,
    Row,
)
from cashier.money import Amount
from cashier.receipt import Discount, Line, Receipt, Source, Tender, TenderKind

TYPES = {
    Source.PROMOTION: DiscountType.PROMOTION,
    Source.COUPON: DiscountType.COUPON,
    Source.LEVEL: DiscountType.LEVEL,
}
"""What a calculation gives; points and what the cashier takes off travel apart."""
SOURCES: dict[int, Source] = {kind: source for source, kind in TYPES.items()}
PAYMENTS = {
    TenderKind.CASH: PaymentType.CASH,
    TenderKind.CARD: PaymentType.CARD,
    TenderKind.CERTIFICATE: PaymentType.CERTIFICATE,
}
_NONE = Decimal(0)


def rows(receipt: Receipt) -> tuple[Row, ...]:
    """Every line with all that is taken off it by now; points beside that."""
    return tuple([_row(line) for line in receipt.lines])


def _row(line: Line, number: int = 0) -> Row:
    points = line.points if line.discounts else 0
    discount = line.discount - points
    return Row.model_construct(
        line_number=number or line.number,
        article=line.sku,
        name=line.name,
        quantity=major(line.quantity, 3),
        price=major(line.price),
        summ=major(line.amount - discount),
        discount_summ=major(discount) if discount else _NONE,
        bonus_payment_sum=major(points) if points else None,
    )


def returned_rows(receipt: Receipt) -> tuple[Row, ...]:
    """What comes back, under the numbers that its lines have in the sale."""
    return tuple([_row(line, line.sale_line) for line in receipt.lines])


def discounts_back(lines: Iterable[Line]) -> tuple[GivenDiscount, ...]:
    """What the calculation gave, sent back with the sale."""
    return tuple(
        GivenDiscount.model_construct(
            line_number=line.number,
            discount_id=given.rule,
            discount_type=int(TYPES[given.source]),
            discount_summ=major(given.amount),
            gift_list_id="",
            discount_name=given.name,
            discount_value=_NONE,
        )
        for line, given in _calculated(lines)
    )


def history(lines: Iterable[Line]) -> tuple[GivenByRule, ...]:
    """The same as ``calculate_history``."""
    return tuple(
        GivenByRule.model_construct(
            line_number=line.number, discount_id=given.rule, discount_summ=major(given.amount)
        )
        for line, given in _calculated(lines)
    )


def _calculated(lines: Iterable[Line]) -> list[tuple[Line, Discount]]:
    return [(line, given) for line in lines for given in line.discounts if given.source in TYPES]


def payments(tenders: Sequence[Tender], change: Amount = 0) -> tuple[Payment, ...]:
    """What was paid, the change taken off the cash."""
    paid: list[Payment] = []
    for tender in reversed(tenders):
        back = min(change, tender.amount) if tender.kind is TenderKind.CASH else 0
        change -= back
        if tender.amount > back:
            kind = PAYMENTS[tender.kind].value
            paid.append(Payment.model_construct(type=kind, sum=major(tender.amount - back)))
    return tuple(reversed(paid))


def certificate_payments(
    tenders: Sequence[Tender], *, back: bool = False
) -> tuple[CertificatePayment, ...]:
    """What certificates paid; ``back``: what is given back to them, below zero."""
    paid = [tender for tender in tenders if tender.kind is TenderKind.CERTIFICATE]
    return tuple(
        CertificatePayment.model_construct(
            line_number=place,
            certificate_id=tender.reference,
            sum=major(-tender.amount if back else tender.amount),
        )
        for place, tender in enumerate(paid, 1)
    )
