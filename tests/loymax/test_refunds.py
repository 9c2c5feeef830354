"""What comes back of a sale that points paid a part of, and how deep a return may go."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from loymax.stage import Stage
from loymax_xml.stage_xml import BORIS, priced, returning, selling

from backends.loymax.desk.settings import LoymaxSettings, RefundNegative, RefundType
from cashier.money import ONE, share
from cashier.receipt import Discount, Receipt, Settled, Source

Make = Callable[..., Stage]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    made = []

    def stage(**settings: object) -> Stage:
        made.append(Stage(settings=LoymaxSettings.model_validate(settings)))
        return made[-1]

    yield stage
    for one in made:
        await one.house.close()


async def sold(stage: Stage, points: int) -> Receipt:
    """Three kilograms of cheese, each for 749."""
    receipt = await priced(stage, spend=points)
    await stage.backend.save_sale(selling(receipt))
    return receipt


async def one_by_one(stage: Stage, sale: Receipt, spend_after: int = 0) -> list[Settled]:
    """Each with the third of the points on it that the till's own reckoning gives back.
    ``spend_after``: after so many of them the customer spends all he has."""
    settled = []
    for number in range(1, 4):
        request = returning(sale, ONE, f"back-{number}")
        part = Discount(Source.POINTS, "points", "", share(sale.spend, ONE, 3 * ONE))
        line = replace(request.receipt.lines[0], amount=74_900, discounts=(part,))
        receipt = replace(request.receipt, lines=(line,))
        settled.append(
            await stage.backend.save_return(request.model_copy(update={"receipt": receipt}))
        )
        if number == spend_after:
            stage.house.keeping().points.take("all", BORIS, stage.available(), "spent elsewhere")
    return settled


@pytest.mark.parametrize(
    ("kind", "points", "given", "told"),
    [
        (RefundType.NORMAL, 900, [300, 300, 300], []),
        (RefundType.NORMAL, 84_000, [28_000, 28_000, 28_000], []),
        (
            RefundType.BONUS_FIRST,
            900,
            [900, 0, 0],
            [
                "Points given back: 9.00, on the slip 3.00. Give 6.00 less in money.",
                "Points given back: 0.00, on the slip 3.00. Give 3.00 more in money.",
                "Points given back: 0.00, on the slip 3.00. Give 3.00 more in money.",
            ],
        ),
        (
            RefundType.BONUS_FIRST,
            84_000,
            [74_900, 9_100, 0],
            [
                "Points given back: 749.00, on the slip 280.00. Give 469.00 less in money.",
                "Points given back: 91.00, on the slip 280.00. Give 189.00 more in money.",
                "Points given back: 0.00, on the slip 280.00. Give 280.00 more in money.",
            ],
        ),
    ],
)
async def test_points_come_back_first_or_by_lines(
    make: Make, kind: RefundType, points: int, given: list[int], told: list[str]
) -> None:
    stage = make(refund_type=kind)
    before = stage.available()
    sale = await sold(stage, points)
    settled = await one_by_one(stage, sale)
    assert [one.given_back for one in settled] == given
    assert settled[-1].available == stage.available() == before
    said = [one.text for part in settled for one in part.messages]
    assert said == told


async def test_a_return_said_twice_gives_points_first_once(make: Make) -> None:
    stage = make(refund_type=RefundType.BONUS_FIRST)
    sale = await sold(stage, 1000)
    first = await stage.backend.save_return(returning(sale, ONE))
    now = stage.available()
    again = await stage.backend.save_return(returning(sale, ONE))
    assert (again.given_back, first.given_back, stage.available()) == (1000, 1000, now)


@pytest.mark.parametrize(
    ("negative", "below"), [(RefundNegative.ALLOW, True), (RefundNegative.SUPPRESS, False)]
)
async def test_a_return_may_take_the_balance_below_zero(
    make: Make, negative: RefundNegative, below: bool
) -> None:
    stage = make(refund_negative=negative)
    sale = await sold(stage, 0)
    earned = sale.applied.earn if sale.applied else 0
    assert earned > 0
    card = stage.house.keeping().cards.card(BORIS)
    assert card is not None
    stage.house.keeping().points.take("all", BORIS, card.balance, "spent elsewhere")
    settled = await stage.backend.save_return(returning(sale, 3 * ONE))
    assert settled.balance == (-earned if below else 0)
    assert settled.taken_back == (earned if below else 0)


async def test_points_first_do_not_take_the_balance_below_zero(make: Make) -> None:
    """What came back first is spent before the rest of the goods comes back."""
    stage = make(refund_type=RefundType.BONUS_FIRST, refund_negative=RefundNegative.SUPPRESS)
    sale = await sold(stage, 900)
    settled = await one_by_one(stage, sale, spend_after=1)
    assert settled[0].given_back == 900
    assert [one.balance for one in settled][1:] == [0, 0]
    assert stage.available() == 0


async def test_goods_without_points_bring_none(make: Make) -> None:
    stage = make(refund_type=RefundType.BONUS_FIRST)
    before = stage.available()
    sale = await sold(stage, 0)
    assert [one.given_back for one in await one_by_one(stage, sale)] == [0, 0, 0]
    assert stage.available() == before
