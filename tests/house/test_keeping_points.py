"""Points: what there is, what moved, what a server moves by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from house.counter import Counter, line
from house.keeper import card, keeper, refused

from backends.keeping import Life, Movement, MovementQuery, Window
from cashier.exchange import Reason
from cashier.money import ONE


def movements(counter: Counter, query: MovementQuery = MovementQuery()) -> list[Movement]:
    part = keeper(counter).points.movements(query)
    assert part.total == len(part.rows)
    return list(part.rows)


def test_lots_come_in_the_order_in_which_they_are_spent(counter: Counter) -> None:
    lots = keeper(counter).points.lots("A2")
    now = counter.now
    assert [(lot.points, lot.ends and (lot.ends - now).days) for lot in lots] == [
        (100_00, 3),
        (900_00, 100),
    ]
    assert keeper(counter).points.lots("F1") == []
    with refused(Reason.NOT_FOUND):
        keeper(counter).points.lots("?")


async def test_what_burnt_is_no_lot_any_more(counter: Counter) -> None:
    assert len(keeper(counter).points.lots("A1")) == 2
    await counter.clock.move(days=4)
    assert [lot.points for lot in keeper(counter).points.lots("A1")] == [900_00]


async def test_a_sale_and_its_return_move_points_and_tell_why(counter: Counter) -> None:
    receipt = await counter.priced(await counter.receipt(line(price=400_00), card="A1"), 150_00)
    await counter.save(receipt)
    await counter.clock.move(minutes=1)
    await counter.bring_back(receipt, {1: ONE})
    told = [(one.why, one.points, one.card) for one in movements(counter, MovementQuery("A1"))]
    assert told[:4] == [
        ("take_back", -12_50, "A1"),
        ("give_back", 150_00, "A1"),
        ("earn", 12_50, "A1"),
        ("spend", -150_00, "A1"),
    ]
    assert movements(counter, MovementQuery("A1"))[2].receipt == receipt.receipt_id


async def test_movements_are_those_of_the_card_and_the_time(counter: Counter) -> None:
    begun = counter.now
    await counter.clock.move(minutes=1)
    await counter.sell(await counter.receipt(line(), card="N1"))
    sold = counter.now
    await counter.clock.move(minutes=1)
    await counter.sell(await counter.receipt(line(price=200_00), card="N1"))
    assert [one.points for one in movements(counter, MovementQuery("N1"))] == [10_00, 5_00]
    assert movements(counter, MovementQuery("F1")) == []

    def earned(**within: object) -> list[int]:
        query = replace(MovementQuery("N1"), **within)  # type: ignore[arg-type]
        return [one.points for one in movements(counter, query)]

    assert earned(since=sold, until=counter.now) == [5_00]
    assert earned(since=counter.now) == [10_00]
    assert earned(until=sold) == []
    assert earned(since=begun - timedelta(days=900), until=begun) == []
    part = keeper(counter).points.movements(MovementQuery("N1"), Window(skip=1, most=1))
    assert ([one.points for one in part.rows], part.total) == ([5_00], 2)
    with refused(Reason.NOT_FOUND):
        movements(counter, MovementQuery("?"))


async def test_a_lot_given_by_hand_lives_as_told_or_as_usual(counter: Counter) -> None:
    points = keeper(counter).points
    usual = points.usual_life()
    first = points.give("op-1", "N1", 10_00, "Sorry")
    assert (first.points, first.note, first.why, first.id) == (10_00, "Sorry", "given", "op-1")
    assert (first.starts, first.ends) == (usual.starts, usual.ends)
    later = Life(counter.now + timedelta(days=1), counter.now + timedelta(days=2))
    points.give("op-2", "N1", 5_00, "", later)
    points.give("op-3", "N1", 1_00, "", Life(counter.now, None))
    assert (card(counter, "N1").balance, card(counter, "N1").available) == (16_00, 11_00)
    await counter.clock.move(days=1)
    assert card(counter, "N1").available == 16_00
    await counter.clock.move(days=1)
    assert card(counter, "N1").balance == 11_00
    await counter.clock.move(days=3650)
    assert card(counter, "N1").balance == 1_00


def test_the_same_operation_twice_is_one(counter: Counter) -> None:
    points = keeper(counter).points
    first = points.give("op", "N1", 10_00, "once")
    assert points.give("op", "N1", 10_00, "once") == first
    taken = points.take("op-2", "A1", 150_00, "over two lots")
    assert points.take("op-2", "A1", 150_00, "over two lots") == taken
    assert taken.points == -150_00
    assert (card(counter, "N1").balance, card(counter, "A1").balance) == (10_00, 850_00)
    with refused(Reason.ALREADY_PROCESSED):
        points.give("op", "A1", 10_00, "another card")
    with refused(Reason.ALREADY_PROCESSED):
        points.take("op", "N1", 10_00, "the other way")


def test_giving_wakes_no_card_but_opens_its_account(counter: Counter) -> None:
    keeper(counter).points.give("op", "F1", 10_00, "")
    assert (card(counter, "F1").balance, card(counter, "F1").standing) == (10_00, "inactive")


def test_no_more_is_taken_than_there_is_unless_told_so(counter: Counter) -> None:
    points = keeper(counter).points
    with refused(Reason.LIMIT_EXCEEDED):
        points.take("op-1", "A1", 1000_01, "")
    assert card(counter, "A1").balance == 1000_00
    points.take("op-2", "A1", 1500_00, "", deep=True)
    assert (card(counter, "A1").balance, card(counter, "A1").available) == (-500_00, 0)
    points.take("op-3", "A1", 1_00, "", deep=True)
    points.give("op-4", "A1", 600_00, "")
    assert [lot.points for lot in points.lots("A1")] == [99_00]


@pytest.mark.parametrize("number", [0, -1, 2**63, 100_000_000_01])
def test_no_senseless_number_of_points_is_moved(counter: Counter, number: int) -> None:
    for move in (keeper(counter).points.give, keeper(counter).points.take):
        with refused(Reason.OTHER):
            move("op", "A1", number, "")
    assert card(counter, "A1").balance == 1000_00


async def test_the_sum_of_all_movements_is_the_balance(counter: Counter) -> None:
    points = keeper(counter).points
    receipt = await counter.priced(await counter.receipt(line(price=400_00), card="A1"), 150_00)
    await counter.save(receipt)
    points.take("op-1", "A1", 2000_00, "", deep=True)
    points.give("op-2", "A1", 5000_00, "")
    await counter.bring_back(receipt, {1: ONE})
    await counter.clock.move(days=200)
    await counter.offer(await counter.receipt(line(), card="A1"))  # writes off what burnt
    told = movements(counter, MovementQuery("A1"))
    assert sum(one.points for one in told) == card(counter, "A1").balance
