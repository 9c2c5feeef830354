"""kill -9 in every step of the day: what the screen had shown is there, and nothing is there twice.

Each step of the day is typed into the real program, which is killed at a random moment of it. The
books on disk must then be those from before the step, or those from after it; if the screen had
shown the end of the step, those from after it. The next start goes on with the same books.
"""

import asyncio
import os
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from terminal import Terminal

from backends.house import HouseBackend
from backends.house.loading import load_rules
from cashier import fixtures
from cashier.checks import check_day
from cashier.clock import SystemClock, random_ids
from cashier.daybook import Daybook
from cashier.exchange import FindSaleRequest
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Kind, Receipt
from cashier.shift import DrawerKind
from cashier.shop import Sending

ROUNDS = 20 if os.environ.get("CASHIER_LONG") else 2
"""In each the program is killed once in every stage of every step."""
MOMENT = 0.03
"""Seconds from the key to the latest kill; many stages are over by then."""
NUMBER = re.compile(r"R0101-\d{6}")
COOKIES, CHEESE, SOAP, GIFT = "10904", "10304", "11401", "11801"
COST = {COOKIES: 8900, CHEESE: 14900, SOAP: 12900, GIFT: 50000}
"""What one of it costs at any hour of any day, when the kopecks are off."""


@dataclass(frozen=True)
class Books:
    """What must not be lost, and not be there twice."""

    shift: int = 0
    """The open one; 0: it is closed."""
    closed: tuple[int, ...] = ()
    drawer: tuple[tuple[DrawerKind, int], ...] = ()
    sold: tuple[tuple[Kind, int], ...] = ()
    """Sorted: a killed program may have used up a number."""
    held: tuple[str, ...] = ()
    """The goods of each receipt; all receipts here have one line at most."""
    open: str | None = None
    """The goods of the receipt being made; empty: none yet."""
    gift: tuple[tuple[str, int], ...] = ()
    """What is left on each certificate."""

    def noted(self, kind: DrawerKind, amount: int) -> "Books":
        return replace(self, drawer=(*self.drawer, (kind, amount)))

    def finished(self, kind: Kind, total: int) -> "Books":
        return replace(self, sold=tuple(sorted((*self.sold, (kind, total)))), open=None)

    def with_gift(self, number: str, left: int) -> "Books":
        return replace(self, gift=tuple(sorted({**dict(self.gift), number: left}.items())))

    def opened(self) -> "Books":
        number = len(self.closed) + 1
        return replace(self.noted(DrawerKind.FLOAT, 100000), shift=number)

    def ended(self) -> "Books":
        return replace(self, shift=0, closed=(*self.closed, self.shift))


@dataclass(frozen=True)
class Stage:
    """Some keys, what is seen when they are done, and what the books are then."""

    keys: str
    shown: str
    after: Callable[[Books], Books] = lambda books: books


Step: TypeAlias = Callable[[Books], tuple[Stage, ...]]

SUPERVISOR = "A supervisor must allow it"


def _scanned(sku: str) -> Stage:
    return Stage(f"{sku}<enter>", "1 line", lambda books: replace(books, open=sku))


def _paid(sku: str) -> Stage:
    return Stage("<f10>", "Receipt R0101-", lambda books: books.finished(Kind.SALE, COST[sku]))


def open_shift(books: Books) -> tuple[Stage, ...]:
    return (
        Stage("<enter>", "Money in the drawer"),
        Stage("1000<enter>", "Ready for the next customer", Books.opened),
    )


def cash_in(books: Books) -> tuple[Stage, ...]:
    return (
        Stage(
            "<alt-i>50 change<enter>",
            "Put into the drawer: 50.00",
            lambda books: books.noted(DrawerKind.CASH_IN, 5000),
        ),
    )


def cash_out(books: Books) -> tuple[Stage, ...]:
    """The supervisor's PIN, wrong at first; then the money."""
    return (
        Stage("<alt-o>20 bank<enter>", SUPERVISOR),
        Stage("1111<enter>", "Wrong PIN."),
        Stage(
            "4321<enter>",
            "Taken out of the drawer: 20.00",
            lambda books: books.noted(DrawerKind.CASH_OUT, 2000),
        ),
    )


def count_drawer(books: Books) -> tuple[Stage, ...]:
    return (
        Stage(
            "<alt-n>777<enter>",
            "Counted: 777.00",
            lambda books: books.noted(DrawerKind.COUNT, 77700),
        ),
    )


def hold(books: Books) -> tuple[Stage, ...]:
    def put_aside(books: Books) -> Books:
        return replace(books, held=(*books.held, CHEESE), open=None)

    return _scanned(CHEESE), Stage("<f4>", "The receipt is put aside.", put_aside)


def recall(books: Books) -> tuple[Stage, ...]:
    def taken_up(books: Books) -> Books:
        return replace(books, held=(), open=CHEESE)

    return Stage("<f7>", "1 line", taken_up), _paid(CHEESE)


def sell_certificate(books: Books) -> tuple[Stage, ...]:
    number = _certificate(len(books.gift))

    def sold(books: Books) -> Books:
        return books.finished(Kind.SALE, COST[GIFT]).with_gift(number, COST[GIFT])

    return (
        Stage(
            "GIFT-500<enter>",
            "Scan the gift certificate that is sold",
            lambda books: replace(books, open=""),
        ),
        Stage(f"{number}<enter>", "1 line", lambda books: replace(books, open=GIFT)),
        Stage("<f10>", "Receipt R0101-", sold),
    )


def pay_with_certificate(books: Books) -> tuple[Stage, ...]:
    number, left = max(books.gift, key=lambda gift: gift[1])

    def paid(books: Books) -> Books:
        return books.finished(Kind.SALE, COST[SOAP]).with_gift(number, left - COST[SOAP])

    return (
        _scanned(SOAP),
        Stage("<enter>", "Enter: cash"),
        Stage(f"{number}<enter>", "Receipt R0101-", paid),
    )


def free_return(books: Books) -> tuple[Stage, ...]:
    return (
        Stage("<alt-r>", SUPERVISOR),
        Stage("4321<enter>", "Allowed by", lambda books: replace(books, open="")),
        Stage(f"{COOKIES}<enter>", "How many", lambda books: replace(books, open=COOKIES)),
        Stage("<f9>", "Give back in cash"),
        Stage(
            "<enter>",
            "Return R0101-",
            lambda books: books.finished(Kind.RETURN, COST[COOKIES]),
        ),
    )


def x_report(books: Books) -> tuple[Stage, ...]:
    return (Stage("<alt-x>", "X REPORT"),)


def close_shift(books: Books) -> tuple[Stage, ...]:
    return (
        Stage("<alt-z>", "Close the shift?"),
        Stage("2<enter>", "Z REPORT", Books.ended),
    )


def sell(books: Books) -> tuple[Stage, ...]:
    return _scanned(COOKIES), _paid(COOKIES)


DAY: tuple[Step, ...] = (
    open_shift, sell, cash_in, hold, cash_out, count_drawer, recall, sell_certificate,
    pay_with_certificate, free_return, x_report, close_shift,
)  # fmt: skip


def _before(step: Step, books: Books) -> Step | None:
    """What must be done first; None: the step can be done."""
    if step is open_shift:
        return _before(close_shift, books) or close_shift if books.shift else None
    if not books.shift:
        return open_shift
    if step in (hold, close_shift) and books.held:
        return recall
    if step is recall and not books.held:
        return hold
    if step is pay_with_certificate and max(books.gift, default=("", 0))[1] < COST[SOAP]:
        return sell_certificate
    if step is free_return and (Kind.SALE, COST[COOKIES]) not in books.sold:
        return sell
    return None


def _certificate(index: int) -> str:
    """An EAN-13 of its own."""
    digits = f"98{index:010d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


@dataclass
class Day:
    """What was done so far, as far as it was seen."""

    data: Path
    dice: random.Random
    books: Books = Books()
    numbers: set[str] = field(default_factory=set)
    """Told on the screen."""
    happened: Counter[str] = field(default_factory=Counter)

    def die_in(self, step: Step, last: int, *, seen: bool) -> None:
        """Do all that comes before, and be killed in the stage: at once when its end is
        ``seen``, else at a random moment."""
        with Terminal(self.data, columns=100, rows=30, shift=False) as till:
            self.go_on(till)
            while (first := _before(step, self.books)) is not None:
                for stage in first(self.books):
                    self.do(till, stage)
                self.leave(till, first)
            stages = step(self.books)
            for stage in stages[:last]:
                self.do(till, stage)
            self.die(till, stages[last], seen=seen)

    def go_on(self, till: Terminal) -> None:
        """The receipt that the kill left open is finished; one with nothing on it is gone."""
        if not self.books.open:
            till.see("online")
            self.books = replace(self.books, open=None)
            return
        till.see("The last run left a")
        sku, returning = self.books.open, "left a return open" in till.text
        till.type("<enter>").lose("The last run left a")
        if returning:
            for stage in free_return(self.books)[-2:]:
                self.do(till, stage)
        elif sku == GIFT:
            self.do(till, sell_certificate(self.books)[-1])
        else:
            self.do(till, _paid(sku))

    def leave(self, till: Terminal, step: Step) -> None:
        """Close the report that the step ended with."""
        if step is close_shift:
            till.type("<esc>").lose("Z REPORT")

    def do(self, till: Terminal, stage: Stage) -> None:
        till.type(stage.keys).see(stage.shown)
        self.numbers.update(NUMBER.findall(till.text))
        self.books = stage.after(self.books)

    def die(self, till: Terminal, stage: Stage, *, seen: bool) -> None:
        fresh = stage.shown not in till.text
        till.type(stage.keys)
        if seen:
            till.see(stage.shown)
        else:
            till.go_on(self.dice.random() * MOMENT)
        shown = fresh and stage.shown in till.text
        till.kill()
        if shown:
            self.numbers.update(NUMBER.findall(till.text))
        after = stage.after(self.books)
        found = self.read()
        assert found in ((after,) if shown else (self.books, after)), stage
        if after != self.books:
            how = "seen" if shown else "unseen" if found == after else "too early"
            self.happened[how] += 1
        self.books = found

    def read(self) -> Books:
        """From a copy, opened as the next start opens it."""
        copy = self.data.with_name("copy")
        shutil.copytree(self.data, copy)
        journal = Journal.open(copy / "journal.db")
        assert (journal.put_aside, journal.complaints) == (None, [])
        sold = journal.recent(10_000)
        numbers = [receipt.number for receipt in sold]
        assert len(set(numbers)) == len(numbers)
        assert self.numbers <= set(numbers), "a finished receipt is lost"
        found = _books(journal, Daybook(journal), sold)
        journal.close()
        shutil.rmtree(copy)
        return found


def _books(journal: Journal, daybook: Daybook, sold: list[Receipt]) -> Books:
    shifts = daybook.shifts(10_000)
    last = max((shift.number for shift in shifts), default=0)
    drawer = [entry for number in range(1, last + 1) for entry in daybook.drawer(number)]
    allowed = sum(
        permission.granted and permission.right == "cash_out"
        for number in range(1, last + 1)
        for permission in daybook.permissions(number)
    )
    assert sum(entry.kind is DrawerKind.CASH_OUT for entry in drawer) <= allowed
    gifts = {line.certificate for receipt in sold for line in receipt.lines} - {""}
    left = journal.open_receipt()
    return Books(
        shift=daybook.shift.number if daybook.shift else 0,
        closed=tuple(sorted(shift.number for shift in shifts if shift.closed_at)),
        drawer=tuple((entry.kind, entry.amount) for entry in drawer),
        sold=tuple(sorted((receipt.kind, receipt.total) for receipt in sold)),
        held=tuple(_goods(receipt) for receipt in journal.held()),
        open=_goods(left[1]) if left else None,
        gift=tuple(sorted((number, daybook.certificate(number) or 0) for number in gifts)),
    )


def _goods(receipt: Receipt) -> str:
    (sku,) = [line.sku for line in receipt.lines] or [""]
    return sku


def test_nothing_of_the_day_is_lost_at_kill_9(tmp_path: Path) -> None:
    day = Day(tmp_path / "data", random.Random(90))
    stages = [len(step(Books(gift=(("", 0),)))) for step in DAY]
    for round_ in range(ROUNDS):
        for step, count in zip(DAY, stages, strict=True):
            for stage in range(count):
                day.die_in(step, stage, seen=round_ % 2 == 1)
    assert set(day.happened) == {"seen", "unseen", "too early"}, day.happened
    assert {kind for kind, _amount in day.books.drawer} == set(DrawerKind) - {DrawerKind.OPEN}
    assert len(day.books.gift) > 1
    assert len(day.books.closed) > 1
    asyncio.run(_deliver_and_count(day.data))


async def _deliver_and_count(data: Path) -> None:
    """After all is delivered, the loyalty system has every sale of the till once."""
    rules = load_rules(fixtures.path("loyalty.toml"))
    clock, journal = SystemClock(), Journal.open(data / "journal.db")
    house = HouseBackend(data / "loyalty.db", rules, clock=clock, ids=random_ids, phone=print)
    outbox = Outbox(journal, Sending(batch=1000))
    await outbox.deliver(house)
    assert (outbox.waiting, outbox.parked) == (0, 0)
    receipts = sorted(journal.recent(10_000), key=lambda sold: sold.number)
    assert check_day(receipts) == []
    for sold in receipts:
        if sold.kind is Kind.SALE:
            request = FindSaleRequest(number=sold.number, at=clock.now())
            found = await house.find_sale(request)
            assert [sale.receipt.total for sale in found] == [sold.total], sold.number
    await house.close()
    journal.close()
