"""The instructor's seat over a real till on the screen: two apps, one socket."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from seat import Seat
from stand import Stand, make_stand
from textual.pilot import Pilot
from watching import DOZEN, short_folder

from cashier import commands as do
from cashier.cli import main
from cashier.commands import CardAnswer, Connection, PrinterTrouble
from cashier.events import CustomerSaid
from cashier.seat.notes import read_notes
from cashier.seat.protocol import Answer, Facts, Picture, Update
from screens.app import TillApp
from screens.seat import words
from screens.seat.app import SeatApp
from screens.seat.picture_view import squeezed

VERA_PHONE, BREAD = "+79001234503", "4600000000015"


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


class WatchedSeat(SeatApp):
    """The instructor's app, and a bell that rings when it has heard something."""

    rung: asyncio.Condition

    def hear(self, update: Update) -> None:
        super().hear(update)
        asyncio.get_running_loop().create_task(self._ring())

    async def _ring(self) -> None:
        async with self.rung:
            self.rung.notify_all()


class Instructor:
    """Somebody at the second terminal: presses keys, and looks."""

    def __init__(self, app: WatchedSeat, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def until(self, there: Callable[[], bool]) -> None:
        async with asyncio.timeout(DOZEN), self.app.rung:
            await self.app.rung.wait_for(there)
        for _layout_and_paint in range(3):
            await self.pilot.pause()

    async def sees(self, *texts: str) -> None:
        """In the trainee's screen."""
        await self.until(lambda: all(text in _text(self.app.picture.picture) for text in texts))

    async def knows(self, there: Callable[[Facts], bool]) -> None:
        await self.until(lambda: self.app.facts is not None and there(self.app.facts))

    async def type(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key.strip("<>"))
        await self.pilot.pause()

    @property
    def rows(self) -> list[str]:
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def seen(self) -> str:
        return "\n".join(self.rows)


def _text(picture: Picture | None) -> str:
    rows = picture.rows if picture else ()
    return "\n".join("".join(text for text, _style in row) for row in rows)


@asynccontextmanager
async def trainee(
    folder: Path, stand: Stand, size: tuple[int, int] = (80, 24), *, privacy: bool = False
) -> AsyncIterator[Seat]:
    app = TillApp(
        lambda _training: stand.till, language="en", theme_name="dark", seat=folder, privacy=privacy
    )
    async with app.run_test(size=size) as pilot:
        await app.ready.wait()
        seat = Seat(app, pilot, stand)
        await seat.settle()
        yield seat


@asynccontextmanager
async def instructor(folder: Path, size: tuple[int, int] = (140, 45)) -> AsyncIterator[Instructor]:
    app = WatchedSeat(folder, "Olga", theme_name="dark")
    app.rung = asyncio.Condition()
    async with app.run_test(size=size) as pilot:
        looking = Instructor(app, pilot)
        await looking.knows(lambda facts: facts.state != "")
        yield looking


# --- what is seen


async def test_the_picture_is_the_trainees_screen_to_the_letter(folder: Path) -> None:
    async with trainee(folder, make_stand()) as seat, instructor(folder) as olga:
        await seat.enter(BREAD)
        await olga.sees("Polevoy wheat bread", "◉ watched")
        await seat.settle()
        picture = olga.app.picture.picture
        assert picture is not None
        await olga.until(lambda: _text(olga.app.picture.picture).split("\n") == seat.rows())
        assert (picture.columns, len(picture.rows)) == (80, 24)
        assert olga.rows[1:25] == [row + olga.rows[1 + y][80:] for y, row in enumerate(seat.rows())]
        styles = {style for row in picture.rows for _text_of_it, style in row}
        assert any(style.startswith("bold #") and " on #" in style for style in styles)
        assert "selling   1 line   TOTAL 49.90" in olga.seen
        assert f"{BREAD}<enter>" in olga.seen


async def test_a_dialog_is_seen_with_what_lies_under_it(folder: Path) -> None:
    async with trainee(folder, make_stand()) as seat, instructor(folder) as olga:
        await seat.enter(BREAD)
        await seat.type("<f12>")
        await olga.sees("Connection to the loyalty system", "Polevoy")
        await seat.type("<escape>")
        await olga.until(lambda: "Connection to" not in _text(olga.app.picture.picture))


async def test_with_privacy_the_instructor_sees_the_masked_screen(folder: Path) -> None:
    async with (
        trainee(folder, make_stand(), (120, 34), privacy=True) as seat,
        instructor(folder) as olga,
    ):
        await seat.enter("2900000000032")
        await olga.sees("Gold")
        await olga.knows(lambda facts: "•" in facts.keys)
        assert olga.app.facts is not None
        for shown in (_text(olga.app.picture.picture), olga.app.facts.keys, olga.seen):
            assert "Vera" not in shown
            assert "2900000000032" not in shown


async def test_without_the_option_nobody_is_let_in(folder: Path) -> None:
    stand = make_stand()
    app = TillApp(lambda _training: stand.till, language="en")
    async with app.run_test() as pilot:
        await app.ready.wait()
        await pilot.pause()
        assert app.host is None
    assert list(folder.iterdir()) == []  # noqa: ASYNC240 - nothing is waited for there


async def test_the_status_row_says_watched_only_while_somebody_looks(folder: Path) -> None:
    async with trainee(folder, make_stand()) as seat:
        assert "watched" not in seat.seen()
        async with instructor(folder) as olga:
            await olga.sees("◉ watched")
        async with asyncio.timeout(DOZEN):
            while "watched" in seat.seen():
                await seat.pilot.pause()


# --- a smaller terminal


async def test_of_a_larger_screen_the_lower_end_is_seen_and_arrows_show_the_rest(
    folder: Path,
) -> None:
    async with (
        trainee(folder, make_stand(), (120, 40)) as seat,
        instructor(folder, (80, 24)) as olga,
    ):
        for _line in range(30):
            await seat.stand.do(do.Scan(BREAD))
        await olga.sees(" 30 ")
        await olga.until(lambda: "arrows: the rest" in olga.seen)
        assert "Code, phone or e-mail" in olga.seen
        assert "The Example Club" not in olga.seen
        await olga.type("<pageup>", "<pageup>", "<pageup>", "<pageup>")
        assert "TRAINING" in olga.seen or "#   Goods" in olga.seen
        assert "Code, phone or e-mail" not in olga.seen
        await olga.type(*["<right>"] * 9)
        assert "Customer" in olga.seen
        await olga.type("<tab>")
        assert "pull the plug" not in olga.seen
        await olga.type("<tab>")
        assert "pull the plug" in olga.seen


def test_empty_rows_give_way_first_and_one_of_each_gap_stays() -> None:
    screen = (False, True, True, True, True, False, True, True, False)
    assert squeezed(screen, 9) == tuple(range(9))
    assert squeezed(screen, 7) == (0, 1, 2, 5, 6, 7, 8)
    assert squeezed(screen, 5) == (0, 1, 5, 6, 8)
    assert squeezed(screen, 1) == (0, 1, 5, 6, 8)
    assert squeezed((), 3) == ()


def test_the_last_keys_never_begin_in_the_middle_of_one() -> None:
    assert words.last_keys("ab<enter>", 20) == "ab<enter>"
    assert words.last_keys("abcdef<enter>12<f10>", 10) == "…12<f10>"
    assert words.last_keys("0123456789", 4) == "…6789"


@pytest.mark.parametrize("room", [20, 78])
def test_what_stands_needs_no_more_room_than_there_is_and_keys_give_way(room: int) -> None:
    facts = Facts(
        shop="Shop",
        keys="11101<enter>" * 5,
        connection=Connection.OFFLINE,
        card=CardAnswer.DECLINE,
        card_times=1,
        printer=PrinterTrouble.PAPER_OUT,
        wrong_code=True,
    )
    row = words.facts_rows(facts, room).split("\n")[-1].plain
    assert len(row) <= room
    assert row.startswith("Keys …11101<enter>")
    assert ("plug pulled   card terminal declines, once" in row) == (room > 20)
    alone = words.facts_rows(Facts(shop="Shop", keys="11101<enter>" * 5), room).plain
    assert alone.endswith("11101<enter>")


def test_what_was_not_done_is_seen_before_what_was() -> None:
    answers = [Answer(done=True, text="one"), Answer(done=False, text="[/two")]
    assert words.answers_row(answers).plain == "× [/two   ✓ one"


# --- events and notes


async def test_each_key_drops_its_event_and_takes_it_back(folder: Path) -> None:
    stand = make_stand()
    plug, terminal = stand.till.workplace.plug, stand.till.workplace.card_terminal
    assert plug is not None
    async with trainee(folder, stand), instructor(folder) as olga:
        for key, connection in (
            ("3", Connection.OFFLINE),
            ("4", Connection.LOST_ANSWERS),
            ("5", Connection.SLOW),
        ):
            await olga.type(key)
            await olga.knows(lambda facts, wanted=connection: facts.connection is wanted)  # type: ignore[misc]
            assert plug.connection is connection
        await olga.type("5")
        await olga.knows(lambda facts: facts.connection is Connection.ONLINE)
        await olga.type("6")
        await olga.knows(lambda facts: facts.printer is PrinterTrouble.PAPER_OUT)
        assert "the printer is out of paper" in olga.seen
        await olga.type("7")
        await olga.knows(lambda facts: facts.wrong_code)
        await olga.type("2", "<enter>")
        await olga.knows(lambda facts: facts.card is CardAnswer.DECLINE)
        assert terminal.times == 1
        await olga.type("8", "<down>", "<right>", "<enter>")
        await olga.knows(lambda facts: len(facts.faults) == 1)
        assert plug.standing[0].fault.times == 1
        await olga.type("9")
        await olga.knows(
            lambda facts: (
                (facts.faults, facts.wrong_code, facts.card, facts.printer)
                == ((), False, CardAnswer.BY_AMOUNT, PrinterTrouble.NONE)
            )
        )
        for what in ("The printer works.", "Codes on the customer's phone are right."):
            await olga.until(lambda what=what: what in olga.app.message.content.plain)  # type: ignore[misc]


async def test_what_the_customer_says_stays_on_the_trainees_screen(folder: Path) -> None:
    async with trainee(folder, make_stand()) as seat, instructor(folder) as olga:
        await seat.enter(BREAD)
        await olga.type("1", "<enter>")
        await olga.sees("The customer  I have changed my mind")
        await seat.enter(BREAD)
        assert "I have changed my mind" in seat.seen()
        await olga.type("1", "<up>", "<enter>", "n", "o", "space", "[", "/", "b", "]", "<enter>")
        await olga.sees("The customer  no [/b]")
        await seat.type("<f8>", "<f10>")
        await olga.knows(lambda facts: facts.state == "finished")
        assert seat.stand.all(CustomerSaid)[-1].text == ""
        assert "no [/b]" not in seat.seen()


async def test_a_note_is_typed_and_shown_beside_the_picture(folder: Path) -> None:
    async with trainee(folder, make_stand()), instructor(folder) as olga:
        await olga.type("s", "l", "o", "w", "space", "3", "<enter>")
        await olga.until(lambda: len(olga.app.notes) == 1)
        assert "✎ slow 3" in olga.seen
        assert "✓ Noted." in olga.seen
        assert [(note.text, note.who) for note in read_notes(folder)] == [("slow 3", "Olga")]
        await olga.type("x", "<escape>")
        assert olga.app.is_running
        await olga.type("<escape>")
    assert olga.app.end is None
    assert not olga.app.return_code


async def test_the_till_that_closes_ends_the_instructors_app(folder: Path) -> None:
    async with trainee(folder, make_stand()) as seat, instructor(folder) as olga:
        assert seat.app.host is not None
        await seat.app.host.close()
        async with asyncio.timeout(DOZEN):
            while olga.app.end is None:
                await olga.pilot.pause()
    assert olga.app.end is not None and olga.app.end.fine
    assert olga.app.return_code == 0


# --- the command line


def test_without_a_till_the_command_says_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["watch", "--lang", "en", "--data", str(folder)]) == 2
    assert "--seat" in capsys.readouterr().err
    assert main(["watch", "--notes", "--lang", "en", "--data", str(folder)]) == 0
    assert capsys.readouterr().out == "Nothing was noted.\n"
    wrong = ["watch", "--notes", "--since", "soon", "--lang", "en", "--data", str(folder)]
    assert main(wrong) == 2
    assert "--since: soon" in capsys.readouterr().err
