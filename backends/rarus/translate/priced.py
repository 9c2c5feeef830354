"""What the server says of prices, written as it goes over the wire."""

from collections.abc import Callable
from dataclasses import replace

from backends.rarus.translate.rows import TYPES
from backends.rarus.wire.base import DONE, SUCCESS
from backends.rarus.wire.kinds import DiscountType
from backends.rarus.wire.writing import number, percent, quantity, remembered, text
from cashier.exchange import Calculation
from cashier.money import ONE, Points, spread
from cashier.receipt import Gift, Line, Receipt

_KINDS = {source: kind.value for source, kind in TYPES.items()}
_GIFT, _BONUS = DiscountType.GIFT.value, DiscountType.BONUS.value
EARNING = "Начисление баллов"
"""What an accrual is called in ``cheque_bonus``."""


def with_prices(receipt: Receipt, answer: Calculation) -> Receipt:
    """The receipt as it would be sold."""
    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(
        [
            line.with_more(given[line.number]) if line.number in given else line
            for line in receipt.lines
        ]
    )
    return replace(receipt, lines=lines)


def gave_something(answer: Calculation) -> bool:
    """Otherwise the answer is 404 with 114: no discount applies."""
    return bool(answer.lines or answer.gifts)


def calculated(
    priced: Receipt,
    answer: Calculation,
    gift_list: Callable[[Gift], str],
    most: Points = 0,
    parts: str = "[]",
) -> str:
    """A ``Calculated``. ``priced``: with the prices of ``answer``; ``gift_list``: the segment of a
    gift; ``most``: what points may pay, of which lines say ``parts``.

    What is earned is told for the whole receipt and shared over its rows in proportion.
    """
    lines = priced.lines
    earned = spread(answer.earn, [line.total for line in lines], [answer.earn] * len(lines))
    discounts = [_discounts(line) for line in lines if line.discounts]
    discounts += [_gift(gift, gift_list(gift)) for gift in answer.gifts]
    accruals = [
        _of_line(line, _given("", _BONUS, points, EARNING, line.total))
        for line, points in zip(lines, earned, strict=True)
        if points
    ]
    return (
        f'{{"code":{SUCCESS},"message":{text(DONE)}'
        f',"cheque_items":[{",".join(map(_row, lines, earned))}]'
        f',"cheque_discounts":[{",".join(filter(None, discounts))}]'
        f',"cheque_bonus":[{",".join(accruals)}]'
        f',"payment_distribution":{parts},"max_payment":{number(most)}}}'
    )


def _row(line: Line, earned: Points) -> str:
    """A ``PricedRow``."""
    total = line.amount - line.discount
    return _of_line(line, _sold(line.sku, line.quantity, line.price, total, line.discount, earned))


def _of_line(line: Line, said: str) -> str:
    return f'{{"line_number":{line.number},{said}}}'


@remembered
def _sold(sku: str, thousandths: int, price: int, total: int, discount: int, earned: Points) -> str:
    return (
        f'"article":{text(sku)},"quantity":{quantity(thousandths)},"price":{number(price)}'
        f',"summ":{number(total)},"discount_summ":{number(discount)}'
        f',"bonus_summ":{number(earned)},"bonus_percet":{percent(earned, total)}'
    )


def _discounts(line: Line) -> str:
    whole = line.amount
    return ",".join(
        [
            _of_line(
                line, _given(given.rule, _KINDS[given.source], given.amount, given.name, whole)
            )
            for given in line.discounts
            if given.source in _KINDS
        ]
    )


@remembered
def _given(rule: str, kind: int, amount: int, name: str, whole: int) -> str:
    """A ``GivenDiscount``; informative: which percent it is of a whole."""
    return (
        f'"discount_id":{text(rule)},"discount_type":{kind},"discount_summ":{number(amount)}'
        f',"gift_list_id":"","discount_name":{text(name)}'
        f',"discount_value":{percent(amount, whole)}'
    )


def _gift(gift: Gift, segment: str) -> str:
    """A ``GivenDiscount``, too; informative: how many pieces."""
    return (
        f'{{"line_number":0,"discount_id":{text(gift.rule)},"discount_type":{_GIFT}'
        f',"discount_summ":0,"gift_list_id":{text(segment)},"discount_name":{text(gift.name)}'
        f',"discount_value":{gift.quantity // ONE}}}'
    )
