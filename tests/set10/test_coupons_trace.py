"""One coupon through all tables and machines, in time order."""

from datetime import datetime
from typing import Any

from set10.coupon_chain import NUMBERED, ONE, TWO, Chain
from sqlalchemy import update

from backends.set10.coupons.race import CODE, Race
from backends.set10.coupons.schema import card_unique_coupon_exemplar as exemplars
from cashier.coupon_trace import TracesCoupons, Turn


def test_the_life_of_a_coupon_is_told_in_order(chain: Chain) -> None:
    topology: TracesCoupons = chain.topology
    assert isinstance(topology, TracesCoupons)
    chain.wait(minutes=5)
    chain.use(ONE, till="02", receipt="r17")
    chain.wait(minutes=1)
    chain.pump()
    events = topology.trace(ONE.lower())
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.turn for event in events] == [
        *(Turn.MADE, Turn.CAME, Turn.CAME),
        *(Turn.USED, Turn.SENT),  # shop 01, and its message
        *(Turn.USED, Turn.SENT, Turn.SENT),  # the centre, and its messages
        Turn.USED,  # shop 02
    ]
    used = events[3]
    assert used.machine == "the server of shop 01"
    assert used.table == "card_unique_coupon_exemplar"
    assert "shop 01, till 02, receipt 17" in used.what
    assert events[5].source == "the server of shop 01"
    assert events[4].table == "card_unique_coupon_exemplar_to_send"
    assert events[4].source == "the centre"


def test_a_message_that_waits_says_why(chain: Chain) -> None:
    chain.topology.stop("centre")
    chain.use(ONE)
    (waiting,) = [one for one in chain.topology.trace(ONE) if one.turn is Turn.WAITING]
    assert "shop-01/centre is stopped" in waiting.what


def test_a_printed_coupon_is_followed_from_its_till(chain: Chain) -> None:
    (code,) = chain.desk().make("sweet", 1, "r1", "", chain.now)
    chain.pump()
    events = chain.topology.trace(code)
    assert {event.table for event in events} == {
        "cards_coupons_processing",
        "card_unique_coupon_exemplar_to_send",
    }
    made = next(event for event in events if event.turn is Turn.MADE)
    assert made.machine == "till 01 of shop 01"
    assert [event.turn for event in events].count(Turn.CAME) == 3


def test_a_reusable_coupon_has_a_life_too(chain: Chain) -> None:
    chain.use(NUMBERED)
    turns = chain.turns(NUMBERED)
    assert turns == ["made", "came", "came", "used"]


def test_a_row_that_somebody_else_wrote_is_told_as_well(chain: Chain) -> None:
    values: dict[str, Any] = {"used_cash_number": "07", "used_shop_number": "01"}
    with chain.topology.nodes.nodes["shop-01"].store.writing() as sql:
        sql.execute(update(exemplars).where(exemplars.c.number == TWO).values(values))
    told = [one.what for one in chain.topology.trace(TWO) if one.turn is Turn.USED]
    assert len(told) == 1 and "the row says used: shop 01, till 07" in told[0]


def test_an_unknown_number_has_no_life(chain: Chain) -> None:
    for code in ("12345", "", "a'b", "x" * 1000):
        assert chain.topology.trace(code) == ()


def test_machines_tell_their_rows_and_messages(chain: Chain) -> None:
    chain.use(ONE)
    machines = {machine.id: machine for machine in chain.topology.machines()}
    assert list(machines) == [
        *("centre", "shop-01", "till-01-01", "till-01-02"),
        *("shop-02", "till-02-01"),
    ]
    assert machines["shop-01"].waiting == 1
    assert dict(machines["shop-02"].counts)["card_unique_coupon_exemplar"] == 8
    assert not any(machine.trouble for machine in machines.values())


def _played(tmp_path: Any, *, loyalty: bool) -> tuple[list[str], Race]:
    race = Race(tmp_path, datetime.fromisoformat("2026-03-03T10:00:00+03:00"), loyalty=loyalty)
    told = []
    for step in race.steps():
        told.append(f"{step.at:%H:%M} {step.what} | {step.cashier} | {step.report}")
    return told, race


def test_the_race_is_told_step_by_step(tmp_path: Any) -> None:
    told, race = _played(tmp_path, loyalty=False)
    assert sum("The coupon is accepted" in step for step in told) == 2
    assert "until 10:10" in told[2]
    assert "was used twice. First: shop 02" in told[-2]
    assert "Again: shop 01, till 01, receipt 17, 03.03.2026 10:00" in told[-2]
    assert "Refused" in told[-1]
    outcome = race.outcome()
    assert len(outcome.conflicts) == 1 and outcome.conflicts[0].number == CODE
    assert Turn.CONFLICT in {event.turn for event in outcome.trace}
    race.close()


def test_with_set_loyalty_nobody_wins_twice(tmp_path: Any) -> None:
    told, race = _played(tmp_path, loyalty=True)
    assert sum("The coupon is accepted" in step for step in told) == 1
    assert "Refused" in told[2] and "shop 01, till 01, receipt 17" in told[2]
    assert "Set Loyalty does not answer" in told[3]
    assert "No coupon was used twice" in told[-1]
    assert race.outcome().conflicts == ()
    race.close()
