"""The instructor's seat over a real till: events, notes, who is let in, who is let go."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from stand import MORNING, Stand, demo_shop, make_stand
from watching import DOZEN, Ears, Screen, short_folder

from cashier import commands as do
from cashier.commands import CardAnswer, Connection
from cashier.errors import CashierError
from cashier.events import CustomerSaid, Said, TrainingSwitched, Watched
from cashier.exchange import Backend, PhoneMessage
from cashier.faults import Fault, FaultKind
from cashier.methods import Method
from cashier.receipt import TenderKind
from cashier.seat.client import End, SeatClient
from cashier.seat.door import find
from cashier.seat.notes import NoteKind, read_notes
from cashier.seat.protocol import (
    LARGEST_UPDATE,
    LARGEST_WISH,
    Answer,
    Do,
    Drop,
    Hello,
    Misread,
    Speak,
    Update,
    Wish,
    Write,
    command_of,
    line_of,
    read_wish,
    wish_for,
)
from cashier.seat.server import MOST_WATCHERS, SeatServer
from cashier.seat.watcher import MOST_WISHES
from cashier.snapshot import State
from cashier.uniform import A, Q, Wrapper, call

BREAD, VERA_PHONE = "4600000000015", "+79001234503"
HELLO = line_of(Hello(who="Olga"))


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def screen() -> Screen:
    return Screen()


@pytest.fixture
async def server(stand: Stand, folder: Path, screen: Screen) -> AsyncIterator[SeatServer]:
    made = SeatServer(folder, screen)
    await made.open()
    made.attach(stand.till)
    yield made
    await made.close()


def files(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


class Instructor(Ears):
    """Somebody at the second terminal."""

    def __init__(self, folder: Path, who: str = "Olga") -> None:
        super().__init__()
        self.client = SeatClient(folder, who, self.hear)
        self.watching = asyncio.create_task(self.client.run())

    async def wants(self, wish: Wish | Drop) -> Answer:
        """What came of it."""
        known = len(self.answers)
        said = wish if isinstance(wish, Hello | Do | Speak | Misread | Write) else wish_for(wish)
        assert self.client.say(said)
        await self.until(lambda ears: len(ears.answers) > known)
        return self.answers[-1]

    async def ended(self) -> End:
        async with asyncio.timeout(DOZEN):
            return await self.watching


@asynccontextmanager
async def watching(folder: Path, who: str = "Olga") -> AsyncIterator[Instructor]:
    instructor = Instructor(folder, who)
    await instructor.until(lambda ears: bool(ears.updates))
    try:
        yield instructor
    finally:
        instructor.watching.cancel()
        await asyncio.gather(instructor.watching, return_exceptions=True)


# --- what is seen


async def test_an_instructor_sees_the_screen_and_how_the_sale_stands(
    stand: Stand, server: SeatServer, folder: Path, screen: Screen
) -> None:
    async with watching(folder) as olga:
        assert olga.text == "till"
        assert olga.facts is not None
        assert (olga.facts.state, olga.facts.keys) == ("idle", "4600000000015<enter>")
        await stand.do(do.Scan(BREAD))
        screen.text = "till, bread"
        server.painted()
        await olga.until(lambda e: e.text == "till, bread" and bool(e.facts and e.facts.lines))
        assert olga.facts.state == "selling"
        assert olga.facts.total == stand.receipt.total > 0
        await stand.do(do.Scan(VERA_PHONE))
        await olga.until(lambda e: e.facts is not None and e.facts.question == "AskCode")


async def test_while_nobody_looks_nothing_is_drawn(
    stand: Stand, server: SeatServer, folder: Path, screen: Screen
) -> None:
    await stand.do(do.Scan(BREAD))
    server.painted()
    async with watching(folder) as olga:
        drawn = screen.drawn
        assert drawn > 0
        for n in range(50):
            screen.text = f"picture {n}"
            server.painted()
        await olga.until(lambda e: e.text == "picture 49")
        assert screen.drawn - drawn < 10  # many paintings are few pictures
    async with watching(folder) as pavel:  # who comes after she is gone
        await pavel.until(lambda e: e.facts is not None and e.facts.watchers == 1)
    await server.close()
    drawn = screen.drawn
    await stand.do(do.Scan(BREAD))
    assert screen.drawn == drawn


async def test_the_till_is_told_that_somebody_looks(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder) as olga, watching(folder, "Pavel"):
        await olga.until(lambda e: e.facts is not None and e.facts.watchers == 2)
    assert [event.watchers for event in stand.all(Watched)][:3] == [0, 1, 2]


# --- what is dropped in


async def test_an_event_is_a_command_of_the_till_and_is_not_announced_to_the_trainee(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    plug = stand.till.workplace.plug
    assert plug is not None
    async with watching(folder) as olga:
        answer = await olga.wants(do.SetConnection(Connection.OFFLINE))
        assert answer.done and "plug is pulled" in answer.text
        assert plug.connection is Connection.OFFLINE
        await olga.wants(do.SetFault(Fault(kind=FaultKind.TWICE, step="save_sale", times=1)))
        assert plug.standing[0].fault.kind is FaultKind.TWICE
        assert stand.all(Said) == []
        await olga.until(lambda e: e.facts is not None and len(e.facts.faults) == 1)
        answer = await olga.wants(do.SetConnection(Connection.ONLINE))
        assert answer.text in stand.said and "reachable again" in answer.text
        await olga.wants(do.ClearFaults())
        assert not plug.standing


async def test_what_the_trainee_sets_himself_is_said_as_ever(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder):
        await stand.do(do.SetConnection(Connection.SLOW))
    assert "answers slowly" in stand.said


async def test_the_next_card_is_declined_and_the_one_after_it_is_not(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    await stand.do(do.Scan(BREAD), do.Calculate())
    async with watching(folder) as olga:
        await olga.wants(do.SetCardTerminal(CardAnswer.DECLINE, 1))
        await olga.until(lambda e: e.facts is not None and e.facts.card_times == 1)
        error = await stand.refused(do.TakeTender(TenderKind.CARD))
        assert "declined" in str(error)
        await stand.do(do.TakeTender(TenderKind.CARD))
        await olga.until(lambda e: e.facts is not None and e.facts.card is CardAnswer.BY_AMOUNT)
    assert stand.is_in(State.FINISHED)


async def test_after_one_card_the_terminal_answers_as_was_chosen_before(stand: Stand) -> None:
    await stand.do(do.SetCardTerminal(CardAnswer.SLOW), do.SetCardTerminal(CardAnswer.REFER, 1))
    await stand.do(do.SetCardTerminal(CardAnswer.DECLINE, 2))
    await stand.do(do.Scan(BREAD), do.Calculate())
    terminal = stand.till.workplace.card_terminal
    for left in (1, 0):
        await stand.refused(do.TakeTender(TenderKind.CARD))
        assert terminal.times == left
    assert terminal.answer is CardAnswer.SLOW
    assert "declines, 2 times." in stand.said


async def test_a_code_is_read_wrong_once_and_the_new_one_is_right(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder) as olga:
        await olga.wants(Misread())
        await olga.until(lambda e: e.facts is not None and e.facts.wrong_code)
        await stand.do(do.Scan(BREAD), do.Scan(VERA_PHONE))
        wrong = stand.all(PhoneMessage)[-1]
        assert wrong.code in wrong.text
        await stand.do(do.EnterCode(wrong.code))
        assert "Wrong code" in stand.said
        assert stand.receipt.buyer is None
        await stand.do(do.ResendCode())
        await stand.do(do.EnterCode(stand.code))
        assert stand.receipt.buyer is not None
        await olga.until(lambda e: e.facts is not None and not e.facts.wrong_code)


async def test_who_else_bends_what_is_told_leaves_the_instructors_part_alone(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    events = stand.till.events
    events.bend(lambda event: None if isinstance(event, TrainingSwitched) else event)
    async with watching(folder) as olga:
        answer = await olga.wants(do.SetConnection(Connection.OFFLINE))
        assert "The plug is pulled" in answer.text
        assert "The plug is pulled" not in stand.said
    server.detach()
    events.tell(TrainingSwitched(on=True))
    assert not stand.all(TrainingSwitched)


async def test_the_customer_says_something_until_the_receipt_is_finished(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    await stand.do(do.Scan(BREAD))
    async with watching(folder) as olga:
        await olga.wants(Speak(text="No bag,\x1b[2J please"))
        assert stand.all(CustomerSaid) == [CustomerSaid("No bag, [2J please")]
        await stand.do(do.Calculate())
        await olga.until(lambda e: e.facts is not None and bool(e.facts.customer))
        await stand.do(do.TakeTender(TenderKind.CARD))
        assert stand.all(CustomerSaid)[-1] == CustomerSaid("")
        await olga.until(lambda e: e.facts is not None and not e.facts.customer)


async def test_a_wish_goes_with_a_receipt_that_is_cancelled(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    await stand.do(do.Scan(BREAD))
    async with watching(folder) as olga:
        await olga.wants(Speak(text="I do not want it any more."))
        await stand.do(do.CancelReceipt())
    assert stand.all(CustomerSaid)[-1] == CustomerSaid("")


async def test_a_live_shop_refuses_faults_and_wrong_codes(folder: Path, screen: Screen) -> None:
    stand = make_stand(shop=demo_shop().model_copy(update={"live": True}))
    await stand.till.start()
    server = SeatServer(folder, screen)
    await server.open()
    server.attach(stand.till)
    async with watching(folder) as olga:
        for wish in (
            do.SetConnection(Connection.OFFLINE),
            do.SetFault(Fault(kind=FaultKind.CUT)),
            Misread(),
        ):
            answer = await olga.wants(wish)
            assert not answer.done and "live" in answer.text
        assert read_notes(folder) == []
    await server.close()
    await stand.till.close()


async def test_no_other_command_can_be_given(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    await stand.do(do.Scan(BREAD))
    async with watching(folder) as olga:
        for wish in (
            Do(command="CancelReceipt"),
            Do(command="SetFault", fields={"fault": {"kind": "earthquake"}}),
            Do(command="SetConnection", fields={"connection": "offline", "more": 1}),
            Do(command="SetConnection"),
        ):
            answer = await olga.wants(wish)
            assert not answer.done and "does not know" in answer.text
    assert stand.is_in(State.SELLING)


@pytest.mark.parametrize(
    "command",
    [
        do.SetConnection(Connection.LOST_ANSWERS),
        do.SetFault(Fault(kind=FaultKind.REFUSED, step="calculate", times=3, text="[/x]")),
        do.ClearFaults(),
        do.SetCardTerminal(CardAnswer.SILENT, 1),
        do.SetPrinter(do.PrinterTrouble.COVER_OPEN),
    ],
)
def test_a_command_comes_over_the_wire_as_it_was(command: Drop) -> None:
    wish = read_wish(line_of(wish_for(command)))
    assert isinstance(wish, Do)
    assert command_of(wish) == command


# --- notes


async def test_notes_and_events_are_kept_with_time_receipt_and_step(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder) as olga, watching(folder, "Pavel") as pavel:
        await olga.wants(Write(text="greets nobody"))
        await stand.do(do.Scan(BREAD))
        await pavel.wants(Write(text="scans\tquickly"))
        await stand.do(do.Calculate(), do.TakeTender(TenderKind.CARD))
        await olga.wants(do.SetPrinter(do.PrinterTrouble.PAPER_OUT))
        await olga.until(lambda e: len(e.notes) == 3)
        await pavel.until(lambda e: len(e.notes) == 3)
    number = stand.receipt.number
    first, second, third = read_notes(folder)
    assert (first.text, first.who, first.receipt, first.state) == (
        "greets nobody", "Olga", "", "idle",
    )  # fmt: skip
    assert (second.text, second.who, second.receipt, second.state) == (
        "scans quickly", "Pavel", number, "selling",
    )  # fmt: skip
    assert (third.text, third.kind, third.receipt, third.state) == (
        "The printer is out of paper.", NoteKind.EVENT, number, "finished",
    )  # fmt: skip
    assert (first.at, first.kind, first.training) == (MORNING, NoteKind.NOTE, False)
    async with watching(folder) as late:
        await late.until(lambda e: len(e.notes) == 3)
        assert late.notes == read_notes(folder)


async def test_a_till_that_changes_for_training_is_seen_by_the_same_instructors(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder) as olga:
        await stand.do(do.Scan(BREAD))
        await olga.until(lambda e: e.facts is not None and e.facts.state == "selling")
        server.detach()
        answer = await olga.wants(Write(text="into the void"))
        assert not answer.done
        shop = demo_shop().model_copy(update={"training": True})
        drill = make_stand(shop=shop)
        await drill.till.start()
        server.attach(drill.till)
        await olga.until(lambda e: e.facts is not None and e.facts.training)
        await olga.wants(Write(text="begins"))
        server.detach()
        await drill.till.close()
        server.attach(stand.till)
    assert [(note.text, note.training) for note in read_notes(folder)] == [("begins", True)]


class Held(Wrapper):
    """Tells nobody who a customer is before it is let."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self.asked, self.let = asyncio.Event(), asyncio.Event()

    @property
    def inner(self) -> Backend:
        return self._inner

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        if method.name == "identify":
            self.asked.set()
            await self.let.wait()
        return await call(self._inner, method, request)


async def test_who_leaves_while_the_till_is_busy_has_his_event_kept_and_the_surprise_too(
    folder: Path, screen: Screen
) -> None:
    held: list[Held] = []
    stand = make_stand(around=lambda inner: held.append(Held(inner)) or held[0])  # type: ignore[func-returns-value]
    await stand.till.start()
    server = SeatServer(folder, screen)
    await server.open()
    server.attach(stand.till)
    async with watching(folder, "Pavel") as pavel:
        _reader, olga = await knock(folder, HELLO)
        await pavel.until(lambda e: e.facts is not None and e.facts.watchers == 2)
        selling = asyncio.create_task(stand.do(do.Scan(VERA_PHONE)))
        await held[0].asked.wait()
        olga.write(line_of(wish_for(do.SetConnection(Connection.OFFLINE))))
        olga.close()
        await pavel.until(lambda e: e.facts is not None and e.facts.watchers == 1)
        held[0].let.set()
        await selling
        await pavel.until(lambda e: bool(e.notes))
        assert "plug is pulled" in pavel.notes[0].text
        assert pavel.notes[0].who == "Olga"
        assert "plug is pulled" not in stand.said
    await server.close()
    await stand.till.close()


# --- who else comes


async def knock(folder: Path, words: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_unix_connection(find(folder), limit=LARGEST_UPDATE)
    writer.write(words)
    return reader, writer


async def farewell(reader: asyncio.StreamReader) -> str:
    """The last that was said before the till hung up."""
    async with asyncio.timeout(DOZEN):
        last = (await reader.read(-1)).splitlines()[-1]
    parting = Update.model_validate_json(last).farewell
    assert parting is not None
    return parting.why


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (b"\n", "does not understand"),
        (b"GET / HTTP/1.1\r\n\r\n", "does not understand"),
        (b"\xff\xfe\n", "does not understand"),
        (b"[" * 4000 + b"\n", "does not understand"),
        (b'{"wish":"fly"}\n', "does not understand"),
        (b"\n" * 60_000, "does not understand"),
        (b"x" * 100_000, "more than 8192 bytes"),
        (b"x" * 100_000 + b"\n", "more than 8192 bytes"),
        (line_of(Write(text="hello")), "did not say hello"),
        (HELLO + HELLO, "hello twice"),
        (HELLO + b"{}\n", "does not understand"),
        (HELLO + line_of(Write(text="a")) * (MOST_WISHES + 2), "too much at once"),
        (HELLO + json.dumps({"wish": "write", "text": "x" * 600}).encode() + b"\n", "understand"),
    ],
)
async def test_who_says_what_makes_no_sense_is_let_go_with_a_sentence(
    stand: Stand, server: SeatServer, folder: Path, words: bytes, why: str
) -> None:
    async with watching(folder) as olga:
        reader, writer = await knock(folder, words)
        assert why in await farewell(reader)
        writer.transport.abort()
        await stand.do(do.Scan(BREAD))
        await olga.until(lambda e: e.facts is not None and e.facts.state == "selling")
    assert len(words) > LARGEST_WISH or stand.is_in(State.SELLING)


async def test_who_does_not_look_any_more_is_dropped_and_the_till_sells_on(
    stand: Stand, folder: Path, screen: Screen
) -> None:
    server = SeatServer(folder, screen, patience=0.05)
    await server.open()
    server.attach(stand.till)
    reader, writer = await knock(folder, HELLO)
    await reader.readline()
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # as a stopped terminal does
    async with watching(folder) as olga:
        await olga.until(lambda e: e.facts is not None and e.facts.watchers == 2)
        count = 0
        while server.watchers == 2:
            count += 1
            screen.text = f"{count} " + "я" * 3000
            server.painted()
            await olga.until(lambda e, n=count: e.text.startswith(f"{n} "))  # type: ignore[misc]
        await stand.do(do.Scan(BREAD))
        await olga.until(lambda e: e.facts is not None and e.facts.state == "selling")
    writer.transport.abort()
    await server.close()


async def test_so_many_instructors_and_no_more(server: SeatServer, folder: Path) -> None:
    looking = [await knock(folder, HELLO) for _ in range(MOST_WATCHERS)]
    for reader, _writer in looking:
        assert (await reader.readline()).endswith(b"\n")
    reader, writer = await knock(folder, HELLO)
    assert "already: 8" in await farewell(reader)
    for _reader, other in [*looking, (reader, writer)]:
        other.transport.abort()


# --- the end


async def test_a_till_that_is_closed_says_so(
    stand: Stand, server: SeatServer, folder: Path
) -> None:
    async with watching(folder) as olga:
        await server.close()
        assert await olga.ended() == End("The till is closed.", fine=True)
    await server.close()
    assert files(folder) == ["notes.db", "seat"]
    assert files(folder / "seat") == []


async def test_what_is_no_till_is_not_believed(folder: Path) -> None:
    (folder / "seat").mkdir(mode=0o700)

    async def lie(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'{"facts": 7}\n')
        writer.close()

    liar = await asyncio.start_unix_server(lie, folder / "seat" / "till.sock")
    end = await Instructor(folder).ended()
    assert end == End("What answers there is not a till of this version.", fine=False)
    liar.close()
    await liar.wait_closed()


async def test_without_a_till_the_instructor_is_told_what_to_do(folder: Path) -> None:
    end = await Instructor(folder).ended()
    assert not end.fine
    assert "--seat" in end.why
    with pytest.raises(CashierError):
        find(folder)
