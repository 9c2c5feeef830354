"""Faults, the queue and a live shop at the screen: keys, dialogs, marks, the red frame."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, cast

import pytest
from house.office import Desk
from seat import Seat
from stand import Stand, demo_shop, make_stand
from textual.color import Color

from cashier import commands as do
from cashier import i18n
from cashier.exchange import (
    Backend,
    Can,
    FeedbackLeft,
    FeedbackRequest,
    Frozen,
    Reason,
    System,
)
from cashier.faults import Connection, Fault, FaultKind
from cashier.live import Guard
from cashier.methods import Method
from cashier.money import ONE
from cashier.receipt import Feedback, Saving, TenderKind
from cashier.uniform import Wrapper, call
from screens.app import TillApp
from screens.dialogs.choice import Choice
from screens.dialogs.faults import FaultsDialog
from screens.dialogs.outbox import OutboxDialog
from screens.dialogs.reading import Reading
from screens.office.app import OfficeApp

Q = TypeVar("Q", bound=Frozen)
A = TypeVar("A")
SIZES = [(80, 24), (140, 45)]
GROATS = do.AddGoods("10801", 3 * ONE)
PAY = do.TakeTender(TenderKind.CARD)
ANNA = "2900000000018"


@asynccontextmanager
async def seated(
    size: tuple[int, int], stand: Stand | None = None, language: str = "en"
) -> AsyncIterator[Seat]:
    stand = stand or make_stand()
    app = TillApp(lambda _training: stand.till, language=language, theme_name="dark")
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        yield seat


def live_stand() -> Stand:
    stand = make_stand(shop=demo_shop().model_copy(update={"live": True}))
    desk = stand.till.workplace
    assert desk.backend is not None
    desk.backend = Guard(desk.backend, lambda: desk.agreed)
    return stand


async def queue(seat: Seat) -> None:
    """One receipt is refused, another waits."""
    offline, online = (do.SetConnection(one) for one in (Connection.OFFLINE, Connection.ONLINE))
    refused = Fault(
        kind=FaultKind.REFUSED, step="save_sale", times=1, reason=Reason.BLOCKED, text="[b]no[/"
    )
    await seat.stand.do(offline, do.Scan(ANNA), GROATS, do.Calculate(), PAY)
    await seat.stand.do(do.SetFault(refused), online)
    await seat.stand.do(offline, GROATS, do.Calculate(), PAY)
    await seat.settle()


# --- faults


@pytest.mark.parametrize("size", SIZES)
async def test_a_fault_is_made_with_the_arrows_and_seen_until_it_is_over(
    size: tuple[int, int],
) -> None:
    async with seated(size) as seat:
        await seat.type("<alt+m>")
        assert isinstance(seat.app.screen, FaultsDialog)
        for part in ("Faults on purpose", "answer lost, work done", "saving the sale", "once"):
            assert part in seat.seen()
        await seat.type("<right>", "<down>", "<right>", "<down>", "<left>", "<left>", "<enter>")
        plan = seat.till.workplace.plug
        assert plan is not None
        (one,) = plan.standing
        assert one.fault == Fault(kind=FaultKind.UNREACHABLE, step="", chance=50)
        assert "Faults 1" in seat.seen()
        await seat.type("<alt+m>")
        assert "every step: unreachable; 50 %" in seat.seen()
        assert "struck 0" in seat.seen()
        await seat.type("<delete>")
        assert plan.standing == []
        assert "Faults" not in seat.seen()


async def test_the_status_line_says_who_does_not_answer() -> None:
    async with seated((80, 24)) as seat:
        assert "online" in seat.rows()[0]
        silence = Fault(kind=FaultKind.UNREACHABLE, step="identify", times=1)
        await seat.stand.do(do.SetFault(silence))
        await seat.enter(ANNA)
        assert "not reached" in seat.rows()[0]
        await seat.enter(ANNA)
        assert "online" in seat.rows()[0]


async def test_a_lost_answer_is_judged_before_the_eyes_of_the_cashier() -> None:
    async with seated((80, 24)) as seat:
        await seat.type("<alt+m>", "<enter>")
        seat.write(f"{ANNA}\n4600000000015\n\n")
        await seat.settle()
        await seat.type("<f10>")
        assert "Drill: the customer was charged once." in " ".join(seat.message.split())
        assert "Faults" not in seat.rows()[0]
        await seat.type("<alt+m>")
        assert "struck 1" in seat.seen()
        await seat.type("<escape>")
        assert seat.app.screen is seat.screen


# --- the queue


@pytest.mark.parametrize("size", SIZES)
async def test_the_queue_is_looked_at_and_sent_again(size: tuple[int, int]) -> None:
    async with seated(size) as seat:
        await queue(seat)
        assert "Refused 1 Alt+J" in seat.rows()[0]
        await seat.type("<alt+j>")
        assert isinstance(seat.app.screen, OutboxDialog)
        for part in ("R0101-000001", "refused", "R0101-000002", "waits", "house, 2 tries: [b]no[/"):
            assert part in seat.seen()
        await seat.type("<enter>")
        assert isinstance(seat.app.screen, Reading)
        assert "R0101-000001" in seat.seen()
        await seat.type("<escape>", "<down>")
        assert "house, 1 try" in seat.seen()
        await seat.stand.do(do.SetConnection(Connection.ONLINE))
        await seat.settle()
        await seat.type("<up>", "<f5>")
        assert seat.desk.waiting == (0, 0)
        assert seat.app.screen is seat.screen
        await seat.type("<alt+j>")
        assert seat.app.screen is seat.screen, "there is nothing to look at"


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_reason_is_typed_before_an_entry_is_given_up(language: str) -> None:
    async with seated((80, 24), language=language) as seat:
        await queue(seat)
        await seat.type("<alt+j>", "<f7>", "<enter>")
        assert seat.desk.waiting == (1, 1), "not without a reason"
        await seat.type("not this", "<escape>")
        assert isinstance(seat.app.screen, OutboxDialog)
        await seat.type("<f7>", "by hand", "<enter>")
        assert seat.desk.waiting == (1, 0)
        rows = seat.till.workplace.journal.database.rows("SELECT why FROM outbox_closed")
        assert rows == [("by hand",)]
        assert isinstance(seat.app.screen, OutboxDialog), "the next one is looked at"
    i18n.set_language("en")


async def test_a_damaged_entry_can_only_be_given_up() -> None:
    async with seated((80, 24)) as seat:
        await queue(seat)
        with seat.till.workplace.journal.database.writing() as sql:
            sql.execute("UPDATE outbox SET head = x'00' WHERE state = 'parked'")
        await seat.type("<alt+j>")
        assert "damaged: id-1:sale" in seat.seen()
        await seat.type("<f5>", "<enter>")
        assert isinstance(seat.app.screen, OutboxDialog)
        await seat.type("<f7>", "unreadable", "<enter>")
        assert seat.desk.waiting == (1, 0)


class TakesBack(Wrapper):
    """The system, parts of which take feedback back."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if isinstance(request, FeedbackRequest):
            left = (replace(one, attempts=one.attempts + 1) for one in request.feedback[1:])
            return cast("A", FeedbackLeft(feedback=tuple(left)))
        answer = await call(self._inner, method, request)
        if isinstance(answer, System):
            return cast("A", answer.model_copy(update={"can": answer.can | Can.FEEDBACK}))
        return answer


async def with_feedback(seat: Seat) -> None:
    """A receipt is sold, and two parts of the system have not heard of it."""
    await seat.stand.do(GROATS, do.Calculate(), PAY)
    sold = seat.stand.receipt.receipt_id
    first = Feedback("f1", "Kopilka", sold, "{}", "points back [/]", 2, Saving.APPEND)
    second = Feedback("f2", "[b]Set API[/", sold, "{}", "", 0, Saving.APPEND)
    seat.till.workplace.keep_feedback((first, second))
    await seat.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_feedback_is_looked_at_handed_back_and_given_up(size: tuple[int, int]) -> None:
    async with seated(size, make_stand(around=TakesBack)) as seat:
        await with_feedback(seat)
        assert seat.desk.waiting == (2, 0)
        await seat.type("<alt+j>")
        assert isinstance(seat.app.screen, OutboxDialog)
        for part in ("R0101-000001", "Kopilka", "[b]Set API[/"):
            assert part in seat.seen()
        told = " ".join(seat.seen().split())
        assert "Kopilka: points back [/] (2 tries there). not handed back yet" in told
        await seat.type("<enter>")
        assert isinstance(seat.app.screen, OutboxDialog), "there is no receipt to show"
        await seat.type("<f5>")
        assert seat.desk.waiting == (1, 0)
        assert "1 message about finished receipts is delivered." in " ".join(seat.message.split())
        told = " ".join(seat.seen().split())
        assert "[b]Set API[/ (1 try there). the system wants to have it again" in told
        await seat.type("<f7>", "told by phone", "<enter>")
        assert seat.desk.waiting == (0, 0)
        assert "Set API" not in seat.seen(), "there is nothing to look at any more"


async def test_damaged_feedback_can_only_be_given_up() -> None:
    async with seated((80, 24), make_stand(around=TakesBack)) as seat:
        await with_feedback(seat)
        with seat.till.workplace.journal.database.writing() as sql:
            sql.execute("UPDATE feedback SET body = x'00' WHERE feedback_id = 'f1'")
        await seat.stand.do(do.Deliver())
        await seat.settle()
        assert seat.desk.waiting == (0, 1)
        await seat.type("<alt+j>")
        assert "damaged: F1" in seat.seen()
        await seat.type("<f5>", "<enter>")
        assert isinstance(seat.app.screen, OutboxDialog)
        await seat.type("<f7>", "unreadable", "<enter>")
        assert seat.desk.waiting == (0, 0)


# --- a live shop


def is_framed(seat: Seat) -> bool:
    """Red at all four sides of the terminal."""
    width, height = seat.app.size
    red = Color.parse(seat.app.theme_variables["error"])

    def reddish(x: int, y: int) -> bool:
        style = seat.app.screen.get_style_at(x, y)
        colour = style.color and style.color.triplet
        if not colour:
            return False
        return colour.red > 1.5 * colour.green and red.r > red.g

    middle = height // 2
    return all(
        reddish(x, y)
        for x, y in ((0, middle), (width - 1, middle), (width // 2, 0), (width // 2, height - 1))
    )


@pytest.mark.parametrize("size", [(62, 20), *SIZES])
async def test_a_live_shop_has_a_red_frame_all_the_time(size: tuple[int, int]) -> None:
    async with seated(size, live_stand()) as seat:
        assert is_framed(seat)
        assert "LIVE" in seat.seen()
        seat.write("4600000000015\n")
        await seat.settle()
        assert "49.90" in seat.seen()
        await seat.type("<f1>")
        assert isinstance(seat.app.screen, Reading)
        assert is_framed(seat)
        await seat.type("<escape>", "<ctrl+x>")
        await seat.type("<alt+q>", "4321", "<enter>")
        assert is_framed(seat), "the back office as well"


async def test_the_back_office_by_itself_has_one_too(tmp_path: Path) -> None:
    office = Desk(tmp_path).office
    for live in (True, False):
        app = OfficeApp(office, "Vera", 2, theme_name="dark", live=live)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            corner = app.screen.get_style_at(0, 12).color
            assert (
                corner is not None and corner.name == app.theme_variables["error"].lower()
            ) is live


async def test_no_other_shop_has_one() -> None:
    async with seated((80, 24)) as seat:
        assert not is_framed(seat)
        assert "LIVE" not in seat.seen()


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_write_asks_with_no_as_the_first_answer(size: tuple[int, int]) -> None:
    async with seated(size, live_stand()) as seat:
        seat.write("4600000000015\n\n")
        await seat.settle()
        await seat.type("<f10>")
        assert isinstance(seat.app.screen, Choice)
        for part in ("This shop is LIVE", "Asked once", "Go back", "Write to the live system"):
            assert part in seat.seen()
        await seat.type("<enter>")
        assert seat.state == "calculated"
        await seat.type("<f10>", "2", "<enter>")
        assert seat.state == "finished"
        seat.write("4600000000015\n\n")
        await seat.settle()
        await seat.type("<f10>")
        assert seat.state == "finished", "asked once"


async def test_a_live_shop_has_no_key_for_faults() -> None:
    async with seated((80, 24), live_stand()) as seat:
        await seat.type("<alt+m>")
        assert seat.app.screen is seat.screen
        await seat.type("<f12>", "<down>", "<enter>")
        assert "This shop is live: no faults here." in seat.message
