"""Somebody beside the cashier: told of every till, has rows of his own, takes keys first."""

from seat import Seat
from stand import Stand, make_stand
from textual.content import Content
from textual.events import Key
from textual.widget import Widget

from cashier.commands import Calculate, Scan
from cashier.errors import NotNow
from cashier.events import Carried, Event
from cashier.till import Till
from screens.app import TillApp
from screens.guide import Guide, Words

BREAD = "4600000000015"


class Onlooker:
    """Counts what it is told, and keeps the letter z for itself."""

    def __init__(self) -> None:
        self.words = Words()
        self.tills: list[Till] = []
        self.carried: list[Carried] = []

    def panel(self) -> Widget:
        return self.words

    async def begin(self, app: TillApp, till: Till) -> None:
        assert app.till is till
        self.tills.append(till)
        till.events.watch(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Carried):
            self.carried.append(event)

    def take_key(self, key: Key) -> bool:
        if key.key != "z":
            return False
        self.words.show(Content("z was pressed") if not self.words.content.plain else Content(""))
        return True

    def farewell(self) -> str:
        return f"{len(self.carried)} commands"


def beside(guide: Guide, *stands: Stand) -> TillApp:
    """The app over these tills, one after the other."""
    left = iter(stands)
    return TillApp(lambda _training: next(left).till, language="en", guide=guide)


async def test_a_guide_hears_what_the_till_did_and_what_it_refused() -> None:
    guide, stand = Onlooker(), make_stand()
    app = beside(guide, stand)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.enter(BREAD)
        await seat.settle()
        assert [(one.command, one.error) for one in guide.carried] == [(Scan(BREAD), None)]
        await seat.type("<f8>")
        await seat.enter("1000")
    assert isinstance(guide.carried[1].command, Calculate)
    assert guide.tills == [stand.till]
    assert guide.farewell() == f"{len(guide.carried)} commands"


async def test_a_refusal_comes_with_its_reason() -> None:
    guide, stand = Onlooker(), make_stand()
    app = beside(guide, stand)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        await Seat(app, pilot, stand).settle()
        await stand.refused(Calculate())
    assert isinstance(guide.carried[-1].error, NotNow)


async def test_a_key_of_the_guide_does_not_reach_the_till_and_shows_his_panel() -> None:
    guide, stand = Onlooker(), make_stand()
    app = beside(guide, stand)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        assert "z was pressed" not in seat.seen()
        await seat.type("<z>")
        assert "z was pressed" in seat.seen()
        assert seat.screen.input.text == ""
        await seat.type("<f1>", "<z>")
        await seat.type("<escape>")
        assert "z was pressed" not in seat.seen()


async def test_a_guide_gets_another_till_when_he_asks_for_one() -> None:
    guide, stands = Onlooker(), (make_stand(), make_stand())
    app = beside(guide, *stands)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stands[0])
        await seat.settle()
        await seat.enter(BREAD)
        app.open_again()
        while len(guide.tills) < 2:
            await pilot.pause()
        await Seat(app, pilot, stands[1]).settle()
        assert app.till is stands[1].till
        assert "Ready for the next customer" in seat.seen()
        assert stands[1].till.now.receipt is None
