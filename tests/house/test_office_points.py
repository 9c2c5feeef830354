"""Points by hand, and whatever was done undone again."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from house.counter import line
from house.office import Desk

from cashier.errors import CashierError
from cashier.exchange import Reserved, ReserveRequest


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.counter.house.close()


async def test_points_are_given_as_a_lot_with_a_reason_and_taken_back(desk: Desk) -> None:
    said = desk.do("customers", "bob", "give", points="12,5", days="10", note="spilt milk")
    assert said == "12.50 points were given to Bob."
    assert desk.balance("bob") == 512_50
    row = desk.rows("movements", "bob")[0]
    assert row.cells[2:] == ("given by hand", "spilt milk", 12_50)
    lot = desk.rows("lots", "bob")[0]
    assert lot.cells[-1] == 12_50
    assert lot.cells[-2] == desk.counter.now.date() + timedelta(days=10)
    desk.undo()
    assert desk.balance("bob") == 500_00
    assert "undone already" in desk.not_undone(1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"points": "0"}, "0.01 or more"),
        ({"points": "-5"}, "0.01 or more"),
        ({"points": "1000001"}, "1 000 000 or less"),
        ({"points": "9" * 30}, "not a number"),
        ({"points": "1e3"}, "not a number"),
        ({"points": "NaN"}, "not a number"),
        ({"points": "٣"}, "not a number"),
        ({"points": "1.005"}, "not a number"),
        ({"points": ""}, "must be filled in"),
        ({"days": "0"}, "1 or more"),
        ({"days": "9999"}, "3 650 or less"),
        ({"days": "1.5"}, "not a number"),
        ({"note": ""}, "must be filled in"),
        ({"note": "a\nb"}, "no text"),
    ],
)
def test_points_that_make_no_sense_are_not_given(
    desk: Desk, values: dict[str, str], words: str
) -> None:
    given = {"points": "1", "days": "10", "note": "why", **values}
    assert words in desk.refused("customers", "bob", "give", **given)


async def test_spent_points_cannot_be_taken_back(desk: Desk) -> None:
    desk.do("customers", "bob", "give", points="100", days="1", note="x")
    desk.do("customers", "bob", "attach", card="BOB", level="base")
    given = desk.office.log()[1].id
    await desk.counter.sell(await desk.counter.receipt(line(), card="BOB"), 30_00)
    assert "30 of these points are spent" in desk.not_undone(given)
    assert desk.balance("bob") == 573_00  # what is left, and what the sale earned


async def test_burnt_points_cannot_be_taken_back(desk: Desk) -> None:
    desk.do("customers", "bob", "give", points="100", days="1", note="x")
    await desk.counter.clock.move(days=2)
    assert "100 of these points" in desk.not_undone()
    assert desk.balance("bob") == 500_00


async def test_points_are_taken_from_what_burns_first_and_never_below_zero(desk: Desk) -> None:
    desk.do("customers", "ann", "take", points="150", note="mistake")
    left = {row.id: row.cells[-1] for row in desk.rows("lots", "ann")}
    assert list(left.values()) == [850_00]
    assert "850 or less" in desk.refused("customers", "ann", "take", points="850.01", note="x")
    await desk.counter.clock.move(days=5)  # the first lot would have burnt by now
    desk.undo()
    assert desk.balance("ann") == 900_00
    desk.do("customers", "ann", "take", points="900", note="all")
    assert desk.balance("ann") == 0
    assert "take" not in desk.possible("customers", "ann")


async def test_points_held_for_a_receipt_are_left_alone(desk: Desk) -> None:
    desk.do("customers", "ann", "give", points="50", days="1", note="x")
    sale = await desk.counter.priced(
        await desk.counter.receipt(line(price=4000_00), card="A1"), 200_00
    )
    held = await desk.counter.house.reserve(
        ReserveRequest(operation_id="h", receipt=sale, spend=200_00, at=desk.counter.now)
    )
    assert isinstance(held, Reserved)
    assert "850 or less" in desk.refused("customers", "ann", "take", points="851", note="x")
    desk.do("customers", "ann", "take", points="850", note="x")
    assert "50 of these points" in desk.not_undone(1)


async def test_points_that_fill_what_is_below_zero_leave_it_again(desk: Desk) -> None:
    desk.do("customers", "bob", "attach", card="BOB", level="gold")
    sale = await desk.counter.priced(await desk.counter.receipt(line(price=1000_00), card="BOB"))
    await desk.counter.save(sale)
    desk.do("customers", "bob", "take", points="680", note="all")
    await desk.counter.bring_back(sale, {1: 1000})
    assert desk.balance("bob") == -180_00
    desk.do("customers", "bob", "give", points="200", days="5", note="x")
    assert desk.balance("bob") == 20_00
    desk.undo()
    assert desk.balance("bob") == -180_00


async def test_a_lot_lives_until_another_day_and_again_until_its_own(desk: Desk) -> None:
    lot = desk.rows("lots", "ann")[0]
    desk.do("lots", lot.id, "until", ends="31.12.2026")
    assert desk.facts("lots", lot.id)["Last day"] == date(2026, 12, 31)
    assert "is over" in desk.refused("lots", lot.id, "until", ends="22.11.2026")
    assert "Nothing was changed" in desk.refused("lots", lot.id, "until", ends="2026-12-31")
    await desk.counter.clock.move(days=20)
    assert desk.balance("ann") == 1000_00
    desk.undo()
    assert desk.balance("ann") == 900_00


# --- whatever was done ---------------------------------------------------------------------


STEPS: list[tuple[str, str, str, dict[str, str]]] = [
    ("customers", "", "add", {"name": "Eve", "phone": "+79001119999", "card": "EVE"}),
    ("customers", "", "add", {"name": "Ed"}),
    ("customers", "ann", "change", {"name": "Anna", "phone": "+79001234501"}),
    ("customers", "ann", "change", {"name": "Anne", "email": "anne@example.org"}),
    ("customers", "bob", "attach", {"card": "F1", "level": "gold"}),
    ("customers", "ann", "attach", {"card": "", "level": "base"}),
    ("customers", "ann", "give", {"points": "70", "days": "9", "note": "a"}),
    ("customers", "ann", "take", {"points": "60.5", "note": "b"}),
    ("customers", "bob", "take", {"points": "1", "note": "c"}),
    ("cards", "A1", "block", {}),
    ("cards", "A1", "unblock", {}),
    ("cards", "A2", "level", {"level": "gold"}),
    ("cards", "A2", "level", {"level": "base"}),
    ("lots", "1", "until", {"ends": "01.06.2027"}),
    ("promotions", "bread", "off", {}),
    ("promotions", "bread", "on", {}),
    ("promotions", "bread", "change", {"percent": "11", "since": "2027-01-01"}),
    ("promotions", "bread", "change", {"percent": "12.5", "until": "2028-01-01"}),
    ("promotions", "gift", "change", {"amount": "8", "minimum": "10"}),
    ("coupons", "", "series", {"kind": "gift", "count": "3", "prefix": "9921"}),
    ("coupons", "G1", "block", {}),
    ("coupons", "G1", "unblock", {}),
    ("coupons", "kind:spring", "block", {}),
    ("coupons", "kind:spring", "unblock", {}),
]


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_was_done_is_undone_one_by_one(desk: Desk, seed: int) -> None:
    """Only the movements of points remember it; the balance is what they add up to."""
    dice = Random(seed)
    before = [desk.everything_but_movements()]
    for _step in range(25):
        section, record, action, values = dice.choice(STEPS)
        try:
            desk.do(section, record, action, **values)
        except CashierError:
            assert desk.everything_but_movements() == before[-1]
            continue
        before.append(desk.everything_but_movements())
    assert len(before) > 5
    while len(before) > 1:
        assert desk.everything_but_movements() == before.pop()
        desk.undo()
    assert desk.everything_but_movements() == before[0]
    assert not any(entry.undoable for entry in desk.office.log())
