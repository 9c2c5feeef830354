"""Sales found in the history. It knows what a row cost, and not which discount made it so."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo

from backends.rarus.translate.rows import PAYMENTS
from backends.rarus.translate.selling import OwnAmounts, settled_before
from backends.rarus.wire.base import instant, minor
from backends.rarus.wire.kinds import OperationType
from backends.rarus.wire.receipt import Sale, SoldItem
from cashier.exchange import FoundSale, LineReturned
from cashier.i18n import _
from cashier.money import Points, Quantity, cost, share
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Source,
    Tender,
)

_KINDS = {payment.value: kind for kind, payment in PAYMENTS.items()}


def done(rows: Iterable[Sale], receipt: Receipt) -> Sale | None:
    """What the history says of this receipt, or return, if it was saved."""
    of = receipt.of.receipt_id if receipt.of else ""
    for row in rows:
        if row.operation != (OperationType.REFUND if of else OperationType.SALE):
            continue
        ids = {row.doc_id, row.doc_id_refund}
        if receipt.receipt_id in ids:
            return row
        if of and of in ids and receipt.number and row.check_number == receipt.number:
            return row
    return None


def refunds_of(doc_id: str, rows: Iterable[Sale]) -> list[Sale]:
    return [
        row
        for row in rows
        if row.operation == OperationType.REFUND and doc_id in (row.doc_id, row.doc_id_refund)
    ]


def found_sale(
    row: Sale, rows: Sequence[Sale], card: Card | None, zone: tzinfo | None, shop: str, system: str
) -> FoundSale:
    """A sale with what came back of it; ``rows``: all that is known. Raises ValueError."""
    at = sold_at(row, zone)
    lines = tuple(_line(place, item, system) for place, item in _numbered(row))
    back: dict[int, Quantity] = {}
    for refund in refunds_of(row.doc_id, rows):
        _count(refund, lines, back)
    receipt = Receipt(
        receipt_id=row.doc_id,
        opened_at=at,
        closed_at=at,
        shop=row.shop_id or shop,
        till=row.cashbox_id,
        number=row.check_number,
        lines=lines,
        buyer=_buyer(card),
        tenders=_tenders(row),
        settled=settled_before(row),
        spend=minor(row.bonus_spent),
    )
    return FoundSale(
        receipt=receipt,
        returned=tuple(
            LineReturned(number=number, quantity=back[number]) for number in sorted(back)
        ),
    )


def sold_at(row: Sale, zone: tzinfo | None) -> datetime:
    at = instant(row.date_calculate_local or row.date)
    if at is None:
        raise ValueError(f"sale {row.doc_id} was never made")
    return at.astimezone(zone)


def _numbered(row: Sale) -> list[tuple[int, SoldItem]]:
    return list(enumerate(row.cheque_items_for_sales, 1))


def _line(number: int, item: SoldItem, system: str) -> Line:
    quantity, price = minor(item.quantity, 3), minor(item.price)
    amount, taken = cost(price, quantity), minor(item.discount)
    if quantity <= 0 or price < 0 or not 0 <= taken <= amount:
        raise ValueError(f"row {number}: {item.quantity} at {item.price}, off {item.discount}")
    given = Discount(Source.PROMOTION, "", _("Discount"), taken, system=system)
    return Line(
        number,
        item.article_id,
        item.item_name,
        price,
        quantity,
        amount,
        unit="kg" if quantity % 1000 else "pc",
        discounts=(given,) if taken else (),
    )


def _buyer(card: Card | None) -> Buyer | None:
    if card is None:
        return None
    return Buyer(Identifier(IdentifierKind.CARD, card.number), card=card)


def _tenders(row: Sale) -> tuple[Tender, ...]:
    return tuple(
        Tender(_KINDS[paid.type], minor(paid.sum))
        for paid in row.payment_types
        if paid.type in _KINDS and paid.sum > 0
    )


def _count(refund: Sale, lines: Sequence[Line], back: dict[int, Quantity]) -> None:
    """Add what a return brought back, line by line; rows without a number go by article."""
    for item in refund.cheque_items_for_sales:
        quantity = minor(item.quantity, 3)
        same = [line for line in lines if line.sku == item.article_id]
        named = [line for line in same if line.number == item.line_number]
        for line in named or same:
            part = min(quantity, line.quantity - back.get(line.number, 0))
            if part > 0:
                back[line.number] = back.get(line.number, 0) + part
                quantity -= part


def own_amounts(receipt: Receipt, doc_id: str, rows: Sequence[Sale], step: Points) -> OwnAmounts:
    """What a return moves by the till's own reckoning: cumulative shares of the sale's money.

    So any sequence of returns adds up to the whole exactly (to its multiple of ``step``, hundredths
    of a point). Raises ValueError where the history does not know the sale.
    """
    sale = next(
        (row for row in rows if row.doc_id == doc_id and row.operation == OperationType.SALE), None
    )
    if sale is None:
        raise ValueError(f"the history does not know the sale {doc_id}")
    sold = minor(sale.summ_with_discount)
    before = sum(minor(row.summ_with_discount) for row in refunds_of(doc_id, rows))
    back = sum(line.total + line.points for line in receipt.lines)

    def part(whole: Points) -> Points:
        steps = whole // step
        after = share(steps, min(before + back, sold), sold)
        return (after - share(steps, min(before, sold), sold)) * step

    return OwnAmounts(part(minor(sale.bonus_earned)), part(minor(sale.bonus_spent)))
