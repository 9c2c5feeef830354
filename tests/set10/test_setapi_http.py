"""The example plugin over HTTP: a till, a real server, answers that are lost, and none at all."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from set10.setapi_far import Far, Losing, far, surely
from set10.setapi_stand import (
    ANNA,
    CARD,
    handed,
    priced,
    releasing,
    returning,
    saving,
    setup,
    with_points,
    written_off,
)
from stand import MORNING, make_stand
from wire.hostile import behaving, saying

from backends.http import MEDDLER
from backends.set10.setapi.backend import SetApiBackend
from backends.set10.setapi.book import Book
from backends.set10.setapi.http_plugin import make
from cashier import commands as do
from cashier import exchange as ex
from cashier.clock import ManualClock
from cashier.money import ONE
from cashier.receipt import Receipt, TenderKind
from cashier.snapshot import State

FULL, LESS = 47_050, 46_050


async def test_a_till_sells_over_the_wire_with_points_spent_and_earned() -> None:
    async with far() as at:
        stand = make_stand(around=lambda _house: at.backend)
        await stand.till.start()
        await stand.do(
            do.Scan("4600000000015", 3 * ONE), do.Scan(ANNA), do.Calculate(), do.PayPoints(1000)
        )
        assert await at.points() == LESS
        await stand.do(do.TakeTender(TenderKind.CASH))
        assert stand.is_in(State.FINISHED)
        assert await at.points() == LESS + 397


# --- an answer is lost after the server did the work ---------------------------------------------


async def held_by(at: Far) -> Receipt:
    return await written_off(at.backend, await priced(at.backend))


async def sold(at: Far, receipt: Receipt) -> Receipt:
    settled = await surely(lambda again: at.backend.save_sale(saving(receipt, again=again)))
    await at.backend.send_feedback(handed(*settled.feedback))
    return receipt


async def sale(at: Far) -> None:
    await sold(at, await surely(lambda _again: held_by(at)))


async def sale_that_writes_off_late(at: Far) -> None:
    await sold(at, with_points(await priced(at.backend)))


async def points_given_up(at: Far) -> None:
    held = await surely(lambda _again: held_by(at))
    try:
        await at.backend.release(releasing(held))
    except ex.OutcomeUnknown as unknown:
        await at.backend.send_feedback(handed(*unknown.feedback))


async def return_of_a_part(at: Far) -> None:
    receipt = await sold(at, await surely(lambda _again: held_by(at)))
    settled = await surely(lambda _again: at.backend.save_return(returning(receipt, 1)))
    await at.backend.send_feedback(handed(*settled.feedback))


@dataclass(frozen=True)
class Deed:
    do: Callable[[Far], Awaitable[None]]
    changes: int
    """How many of its requests change something."""
    points: int
    """What is on the card afterwards."""


DEEDS = {
    "sale": Deed(sale, 2, LESS + 397),
    "sale that writes off late": Deed(sale_that_writes_off_late, 2, LESS + 427),
    "points given up": Deed(points_given_up, 2, FULL),
    "return of a part": Deed(return_of_a_part, 4, LESS + 397 + 333 - 132),
}


@pytest.mark.parametrize("name", DEEDS)
async def test_repeating_after_a_lost_answer_does_it_once(name: str) -> None:
    deed = DEEDS[name]
    for which in (*range(deed.changes), 1000):
        async with far() as at:
            losing = Losing(which)
            token = MEDDLER.set(losing)
            try:
                await deed.do(at)
            finally:
                MEDDLER.reset(token)
            assert bool(losing.lost) == (which < deed.changes)
            if not losing.lost:
                assert 1000 - losing.left == deed.changes
            assert await at.points() == deed.points, (which, losing.lost)


# --- nobody there, and servers that misbehave -----------------------------------------------


def at_port(port: int, **settings: object) -> SetApiBackend:
    given = {"url": f"http://127.0.0.1:{port}", "network": {"seconds": 1, "again": 0}, **settings}
    mine = replace(setup(ManualClock(MORNING)), settings=given)
    return SetApiBackend(make(mine), Book(None))


async def test_without_a_server_the_card_is_there_the_sale_goes_on_and_feedback_waits() -> None:
    async with behaving(saying(b"")) as port:
        pass  # nobody listens there any more
    backend = at_port(port)
    found = await backend.identify(ex.IdentifyRequest(identifier=CARD, at=MORNING))
    assert isinstance(found, ex.Found)
    assert found.cards[0].available == 0
    receipt = await priced(backend)
    settled = await backend.save_sale(saving(receipt))
    assert settled.earned == 0
    [kept] = settled.feedback
    assert kept.attempts == 0
    assert (await backend.send_feedback(handed(kept))).feedback == (kept,)
    with pytest.raises(ex.Unavailable) as caught:
        await written_off(backend, receipt)
    assert caught.value.feedback == ()
    await backend.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>Welcome</html>", "200 OK"),
        (b"{}", "200 OK"),
        (b'{"status": "OK"', "200 OK"),
        (b'{"status": "PERHAPS"}', "200 OK"),
        (b'{"status": "OK", "balance": "1.001"}', "200 OK"),
        (b"", "204 No Content"),
        (b"{}", "500 Internal Server Error"),
    ],
)
async def test_nonsense_after_a_write_off_leaves_a_rollback_to_be_done(
    body: bytes, status: str
) -> None:
    async with behaving(saying(body, status)) as port:
        backend = at_port(port)
        receipt = await priced(backend)
        with pytest.raises(ex.OutcomeUnknown) as caught:
            await written_off(backend, receipt)
        [kept] = caught.value.feedback
        assert ANNA in kept.text
        assert (await backend.send_feedback(handed(kept))).feedback == (kept,)
        await backend.close()


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "404 Not Found"])
async def test_a_server_that_refuses_the_request_has_done_nothing(status: str) -> None:
    async with behaving(saying(b"{}", status)) as port:
        backend = at_port(port)
        receipt = await priced(backend)
        with pytest.raises(ex.Unavailable) as caught:
            await written_off(backend, receipt)
        assert caught.value.feedback == ()
        await backend.close()


async def test_another_key_is_told_as_such() -> None:
    async with far(key="wrong one") as at:
        found = await at.backend.identify(ex.IdentifyRequest(identifier=CARD, at=MORNING))
        assert isinstance(found, ex.Found)
        assert found.cards[0].available == 0, "as without a connection"
        with pytest.raises(ex.Unavailable, match="password"):
            await written_off(at.backend, await priced(at.backend))
        assert await at.points() == FULL


async def test_what_was_written_off_survives_the_server_and_the_till(tmp_path: Path) -> None:
    async with far(tmp_path) as at:
        await held_by(at)
    async with far(tmp_path) as at:
        assert await at.points() == LESS
        receipt = with_points(await priced(at.backend))
        await at.backend.save_sale(saving(receipt))
        assert await at.points() == LESS - 1000 + 427
