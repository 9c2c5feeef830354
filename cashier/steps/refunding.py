"""The money of a return: to the card, to the certificate, and the rest in cash."""

from dataclasses import replace

from cashier.exchange import FoundSale
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
    if not receipt.total:
        return receipt
    before = _money_before(sale) if sale else 0
    if kind is not None or sale is None:
        parts = [] if kind in (None, TenderKind.CASH) else [Tender(kind, receipt.total)]
    else:
        parts = _as_paid(receipt, sale.receipt, before)
    cash = receipt.total - sum(part.amount for part in parts)
    rounding = _rounding(before, cash, rules) if cash else 0
    if cash + rounding:
        parts = [*parts, Tender(TenderKind.CASH, cash + rounding)]
    return replace(receipt, tenders=tuple(parts), rounding=rounding)


def _money_before(sale: FoundSale) -> Amount:
    """What was given back for this sale earlier."""
    back = came_back(sale)
    return sum(
        share(line.total, back.get(line.number, 0), line.quantity) for line in sale.receipt.lines
    )


def _as_paid(receipt: Receipt, paid: Receipt, before: Amount) -> list[Tender]:
    """All but the cash, by cumulative shares of what each card and certificate paid."""
    left, parts = receipt.total, []
    for tender in paid.tenders:
        if tender.kind is TenderKind.CASH:
            continue
        after = share(tender.amount, before + receipt.total, paid.total)
        part = min(left, after - share(tender.amount, before, paid.total))
        if part:
            parts.append(replace(tender, amount=part))
            left -= part
    return parts


def _rounding(before: Amount, cash: Amount, rules: CashRules) -> Amount:
    """By cumulative sums, so that part returns give back no more than a whole one."""
    return cash_rounding(before + cash, rules) - cash_rounding(before, rules)


async def to_the_card(receipt: Receipt, desk: Workplace) -> Receipt:
    """The terminal gives back what belongs on the card. Raises Declined."""
    tenders = []
    for tender in receipt.tenders:
        if tender.kind is TenderKind.CARD:
            refund = desk.card_terminal.refund(tender.amount)
            answer = await desk.ask("card_refund", refund, cancellable=False)
            tender = replace(tender, reference=answer.reference)
        tenders.append(tender)
    return replace(receipt, tenders=tuple(tenders))
