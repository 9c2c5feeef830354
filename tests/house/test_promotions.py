"""Promotions: each kind, each condition, who wins, what adds up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house.counter import MONDAY, Counter, MakeCounter, line, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from cashier import i18n
from cashier.checks import check_receipt
from cashier.exchange import CalculateRequest, Calculation
from cashier.money import ONE
from cashier.receipt import Buyer, Identifier, IdentifierKind, Line, MessageTo, Source


def rule(name: str, kind: str, fields: str, when: str = "") -> str:
    """One promotion in TOML."""
    text = f'[[promotion]]\nid = "{name}"\nkind = "{kind}"\nname = "{name}"\n{fields}\n'
    return text + (f"[promotion.when]\n{when}\n" if when else "")


async def ask(counter: Counter, *lines: Line, card: str = "") -> Calculation:
    return await counter.calculate(await counter.receipt(*lines, card=card))


async def cheaper(counter: Counter, *lines: Line, card: str = "") -> dict[int, int]:
    """Minor units off, by line."""
    answer = await ask(counter, *lines, card=card)
    return {one.number: sum(d.amount for d in one.discounts) for one in answer.lines}


async def why(counter: Counter, *lines: Line) -> list[str]:
    answer = await ask(counter, *lines)
    return [given.why for given in answer.lines[0].discounts]


# --- kinds ----------------------------------------------------------------------------------


async def test_a_percent_takes_a_part_of_the_line_and_says_how(make: MakeCounter) -> None:
    counter = make(rule("p", "percent", "percent = 10"))
    assert await cheaper(counter, line(price=119_95)) == {1: 12_00}
    assert await why(counter, line(price=119_95)) == ["10 % of 119.95"]


async def test_an_amount_is_taken_off_each_piece(make: MakeCounter) -> None:
    counter = make(rule("p", "amount", 'amount = "7.50"'))
    assert await cheaper(counter, line(quantity=3 * ONE)) == {1: 22_50}
    assert await why(counter, line(quantity=3 * ONE)) == ["7.50 off each, 3 of them"]


async def test_a_special_price_replaces_the_price(make: MakeCounter) -> None:
    counter = make(rule("p", "price", "price = 80"))
    assert await cheaper(counter, line(quantity=2 * ONE)) == {1: 40_00}
    assert await why(counter, line()) == ["price 80.00 instead of 100.00, 1 of them"]


async def test_a_special_price_above_the_price_gives_nothing(make: MakeCounter) -> None:
    assert await cheaper(make(rule("p", "price", "price = 120")), line()) == {}


async def test_three_for_two_frees_the_cheapest_and_spreads_the_gain(make: MakeCounter) -> None:
    counter = make(rule("p", "n_for_m", "take = 3\npay = 2"))
    lines = [line("1", 100_00), line("2", 50_00), line("3", 150_00)]
    gain = await cheaper(counter, *lines)
    assert sum(gain.values()) == 50_00
    assert gain == {1: 16_67, 2: 8_33, 3: 25_00}


async def test_three_for_two_counts_whole_sets_only(make: MakeCounter) -> None:
    counter = make(rule("p", "n_for_m", "take = 3\npay = 2"))
    assert await cheaper(counter, line(quantity=2 * ONE)) == {}
    assert await cheaper(counter, line(quantity=8 * ONE)) == {1: 200_00}


async def test_goods_by_weight_are_no_pieces_of_a_set(make: MakeCounter) -> None:
    counter = make(rule("p", "n_for_m", "take = 3\npay = 2"))
    assert await cheaper(counter, line(quantity=3 * ONE, unit="kg")) == {}


async def test_a_threshold_gives_a_percent_from_its_sum_on(make: MakeCounter) -> None:
    counter = make(rule("p", "threshold", "percent = 5", "minimum = 300"))
    assert await cheaper(counter, line(price=299_99)) == {}
    assert await cheaper(counter, line(price=300_00)) == {1: 15_00}
    assert await why(counter, line(price=300_00)) == ["5 % of 300.00; bought for 300.00 or more"]


async def test_a_threshold_spreads_an_amount_over_its_goods(make: MakeCounter) -> None:
    counter = make(rule("p", "threshold", "amount = 100", "minimum = 300"))
    assert await cheaper(counter, line("1", 200_00), line("2", 100_00)) == {1: 66_67, 2: 33_33}


async def test_what_is_missing_to_a_threshold_is_told_when_it_is_little(make: MakeCounter) -> None:
    counter = make(rule("p", "threshold", "percent = 5", "minimum = 300"))
    near = await ask(counter, line(price=280_00))
    far = await ask(counter, line(price=100_00))
    assert [m.text for m in near.messages] == ["20.00 more and the promotion applies: p"] * 2
    assert {m.to for m in near.messages} == {MessageTo.CASHIER, MessageTo.CUSTOMER}
    assert far.messages == ()


async def test_a_gift_is_offered_and_free_once_it_is_on_the_receipt(make: MakeCounter) -> None:
    counter = make(rule("p", "gift", 'gifts = ["9"]', 'groups = ["bread"]\nminimum = 200'))
    few = await ask(counter, line())
    offered = await ask(counter, line(price=200_00))
    taken = await ask(counter, line(price=200_00), line("9", 30_00, 2 * ONE, group="toys"))
    assert few.gifts == ()
    assert [(g.skus, g.quantity) for g in offered.gifts] == [(("9",), ONE)]
    assert taken.gifts == ()
    assert [(p.number, p.discounts[0].amount) for p in taken.lines] == [(2, 30_00)]


async def test_a_gift_costs_no_less_than_its_lowest_price(make: MakeCounter) -> None:
    counter = make(rule("p", "gift", 'gifts = ["9"]', 'groups = ["bread"]'))
    gift = line("9", 30_00, group="toys", lowest=1)
    assert await cheaper(counter, line(), gift) == {2: 29_99}


async def test_a_bonus_adds_points_and_takes_no_money(make: MakeCounter) -> None:
    counter = make(
        rule("a", "bonus", "percent = 10", 'groups = ["bread"]')
        + rule("b", "bonus", "points = 7\neach = true", 'groups = ["milk"]')
        + rule("c", "bonus", "points = 30", "minimum = 200")
    )
    answer = await ask(counter, line(), line("2", group="milk", quantity=2 * ONE), card="A1")
    assert answer.lines == ()
    assert answer.earn == 15_00 + 10_00 + 14_00 + 30_00


async def test_a_receipt_is_rounded_down_to_a_whole_unit_last(make: MakeCounter) -> None:
    counter = make(rule("r", "round", "unit = 1") + rule("p", "percent", "percent = 3"))
    answer = await ask(counter, line(price=99_90), line("2", 10_55))
    given = [discount for price in answer.lines for discount in price.discounts]
    assert (99_90 + 10_55 - sum(d.amount for d in given)) % 100 == 0
    assert [d.rule for d in answer.lines[0].discounts] == ["p", "r"]


async def test_a_receipt_that_cannot_be_made_whole_is_left_alone(make: MakeCounter) -> None:
    counter = make(rule("r", "round", "unit = 1"))
    assert await cheaper(counter, line(price=99_90, lowest=99_80)) == {}


async def test_a_coupon_to_print_is_shown_before_it_has_a_number(make: MakeCounter) -> None:
    coupon = '[[coupon]]\nid = "c"\nkind = "printed"\nname = "Next time"\nends_in_days = 7\n'
    counter = make(coupon + rule("p", "print", 'coupon = "c"', "minimum = 100"))
    answer = await ask(counter, line())
    assert [(c.code, c.title) for c in answer.to_print] == [("", "Next time")]
    assert answer.to_print[0].valid_until == MONDAY + timedelta(days=7)
    assert (await ask(counter, line(price=99_99))).to_print == ()


# --- conditions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "sku", "group", "holds"),
    [
        ('groups = ["bread"]', "1", "bread", True),
        ('groups = ["bread"]', "1", "milk", False),
        ('skus = ["1"]', "1", "milk", True),
        ('skus = ["1"]', "2", "bread", False),
        ('skus = ["1"]\ngroups = ["bread"]', "2", "bread", True),
        ('except_groups = ["milk"]', "1", "milk", False),
        ('except_skus = ["1"]', "1", "bread", False),
        ("pieces = 2", "1", "bread", False),
    ],
)
async def test_goods_decide(
    make: MakeCounter, when: str, sku: str, group: str, *, holds: bool
) -> None:
    counter = make(rule("p", "percent", "percent = 10", when))
    assert bool(await cheaper(counter, line(sku, group=group))) is holds


@pytest.mark.parametrize(
    ("when", "hours", "holds"),
    [
        ('hours = "09:00-11:00"', 0, True),
        ('hours = "09:00-10:00"', 0, False),
        ('hours = "22:00-11:00"', 0, True),
        ('hours = "22:00-11:00"', 2, False),
        ('weekdays = ["mon"]', 0, True),
        ('weekdays = ["tue", "sun"]', 0, False),
        ("since = 2026-11-23", 0, True),
        ("since = 2026-11-24", 0, False),
        ("until = 2026-11-23", 13, True),
        ("until = 2026-11-23", 14, False),
    ],
)
async def test_the_time_decides(make: MakeCounter, when: str, hours: int, *, holds: bool) -> None:
    counter = make(rule("p", "percent", "percent = 10", when))
    await counter.clock.move(hours=hours)
    assert bool(await cheaper(counter, line())) is holds


async def test_the_level_decides_and_a_blocked_card_has_none(make: MakeCounter) -> None:
    counter = make(rule("p", "percent", "percent = 10", 'levels = ["base"]'))
    assert await cheaper(counter, line(), card="A1") == {1: 10_00}
    assert await cheaper(counter, line(), card="A2") == {}
    assert await cheaper(counter, line(), card="B-blocked") == {}
    answer = await ask(counter, line(), card="A1")
    assert answer.lines[0].discounts[0].source is Source.LEVEL


async def test_a_buyer_who_is_not_verified_gets_no_discount_of_his_level(
    make: MakeCounter,
) -> None:
    counter = make(rule("p", "percent", "percent = 10", 'levels = ["base"]'))
    receipt = await counter.receipt(line())
    typed = replace(receipt, buyer=Buyer(Identifier(IdentifierKind.PHONE, "+79001234502")))
    answer = await counter.calculate(typed)
    assert answer.lines == ()
    assert answer.earn == 5_00
    assert (await counter.sell(typed)).earned == answer.earn


async def test_excluded_goods_get_no_discount_and_do_not_count(make: MakeCounter) -> None:
    counter = make(rule("p", "threshold", "percent = 10", "minimum = 150"))
    smoke = line("2", group="tobacco")
    assert await cheaper(counter, line(), smoke) == {}
    assert await cheaper(counter, line(price=150_00), smoke) == {1: 15_00}


# --- who wins -------------------------------------------------------------------------------


async def test_of_competing_promotions_the_best_for_the_buyer_wins(make: MakeCounter) -> None:
    counter = make(
        rule("small", "percent", "percent = 5\npriority = 9")
        + rule("big", "amount", "amount = 30")
        + rule("middle", "price", "price = 80")
    )
    answer = await ask(counter, line())
    assert [d.rule for d in answer.lines[0].discounts] == ["big"]


async def test_of_equal_promotions_the_higher_priority_wins(make: MakeCounter) -> None:
    counter = make(
        rule("low", "percent", "percent = 10") + rule("high", "amount", "amount = 10\npriority = 1")
    )
    answer = await ask(counter, line())
    assert [d.rule for d in answer.lines[0].discounts] == ["high"]


async def test_a_set_wins_only_if_it_gives_more_on_the_whole(make: MakeCounter) -> None:
    three = rule("set", "n_for_m", "take = 3\npay = 2")
    lines = [line("1", 100_00), line("2", 100_00), line("3", 100_00)]
    strong = make(three + rule("p", "percent", "percent = 40"))
    weak = make(three + rule("p", "percent", "percent = 30"))
    assert await cheaper(strong, *lines) == {1: 40_00, 2: 40_00, 3: 40_00}
    assert sum((await cheaper(weak, *lines)).values()) == 100_00


async def test_a_set_that_loses_one_line_loses_them_all(make: MakeCounter) -> None:
    counter = make(
        rule("set", "n_for_m", "take = 2\npay = 1\npriority = 5", 'groups = ["bread"]')
        + rule("big", "threshold", "amount = 150", 'minimum = 100\nskus = ["1", "3"]')
        + rule("p", "percent", "percent = 1")
    )
    lines = [line("1"), line("2"), line("3", group="milk")]
    answer = await ask(counter, *lines)
    assert {p.number: p.discounts[0].rule for p in answer.lines} == {1: "big", 2: "p", 3: "big"}


async def test_summable_promotions_come_on_top_by_priority(make: MakeCounter) -> None:
    counter = make(
        rule("last", "percent", "percent = 10\nsummable = true\npriority = 1")
        + rule("first", "amount", "amount = 20\nsummable = true\npriority = 2")
        + rule("alone", "percent", "percent = 50")
    )
    answer = await ask(counter, line())
    given = [(d.rule, d.amount) for d in answer.lines[0].discounts]
    assert given == [("alone", 50_00), ("first", 20_00), ("last", 3_00)]


async def test_no_line_goes_below_its_lowest_price_and_why_says_so(make: MakeCounter) -> None:
    counter = make(
        rule("a", "percent", "percent = 50") + rule("b", "percent", "percent = 50\nsummable = true")
    )
    answer = await ask(counter, line(lowest=90_00))
    assert [d.amount for d in answer.lines[0].discounts] == [10_00]
    assert answer.lines[0].discounts[0].why == "50 % of 100.00; not below the lowest price"


async def test_names_are_told_in_the_language_of_now(make: MakeCounter) -> None:
    text = rule("p", "percent", "percent = 10").replace(
        'name = "p"', 'name = { ru = "Скидка", en = "Discount" }'
    )
    counter = make(text)
    english = await ask(counter, line())
    i18n.set_language("ru")
    russian = await ask(counter, line())
    assert english.lines[0].discounts[0].name == "Discount"
    assert russian.lines[0].discounts[0].name == "Скидка"


async def test_discounts_that_are_on_the_lines_already_are_not_counted(make: MakeCounter) -> None:
    counter = make(rule("p", "percent", "percent = 10"))
    receipt = await counter.priced(await counter.receipt(line()))
    again = CalculateRequest(receipt=receipt, at=counter.now)
    assert (await counter.house.calculate(again)).lines[0].discounts[0].amount == 10_00


# --- whatever is bought ---------------------------------------------------------------------

EVERYTHING = rules_of(
    rule("a", "percent", 'percent = "12.5"', 'groups = ["bread"]')
    + rule("b", "amount", 'amount = "3.33"', 'groups = ["milk", "bread"]')
    + rule("c", "price", 'price = "9.99"', 'skus = ["1"]')
    + rule("d", "n_for_m", "take = 3\npay = 2", 'groups = ["milk", "toys"]')
    + rule("e", "threshold", "percent = 5\nsummable = true", "minimum = 50")
    + rule("f", "threshold", "amount = 20", 'minimum = 60\ngroups = ["toys"]')
    + rule("g", "threshold", "amount = 11\nsummable = true", "minimum = 30")
    + rule("h", "gift", 'gifts = ["2"]\nquantity = 2', 'groups = ["milk"]')
    + rule("i", "round", "unit = 1")
    + rule("j", "bonus", "points = 3\neach = true", 'groups = ["toys"]')
)

LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(["1", "2", "3"]),
        st.integers(1, 50_00),
        st.one_of(st.integers(1, 9).map(lambda n: n * ONE), st.integers(1, 5000)),
        group=st.sampled_from(["bread", "milk", "tobacco", "toys", "unheard of"]),
        unit=st.sampled_from(["pc", "kg"]),
        lowest=st.integers(0, 60_00),
    ).map(lambda one: replace(one, lowest=min(one.lowest, one.price))),
    min_size=1,
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(lines=LINES)
async def test_whatever_is_bought_lines_add_up_and_none_goes_below_its_floor(
    lines: list[Line],
) -> None:
    counter = Counter(EVERYTHING)
    receipt = await counter.priced(await counter.receipt(*lines, card="A1"))
    assert all(one.floor <= one.total <= one.amount for one in receipt.lines)
    assert all(given.amount > 0 and given.why for one in receipt.lines for given in one.discounts)
    assert check_receipt(receipt) == []
    assert all(not one.discounts for one in receipt.lines if one.group == "tobacco")
    await counter.house.close()


@settings(max_examples=80, deadline=None)
@given(lines=LINES)
async def test_a_calculation_asked_twice_answers_the_same(lines: list[Line]) -> None:
    counter = Counter(EVERYTHING)
    receipt = await counter.receipt(*lines, card="A1")
    assert await counter.calculate(receipt) == await counter.calculate(receipt)
    await counter.house.close()
