"""Cash that is rounded, the card terminal, and money that goes back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand import MORNING, Stand, demo_shop, make_stand

from cashier import commands as do
from cashier.card_terminal import Declined, Referred
from cashier.checks import check_day, check_receipt, check_return
from cashier.commands import CardAnswer
from cashier.errors import BadInput, StorageError
from cashier.events import Event, HandedOut, Reported
from cashier.exchange import FoundSale, LineReturned, Reason, Refused
from cashier.money import ONE, Amount
from cashier.receipt import Kind, Receipt, SaleRef, Tender, TenderKind, line_of
from cashier.shop import CashRules, Shop
from cashier.snapshot import AskAuthorisation, State
from cashier.steps.paying import cash_rounding
from cashier.steps.refunding import refunded
from cashier.steps.returning import returned_line
from cashier.steps.shift import current

AT = MORNING
CASH, CARD, CERTIFICATE = TenderKind.CASH, TenderKind.CARD, TenderKind.CERTIFICATE


def rules(unit: str, way: str) -> CashRules:
    return CashRules.model_validate({"round_to": unit, "round": way})


def bare_shop(unit: str = "0", way: str = "down") -> Shop:
    """Without a loyalty system: prices are as they stand in the catalogue."""
    shop = demo_shop()
    loyalty = shop.loyalty.model_copy(update={"system": ""})
    return shop.model_copy(update={"loyalty": loyalty, "cash": rules(unit, way)})


async def begun(unit: str = "0", way: str = "down") -> Stand:
    stand = make_stand(shop=bare_shop(unit, way))
    await stand.till.start()
    return stand


class Bank:
    """Counts what the terminal charged and gave back."""

    def __init__(self, stand: Stand) -> None:
        self.cancelled: list[str] = []
        self._terminal = stand.till.workplace.card_terminal
        stand.till.workplace.card_terminal = self  # type: ignore[assignment]

    async def cancel(self, reference: str) -> None:
        self.cancelled.append(reference)
        await self._terminal.cancel(reference)

    def __getattr__(self, name: str) -> object:
        return getattr(self._terminal, name)


# --- rounding


@pytest.mark.parametrize(
    ("unit", "way", "amount", "to_pay"),
    [("1", "down", 5073, 5000), ("1", "nearest", 5073, 5100), ("1", "nearest", 5050, 5100),
     ("1", "nearest", 5049, 5000), ("0.05", "down", 5074, 5070), ("0.05", "nearest", 5073, 5075),
     ("0", "nearest", 5073, 5073), ("1", "down", 99, 0), ("1", "nearest", 5000, 5000)],
)  # fmt: skip
def test_cash_is_rounded_by_the_shop_card(unit: str, way: str, amount: int, to_pay: int) -> None:
    assert amount + cash_rounding(amount, rules(unit, way)) == to_pay


async def test_only_cash_that_pays_the_rest_is_rounded() -> None:
    stand = await begun("1")
    await stand.do(do.AddGoods("10101"), do.Calculate())
    assert stand.receipt.total == 4990
    await stand.do(do.TakeTender(CARD))
    assert (stand.receipt.rounding, stand.receipt.tendered) == (0, 4990)
    await stand.do(do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH, 1033))
    assert (stand.receipt.rounding, stand.receipt.due) == (0, 3957)
    await stand.do(do.UndoTenders(), do.TakeTender(CARD, 1000), do.TakeTender(CASH, 100_000))
    receipt = stand.receipt
    assert (receipt.rounding, receipt.to_pay, receipt.change) == (-90, 4900, 96_100)
    await stand.do(do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH))
    assert (stand.receipt.to_pay, stand.receipt.change) == (4900, 0)
    assert current(stand.till.workplace).in_drawer == 3900 + 4900
    await stand.do(do.FindSale(number=receipt.number), do.ReturnAll(), do.Refund())
    assert {it.kind: it.amount for it in stand.receipt.tenders} == {CARD: 1000, CASH: 3900}
    assert current(stand.till.workplace).in_drawer == 4900
    await stand.till.close()


async def test_kopecks_that_are_rounded_to_nothing_are_sold() -> None:
    stand = await begun("100")
    await stand.do(do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH))
    assert (stand.receipt.tenders, stand.receipt.to_pay) == ((), 0)
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll(), do.Refund())
    assert (stand.receipt.tenders, stand.receipt.to_pay) == ((), 0)
    await stand.till.close()


@st.composite
def sales(draw: st.DrawFn) -> tuple[Receipt, CashRules]:
    """A finished sale, paid in any way that the till takes."""
    cash = rules(draw(st.sampled_from(["0", "0.05", "0.10", "1", "5"])),
                 draw(st.sampled_from(["down", "nearest"])))  # fmt: skip
    prices = draw(st.lists(st.integers(1, 30_000), min_size=1, max_size=4))
    lines = [line_of(n, f"1{n}", "Goods", price, draw(st.integers(1, 4)) * ONE)
             for n, price in enumerate(prices, 1)]  # fmt: skip
    sale = Receipt("sale", AT, number="R1", closed_at=AT).with_lines(lines)
    for place in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(TenderKind))
        part = draw(st.integers(0, sale.due))
        if part:
            sale = replace(sale, tenders=(*sale.tenders, Tender(kind, part, f"98{place}")))
    if sale.due:
        rounding = cash_rounding(sale.due, cash)
        rest = sale.due + rounding
        tenders = (*sale.tenders, Tender(CASH, rest)) if rest else sale.tenders
        sale = replace(sale, rounding=rounding, tenders=tenders)
    return replace(sale, of=SaleRef("sale", "R1", AT)), cash


def by_way(*receipts: Receipt) -> dict[tuple[TenderKind, str], Amount]:
    """The money of all these receipts, by where it came from or went to."""
    sums: dict[tuple[TenderKind, str], Amount] = {}
    for tender in (tender for receipt in receipts for tender in receipt.tenders):
        way = (tender.kind, "" if tender.kind is CASH else tender.reference)
        sums[way] = sums.get(way, 0) + tender.amount
    return sums


@settings(max_examples=300)
@given(sales(), st.sampled_from([None, None, CASH, CARD]), st.randoms(use_true_random=False))
def test_part_returns_give_back_what_was_paid_and_never_more(
    sold: tuple[Receipt, CashRules], kind: TenderKind | None, order: Random
) -> None:
    sale, cash = sold
    pieces = [line.number for line in sale.lines for _n in range(line.quantity // ONE)]
    order.shuffle(pieces)
    back: dict[int, int] = {}
    returns: list[Receipt] = []
    for number in pieces:
        line = sale.lines[number - 1]
        found = FoundSale(
            receipt=sale,
            returned=tuple(LineReturned(number=n, quantity=q) for n, q in back.items()),
        )
        part = returned_line(line, back.get(number, 0), ONE)
        bare = Receipt(
            f"back-{len(returns)}", AT, Kind.RETURN, of=sale.of, number=f"B{len(returns)}"
        )
        done = refunded(bare.with_lines([part]), found, kind, cash)
        returns.append(replace(done, closed_at=AT))
        back[number] = back.get(number, 0) + ONE
    for receipt in returns:
        assert check_receipt(receipt, round_to=cash.round_to) == []
    assert check_return(sale, returns) == []
    given = sum(receipt.tendered for receipt in returns)
    assert given <= sale.to_pay, "part returns together never give back more than was paid"
    if kind is None:
        assert by_way(*returns) == by_way(sale)


# --- the card terminal


async def test_special_amounts_get_special_answers() -> None:
    stand = await begun()
    bank = Bank(stand)
    await stand.do(do.AddGoods("10101", 9 * ONE), do.Calculate())
    assert isinstance(await stand.refused(do.TakeTender(CARD, 1091)), Declined)
    await stand.do(do.TakeTender(CARD, 1092))
    question = stand.till.now.question
    assert isinstance(question, AskAuthorisation)
    assert not stand.receipt.tenders
    for code in ("", "12", "with blank", "x" * 13, "кодкод"):
        assert isinstance(await stand.refused(do.AuthoriseCard(code)), Declined)
    await stand.refused(do.TakeTender(CASH))
    await stand.do(do.Dismiss())
    assert stand.is_in(State.CALCULATED)
    assert not stand.receipt.tenders
    await stand.do(do.TakeTender(CARD, 1092), do.AuthoriseCard(" a1b2 "))
    assert stand.receipt.tenders[0].reference.endswith("-A1B2")
    for amount, fine in ((1093, True), (1094, False)):
        waiting = asyncio.create_task(stand.till.do(do.TakeTender(CARD, amount)))
        await asyncio.wait({waiting}, timeout=0)
        assert not stand.till.cancel(), "a payment under way is not broken off"
        while not waiting.done():
            await stand.clock.move(seconds=1)
            await asyncio.sleep(0)
        assert (waiting.exception() is None) is fine
    assert [tender.amount for tender in stand.receipt.tenders] == [1092, 1093]
    references = [tender.reference for tender in stand.receipt.tenders]
    await stand.do(do.BackToGoods())
    assert bank.cancelled == references
    assert stand.receipt.tenders == ()
    await stand.till.close()


async def test_the_trainer_chooses_what_the_terminal_answers(stand: Stand) -> None:
    await stand.do(do.AddGoods("10101", 9 * ONE), do.Calculate())
    await stand.do(do.SetCardTerminal(CardAnswer.DECLINE))
    assert isinstance(await stand.refused(do.TakeTender(CARD)), Declined)
    await stand.do(do.SetCardTerminal(CardAnswer.REFER), do.TakeTender(CARD))
    assert isinstance(stand.till.now.question, AskAuthorisation)
    await stand.do(do.SetCardTerminal(CardAnswer.APPROVE), do.AuthoriseCard("1234"))
    assert stand.is_in(State.FINISHED)
    await stand.do(do.SetCardTerminal(CardAnswer.DECLINE))
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll())
    assert isinstance(await stand.refused(do.Refund()), Declined)
    await stand.do(do.Refund(CASH))
    assert [tender.kind for tender in stand.receipt.tenders] == [CASH]
    terminal = stand.till.workplace.card_terminal
    await stand.do(do.SetCardTerminal(CardAnswer.BY_AMOUNT))
    assert isinstance(await terminal.pay(192), Referred)
    with pytest.raises(BadInput, match="Only cash gives change"):
        await stand.do(do.AddGoods("10101"), do.Calculate(), do.TakeTender(CARD, 10**6))


async def test_what_the_till_could_not_take_is_cancelled_at_the_terminal(stand: Stand) -> None:
    bank = Bank(stand)
    sql = stand.till.workplace.journal.database._sql  # the disk refuses underneath
    await stand.do(do.AddGoods("10101", 9 * ONE), do.Calculate())
    for amount in (1000, None):
        sql.execute("PRAGMA query_only = ON")
        assert isinstance(await stand.refused(do.TakeTender(CARD, amount)), StorageError)
        sql.execute("PRAGMA query_only = OFF")
    assert len(bank.cancelled) == 2
    await stand.do(do.TakeTender(CARD))
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll())
    house = stand.till.workplace.backend

    class Stubborn:
        """The house, but it takes nothing back."""

        def __getattr__(self, name: str) -> Callable[..., object]:
            return getattr(house, name)  # type: ignore[no-any-return]

        async def save_return(self, request: object) -> None:  # noqa: ARG002
            raise Refused(Reason.BLOCKED)

    stand.till.workplace.backend = Stubborn()  # type: ignore[assignment]
    assert isinstance(await stand.refused(do.Refund()), Refused)
    assert len(bank.cancelled) == 3, "what the terminal gave to the card is taken back"
    stand.till.workplace.backend = house
    await stand.do(do.Refund())
    assert len(bank.cancelled) == 3
    assert check_day([*reversed(stand.till.workplace.journal.recent(9))]) == []


async def test_a_sale_that_is_stored_is_not_paid_twice(stand: Stand) -> None:
    sql = stand.till.workplace.journal.database._sql

    def full(event: Event) -> None:
        if isinstance(event, HandedOut | Reported):
            sql.execute("PRAGMA query_only = ON")

    stand.till.events.watch(full)
    bank = Bank(stand)
    await stand.do(do.AddGoods("11801"), do.SellCertificate("9800000001"), do.Calculate())
    await stand.do(do.TakeTender(CARD))
    assert stand.is_in(State.FINISHED)
    assert "It is done, but the disk" in stand.said
    sql.execute("PRAGMA query_only = OFF")
    assert stand.till.workplace.journal.last() == stand.receipt
    await stand.do(do.CloseShift())
    assert stand.is_in(State.CLOSED)
    sql.execute("PRAGMA query_only = OFF")
    await stand.do(do.OpenShift(), do.AddGoods("10101"), do.Calculate())
    with pytest.raises(BadInput):
        await stand.till.do(do.TakeTender(CARD, 1000, "\ud800"))
    assert len(bank.cancelled) == 1, "text that no file can hold charges nobody"


async def test_a_card_and_cash_are_both_given_back_when_the_customer_walks_away() -> None:
    for last in (do.UndoTenders(), do.BackToGoods(), do.CancelReceipt()):
        stand = await begun("1")
        bank = Bank(stand)
        await stand.do(do.AddGoods("10101", 9 * ONE), do.Calculate())
        await stand.do(do.TakeTender(CARD, 1000), do.TakeTender(CASH, 500), last)
        assert len(bank.cancelled) == 1
        assert "Give back what was taken: 5.00" in stand.said
        if stand.till.now.receipt:
            assert (stand.receipt.tenders, stand.receipt.rounding) == ((), 0)
        await stand.till.close()


async def test_a_certificate_gets_nothing_that_it_did_not_pay(stand: Stand) -> None:
    await stand.do(do.AddGoods("10101"), do.Calculate(), do.TakeTender(CASH))
    await stand.do(do.FindSale(number=stand.receipt.number), do.ReturnAll())
    assert isinstance(await stand.refused(do.Refund(CERTIFICATE)), BadInput)
    await stand.do(do.Refund(CARD))
    assert stand.receipt.tenders[0].kind is CARD
