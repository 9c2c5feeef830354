"""Slips that wait: in order, durable, and never in the cashier's way."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from cashier.clock import ManualClock
from cashier.commands import PrinterTrouble
from cashier.daybook import Daybook
from cashier.errors import StorageError
from cashier.journal import Journal
from cashier.printing import Printer
from cashier.printing.folder import SlipFolder, WithCopy
from cashier.printing.paper import PaperRoll
from cashier.printing.waiting import SlipQueue, SlipStore
from cashier.slip import Barcode, Cut, Feed, Qr, Row, Rule, Slip, Text

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def slip(number: int) -> Slip:
    elements = (Text(f"slip {number}"), Row("a", "b"), Rule(), Barcode("1"), Qr("1"), Feed(), Cut())
    return Slip(f"R-{number}", elements)


class SlowPrinter:
    """Prints when the test lets it, in another thread; then it can fail."""

    def __init__(self) -> None:
        self.slips: list[Slip] = []
        self.pulses = 0
        self.fails = False
        self.at_work = asyncio.Event()
        """It has got something to do."""
        self.go = Event()
        self._loop = asyncio.get_running_loop()

    def print(self, slip: Slip) -> None:
        self._work()
        self.slips.append(slip)

    def open_drawer(self) -> None:
        self._work()
        self.pulses += 1

    def _work(self) -> None:
        self._loop.call_soon_threadsafe(self.at_work.set)
        assert self.go.wait(10)
        if self.fails:
            raise OSError("out of order")


@dataclass
class Desk:
    """A queue, and what it told."""

    queue: SlipQueue
    troubles: list[tuple[str, int]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)


def desk(printer: Printer, store: SlipStore, *, slow: bool = False) -> Desk:
    troubles: list[tuple[str, int]] = []
    printed: list[str] = []
    queue = SlipQueue(
        printer,
        store,
        ManualClock(AT),
        slow=slow,
        troubled=lambda why, waiting: troubles.append((why, waiting)),
        printed=lambda slip: printed.append(slip.number),
    )
    return Desk(queue, troubles, printed)


@pytest.fixture
def book() -> Iterator[Daybook]:
    journal = Journal.open(None)
    yield Daybook(journal)
    journal.close()


@asynccontextmanager
async def slow(book: Daybook) -> AsyncIterator[tuple[Desk, SlowPrinter]]:
    printer = SlowPrinter()
    made = desk(printer, book, slow=True)
    try:
        yield made, printer
    finally:
        printer.go.set()
        await made.queue.close()


# --- a printer that prints at once


async def test_slips_wait_behind_the_one_that_failed_and_come_out_in_order(book: Daybook) -> None:
    roll = PaperRoll(32)
    it = desk(roll, book)
    await it.queue.out(slip(1))
    assert (it.printed, it.queue.waiting, len(book.slips())) == (["R-1"], 0, 0)
    roll.trouble = PrinterTrouble.PAPER_OUT
    for number in (2, 3, 4):
        await it.queue.out(slip(number))
    assert it.troubles == [("The printer is out of paper", count) for count in (1, 2, 3)]
    assert [waiting for _seq, waiting in book.slips()] == [slip(2), slip(3), slip(4)]
    assert await it.queue.retry() == 0
    roll.trouble = PrinterTrouble.NONE
    assert await it.queue.retry() == 3
    assert it.printed == ["R-1", "R-2", "R-3", "R-4"]
    assert [rows[0] for rows in roll.slips] == ["slip 1", "slip 2", "slip 3", "slip 4"]
    assert (it.queue.waiting, len(book.slips())) == (0, 0)
    assert await it.queue.retry() == 0


async def test_the_next_slip_tries_again_by_itself(book: Daybook) -> None:
    roll = PaperRoll(32)
    it = desk(roll, book)
    roll.trouble = PrinterTrouble.COVER_OPEN
    await it.queue.out(slip(1))
    roll.trouble = PrinterTrouble.NONE
    await it.queue.out(slip(2))
    assert it.printed == ["R-1", "R-2"]


async def test_what_waits_survives_the_end_of_the_program(tmp_path: Path) -> None:
    roll = PaperRoll(32)
    roll.trouble = PrinterTrouble.SWITCHED_OFF
    journal = Journal.open(tmp_path / "journal.db")
    it = desk(roll, Daybook(journal))
    for number in (1, 2):
        await it.queue.out(slip(number))
    journal.database.close()  # nothing is said to the queue, as with kill -9
    journal = Journal.open(tmp_path / "journal.db")
    again = desk(roll, Daybook(journal))
    assert again.queue.waiting == 2
    assert again.printed == []
    roll.trouble = PrinterTrouble.NONE
    await again.queue.out(slip(3))
    assert again.printed == ["R-1", "R-2", "R-3"]
    assert [rows[0] for rows in roll.slips] == ["slip 1", "slip 2", "slip 3"]
    assert Daybook(journal).slips() == []
    journal.close()


class FullDisk:
    """Nothing can be stored, and nothing forgotten."""

    def keep_slip(self, slip: Slip, at: datetime) -> int:  # noqa: ARG002 (the store's shape)
        raise StorageError("The disk is full")

    def slips(self) -> list[tuple[int, Slip]]:
        return [(1, slip(0))]

    def slip_done(self, seq: int) -> None:  # noqa: ARG002 (the store's shape)
        raise StorageError("The disk is full")


async def test_a_full_disk_is_told_and_the_paper_comes_out_all_the_same() -> None:
    roll = PaperRoll(32)
    it = desk(roll, FullDisk())
    roll.trouble = PrinterTrouble.PAPER_OUT
    await it.queue.out(slip(1))
    assert ("The disk is full", 2) in it.troubles
    assert it.troubles[-1] == ("The printer is out of paper", 2)
    roll.trouble = PrinterTrouble.NONE
    assert await it.queue.retry() == 2
    assert it.printed == ["R-0", "R-1"]


async def test_a_copy_that_is_not_written_does_not_print_the_paper_twice(
    book: Daybook, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    roll = PaperRoll(32)
    it = desk(WithCopy(roll, SlipFolder(tmp_path / "file")), book)
    await it.queue.out(slip(1))
    assert it.printed == ["R-1"]
    assert len(roll.slips) == 1
    (why, waiting), = it.troubles  # fmt: skip
    assert why.startswith("The copy of the slip was not written: ")
    assert waiting == 0
    roll.trouble = PrinterTrouble.PAPER_OUT
    await it.queue.out(slip(2))
    assert it.troubles[-1] == ("The printer is out of paper", 1)


# --- a slow printer


async def test_the_cashier_does_not_wait_for_a_slow_printer(book: Daybook) -> None:
    async with slow(book) as (it, printer):
        await it.queue.out(slip(1))
        await printer.at_work.wait()
        assert (it.queue.waiting, len(book.slips())) == (0, 0)  # a quick sale costs no disk
        await it.queue.out(slip(2))
        await it.queue.open_drawer()
        assert [waiting for _seq, waiting in book.slips()] == [slip(1), slip(2)]
        assert it.printed == []
        printer.go.set()
        await it.queue.idle()
        assert it.printed == ["R-1", "R-2"]
        assert (printer.pulses, it.queue.waiting, book.slips()) == (1, 0, [])
        await it.queue.out(slip(3))
        await it.queue.idle()
        assert it.printed == ["R-1", "R-2", "R-3"]


async def test_a_slow_printer_fails_and_the_drawer_is_not_opened_later(book: Daybook) -> None:
    async with slow(book) as (it, printer):
        printer.fails = True
        await it.queue.out(slip(1))
        await it.queue.open_drawer()
        await it.queue.out(slip(2))
        printer.go.set()
        await it.queue.idle()
        assert set(it.troubles) == {("out of order", 2)}
        assert [waiting for _seq, waiting in book.slips()] == [slip(1), slip(2)]
        printer.fails = False
        assert await it.queue.retry() == 2
        assert (printer.slips, printer.pulses) == ([slip(1), slip(2)], 0)


async def test_closing_stores_what_is_not_printed_and_lets_the_slip_at_the_printer_out(
    book: Daybook,
) -> None:
    printer = SlowPrinter()
    it = desk(printer, book, slow=True)
    await it.queue.out(slip(1))
    await printer.at_work.wait()
    closing = asyncio.create_task(it.queue.close())
    await asyncio.sleep(0)  # it has begun
    assert [waiting for _seq, waiting in book.slips()] == [slip(1)]
    await it.queue.out(slip(2))
    printer.go.set()
    await closing
    assert it.printed == ["R-1"]
    assert printer.slips == [slip(1)]
    assert [waiting for _seq, waiting in book.slips()] == [slip(2)]


# --- the played printer


def test_a_roll_ends_in_the_middle_of_a_slip_and_a_new_one_prints_it_whole() -> None:
    seen: list[int] = []
    roll = PaperRoll(32, length=12)
    roll.watch(lambda: seen.append(len(roll.slips)))
    tall = Slip("R-1", tuple(Text(f"line {place}") for place in range(8)))
    roll.print(tall)
    assert (roll.left, seen) == (4, [1])
    with pytest.raises(OSError, match="out of paper"):
        roll.print(tall)
    assert roll.slips[-1] == ("line 0", "line 1", "line 2", "line 3")
    assert roll.trouble is PrinterTrouble.PAPER_OUT
    roll.trouble = PrinterTrouble.NONE
    roll.print(tall)
    assert len(roll.slips[-1]) == 8
    longer = Slip("R-2", tuple(Text("x") for _line in range(50)))
    roll.trouble = PrinterTrouble.PAPER_OUT
    roll.trouble = PrinterTrouble.NONE
    roll.print(longer)  # no roll is too short for one slip
    assert (len(roll.slips[-1]), roll.left) == (50, 0)
    assert seen[-1] == len(roll.slips) == 4


@pytest.mark.parametrize(
    ("trouble", "opens"),
    [
        (PrinterTrouble.PAPER_OUT, True),
        (PrinterTrouble.COVER_OPEN, True),
        (PrinterTrouble.SWITCHED_OFF, False),
    ],
)
def test_only_a_printer_without_current_leaves_the_drawer_shut(
    trouble: PrinterTrouble, opens: bool
) -> None:
    roll = PaperRoll(32)
    roll.trouble = trouble
    acts: list[Callable[[], None]] = [lambda: roll.print(slip(1))]
    if opens:
        roll.open_drawer()
    else:
        acts.append(roll.open_drawer)
    for act in acts:
        with pytest.raises(OSError, match=r"printer"):
            act()
    assert (roll.drawer_opened, len(roll.slips)) == (int(opens), 0)
