"""What of a receipt the Rarus wire can carry. All else must be the same as on the straight way.

Every line that takes something away says why; there are no other exceptions in the tests.
"""

from dataclasses import replace

from cashier.exchange import PointsOffer
from cashier.receipt import (
    Applied,
    Buyer,
    Discount,
    Line,
    Receipt,
    SaleRef,
    Settled,
    Source,
)
from cashier.snapshot import AskCode, AskFreeCard, AskSale, OfferRegistration, Question, Snapshot


def receipt(told: Receipt) -> Receipt:
    return replace(
        told,
        # each way's own words about a receipt
        context="",
        lines=tuple(map(_line, told.lines)),
        buyer=_buyer(told.buyer),
        applied=_applied(told.applied, told.buyer),
        settled=_settled(told.settled),
        of=_reference(told.of),
        # a hold that nobody could be told of; the till names it by an id of its own
        hold="held" if told.hold else "",
    )


def _line(told: Line) -> Line:
    return replace(told, discounts=tuple(map(_discount, told.discounts)))


def _discount(told: Discount) -> Discount:
    # a discount has a name, and no words for its arithmetic
    return told if told.source is Source.HAND else replace(told, why="")


def _buyer(told: Buyer | None) -> Buyer | None:
    if told is None or told.customer is None:
        return told
    # who registered gets an id from whoever makes him
    return replace(told, customer=replace(told.customer, customer_id=""))


def _applied(told: Applied | None, buyer: Buyer | None) -> Applied | None:
    if told is None:
        return None
    # nothing is said to anybody with a calculation, and no coupon is printed
    bare = replace(told, messages=(), to_print=())
    if buyer is not None and not buyer.verified:
        # a number that nobody verified is not told before the sale is saved
        return replace(bare, earn=0)
    return bare


def _settled(told: Settled | None) -> Settled | None:
    # nor with a sale
    return replace(told, messages=(), to_print=()) if told else None


def _reference(told: SaleRef | None) -> SaleRef | None:
    # by number a sale is found in the till's own journal only; each way has its own words about it
    return replace(told, own_journal=False, context="") if told else None


def offer(told: PointsOffer | None) -> object:
    """Why not more is said in other words; how many is the same."""
    if told is None:
        return None
    return told.balance, told.available, told.spendable, told.lines, told.excluded


def question(asked: Question | None) -> object:
    match asked:
        case None:
            return None
        case AskCode():
            return AskCode, asked.channel, asked.masked, asked.deadline, asked.attempts
        case OfferRegistration():
            return OfferRegistration, asked.identifier, asked.form
        case AskFreeCard():
            return AskFreeCard, asked.identifier, asked.cards
        case AskSale():
            return AskSale, tuple(receipt(sale.receipt) for sale in asked.sales)
        case _other:
            return type(asked)


def snapshot(now: Snapshot) -> tuple[object, ...]:
    """What a till shows, as far as this wire can carry it."""
    shown = receipt(now.receipt) if now.receipt else None
    return now.state, shown, question(now.question), offer(now.offer)
