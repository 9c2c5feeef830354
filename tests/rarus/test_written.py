"""What is written straight as JSON is what its message would have been written as."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from backends.exact_json import json_bytes, read_json
from backends.rarus.translate import payable, priced
from backends.rarus.wire.base import Reply, major
from backends.rarus.wire.receipt import Calculated, Limits
from backends.rarus.wire.writing import number, percent, quantity, text
from cashier.exchange import Calculation, LinePrice, PointsOffer
from cashier.money import cost, rounded
from cashier.receipt import Discount, Gift, Line, LinePoints, Receipt, Source

AMOUNTS = st.integers(0, 10**7)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SOURCES = st.sampled_from([Source.PROMOTION, Source.COUPON, Source.LEVEL])


def is_whole(written: str, message: type[Reply]) -> Reply:
    """It has the keys of its message, no more and no fewer, and values of its kinds."""
    data = read_json(written.encode())
    told = message.model_validate(data)
    assert told.model_dump() == _as_dumped(data)
    return told


def _as_dumped(data: object) -> object:
    """As a model dumps it: tuples, and decimals for numbers with a fraction or without."""
    if isinstance(data, dict):
        return {name: _as_dumped(value) for name, value in data.items()}
    return tuple(map(_as_dumped, data)) if isinstance(data, list) else data


@given(st.integers(-(10**9), 10**9))
def test_numbers_are_written_as_decimals_are(value: int) -> None:
    assert number(value).encode() == json_bytes(major(value))
    assert quantity(abs(value)).encode() == json_bytes(major(abs(value), 3))


@given(TEXTS)
def test_texts_are_written_as_everywhere(value: str) -> None:
    assert text(value).encode() == json_bytes(value)


@given(AMOUNTS, AMOUNTS)
def test_percents_are_rounded_once_and_nothing_is_divided_by(part: int, whole: int) -> None:
    wanted = rounded(part * 10_000, whole) if whole else 0
    assert Decimal(percent(part, whole)) == major(wanted)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    price, pieces = draw(AMOUNTS), draw(st.integers(1, 5000))
    amount = cost(price, pieces)
    off = draw(st.integers(0, amount))
    by_till = (Discount(Source.HAND, "till", "", off),) if draw(st.booleans()) else ()
    return Line(
        draw(st.integers(1, 10**6)),
        draw(TEXTS),
        draw(TEXTS),
        price,
        pieces,
        amount,
        discounts=by_till,
    )


@st.composite
def answers(draw: st.DrawFn) -> tuple[Receipt, Calculation, PointsOffer]:
    """A receipt with its prices, what gave them, and what points may pay."""
    sold = draw(st.lists(lines(), max_size=5, unique_by=lambda line: line.number))
    given = [
        LinePrice(
            number=line.number,
            discounts=tuple(
                Discount(draw(SOURCES), draw(TEXTS), draw(TEXTS), draw(st.integers(0, line.total)))
                for _discount in range(draw(st.integers(1, 3)))
            ),
        )
        for line in sold
        if draw(st.booleans())
    ]
    gifts = draw(st.lists(st.builds(Gift, TEXTS, TEXTS, st.just(("1",)), st.just(2000))))
    payable_lines = any(line.total > 0 for line in sold)
    answer = Calculation(
        lines=tuple(given), earn=draw(AMOUNTS) if payable_lines else 0, gifts=tuple(gifts)
    )
    receipt = Receipt("r", datetime(2026, 3, 3, tzinfo=UTC), lines=tuple(sold))
    most = tuple(LinePoints(line.number, max(0, line.total)) for line in sold)
    offer = PointsOffer(
        balance=draw(AMOUNTS),
        available=draw(AMOUNTS),
        spendable=draw(AMOUNTS),
        lines=most,
        excluded=tuple(line.number for line in sold if draw(st.booleans())),
    )
    return receipt, answer, offer


@given(answers())
def test_a_calculation_is_whole(world: tuple[Receipt, Calculation, PointsOffer]) -> None:
    receipt, answer, offer = world
    prices = {price.number: price.discounts for price in answer.lines}
    given_ = priced.with_prices(receipt, answer)
    if any(line.total < 0 for line in given_.lines):
        return  # no system gives so much
    parts = payable.parts_asked_for(given_, answer, offer, lambda _sku: 30_00)
    written = priced.calculated(given_, answer, lambda gift: f"of {gift.rule}", 12_50, parts)
    told = is_whole(written, Calculated)
    assert isinstance(told, Calculated)
    assert [row.line_number for row in told.cheque_items] == [one.number for one in given_.lines]
    assert sum(row.bonus_summ for row in told.cheque_items) == major(answer.earn)
    assert len(told.cheque_discounts) == sum(map(len, prices.values())) + len(answer.gifts)
    assert len(told.payment_distribution) == len(given_.lines)
    assert told.max_payment == Decimal("12.50")


@given(answers(), st.none() | AMOUNTS)
def test_limits_are_whole_and_their_parts_fit(
    world: tuple[Receipt, Calculation, PointsOffer], wanted: int | None
) -> None:
    receipt, _answer, offer = world
    told = is_whole(payable.limits(receipt, offer, wanted, "gold", lambda _sku: 100_00), Limits)
    assert isinstance(told, Limits)
    paid = sum(part.payment_sum for part in told.payment_distribution)
    assert paid <= told.max_payment
    assert all(part.payment_sum <= part.max_payment_sum for part in told.payment_distribution)
    without = is_whole(payable.limits_without_goods(offer.available, "gold"), Limits)
    assert isinstance(without, Limits)
    assert without.max_payment == without.balance_available == major(offer.available)
