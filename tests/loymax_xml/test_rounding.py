"""Rounding as Loymax has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.loymax.desk.rounding import (
    Over,
    Position,
    Target,
    Way,
    corrected,
    divisible,
    payable,
    per_unit,
)
from cashier.money import ONE


@st.composite
def positions(draw: st.DrawFn) -> Position:
    amount = draw(st.integers(0, 100_000))
    discount = draw(st.integers(0, amount) | st.just(0))
    lowest = draw(st.integers(0, amount - discount) | st.just(0))
    return Position(amount, discount, draw(st.integers(0, 50_000)), ONE, lowest)


@given(
    st.lists(positions(), max_size=6),
    st.sampled_from([1, 10, 50, 100, 500]),
    st.sampled_from(Over),
    st.sampled_from(Way),
)
def test_a_corrected_cheque_is_a_multiple_or_as_it_was(
    cheque: list[Position], value: int, over: Over, way: Way
) -> None:
    before = [one.discount for one in cheque]
    after = corrected(cheque, value, over, way)
    total = sum(one.amount for one in cheque) - sum(after)
    assert total % value == 0 or after == before
    assert abs(sum(after) - sum(before)) < value
    for one, discount in zip(cheque, after, strict=True):
        assert 0 <= discount <= max(one.discount, one.amount - one.lowest)
        if way is Way.DOWN:
            assert discount >= one.discount
        if way is Way.DOWN and over is Over.WITHOUT_DISCOUNT and one.discount:
            assert discount == one.discount


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 1000), st.sampled_from(Target))
def test_points_never_pay_more_than_before(
    available: int, total: int, value: int, target: Target
) -> None:
    most = payable(available, total, value, target)
    assert 0 <= most <= min(available, total)
    if most:
        rest = most if target is Target.AVAILABLE_AMOUNT else total - most
        assert rest % value == 0
        assert most > min(available, total) - value


@given(st.integers(0, 10**6), st.integers(1, 50), st.sampled_from([1, 10, 50, 100]))
def test_a_discount_per_unit_divides_evenly(discount: int, pieces: int, step: int) -> None:
    made = per_unit(discount, pieces * ONE, step)
    assert made % pieces == 0
    assert divisible(made, step)
    assert discount - pieces * step < made <= discount


def test_the_difference_is_spread_as_the_offer_says() -> None:
    cheque = [Position(10_000, 130, 10_000), Position(5_000, 0, 2_500), Position(3_000, 0, 3_000)]
    assert corrected(cheque, 100, Over.HIGH_PRICE) == [200, 0, 0]
    assert corrected(cheque, 100, Over.WITHOUT_DISCOUNT) == [130, 44, 26]
    assert sum(corrected(cheque, 100)) == 200
    assert corrected(cheque, 100, way=Way.NEAREST) == [100, 0, 0]
    tie = [Position(10_050, 100, 10_000)]
    assert corrected(tie, 100, way=Way.NEAREST) == [150]


def test_a_cheque_without_discounts_has_none_to_correct() -> None:
    assert corrected([Position(10_037)], 100) == [0]
    assert corrected([], 100) == []


def test_goods_by_weight_have_nothing_to_divide_by() -> None:
    assert per_unit(101, 1_500) == 101
    assert per_unit(101, 400) == 101


def test_payments_are_corrected_by_what_is_left_or_by_what_is_available() -> None:
    assert payable(5_050, 10_020, 100, Target.AVAILABLE_AMOUNT) == 5_000
    assert payable(5_050, 10_020, 100, Target.CHEQUE_AMOUNT) == 5_020
    assert payable(50, 10_020, 1000, Target.CHEQUE_AMOUNT) == 20
    assert payable(10, 10_020, 1000, Target.CHEQUE_AMOUNT) == 0


def test_a_step_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="roundValue"):
        corrected([], 0)
    with pytest.raises(ValueError, match="roundValue"):
        payable(1, 1, 0, Target.CHEQUE_AMOUNT)
    assert divisible(500, 100)
    assert not divisible(550, 100)
