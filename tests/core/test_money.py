"""Amounts: exact, rounded in one place, spread to the last kopeck."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cashier.money import (
    ONE,
    BadNumber,
    Currency,
    cost,
    parse_amount,
    parse_points,
    parse_quantity,
    percent,
    rounded,
    share,
    show,
    show_quantity,
    spread,
)

AMOUNTS = st.integers(0, 10**9)
PARTS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=30)


# --- rounding


@pytest.mark.parametrize(
    ("numerator", "denominator", "result"),
    [(5, 10, 1), (4, 10, 0), (-5, 10, -1), (-4, 10, 0), (5, -10, -1), (15, 10, 2), (25, 10, 3)],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, result: int) -> None:
    assert rounded(numerator, denominator) == result


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_is_that_of_decimal(numerator: int, denominator: int) -> None:
    exact = Decimal(numerator) / Decimal(denominator)
    assert rounded(numerator, denominator) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_costs_and_percents_round_at_the_line() -> None:
    assert cost(13_990, 450) == 6296  # 62.955
    assert cost(100, 3 * ONE) == 300
    assert percent(12_345, 1000) == 1235  # 10 % of 123.45


# --- shares


@given(AMOUNTS, st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_part_shares_add_up_to_the_whole(whole: int, parts: list[int]) -> None:
    of, before, given_back = sum(parts), 0, []
    for part in parts:
        given_back.append(share(whole, before + part, of) - share(whole, before, of))
        before += part
    assert sum(given_back) == whole
    assert min(given_back) >= 0


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(100, 0, 0) == 0


# --- spreading


@given(PARTS, st.data())
def test_a_spread_adds_up_and_keeps_to_the_caps(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    weights, most = [part[0] for part in parts], [part[1] for part in parts]
    whole = data.draw(st.integers(0, sum(most)))
    found = spread(whole, weights, most)
    assert sum(found) == whole
    assert all(0 <= part <= cap for part, cap in zip(found, most, strict=True))


@given(st.lists(AMOUNTS, min_size=1, max_size=30), st.data())
def test_a_spread_is_in_proportion_to_the_kopeck(weights: list[int], data: st.DataObject) -> None:
    whole = data.draw(st.integers(0, sum(weights)))
    for part, weight in zip(spread(whole, weights), weights, strict=True):
        assert abs(part * sum(weights) - whole * weight) <= sum(weights)
        assert part <= weight


def test_what_does_not_fit_goes_to_the_others() -> None:
    assert spread(100, [50, 50], [10, 200]) == [10, 90]
    assert spread(7, [0, 10], [5, 5]) == [2, 5]
    assert spread(10, [0, 0, 0], [5, 5, 5]) == [3, 4, 3]


@pytest.mark.parametrize(
    ("whole", "weights", "most"),
    [(101, [50, 50], None), (-1, [50], None), (1, [], None), (3, [-5, 5], [5, 5]), (1, [1], [-1])],
)
def test_what_cannot_be_spread_is_refused(
    whole: int, weights: list[int], most: list[int] | None
) -> None:
    with pytest.raises(ValueError, match=r"fit|below zero"):
        spread(whole, weights, most)


def test_a_cap_below_zero_is_no_room() -> None:
    assert spread(10, [1, 1], [-5, 10]) == [0, 10]


# --- reading and showing


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,50", 123_450),
        ("1\u00a0234\u202f567.5", 123_456_750),
        (" 5 ", 500),
        ("5.", 500),
        (",5", 50),
        ("-12.34", -1234),
        ("-.5", -50),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: int) -> None:
    assert parse_amount(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "--1",
        "1.234",
        "1,234.50",
        "1e3",
        "0x1",
        "+5",
        "٣",
        "²",
        "1_000",
        "inf",
        "9" * 13,
        "1\n2",
        "9" * 5000,
        "1-",
        "1.-5",
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadNumber):
        parse_amount(text)


def test_digits_follow_what_is_counted() -> None:
    assert parse_points("12,5") == 1250
    assert parse_quantity("0,450") == 450
    assert parse_amount("12", Currency("JPY", "¥", 0)) == 12
    with pytest.raises(BadNumber):
        parse_amount("12.5", Currency("JPY", "¥", 0))
    assert Currency().unit == 100


@given(
    st.integers(1 - 10**12, 10**12 - 1),
    st.sampled_from([0, 2, 3]),
    st.sampled_from([",", "."]),
    st.sampled_from([" ", "\u00a0", ""]),
)
def test_what_is_shown_reads_back(value: int, digits: int, comma: str, group: str) -> None:
    text = show(value, digits, comma=comma, group=group)
    assert parse_amount(text, Currency("XXX", "", digits)) == value


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0, 2, "0.00"), (-5, 2, "-0.05"), (123_450, 2, "1 234.50"), (1_000_000, 0, "1 000 000")],
)
def test_amounts_are_shown_in_groups(value: int, digits: int, text: str) -> None:
    assert show(value, digits) == text


def test_whole_pieces_are_shown_without_a_point() -> None:
    assert show_quantity(3 * ONE) == "3"
    assert show_quantity(450, comma=",") == "0,450"
    assert show_quantity(-1500) == "-1.500"


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        value = parse_quantity(text)
    except BadNumber:
        value = 0
    assert abs(value) < 10**16
