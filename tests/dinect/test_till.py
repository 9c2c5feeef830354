"""What the flow tests try with a code, without a customer or in part, and this wire can do
otherwise: at a till over it."""

from collections.abc import AsyncIterator

import pytest
from dinect.stage import BORIS, VERA
from dinect.way import DinectWay
from stand import Stand, going, make_stand

from cashier import commands as do
from cashier.commands import Connection, SetConnection
from cashier.exchange import Refused
from cashier.money import ONE
from cashier.receipt import Identifier, IdentifierKind, TenderKind
from cashier.snapshot import AskCard, State

ONCE = "9920000000019"
MUCH = do.AddGoods("10801", 20 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
OFFLINE, ONLINE = SetConnection(Connection.OFFLINE), SetConnection(Connection.ONLINE)


@pytest.fixture(autouse=True)
async def over_the_wire() -> AsyncIterator[DinectWay]:
    made = DinectWay()
    with going(made):
        yield made
    await made.close()


async def balance(stand: Stand, card: str = BORIS) -> int:
    await stand.do(do.Scan(card))
    buyer = stand.receipt.buyer
    await stand.do(do.CancelReceipt())
    assert buyer and buyer.card
    return buyer.card.balance


@pytest.fixture
async def till(over_the_wire: DinectWay) -> AsyncIterator[Stand]:
    stand = make_stand()
    await stand.till.start()
    assert over_the_wire.made
    yield stand
    await stand.till.close()


async def test_of_several_cards_one_is_chosen(till: Stand) -> None:
    await till.do(do.Identify(Identifier(IdentifierKind.PHONE, "+79001234509")))
    question = till.till.now.question
    assert isinstance(question, AskCard)
    assert len(question.cards) == 3
    await till.do(do.ChooseCard(question.cards[1].number), MUCH, do.Calculate())
    buyer = till.receipt.buyer
    assert buyer and buyer.customer and buyer.card == question.cards[1]
    assert till.receipt.applied and till.receipt.applied.earn


async def test_many_points_are_spent_without_a_code(till: Stand) -> None:
    before = await balance(till, VERA)
    await till.do(do.Scan(VERA), do.AddGoods("10507", 2 * ONE), do.Calculate())
    await till.do(do.PayPoints(40_000), PAY)
    settled = till.receipt.settled
    assert settled and settled.spent == 40_000
    assert settled.available == before - 40_000 + settled.earned


async def test_points_come_back_when_a_receipt_is_put_aside(till: Stand) -> None:
    before = await balance(till, VERA)
    await till.do(do.Scan(VERA), do.AddGoods("10507", 2 * ONE), do.Calculate())
    await till.do(do.PayPoints(40_000), do.SuspendReceipt())
    assert await balance(till, VERA) == before
    await till.do(do.RecallReceipt())
    assert (till.receipt.spend, till.receipt.hold) == (0, "")


async def test_a_whole_return_without_the_system_is_known_from_the_journal(till: Stand) -> None:
    await till.do(do.Scan(BORIS), MUCH, do.Calculate(), do.PayPoints(1000), PAY)
    number, paid = till.receipt.number, till.receipt.to_pay
    await till.do(OFFLINE, do.FindSale(number=number), do.ReturnAll(), do.Refund())
    assert [(one.kind, one.amount) for one in till.receipt.tenders] == [(TenderKind.CARD, paid)]
    await till.do(ONLINE)
    assert (till.till.workplace.outbox.waiting, till.till.workplace.outbox.parked) == (0, 0)
    assert await balance(till) == 124_000
    assert isinstance(await till.refused(do.FindSale(number=number)), Refused)


async def test_a_sale_that_is_refused_opens_the_receipt_again(till: Stand) -> None:
    await till.do(do.Scan(BORIS), MUCH, do.ApplyCoupon(ONCE), do.Calculate())
    other = make_stand()
    other.till.workplace.backend = till.till.workplace.backend
    other.till.workplace.ids = lambda: f"other-{len(other.events)}"
    await other.till.start()
    await other.do(do.Scan(VERA), MUCH, do.ApplyCoupon(ONCE), do.Calculate(), PAY)
    await till.do(PAY)
    assert till.till.now.state is State.PAYING
    assert isinstance(await till.refused(do.Finish()), Refused)
    await till.do(do.UndoTenders(), do.RemoveCoupon(ONCE), PAY)
    assert till.is_in(State.FINISHED)
    assert till.receipt.settled and till.receipt.settled.earned
    await other.till.close()


async def test_a_coupon_of_no_use_is_told_and_the_price_stays_right(till: Stand) -> None:
    """Goods are taken off again; what was printed on the slip is what the system has."""
    await till.do(do.Scan(BORIS), MUCH, do.ApplyCoupon(ONCE), do.ApplyCoupon("SPRING10"))
    await till.do(do.SetQuantity(1, ONE), do.Calculate())
    assert f"Coupon {ONCE}: " in till.said
    await till.do(PAY)
    settled, applied = till.receipt.settled, till.receipt.applied
    assert settled and applied and settled.earned == applied.earn
    assert await balance(till) == 124_000 + settled.earned


async def test_where_the_system_allows_fewer_points_it_says_how_many(till: Stand) -> None:
    """The till reckons from the receipt as a whole: which goods points do not pay for, no
    programme tells."""
    await till.do(do.Scan(BORIS), do.AddGoods("11204", ONE), do.ConfirmAge(old_enough=True))
    await till.do(do.AddGoods("10101", 2 * ONE), do.Calculate())
    refusal = await till.refused(do.PayPoints(10_000))
    assert "bonus_payment: at most " in str(refusal)
    await till.do(do.PayPoints(2000), PAY)
    settled = till.receipt.settled
    assert settled and settled.spent == 2000
