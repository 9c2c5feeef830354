"""The box of feedback: what replaces what, what goes with a receipt, and what an answer makes."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cashier import journal_rows
from cashier.commands import CancelReceipt, ResumeReceipt, Scan
from cashier.database import Database
from cashier.errors import BadInput, CashierError, StorageError
from cashier.exchange import (
    Backend,
    Cause,
    FeedbackLeft,
    FeedbackRequest,
    OutcomeUnknown,
    Reason,
    Refused,
    SaveSaleRequest,
    Unavailable,
)
from cashier.feedback import FeedbackBox, Kept
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Feedback, OnCancel, Receipt, Saving, line_of
from cashier.shop import Sending

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
HALF = "\ud83d"
"""Half a letter: no file can hold it."""


class Partner:
    """A system that takes feedback back, all but what it does not want yet."""

    def __init__(self) -> None:
        self.asked: list[FeedbackRequest] = []
        self.again: set[str] = set()
        self.adds: tuple[Feedback, ...] = ()
        self.trouble: CashierError | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        self.at_work = self.most_at_work = 0

    async def send_feedback(self, request: FeedbackRequest) -> FeedbackLeft:
        self.asked.append(request)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        self.reached.set()
        await self.gate.wait()
        self.at_work -= 1
        self.meanwhile()
        if self.trouble is not None:
            raise self.trouble
        left = (one for one in request.feedback if one.feedback_id in self.again)
        tried = tuple(replace(one, attempts=one.attempts + 1) for one in left)
        return FeedbackLeft(feedback=(*tried, *self.adds))

    @property
    def batches(self) -> list[list[str]]:
        return [[one.feedback_id for one in request.feedback] for request in self.asked]


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal.open(None)
    yield made
    made.close()


@pytest.fixture
def box(journal: Journal) -> FeedbackBox:
    return FeedbackBox(journal)


@pytest.fixture
def system() -> Partner:
    return Partner()


def note(name: str, receipt: str = "r1", link: str = "Loymax", **more: object) -> Feedback:
    made = Feedback(name, link, receipt, f"payload of {name}", "sale N1")
    return replace(made, **more)  # type: ignore[arg-type]


def appended(name: str, receipt: str = "r1", **more: object) -> Feedback:
    return replace(note(name, receipt), saving=Saving.APPEND, **more)  # type: ignore[arg-type]


def keep(box: FeedbackBox, *came: Feedback, system: str = "house") -> None:
    """What one answer brought."""
    box.keep(came, system, AT)


def ids(box: FeedbackBox) -> list[str]:
    assert box.waiting + box.damaged == len(box.entries()), "they are counted right"
    return [one.feedback_id for one in box.entries()]


async def send(box: FeedbackBox, system: Partner, most: int = 5) -> tuple[int, int]:
    """How many are done, and how many the system wants to have again."""
    sent = await box.send(cast("Backend", system), "house", most, lambda: AT)
    return (sent.done, sent.left) if sent else (0, 0)


def worn(journal: Journal, act: str, *, on: bool = True) -> None:
    """The disk takes no more of this."""
    with journal.database.writing() as sql:
        if on:
            sql.execute(
                f"CREATE TRIGGER worn BEFORE {act} ON feedback"
                " BEGIN SELECT raise(ABORT, 'worn'); END"
            )
        else:
            sql.execute("DROP TRIGGER worn")


# --- what comes


def test_what_was_kept_is_found_as_it_came(box: FeedbackBox) -> None:
    one = note("f1", attempts=3, on_cancel=OnCancel.PERSIST)
    keep(box, one)
    (kept,) = box.entries()
    assert (kept.feedback, kept.name, kept.at, kept.system) == (one, "F1", AT, "house")
    assert (kept.tries, kept.cause, kept.number) == (0, "", "")


def test_a_later_one_takes_the_place_of_those_of_its_receipt_and_link(box: FeedbackBox) -> None:
    keep(box, appended("old"), appended("elsewhere", link="Set API"), appended("other", "r2"))
    keep(box, note("theirs"), system="rival")
    keep(box, note("new"))
    assert ids(box) == ["elsewhere", "other", "theirs", "new"]
    keep(box, appended("more"))
    assert ids(box)[-2:] == ["new", "more"]


def test_several_that_come_with_one_answer_do_not_replace_each_other(box: FeedbackBox) -> None:
    keep(box, note("old"))
    keep(box, note("a"), note("b"), appended("c"))
    assert ids(box) == ["a", "b", "c"]


async def test_the_same_one_again_is_updated_in_its_place(box: FeedbackBox) -> None:
    keep(box, note("f1"), note("f2", "r2"))
    system = Partner()
    system.trouble = Unavailable("gone")
    with pytest.raises(Unavailable):
        await send(box, system)
    keep(box, note("f1", attempts=7, payload="new"))
    first = box.entries()[0]
    assert first.feedback == note("f1", attempts=7, payload="new")
    assert (first.name, first.tries, ids(box)) == ("F1", 1, ["f1", "f2"])


def test_two_systems_may_use_the_same_id(box: FeedbackBox) -> None:
    keep(box, note("f1"))
    keep(box, note("f1", payload="theirs"), system="rival")
    assert [one.feedback for one in box.batch("rival", 5)] == [note("f1", payload="theirs")]
    assert [one.feedback for one in box.batch("house", 5)] == [note("f1")]


def test_text_that_no_file_can_hold_is_told_and_the_rest_is_kept(box: FeedbackBox) -> None:
    with pytest.raises(BadInput):
        keep(box, note("f1"), note("f2", payload=HALF))
    assert ids(box) == ["f1"]


def test_what_the_disk_does_not_take_is_stored_with_what_comes_next(
    box: FeedbackBox, journal: Journal
) -> None:
    keep(box, appended("f1"))
    worn(journal, "INSERT")
    for name in ("f2", "f3"):
        with pytest.raises(StorageError, match="worn"):
            keep(box, appended(name))
    assert ids(box) == ["f1"]
    worn(journal, "INSERT", on=False)
    keep(box, appended("f4"))
    assert ids(box) == ["f1", "f2", "f3", "f4"]


# --- what goes with a receipt


def opened(journal: Journal, receipt_id: str = "r1") -> Receipt:
    receipt = Receipt(receipt_id, AT, lines=(line_of(1, "sku", "Milk", 9990, 1000),))
    journal.keep(AT, Scan("1"), "selling", None, receipt)
    return receipt


def filled(box: FeedbackBox) -> None:
    keep(box, note("goes"), note("stays", on_cancel=OnCancel.PERSIST, link="Kopilka"))
    keep(box, note("another", "r2"))


@pytest.mark.parametrize("command", [CancelReceipt(), ResumeReceipt(keep=False)])
def test_a_cancelled_receipt_takes_along_what_does_not_persist(
    box: FeedbackBox, journal: Journal, command: CancelReceipt | ResumeReceipt
) -> None:
    receipt = opened(journal)
    filled(box)
    journal.keep(AT, command, "idle", receipt, None)
    assert ids(box) == ["stays", "another"]


def test_a_receipt_that_another_one_takes_the_place_of_is_cancelled(
    box: FeedbackBox, journal: Journal
) -> None:
    opened(journal)
    filled(box)
    opened(journal, "r3")
    assert ids(box) == ["stays", "another"]


def test_a_cancellation_that_the_disk_does_not_take_leaves_everything(
    box: FeedbackBox, journal: Journal
) -> None:
    receipt = opened(journal)
    filled(box)
    worn(journal, "DELETE")
    with pytest.raises(StorageError, match="worn"):
        journal.keep(AT, CancelReceipt(), "idle", receipt, None)
    assert ids(box) == ["goes", "stays", "another"]
    assert journal.open_receipt() == ("selling", receipt)


def test_a_receipt_that_is_put_aside_or_sold_keeps_its_own(
    box: FeedbackBox, journal: Journal
) -> None:
    receipt = opened(journal)
    filled(box)
    journal.hold(receipt, "selling")
    journal.keep(AT, Scan("1"), "idle", receipt, None)
    assert ids(box) == ["goes", "stays", "another"]
    journal.keep(AT, Scan("1"), "selling", None, receipt)
    journal.finish_without(replace(receipt, number="N1", closed_at=AT))
    journal.keep(AT, Scan("1"), "finished", receipt, None)
    assert ids(box) == ["goes", "stays", "another"]
    assert [one.number for one in box.entries()] == ["N1", "N1", ""]


def test_a_sale_that_was_refused_keeps_its_own_until_it_is_cancelled(
    box: FeedbackBox, journal: Journal
) -> None:
    receipt = opened(journal)
    closed = replace(receipt, number="N1", closed_at=AT)
    journal.promise(SaveSaleRequest(operation_id="op", receipt=closed, at=AT), "house")
    filled(box)
    journal.withdraw("op", "paying", receipt)
    assert ids(box) == ["goes", "stays", "another"]
    journal.keep(AT, CancelReceipt(), "idle", receipt, None)
    assert ids(box) == ["stays", "another"]


# --- what is handed back


async def test_the_newest_goes_first_a_batch_at_a_time(box: FeedbackBox, system: Partner) -> None:
    for name in ("f1", "f2", "f3"):
        keep(box, appended(name))
    keep(box, note("theirs"), system="rival")
    assert await send(box, system, 2) == (2, 0)
    assert await send(box, system, 2) == (1, 0)
    assert await send(box, system, 2) == (0, 0)
    assert system.batches == [["f3", "f2"], ["f1"]]
    assert ids(box) == ["theirs"]


async def test_what_the_system_wants_again_stays_with_its_own_count(
    box: FeedbackBox, system: Partner
) -> None:
    keep(box, appended("f1"), appended("f2"))
    system.again = {"f1"}
    assert await send(box, system) == (1, 1)
    (kept,) = box.entries()
    assert (kept.feedback, kept.tries) == (appended("f1", attempts=1), 1)


@pytest.mark.parametrize(
    "trouble",
    [
        Unavailable("", cause=Cause.STATUS),
        OutcomeUnknown(""),
        Refused(Reason.BLOCKED, "not now"),
    ],
    ids=lambda one: type(one).__name__,
)
async def test_without_an_answer_they_wait_on_as_they_are(
    box: FeedbackBox, system: Partner, trouble: CashierError
) -> None:
    keep(box, appended("f1", attempts=2))
    system.trouble = trouble
    with pytest.raises(type(trouble)):
        await send(box, system)
    (kept,) = box.entries()
    assert (kept.feedback, kept.tries) == (appended("f1", attempts=2), 1)
    assert kept.cause


async def test_what_comes_with_trouble_is_kept_as_well(box: FeedbackBox, system: Partner) -> None:
    keep(box, appended("f1"))
    system.trouble = Unavailable("gone", feedback=(appended("f2"),))
    with pytest.raises(Unavailable):
        await send(box, system)
    assert ids(box) == ["f1", "f2"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.booleans(), min_size=1, max_size=25),
    st.integers(1, 4),
    st.booleans(),
)
async def test_no_batch_that_always_fails_holds_others_back(
    bad: list[bool], most: int, silent: bool
) -> None:
    """Whatever can be delivered is, in as many batches as there are in the queue."""
    journal = Journal.open(None)
    box, system = FeedbackBox(journal), Partner()
    for place, fails in enumerate(bad):
        name = f"f{place}"
        keep(box, appended(name))
        if fails:
            system.again.add(name)
    if silent:
        system.trouble = Unavailable("gone")
    turns = -(-len(bad) // most)
    for _turn in range(turns):
        if silent:
            with pytest.raises(Unavailable):
                await send(box, system, most)
        else:
            await send(box, system, most)
    asked = {one.feedback_id for request in system.asked for one in request.feedback}
    assert asked == {f"f{place}" for place in range(len(bad))}
    if not silent:
        assert set(ids(box)) == system.again
    journal.close()


async def test_one_that_is_put_first_goes_before_all(box: FeedbackBox, system: Partner) -> None:
    for name in ("f1", "f2", "f3"):
        keep(box, appended(name))
    assert box.first("F1")
    await send(box, system, 1)
    assert system.batches == [["f1"]]
    assert not box.first("F1")


async def test_a_batch_that_is_repeated_has_the_same_id_and_another_try_has_another(
    box: FeedbackBox, system: Partner, journal: Journal
) -> None:
    keep(box, appended("f1"))
    worn(journal, "DELETE")
    for _turn in range(2):  # as if the till were killed before it notes the answer
        with pytest.raises(StorageError):
            await send(box, system)
    worn(journal, "DELETE", on=False)
    system.again = {"f1"}
    await send(box, system)
    await send(box, system)
    first, second, third, fourth = (one.operation_id for one in system.asked)
    assert first == second == third != fourth
    assert ids(box) == ["f1"]


async def test_what_was_said_anew_meanwhile_is_not_done_with_the_old_one(
    box: FeedbackBox, system: Partner
) -> None:
    keep(box, appended("f1"), appended("f2"))
    system.again = {"f2"}
    system.meanwhile = lambda: keep(box, appended("f1", payload="new"), appended("f2", text="new"))
    await send(box, system)
    assert [one.feedback for one in box.entries()] == [
        appended("f1", payload="new"),
        appended("f2", text="new"),
    ]


async def test_what_went_meanwhile_does_not_come_back(
    box: FeedbackBox, system: Partner, journal: Journal
) -> None:
    receipt = opened(journal)
    keep(box, appended("given up", on_cancel=OnCancel.PERSIST), appended("cancelled"))
    system.again = {"given up", "cancelled"}

    def meanwhile() -> None:
        assert box.drop("F1", "by hand")
        journal.keep(AT, CancelReceipt(), "idle", receipt, None)

    system.meanwhile = meanwhile
    await send(box, system)
    assert ids(box) == []


async def test_what_is_new_in_the_answer_is_kept(box: FeedbackBox, system: Partner) -> None:
    keep(box, appended("f1"))
    system.adds = (appended("f2"),)
    assert await send(box, system) == (1, 0)
    assert ids(box) == ["f2"]


async def test_what_is_wanted_again_stays_what_it_was_about(
    box: FeedbackBox, system: Partner
) -> None:
    keep(box, appended("f1"), appended("f2"))
    system.adds = (note("f1", "r9", "Another", payload="new"), appended("f2", text=HALF))
    await send(box, system)
    assert [one.feedback for one in box.entries()] == [
        note("f1", payload="new"),
        appended("f2"),
    ], "half a letter is not stored: the old words are"


async def test_two_at_the_same_time_send_nothing_twice(box: FeedbackBox, system: Partner) -> None:
    for name in ("f1", "f2", "f3"):
        keep(box, appended(name))
    system.gate.clear()
    both = [asyncio.create_task(send(box, system, 2)) for _ in range(2)]
    await system.reached.wait()
    system.gate.set()
    assert [await task for task in both] == [(2, 0), (1, 0)]
    assert (system.batches, system.most_at_work) == ([["f3", "f2"], ["f1"]], 1)


@pytest.mark.parametrize("change", ["body = x'00'", "body = 5", "body = '{}'"])
async def test_a_damaged_record_is_put_aside_and_holds_nothing_back(
    box: FeedbackBox, system: Partner, journal: Journal, change: str
) -> None:
    for name in ("f1", "f2", "f3"):
        keep(box, appended(name))
    with journal.database.writing() as sql:
        sql.execute(f"UPDATE feedback SET {change} WHERE feedback_id = 'f3'")  # noqa: S608
    assert await send(box, system, 1) == (1, 0)
    assert system.batches == [["f2"]]
    assert (box.waiting, box.damaged) == (1, 1)
    assert journal.complaints == ["An entry of the queue is damaged: F3"]
    damaged = box.entry("F3")
    assert damaged is not None and damaged.feedback is None
    assert box.drop("F3", "unreadable")
    assert (ids(box), box.damaged) == (["f1"], 0)


def test_what_is_given_up_is_kept_with_the_reason(box: FeedbackBox, journal: Journal) -> None:
    keep(box, note("f1"))
    assert box.drop("f1", "told by phone"), "by the system's id as well"
    assert not box.drop("F1", "again")
    assert ids(box) == []
    rows = journal.database.rows("SELECT operation_id, name, why FROM outbox_closed")
    assert rows == [("f1", "feedback", "told by phone")]
    keep(box, note("f2"))
    assert [one.name for one in box.entries()] == ["F2"], "a name is never given twice"


# --- the file


def test_it_outlives_the_till_and_is_seen_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal.open(path)
    keep(FeedbackBox(journal), note("f1"), note("f2", "r2"))
    beside = Journal.read(path)
    assert [one.feedback_id for one in FeedbackBox(beside).entries()] == ["f1", "f2"]
    beside.close()
    journal.close()
    again = Journal.open(path)
    assert FeedbackBox(again).waiting == 2
    assert ids(FeedbackBox(again)) == ["f1", "f2"]
    again.close()


def older(path: Path, version: int) -> Journal:
    """A journal as an older program made it, without the tables that came later."""
    layout = journal_rows.LAYOUT
    schema = layout.schema.partition(layout.upgrades[version - 1])[0].rstrip().rstrip(";")
    upgrades = layout.upgrades[: version - 1]
    return Journal(
        Database.open(path, replace(layout, version=version, schema=schema, upgrades=upgrades))
    )


def test_a_journal_of_version_3_opens_with_everything_in_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    old = older(path, 3)
    receipt = replace(opened(old), number="N1", closed_at=AT)
    old.finish_without(receipt)
    old.close()
    upgraded = Journal.open(path)
    assert upgraded.put_aside is None
    assert upgraded.recent(9) == [receipt]
    keep(FeedbackBox(upgraded), note("f1"))
    upgraded.close()
    again = Journal.open(path)
    assert ids(FeedbackBox(again)) == ["f1"]
    again.close()


@pytest.mark.parametrize("version", [2, 3])
def test_who_only_looks_reads_an_older_journal_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "journal.db"
    old = older(path, version)
    receipt = replace(opened(old), number="N1", closed_at=AT)
    old.finish_without(receipt)
    old.close()
    before = path.read_bytes()
    beside = Journal.read(path)
    assert beside.recent(9) == [receipt]
    assert FeedbackBox(beside).entries() == []
    assert Outbox(beside, Sending()).entries() == []
    with pytest.raises(StorageError):
        keep(FeedbackBox(beside), note("f1"))
    beside.close()
    assert path.read_bytes() == before


def test_a_journal_of_version_1_wants_a_till_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    older(path, 1).close()
    with pytest.raises(StorageError, match="start the till once"):
        Journal.read(path)


def test_a_name_says_where_it_is() -> None:
    kept = Kept(17, "f", None, "house", AT, "", 0, "", b"")
    assert kept.name == "F17"
