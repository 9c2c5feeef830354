"""Prices: each link sees what the earlier ones left; what cannot be true does not count."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from chain.systems import (
    CARD,
    Liar,
    Together,
    Trouble,
    amounts,
    chain,
    house,
    opened,
    percent,
    priced,
    promotion,
    receipt,
    sale,
)
from hypothesis import given
from hypothesis import strategies as st
from stand import MORNING

from cashier import exchange as ex
from cashier.links import State
from cashier.receipt import Coupon, Discount, Identifier, IdentifierKind, Source


async def test_each_link_sees_what_the_earlier_ones_left() -> None:
    made = await opened(chain(("a", percent("A", 10)), ("b", percent("B", 10))))
    got = await priced(made, receipt(10_000))
    assert amounts(got.lines[0].discounts) == [("a", 1_000), ("b", 900)]
    assert got.total == 8_100
    assert all(one.why for one in got.lines[0].discounts)


async def test_the_order_decides_the_price() -> None:
    threshold = promotion('kind = "threshold"\namount = 100\n[promotion.when]\nminimum = 95', "T")
    ten, off = percent("Ten", 10), house("Off", threshold)
    first = await priced(await opened(chain(("ten", ten), ("off", off))), receipt(10_000))
    last = await priced(await opened(chain(("off", off), ("ten", ten))), receipt(10_000))
    assert (first.total, last.total) == (9_000, 0)


async def test_a_discount_by_hand_is_there_before_all() -> None:
    line = receipt(10_000).lines[0]
    by_hand = Discount(Source.HAND, "hand", "By hand", 1_000)
    bare = replace(receipt(), lines=(replace(line, discounts=(by_hand,)),))
    made = await opened(chain(("a", percent("A", 10)), ("b", percent("B", 10))))
    assert amounts((await priced(made, bare)).lines[0].discounts) == [
        ("", 1000),
        ("a", 900),
        ("b", 810),
    ]


async def test_a_link_that_is_down_is_passed_by_and_named() -> None:
    down = Trouble(percent("B", 50))
    made = await opened(chain(("a", percent("A", 10)), ("Bravo", down), ("c", percent("C", 10))))
    down.fail("calculate")
    got = await priced(made, receipt(10_000))
    assert amounts(got.lines[0].discounts) == [("a", 1_000), ("c", 900)]
    assert got.applied is not None
    assert got.applied.messages[0].text.startswith("Bravo gives nothing")


async def test_a_system_that_was_silent_at_the_start_is_asked_again() -> None:
    late = Trouble(percent("B", 50))
    late.fail("open")
    made = await opened(chain(("a", percent("A", 10)), ("b", late)))
    assert (await priced(made, receipt(10_000))).total == 9_000
    late.errors.clear()
    assert (await priced(made, receipt(10_000))).total == 4_500


async def test_where_nobody_answers_the_chain_does_not_open() -> None:
    silent = Trouble(percent("A", 10))
    silent.fail("open")
    with pytest.raises(ex.Unavailable):
        await opened(chain(("a", silent)))


async def test_another_currency_is_passed_by() -> None:
    class Euro(Trouble):
        async def open(self, opening: ex.Opening) -> ex.System:
            return (await super().open(opening)).model_copy(update={"currency": "EUR"})

    made = await opened(chain(("a", percent("A", 10)), ("b", Euro(percent("B", 50)))))
    got = await priced(made, receipt(10_000))
    assert got.total == 9_000
    assert got.applied is not None
    assert "EUR" in got.applied.messages[0].text


def _lie(**changed: Any) -> Liar:
    def lie(_request: ex.CalculateRequest, answer: ex.Calculation) -> ex.Calculation:
        return answer.model_copy(update=changed)

    return Liar(percent("Liar", 50), lie)


def _price(number: int, *off: int) -> ex.LinePrice:
    given = tuple(Discount(Source.PROMOTION, "lie", "Lie", amount) for amount in off)
    return ex.LinePrice(number=number, discounts=given)


@pytest.mark.parametrize(
    "lines",
    [
        (_price(1, 10_000),),
        (_price(1, 5_000, 5_000),),
        (_price(1, -5),),
        (_price(1, 20_000, -15_000),),
        (_price(7, 100),),
    ],
)
async def test_what_cannot_be_is_contained_and_named(lines: tuple[ex.LinePrice, ...]) -> None:
    made = await opened(chain(("a", percent("A", 10)), ("Lima", _lie(lines=lines))))
    got = await priced(made, receipt(10_000, 5_000))
    assert got.total == 13_500
    assert got.applied is not None
    assert any("Lima" in message.text for message in got.applied.messages)


async def test_the_lines_that_can_be_true_count() -> None:
    lines = (_price(1, 100), _price(2, 999_999), _price(1, 100))
    made = await opened(chain(("Lima", _lie(lines=lines))))
    got = await priced(made, receipt(10_000, 5_000))
    assert [line.discount for line in got.lines] == [100, 0]


async def test_a_line_stays_at_its_lowest_price() -> None:
    bare = receipt(10_000)
    bare = replace(bare, lines=(replace(bare.lines[0], lowest=9_500),))
    made = await opened(chain(("a", percent("A", 10)), ("Lima", _lie(lines=(_price(1, 1),)))))
    assert (await priced(made, bare)).total == 9_500


async def test_points_below_zero_are_not_promised() -> None:
    got = await priced(await opened(chain(("Lima", _lie(earn=-7, lines=())))), receipt(10_000))
    assert got.applied is not None
    assert got.applied.earn == 0


@given(
    off=st.lists(
        st.tuples(st.integers(-3, 9), st.lists(st.integers(-(10**7), 10**7), max_size=3)),
        max_size=5,
    ),
    costs=st.lists(st.integers(1, 100_000), min_size=1, max_size=4),
)
def test_whatever_a_link_answers_the_receipt_is_right(
    off: list[tuple[int, list[int]]], costs: list[int]
) -> None:
    async def sell() -> None:
        lines = tuple(_price(number, *some) for number, some in off)
        made = await opened(chain(("a", percent("A", 10)), ("Lima", _lie(lines=lines))))
        got = await priced(made, receipt(*costs))
        assert all(0 <= line.total <= line.amount for line in got.lines)
        assert all(one.amount >= 0 for line in got.lines for one in line.discounts)

    asyncio.run(sell())


# --- several are asked at the same time


async def test_who_it_is_all_are_asked_at_once_and_the_first_in_order_says() -> None:
    gate = asyncio.Barrier(3)
    systems = [
        (name, Together(house(name, points=at), gate))
        for at, name in ((10, "a"), (20, "b"), (30, "c"))
    ]
    made = await opened(chain(*systems))
    who = Identifier(IdentifierKind.CARD, CARD)
    found = await made.identify(ex.IdentifyRequest(identifier=who, at=MORNING))
    assert isinstance(found, ex.Found)
    assert found.cards[0].available == 1_000
    assert [message.text for message in found.messages] == ["b: 20 points", "c: 30 points"]


async def test_nobody_knows_the_buyer_only_if_all_say_so() -> None:
    silent = Trouble(house("B"))
    made = await opened(chain(("a", house("A")), ("Bravo", silent)))
    who = Identifier(IdentifierKind.CARD, "2900000009999")
    assert await made.identify(ex.IdentifyRequest(identifier=who, at=MORNING)) == ex.NotFound()
    silent.fail("identify")
    with pytest.raises(ex.Unavailable, match="B: "):
        await made.identify(ex.IdentifyRequest(identifier=who, at=MORNING))
    known = Identifier(IdentifierKind.CARD, CARD)
    found = await made.identify(ex.IdentifyRequest(identifier=known, at=MORNING))
    assert isinstance(found, ex.Found)


async def test_a_system_that_does_not_know_the_card_sees_no_buyer() -> None:
    stranger = Trouble(house("A", card="2900000000999"))
    made = await opened(chain(("a", stranger), ("b", percent("B", 10))))
    who = Identifier(IdentifierKind.CARD, CARD)
    await made.identify(ex.IdentifyRequest(identifier=who, at=MORNING))
    sold = await priced(made, receipt(10_000))
    await made.save_sale(sale(sold))
    for name in ("calculate", "save_sale"):
        (asked,) = stranger.requests(name)
        assert isinstance(asked, ex.CalculateRequest | ex.SaveSaleRequest)
        assert asked.receipt.buyer is None


async def test_no_total_sends_a_code_to_the_customer() -> None:
    """A system that wants one for a card is asked once, and sees no buyer."""

    class Careful(Trouble):
        async def identify(self, request: ex.IdentifyRequest) -> ex.ConfirmationRequired:
            self.heard.append(("identify", request))
            by = ex.ConfirmBy.PHONE
            return ex.ConfirmationRequired(
                challenge="c", channel=by, masked="*", seconds=90, attempts=3
            )

    careful = Careful(percent("B", 10))
    made = await opened(chain(("a", percent("A", 10)), ("b", careful)))
    for _turn in range(3):
        await priced(made, receipt(10_000))
    assert len(careful.requests("identify")) == 1
    asked = careful.requests("calculate")[-1]
    assert isinstance(asked, ex.CalculateRequest)
    assert asked.receipt.buyer is None


async def test_a_system_sees_the_buyer_by_its_own_card() -> None:
    """Found by phone, each knows another card of his."""
    other = Trouble(house("B", card="7700000000001", points=900))
    made = await opened(chain(("a", house("A")), ("b", other), payer="b"))
    who = Identifier(IdentifierKind.PHONE, "+79000000001")
    found = await made.identify(ex.IdentifyRequest(identifier=who, at=MORNING))
    assert isinstance(found, ex.Found)
    assert found.cards[0].number == CARD
    sold = await priced(made, receipt(10_000))
    offer = await made.points(ex.PointsRequest(receipt=sold, at=MORNING))
    assert offer.balance == 90_000
    (asked,) = other.requests("points")
    assert isinstance(asked, ex.PointsRequest)
    assert asked.receipt.buyer is not None
    assert asked.receipt.buyer.card is not None
    assert asked.receipt.buyer.card.number == "7700000000001"


async def test_a_coupon_belongs_to_the_system_that_takes_it() -> None:
    rules = promotion('kind = "percent"\npercent = 20\n[promotion.when]\ncoupon = "c"', "Off")
    rules += '[[coupon]]\nid = "c"\nkind = "reusable"\nname = "Code"\ncodes = ["TWENTY"]\n'
    other = Trouble(percent("A", 10))
    made = await opened(chain(("a", other), ("b", house("B", rules))))
    bare = receipt(10_000)
    coupon = await made.check_coupon(ex.CheckCouponRequest(receipt=bare, code="TWENTY", at=MORNING))
    got = await priced(made, replace(bare, coupons=(coupon,)))
    assert amounts(got.lines[0].discounts) == [("a", 1_000), ("b", 1_800)]
    (asked,) = other.requests("calculate")
    assert isinstance(asked, ex.CalculateRequest)
    assert asked.receipt.coupons == ()
    assert got.applied is not None
    assert not any("TWENTY" in message.text for message in got.applied.messages)


async def test_after_a_restart_coupon_and_card_are_asked_about_anew() -> None:
    rules = promotion('kind = "percent"\npercent = 20\n[promotion.when]\ncoupon = "c"', "Off")
    rules += '[[coupon]]\nid = "c"\nkind = "reusable"\nname = "Code"\ncodes = ["TWENTY"]\n'
    made = await opened(chain(("a", percent("A", 10)), ("b", house("B", rules))))
    got = await priced(made, replace(receipt(10_000), coupons=(Coupon("TWENTY"),)))
    assert got.total == 7_200


async def test_a_coupon_that_nobody_takes_is_refused_with_the_most_telling_no() -> None:
    rules = '[[coupon]]\nid = "c"\nkind = "reusable"\nname = "Code"\ncodes = ["OLD"]\n'
    rules += "ends_in_days = -1\n"
    made = await opened(chain(("a", house("A")), ("b", house("B", rules))))
    with pytest.raises(ex.Refused) as no:
        await made.check_coupon(ex.CheckCouponRequest(receipt=receipt(100), code="OLD", at=MORNING))
    assert no.value.reason is ex.Reason.EXPIRED


# --- to be looked at


async def test_the_passage_shows_the_receipt_after_every_link() -> None:
    down = Trouble(percent("B", 50))
    made = await opened(
        chain(("a", percent("A", 10)), ("b", down), ("Lima", _lie(lines=(_price(1, -1),))))
    )
    down.fail("calculate")
    view = made.chain()
    assert view is not None
    passage = await view.passage(receipt(10_000, 5_000), MORNING)
    states = [(one.link.id, one.state, one.before, one.after) for one in passage.passed]
    assert states == [
        ("a", State.PASSED, 15_000, 13_500),
        ("b", State.DOWN, 13_500, 13_500),
        ("Lima", State.CONTAINED, 13_500, 13_500),
    ]
    first = passage.passed[0].changes[0]
    assert (first.goods, first.before, first.after, first.rule) == ("Goods 1", 10_000, 9_000, "A")
    assert "10" in first.why
    assert passage.total == 13_500


async def test_the_best_and_the_worst_order_are_named() -> None:
    threshold = promotion('kind = "threshold"\namount = 20\n[promotion.when]\nminimum = 95', "T")
    rounding = promotion('kind = "round"\nunit = 10', "Round")
    systems = (
        ("ten", percent("Ten", 10)),
        ("off", house("Off", threshold)),
        ("round", house("R", rounding)),
    )
    made = await opened(chain(*systems, last=["round"]))
    view = made.chain()
    assert view is not None
    orders = await view.orders(receipt(10_005), MORNING)
    assert orders.best.order == ("off", "ten", "round")
    assert orders.worst.order == ("ten", "off", "round")
    assert (orders.tried, orders.possible) == (2, 2)
    assert orders.best.total < orders.worst.total
    again = await view.passage(receipt(10_005), MORNING, orders.best.order)
    assert again.total == orders.best.total


async def test_of_very_many_orders_some_are_tried_and_it_is_said() -> None:
    made = await opened(chain(*[(f"l{n}", percent(f"L{n}", n)) for n in range(1, 9)]))
    view = made.chain()
    assert view is not None
    orders = await view.orders(receipt(10_000), MORNING)
    assert orders.possible == 40_320
    assert 0 < orders.tried < orders.possible
