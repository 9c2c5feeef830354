"""The money of a return: to the card, to the certificate, and the rest in cash.

Reckoned on all that came back of the sale so far, so part returns together give back what was
paid, and never more.
"""

from dataclasses import replace

from cashier.errors import BadInput, CashierError
from cashier.exchange import FoundSale
from cashier.i18n import _
from cashier.money import Amount, Quantity, share
from cashier.receipt import Receipt, Tender, TenderKind
from cashier.shop import CashRules
from cashier.steps.paying import cash_rounding
from cashier.workplace import Workplace


def came_back(sale: FoundSale) -> dict[int, Quantity]:
    """How much of each line came back earlier."""
    return {line.number: line.quantity for line in sale.returned}


def refunded(
    receipt: Receipt, sale: FoundSale | None, kind: TenderKind | None, rules: CashRules
) -> Receipt:
    """The return with its tenders: as asked, or (None) the way the sale was paid."""
    if kind is TenderKind.CERTIFICATE:
        raise BadInput(_("A certificate gets back only what it paid: refund the way it was paid."))
    paid = sale.receipt if sale else _paid_in_cash(receipt, rules)
    before = _money_before(sale) if sale else 0
    ways = _ways(paid, kind)
    was = _given(before, paid, ways, rules)
    now = _given(before + receipt.total, paid, ways, rules)
    parts = [after - earlier for after, earlier in zip(now, was, strict=True)]
    kinds = (*ways, Tender(TenderKind.CASH, 0))
    tenders = tuple(
        replace(tender, amount=part) for tender, part in zip(kinds, parts, strict=True) if part
    )
    rounding = sum(part.amount for part in tenders) - receipt.total
    return replace(receipt, tenders=tenders, rounding=rounding)


def _paid_in_cash(receipt: Receipt, rules: CashRules) -> Receipt:
    """Without a sale: as if the goods had been paid so."""
    rounding = cash_rounding(receipt.total, rules)
    cash = Tender(TenderKind.CASH, receipt.total + rounding)
    return replace(receipt, tenders=(cash,), rounding=rounding)


def _money_before(sale: FoundSale) -> Amount:
    """What came back of this sale earlier, in money."""
    back = came_back(sale)
    return sum(
        share(line.total, back.get(line.number, 0), line.quantity) for line in sale.receipt.lines
    )


def _ways(paid: Receipt, kind: TenderKind | None) -> tuple[Tender, ...]:
    """What the money goes back to beside cash, and at most how much."""
    match kind:
        case None:
            return tuple(one for one in paid.tenders if one.kind is not TenderKind.CASH)
        case TenderKind.CARD:
            return (Tender(kind, min(paid.total, paid.to_pay)),)
        case _cash:
            return ()


def _given(
    money: Amount, paid: Receipt, ways: tuple[Tender, ...], rules: CashRules
) -> list[Amount]:
    """What is given back by each way, and in cash, once ``money`` of the sale came back in all.

    In proportion to what each paid; one after another, so that none of them ever shrinks.
    """
    left, whole, given = money, paid.total, []
    for way in ways:
        given.append(share(way.amount, left, whole))
        left, whole = left - given[-1], whole - way.amount
    most = paid.to_pay - sum(way.amount for way in ways)
    if not ways and {one.kind for one in paid.tenders} != {TenderKind.CASH}:
        most -= most % (rules.round_to or 1)  # no coins were taken, and smaller ones there are not
    rounded = left + cash_rounding(left, rules)
    return [*given, most if left == whole else min(most, rounded)]


async def to_the_card(receipt: Receipt, desk: Workplace) -> Receipt:
    """The terminal gives back what belongs on the card. Raises Declined; then nothing was."""
    tenders: list[Tender] = []
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CARD:
            refund = desk.card_terminal.refund(tender.amount)
            try:
                answer = await desk.ask("card_refund", refund, cancellable=False)
            except CashierError:
                await take_back(replace(receipt, tenders=tuple(tenders)), desk)
                raise
            tender = replace(tender, reference=answer.reference)
        tenders.append(tender)
    return replace(receipt, tenders=tuple(tenders))


async def take_back(receipt: Receipt, desk: Workplace) -> None:
    """The return did not happen: what the terminal gave to the card is cancelled there."""
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CARD:
            await desk.card_terminal.cancel(tender.reference)
