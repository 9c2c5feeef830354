"""The history as the server tells it: every sale and every return is a row."""

from collections.abc import Sequence
from datetime import datetime

from backends.keeping import ReturnInfo, SaleInfo
from backends.rarus.translate.rows import payments
from backends.rarus.translate.selling import OwnAmounts
from backends.rarus.wire.base import major, milliseconds
from backends.rarus.wire.kinds import OperationType
from backends.rarus.wire.receipt import HistoryAsked, Sale, SoldItem
from cashier.money import Quantity, cost, share
from cashier.receipt import Line, Receipt, Settled


def rows(
    info: SaleInfo, card_id: str, asked: HistoryAsked, own: dict[str, OwnAmounts]
) -> list[tuple[datetime, Sale]]:
    """With the moment of each; ``own``: what returns moved that a till had reckoned by itself."""
    told = [(info.at, _sale(info, card_id, asked))]
    before: dict[int, Quantity] = {}
    for back in info.returns:
        told.append((back.at, _return(back, info.receipt, card_id, asked, before, own)))
        for part in back.lines:
            before[part.number] = before.get(part.number, 0) + part.quantity
    return told


def _sale(info: SaleInfo, card_id: str, asked: HistoryAsked) -> Sale:
    receipt = info.receipt
    settled = receipt.settled or Settled()
    return Sale(
        date=milliseconds(info.at),
        doc_id=receipt.receipt_id,
        summ=major(receipt.amount),
        summ_with_discount=major(receipt.total + receipt.paid_with_points),
        bonus_earned=major(settled.earned),
        bonus_spent=major(settled.spent),
        operation=OperationType.SALE.value,
        cheque_items_for_sales=(
            tuple(_item(line, line.quantity, line.amount, line.discount) for line in receipt.lines)
            if asked.cheque_items_info
            else ()
        ),
        payment_types=payments(receipt.tenders, receipt.change) if asked.payment_info else (),
        **_common(receipt, card_id),
    )


def _common(receipt: Receipt, card_id: str) -> dict[str, str | int]:
    return {
        "card_id": card_id,
        "shop_id": receipt.shop,
        "cashbox_id": receipt.till,
        "check_number": receipt.number,
        "date_calculate_local": milliseconds(receipt.closed_at),
    }


def _return(
    back: ReturnInfo,
    sale: Receipt,
    card_id: str,
    asked: HistoryAsked,
    before: dict[int, Quantity],
    own: dict[str, OwnAmounts],
) -> Sale:
    settled = back.receipt.settled or Settled()
    moved = own.get(back.receipt.receipt_id) or OwnAmounts(settled.taken_back, settled.given_back)
    items, amount, money = [], 0, 0
    for part in back.lines:
        line = sale.line(part.number)
        if line is None:
            continue
        was = before.get(part.number, 0)
        whole = _part(line.amount, line, was, part.quantity)
        taken = _part(line.discount, line, was, part.quantity)
        items.append(_item(line, part.quantity, whole, taken))
        amount += whole
        money += whole - taken + _part(line.points, line, was, part.quantity)
    return Sale(
        date=milliseconds(back.at),
        doc_id=back.sale,
        doc_id_refund=back.receipt.receipt_id,
        summ=major(amount),
        summ_with_discount=major(money),
        bonus_earned=major(moved.taken_back),
        bonus_spent=major(moved.given_back),
        operation=OperationType.REFUND.value,
        cheque_items_for_sales=tuple(items) if asked.cheque_items_info else (),
        **_common(back.receipt, card_id),
    )


def _part(whole: int, line: Line, before: Quantity, back: Quantity) -> int:
    """The cumulative share of what of a line comes back."""
    return share(whole, before + back, line.quantity) - share(whole, before, line.quantity)


def _item(line: Line, quantity: Quantity, amount: int, discount: int) -> SoldItem:
    """What the price does not explain, by rounding or shares, is in the discount."""
    return SoldItem(
        line_number=line.number,
        article_id=line.sku,
        item_name=line.name,
        quantity=major(quantity, 3),
        price=major(line.price),
        discount=major(max(0, discount + cost(line.price, quantity) - amount)),
    )


def numbered(told: Sequence[tuple[datetime, Sale]]) -> tuple[Sale, ...]:
    """Oldest first, with their places."""
    ordered = sorted(told, key=lambda one: one[0])
    return tuple(
        row.model_copy(update={"row_number": place}) for place, (_at, row) in enumerate(ordered, 1)
    )
