"""Personal offers: applied, used, issued after a sale, given back; alone and in a chain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from set10.chains import opened
from stand import MORNING, Stand, make_stand

from backends.set10.machine import SetMachineBackend
from backends.set10.machine.offers import Offers
from backends.set10.machine.store import Store
from cashier import commands as do
from cashier import exchange as ex
from cashier import fixtures
from cashier.checks import check_receipt
from cashier.clock import ManualClock, counted_ids
from cashier.config import load, parse
from cashier.errors import ConfigError
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Card,
    Discount,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    SaleRef,
    Source,
    TenderKind,
    line_of,
)

ANNA, BORIS = "2900000000018", "2900000000025"
CASH = do.TakeTender(TenderKind.CASH)
OFFERS = f"""
customers = ["{ANNA}", "{BORIS}"]
[settings]
suggest = 1
[settings.no_offers]
groups = ["tobacco"]
[[offer]]
id = "anna-bread"
name = "Bread for Anna"
percent = 10
cards = ["{ANNA}"]
uses = 2
days = 30
[offer.when]
groups = ["bread"]
[[offer]]
id = "gold"
name = "Gold"
amount = 7
levels = ["GOLD"]
uses = 0
[offer.when]
skus = ["1"]
[[offer]]
id = "cheap"
name = "All for a rouble"
price = 1
cards = ["nobody"]
uses = 0
[[offer]]
id = "again"
name = "Bread again"
percent = 50
days = 14
[offer.when]
groups = ["bread"]
[offer.issued_after]
minimum = 100
except_groups = ["gift_cards"]
"""
CLOCK = ManualClock(MORNING)


def machine(text: str = OFFERS, path: Path | None = None) -> SetMachineBackend:
    return SetMachineBackend(parse(text, Offers, "offers.toml"), Store(path), CLOCK)


def bread(
    number: int, price: int, pieces: int = 1, *, sku: str = "1", group: str = "bread"
) -> Line:
    return replace(line_of(number, sku, "Bread", price, pieces * ONE), group=group)


def receipt(*lines: Line, card: str = ANNA, level: str = "", name: str = "doc-1") -> Receipt:
    buyer = Buyer(Identifier(IdentifierKind.CARD, card), card=Card(card, level)) if card else None
    return Receipt(name, MORNING, lines=lines, buyer=buyer, number=name)


async def priced(backend: SetMachineBackend, bare: Receipt) -> Receipt:
    answer = await backend.calculate(ex.CalculateRequest(receipt=bare, at=CLOCK.now()))
    given = {price.number: price.discounts for price in answer.lines}
    lines = tuple(
        replace(line, discounts=(*line.discounts, *given.get(line.number, ())))
        for line in bare.lines
    )
    return replace(bare, lines=lines)


def selling(sold: Receipt) -> ex.SaveSaleRequest:
    return ex.SaveSaleRequest(operation_id=f"{sold.receipt_id}:s", receipt=sold, at=CLOCK.now())


# --- prices


async def test_an_offer_is_reckoned_on_what_earlier_links_left() -> None:
    line = bread(1, 100_00)
    before = Discount(Source.HAND, "x", "Another system", 20_00, system="Set10")
    sold = await priced(machine(), receipt(replace(line, discounts=(before,))))
    own = sold.lines[0].discounts[-1]
    assert (own.amount, own.why, own.name) == (8_00, "10 % of 80.00", "Bread for Anna")
    assert (own.system, own.source) == ("Set Machine", Source.PROMOTION)


async def test_the_offer_that_takes_most_wins_and_floors_hold() -> None:
    gold = await priced(machine(), receipt(bread(1, 50_00), card=ANNA, level="Gold"))
    assert [one.name for one in gold.lines[0].discounts] == ["Gold"], "7.00 beats 10 % of 50.00"
    low = replace(bread(1, 50_00), lowest=48_00)
    held = await priced(machine(), receipt(low, level="Gold"))
    assert held.lines[0].total == 48_00


@pytest.mark.parametrize("card", ["", BORIS])
async def test_an_offer_is_for_whom_it_is(card: str) -> None:
    assert (await priced(machine(), receipt(bread(1, 50_00), card=card))).total == 50_00


async def test_certificates_and_excluded_goods_cost_what_they_cost() -> None:
    lines = (
        bread(1, 50_00, group="tobacco"),
        replace(bread(2, 50_00), certificate="980000000001"),
        replace(bread(3, 50_00), deposit=True),
    )
    text = OFFERS.replace('cards = ["nobody"]', f'cards = ["{ANNA}"]')
    assert (await priced(machine(text), receipt(*lines))).total == 150_00


async def test_what_is_not_used_is_suggested() -> None:
    asked = ex.CalculateRequest(receipt=receipt(bread(1, 9_00, group="fish")), at=MORNING)
    [told] = (await machine().calculate(asked)).messages
    assert told.text == "Personal offer: Bread for Anna, until 02.04.2026"


@given(
    st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 20), st.integers(0, 100)), max_size=8),
    st.sampled_from(("percent = 100", "percent = 33", "amount = 5", "price = 1", "price = 99999")),
)
async def test_no_line_costs_less_than_nothing_or_its_lowest_price(
    goods: list[tuple[int, int, int]], gain: str
) -> None:
    text = f'[[offer]]\nid = "a"\nname = "A"\nuses = 0\n{gain}\n'
    lines = [
        replace(bread(number, price, pieces), lowest=price * part // 100)
        for number, (price, pieces, part) in enumerate(goods, 1)
    ]
    sold = await priced(machine(text), receipt(*lines))
    for line in sold.lines:
        assert line.floor <= line.total <= line.amount
        assert all(one.amount > 0 for one in line.discounts)


# --- used, issued, given back


async def test_an_offer_is_used_up_and_a_repetition_uses_it_once() -> None:
    backend = machine()
    for name in ("doc-1", "doc-2"):
        sold = await priced(backend, receipt(bread(1, 10_00), name=name))
        assert sold.total == 9_00
        for _turn in range(2):
            await backend.save_sale(selling(sold))
    assert (await priced(backend, receipt(bread(1, 10_00), name="doc-3"))).total == 10_00


async def test_a_price_that_does_not_count_uses_nothing() -> None:
    """A chain may leave a discount out, or show another system's under its name."""
    backend = machine()
    bare = receipt(bread(1, 10_00))
    foreign = Discount(Source.PROMOTION, f"Other:offer:anna-bread:{ANNA}", "x", 1_00)
    by_hand = Discount(Source.HAND, f"offer:anna-bread:{ANNA}", "x", 1_00)
    line = replace(bare.lines[0], discounts=(foreign, by_hand))
    for turn in range(3):
        sold = replace(bare, receipt_id=f"doc-{turn}", lines=(line,))
        await backend.save_sale(selling(sold))
    assert (await priced(backend, receipt(bread(1, 10_00), name="new"))).total == 9_00


async def test_a_sale_above_the_sum_brings_an_offer_once() -> None:
    backend = machine()
    sold = receipt(bread(1, 100_00), card=BORIS)
    settled = await backend.save_sale(selling(sold))
    assert await backend.save_sale(selling(sold)) == settled
    [printed] = settled.to_print
    assert (printed.title, printed.code) == ("Bread again", "")
    assert printed.valid_until is not None and printed.valid_until.day == 17
    assert "new personal offer" in settled.messages[0].text
    again = receipt(bread(1, 10_00), card=BORIS, name="doc-2")
    assert (await priced(backend, again)).total == 5_00
    await backend.save_sale(selling(await priced(backend, again)))
    third = receipt(bread(1, 10_00), card=BORIS, name="doc-3")
    assert (await priced(backend, third)).total == 10_00, "once is once"


@pytest.mark.parametrize("lines", [(bread(1, 99_99),), (bread(1, 500_00, group="gift_cards"),), ()])
async def test_a_sale_below_the_sum_brings_nothing(lines: tuple[Line, ...]) -> None:
    assert (await machine().save_sale(selling(receipt(*lines)))).to_print == ()


async def test_nobody_gets_an_offer_without_a_card() -> None:
    assert (await machine().save_sale(selling(receipt(bread(1, 500_00), card="")))).to_print == ()


async def test_a_cancelled_sale_gives_back_and_takes_back() -> None:
    backend = machine()
    for name in ("doc-1", "doc-2"):
        sold = await priced(backend, receipt(bread(1, 200_00), name=name))
        await backend.save_sale(selling(sold))
        for _turn in range(2):
            await backend.cancel_sale(
                ex.CancelSaleRequest(operation_id=f"{name}:c", receipt=sold, at=MORNING)
            )
    assert (await priced(backend, receipt(bread(1, 10_00), name="new"))).total == 9_00


def returning(sold: Receipt, quantity: int, name: str) -> ex.SaveReturnRequest:
    back = replace(
        receipt(*sold.lines, name=name), of=SaleRef(sold.receipt_id, sold.number, MORNING)
    )
    lines = (ex.LineReturned(number=1, quantity=quantity * ONE),)
    return ex.SaveReturnRequest(operation_id=f"{name}:r", receipt=back, lines=lines, at=MORNING)


async def test_only_a_whole_return_gives_an_offer_back() -> None:
    backend = machine(OFFERS.replace("uses = 2", "uses = 1"))
    sold = await priced(backend, receipt(bread(1, 10_00, 3)))
    await backend.save_sale(selling(sold))
    for _turn in range(3):  # a repetition is one return
        await backend.save_return(returning(sold, 2, "back-1"))
    assert (await priced(backend, receipt(bread(1, 10_00), name="n"))).total == 10_00
    await backend.save_return(returning(sold, 1, "back-2"))
    assert (await priced(backend, receipt(bread(1, 10_00), name="n"))).total == 9_00


async def test_a_return_of_a_sale_that_was_never_told_is_no_trouble() -> None:
    unknown = receipt(bread(1, 10_00), name="elsewhere")
    settled = await machine().save_return(returning(unknown, 1, "back"))
    assert (settled.feedback, settled.messages) == ((), ())


async def test_offers_run_out_and_days_are_counted_from_the_first_start(tmp_path: Path) -> None:
    clock = ManualClock(MORNING)
    offers = parse(OFFERS, Offers, "offers.toml")
    first = SetMachineBackend(offers, Store(tmp_path / "m.db"), clock)
    await first.open(ex.Opening(shop="01", till="01"))
    await first.save_sale(selling(receipt(bread(1, 100_00), card=BORIS)))
    await first.close()
    await clock.move(days=13)
    second = SetMachineBackend(offers, Store(tmp_path / "m.db"), clock)
    asked = [(receipt(bread(1, 10_00), card=card, name="n"), card) for card in (BORIS, ANNA)]

    async def totals() -> list[int]:
        return [
            sum(
                one.amount
                for price in (
                    await second.calculate(ex.CalculateRequest(receipt=bare, at=clock.now()))
                ).lines
                for one in price.discounts
            )
            for bare, _card in asked
        ]

    assert await totals() == [5_00, 1_00]
    await clock.move(days=1)
    assert await totals() == [0, 1_00]
    await clock.move(days=16)
    assert await totals() == [0, 0]
    await second.close()


async def test_data_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    backend = machine(path=tmp_path / "file" / "m.db")
    with pytest.raises(ex.Unavailable):
        await backend.open(ex.Opening(shop="01", till="01"))
    with pytest.raises(ex.Unavailable):
        await backend.save_sale(selling(receipt(bread(1, 10_00))))


# --- a till


@asynccontextmanager
async def a_till() -> AsyncIterator[Stand]:
    backend = machine()
    stand = make_stand(around=lambda _house: backend)
    await stand.till.start()
    try:
        yield stand
    finally:
        await stand.till.close()
        await backend.close()


async def test_a_whole_sale_with_nothing_but_offers() -> None:
    async with a_till() as stand:
        sale = (do.Scan("4600000000015", 3 * ONE), do.Scan(ANNA), do.Calculate(), CASH)
        await stand.do(*sale)
        sold = stand.receipt
        assert sold.total == 149_70 - 14_97
        assert [one.text for one in check_receipt(sold)] == []
        assert "new personal offer: Bread again" in stand.said
        slip = "\n".join(map(str, stand.slips[-1].elements))
        assert "Bread again" in slip
        await stand.do(do.Scan("4600000000015"), do.Scan(ANNA), do.Calculate())
        assert stand.receipt.total == 24_95
        await stand.do(CASH, do.FindSale(sold.number), do.ReturnLine(1, 3 * ONE), do.Refund())
        assert stand.receipt.total == 149_70 - 14_97


async def test_it_has_its_place_in_the_chain_of_the_demo() -> None:
    chain = fixtures.path("chain/ext-loyalty-providers.xml")
    made = await opened(chain, fixtures.path("chain/server.toml"))
    cheese = replace(bread(1, 100_00, sku="10303", group="cheese"), name="Cheese")
    looked = made.chain()
    assert looked is not None
    passage = await looked.passage(receipt(cheese), MORNING)
    own = next(one for one in passage.passed if one.link.system == "set-machine")
    assert own.link.emulated
    assert own.changes[0].rule == "For Anna: 15 % on cheese"
    assert own.changes[0].before < 100_00, "on what earlier links left"
    await made.close()


# --- the file


def test_the_offers_of_the_demo_are_good() -> None:
    offers = load(fixtures.path("chain/offers.toml"), Offers)
    assert len(offers.offer) == 4 and not offers.customers


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("percent = 10", "percent = 10\namount = 5", "exactly one of"),
        ("percent = 10", "", "exactly one of"),
        ("percent = 10", "percent = 101", "field offer.1.percent"),
        ("minimum = 100\n", "", "issued_after: expected a minimum"),
        ('skus = ["1"]', 'levels = ["gold"]', "no coupon"),
        ('id = "gold"', 'id = "again"', "again stands here twice"),
        ("uses = 2", "uses = -1", "line 12, field offer.1.uses: expected 0 or more, got -1"),
        ("days = 30", "color = 1", "unknown field"),
        ("suggest = 1", "suggest = true", "whole number"),
    ],
)
def test_a_bad_file_is_told_with_its_field(was: str, becomes: str, why: str) -> None:
    with pytest.raises(ConfigError, match="offers") as caught:
        parse(OFFERS.replace(was, becomes), Offers, "offers.toml")
    assert why in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        SetMachineBackend.from_options(
            {"offers": "missing.toml"},
            folder=None,
            card=tmp_path / "shop.toml",
            clock=CLOCK,
            ids=counted_ids("m"),
            phone=lambda _message: None,
        )
