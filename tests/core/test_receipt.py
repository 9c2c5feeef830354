"""The receipt: what adds up between its lines, discounts, points and money."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from cashier.money import ONE, share, spread
from cashier.receipt import (
    Applied,
    Discount,
    Line,
    Receipt,
    Source,
    Tender,
    TenderKind,
    line_of,
)

EMPTY = Receipt("id", datetime(2026, 5, 1, tzinfo=UTC))
SALES = st.from_type(Receipt)


@given(SALES)
def test_lines_and_discounts_add_up_to_the_receipt(sale: Receipt) -> None:
    assert sale.amount - sale.discount == sale.total == sum(line.total for line in sale.lines)
    assert sale.total >= sum(line.floor for line in sale.lines)


@given(SALES, st.data())
def test_points_spread_over_the_lines_keep_every_floor(sale: Receipt, data: st.DataObject) -> None:
    bare = sale.uncalculated()
    caps = [line.total - line.floor for line in bare.lines]
    money = data.draw(st.integers(0, sum(caps)))
    parts = spread(money, [line.total for line in bare.lines], caps)
    paid = bare.with_lines(
        replace(line, discounts=(Discount(Source.POINTS, "points", "", part),))
        for line, part in zip(bare.lines, parts, strict=True)
    )
    assert paid.paid_with_points == money
    assert paid.total == bare.total - money
    assert all(line.total >= line.floor for line in paid.lines)


@given(st.from_type(Line), st.data())
def test_part_returns_of_a_line_add_up(line: Line, data: st.DataObject) -> None:
    before, money = 0, 0
    while before < line.quantity:
        part = data.draw(st.integers(max(1, line.quantity // 5), line.quantity))
        after = min(before + part, line.quantity)
        money += share(line.total, after, line.quantity) - share(line.total, before, line.quantity)
        before = after
    assert money == line.total


@given(SALES)
def test_the_money_taken_is_the_total_and_the_change(sale: Receipt) -> None:
    assert sale.due == 0
    assert sale.tendered == sale.total + sale.change


def test_what_is_due_and_what_is_change_are_never_negative() -> None:
    receipt = EMPTY.with_line(line_of(1, "1", "Tea", 1000, ONE))
    less = replace(receipt, tenders=(Tender(TenderKind.CASH, 400),))
    more = replace(receipt, tenders=(Tender(TenderKind.CASH, 1400),))
    assert (less.due, less.change) == (600, 0)
    assert (more.due, more.change) == (0, 400)


@given(SALES)
def test_an_uncalculated_receipt_is_as_before_the_question(sale: Receipt) -> None:
    bare = sale.uncalculated()
    assert (bare.discount, bare.spend, bare.applied) == (0, 0, None)
    assert bare.total == bare.amount == sale.amount
    assert bare.uncalculated() is bare


@given(st.lists(st.from_type(Line), max_size=5), st.data())
def test_lines_are_numbered_anew(lines: list[Line], data: st.DataObject) -> None:
    receipt = EMPTY.with_lines(lines)
    for line in lines:
        receipt = receipt.with_line(line)
    kept = [line for line in receipt.lines if data.draw(st.booleans())]
    receipt = receipt.with_lines(kept)
    assert [line.number for line in receipt.lines] == list(range(1, len(kept) + 1))
    assert [line.sku for line in receipt.lines] == [line.sku for line in kept]


def test_a_line_is_found_by_its_number_only() -> None:
    receipt = EMPTY.with_line(line_of(7, "1", "Tea", 1000, ONE))
    found = receipt.line(1)
    assert found
    assert found.sku == "1"
    assert receipt.line(0) is None
    assert receipt.line(-1) is None
    assert receipt.line(2) is None


def test_an_act_returns_a_new_receipt_with_new_sums() -> None:
    one = EMPTY.with_line(line_of(1, "1", "Tea", 1000, ONE))
    assert one.total == 1000
    two = one.with_line(line_of(1, "2", "Honey", 500, ONE))
    assert (one.total, two.total, EMPTY.total) == (1000, 1500, 0)
    assert one != two
    assert one == EMPTY.with_line(line_of(1, "1", "Tea", 1000, ONE))


def test_an_answer_without_discounts_is_dropped_too() -> None:
    asked = replace(EMPTY.with_line(line_of(1, "1", "Tea", 1000, ONE)), applied=Applied(earn=1))
    assert asked.uncalculated().applied is None
    assert asked.uncalculated().lines[0] is asked.lines[0]


@given(st.from_type(Line), st.lists(st.from_type(Discount)), st.booleans())
def test_more_discounts_make_the_line_that_they_make_elsewhere(
    line: Line, given_: list[Discount], summed_before: bool
) -> None:
    before = replace(line)
    if summed_before:
        assert line.discount == sum(one.amount for one in line.discounts)
    cheaper = line.with_more(tuple(given_))
    assert cheaper == replace(line, discounts=(*line.discounts, *given_))
    assert cheaper.discount == sum(one.amount for one in cheaper.discounts)
    assert line == before
