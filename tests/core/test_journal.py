import json
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cashier
from cashier import journal_rows as rows
from cashier import records
from cashier.commands import (
    CancelReceipt,
    Command,
    Identify,
    Register,
    ResumeReceipt,
    Scan,
    SuspendReceipt,
)
from cashier.database import Database
from cashier.daybook import Daybook
from cashier.errors import BadInput, StorageError
from cashier.exchange import LineReturned, SaveReturnRequest, SaveSaleRequest
from cashier.journal import Journal
from cashier.receipt import (
    Applied,
    Buyer,
    Card,
    Coupon,
    Discount,
    Identifier,
    IdentifierKind,
    Kind,
    Line,
    Message,
    Receipt,
    SaleRef,
    Settled,
    Source,
    Tender,
    line_of,
)

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
SCAN, SUSPEND = Scan("4600000000008"), SuspendReceipt()
CARD = Buyer(Identifier(IdentifierKind.CARD, "2900001"), card=Card("2900001"))


def made(receipt_id: str = "r1", lines: int = 2) -> Receipt:
    goods = (line_of(n, f"sku{n}", "Milk [3.2 %] 🥛", 9990, 1500) for n in range(1, lines + 1))
    return Receipt(receipt_id, AT, shop="01", till="01", lines=tuple(goods))


def closed(receipt: Receipt, number: str = "R0101-000001") -> Receipt:
    return replace(receipt, number=number, closed_at=AT)


def sale(receipt: Receipt, operation_id: str = "op1") -> SaveSaleRequest:
    return SaveSaleRequest(operation_id=operation_id, receipt=receipt, at=AT)


def again(journal: Journal) -> Journal:
    """As the next start sees it."""
    return Journal(journal.database)


def left_open(journal: Journal) -> list[object]:
    return journal.database.rows("SELECT doc FROM open UNION SELECT doc FROM open_lines")


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal.open(None)
    yield made
    made.close()


# --- the open receipt

amounts = st.integers(0, 10**12)
names = st.text(max_size=20)
discounts = st.builds(Discount, st.sampled_from(Source), names, names, amounts)
lines = st.builds(
    Line, st.just(1), names, names, amounts, amounts, amounts,
    discounts=st.lists(discounts, max_size=2).map(tuple),
)  # fmt: skip
changes: dict[str, st.SearchStrategy[object]] = {
    "buyer": st.none() | st.from_type(Buyer),
    "coupons": st.lists(st.from_type(Coupon), max_size=2).map(tuple),
    "applied": st.none()
    | st.builds(Applied, amounts, messages=st.lists(st.from_type(Message), max_size=2).map(tuple)),
    "tenders": st.lists(st.from_type(Tender), max_size=2).map(tuple),
    "context": names,
    "spend": amounts,
}


@st.composite
def edited(draw: st.DrawFn, receipt: Receipt) -> Receipt:
    """The receipt after one more act of the cashier."""
    goods = list(receipt.lines)
    act = draw(st.sampled_from(("add", "change", "void", "all", "head", "same", "other")))
    if act == "add" or not goods:
        return receipt.with_line(draw(lines))
    place = draw(st.integers(0, len(goods) - 1))
    if act == "change":
        goods[place] = draw(lines)
    elif act == "void":
        del goods[place]
    elif act == "all":
        goods = [replace(line, quantity=line.quantity + 1) for line in goods]
    elif act == "other":
        return replace(receipt, receipt_id=receipt.receipt_id + "x")
    elif act == "head":
        field = draw(st.sampled_from(sorted(changes)))
        return replace(receipt, **{field: draw(changes[field])})  # type: ignore[arg-type]
    return receipt.with_lines(goods)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_to_a_receipt_the_next_start_finds_it_so(data: st.DataObject) -> None:
    journal = Journal.open(None)
    before, after = None, Receipt("r", AT)
    for turn in range(data.draw(st.integers(1, 8))):
        before, after = after, data.draw(edited(after))
        journal.keep(AT, SCAN, f"state{turn}", before, after)
        if data.draw(st.booleans()):
            journal = again(journal)
        assert again(journal).open_receipt() == (f"state{turn}", after)
    journal.keep(AT, CancelReceipt(), "idle", after, None)
    assert again(journal).open_receipt() is None
    assert left_open(journal) == []
    journal.close()


def rows_written(journal: Journal, work: Callable[[], None]) -> int:
    with journal.database.writing() as sql:
        start = sql.total_changes
    work()
    return sql.total_changes - start


@pytest.mark.parametrize("count", [10, 5000])
def test_a_scan_writes_the_head_the_command_and_one_line(journal: Journal, count: int) -> None:
    receipt = made(lines=count)
    journal.keep(AT, SCAN, "selling", None, receipt)
    longer = receipt.with_line(receipt.lines[0])
    assert rows_written(journal, lambda: journal.keep(AT, SCAN, "selling", receipt, longer)) == 3
    asked: list[str] = []
    with journal.database.writing() as sql:
        sql.set_trace_callback(asked.append)
    equal = replace(longer, lines=tuple(replace(line) for line in longer.lines))
    assert rows_written(journal, lambda: journal.keep(AT, SCAN, "selling", longer, equal)) == 2
    assert not any(question.startswith("SELECT") for question in asked)


def test_an_empty_journal_has_nothing(journal: Journal) -> None:
    assert journal.open_receipt() is None
    assert journal.last() is None
    assert journal.sale("R0101-000001") is None
    assert journal.sale_by_id("r1") is None
    assert journal.returned("r1") == {}
    assert journal.commands("r1") == []
    assert journal.put_aside is None


def test_a_receipt_that_is_finished_is_not_opened_again_by_what_is_shown(journal: Journal) -> None:
    receipt = made()
    journal.keep(AT, SCAN, "selling", None, receipt)
    journal.finish_without(closed(receipt))
    journal.keep(AT, SCAN, "finished", receipt, closed(receipt))
    assert left_open(journal) == []
    assert journal.open_receipt() is None
    assert journal.sale_by_id("r1") == closed(receipt)
    journal.keep(AT, SCAN, "idle", closed(receipt), None)
    assert journal.sale_by_id("r1") == closed(receipt)
    assert len(journal.commands("r1")) == 3
    assert left_open(journal) == []


def test_a_command_without_a_receipt_leaves_the_one_of_the_last_run_alone(journal: Journal) -> None:
    journal.keep(AT, SCAN, "selling", None, made())
    later = again(journal)
    later.keep(AT, SCAN, "idle", None, None)
    assert later.open_receipt() == ("selling", made())
    later.keep(AT, ResumeReceipt(keep=True), "selling", None, made())
    assert later.open_receipt() == ("selling", made())
    later.keep(AT, ResumeReceipt(keep=False), "idle", None, None)
    assert again(later).open_receipt() is None


def test_commands_come_back_in_order_also_of_a_cancelled_receipt(journal: Journal) -> None:
    told: list[tuple[datetime, Command]] = [
        (AT, Identify(Identifier(IdentifierKind.PHONE, "+79001234567"))),
        (AT, Register(name="[/b] Ж", birthdate=date(2000, 2, 29))),
        (AT + timedelta(seconds=1), Scan("\u202e46", quantity=450)),
    ]
    for at, command in told:
        journal.keep(at, command, "selling", made(), made())
    journal.keep(AT, CancelReceipt(), "idle", made(), None)
    assert journal.commands("r1") == [*told, (AT, CancelReceipt())]


def test_text_that_no_file_can_hold_changes_nothing(journal: Journal) -> None:
    journal.keep(AT, SCAN, "selling", None, made())
    with pytest.raises(BadInput):
        journal.keep(AT, Scan("\udc80"), "selling", made(), made())
    bad = replace(made(), lines=(line_of(1, "\udc80", "", 1, 1),))
    with pytest.raises(BadInput):
        journal.keep(AT, SCAN, "selling", made(), bad)
    assert again(journal).open_receipt() == ("selling", made())


# --- finishing


def test_numbers_go_on_after_the_next_start_and_each_till_has_its_own(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j.db")
    assert [journal.next_number("01", "01") for _ in range(2)] == ["R0101-000001", "R0101-000002"]
    assert journal.next_number("01", "02", "QQ") == "QQ0102-000001"
    journal.close()
    journal = Journal.open(tmp_path / "j.db")
    assert journal.next_number("01", "01") == "R0101-000003"
    journal.close()


def test_a_promised_sale_is_neither_open_nor_sold_until_it_is_finished(journal: Journal) -> None:
    journal.keep(AT, SCAN, "paying", None, made())
    journal.promise(sale(closed(made())), "house")
    assert again(journal).open_receipt() is None
    assert journal.last() is None
    assert journal.counts == {"sending": 1, "waiting": 0, "parked": 0}
    done = replace(closed(made()), settled=Settled(earned=500))
    # The receipt and the entry; the open head and its lines; the lowest price of the goods. The
    # lines sold are not written twice.
    assert rows_written(journal, lambda: journal.finish("op1", done)) == 2 + 3 + 2
    assert left_open(journal) == []
    assert journal.counts == {"sending": 0, "waiting": 0, "parked": 0}
    assert journal.sale("R0101-000001") == journal.sale_by_id("r1") == journal.last() == done


def test_a_refused_sale_is_open_again_with_what_was_asked(journal: Journal) -> None:
    journal.keep(AT, SCAN, "selling", None, made())
    asked = closed(made(lines=3))
    journal.promise(sale(asked), "house")
    journal.withdraw("op1", "calculated")
    reopened = replace(asked, closed_at=None)
    assert again(journal).open_receipt() == ("calculated", reopened)
    assert journal.sale("R0101-000001") is None
    assert journal.counts["sending"] == 0
    longer = reopened.with_line(reopened.lines[0])
    journal.keep(AT, SCAN, "selling", reopened, longer)
    assert again(journal).open_receipt() == ("selling", longer)
    journal.promise(sale(closed(longer)), "house")
    journal.finish("op1", closed(longer))
    assert again(journal).last() == closed(longer)


def test_withdrawing_what_was_never_promised_does_nothing(journal: Journal) -> None:
    journal.withdraw("op1", "selling")
    assert journal.open_receipt() is None


def test_a_queued_sale_is_sold_and_waits(journal: Journal) -> None:
    journal.promise(sale(closed(made())), "house")
    journal.queue("op1", closed(made()), "silence")
    assert journal.sale_by_id("r1") == replace(closed(made()), settled=Settled(pending=True))
    assert journal.counts == {"sending": 0, "waiting": 1, "parked": 0}


def test_what_a_crashed_run_was_sending_is_sold_and_waits(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j.db")
    journal.keep(AT, SCAN, "paying", None, made())
    journal.promise(sale(closed(made())), "house")
    journal.close()
    journal = Journal.open(tmp_path / "j.db")
    assert journal.open_receipt() is None
    assert left_open(journal) == []
    assert journal.last() == replace(closed(made()), settled=Settled(pending=True))
    assert journal.counts == {"sending": 0, "waiting": 1, "parked": 0}
    journal.close()


def a_return(receipt_id: str, number: str, quantity: int, line: int = 2) -> Receipt:
    back = replace(line_of(1, "sku2", "Milk", 9990, quantity), sale_line=line)
    of = SaleRef("r1", "R0101-000001", AT)
    return closed(Receipt(receipt_id, AT, Kind.RETURN, lines=(back,), of=of), number)


def test_what_came_back_adds_up_over_returns_and_not_over_refused_ones(journal: Journal) -> None:
    def promise(receipt_id: str, quantity: int) -> None:
        journal.promise(
            SaveReturnRequest(
                operation_id=f"op-{receipt_id}",
                receipt=a_return(receipt_id, receipt_id, quantity),
                lines=(LineReturned(number=2, quantity=quantity),),
                at=AT,
            ),
            "house",
        )

    promise("b1", 1000)
    assert journal.returned("r1") == {2: 1000}
    journal.finish("op-b1", a_return("b1", "b1", 1000))
    promise("b2", 200)
    journal.withdraw("op-b2", "returning")
    promise("b3", 400)
    journal.queue("op-b3", a_return("b3", "b3", 400), "silence")
    journal.finish_without(a_return("b4", "b4", 50))
    twice = a_return("b5", "b5", 7, line=1)
    journal.finish_without(replace(twice, lines=twice.lines * 2))
    assert journal.returned("r1") == {1: 14, 2: 1450}
    assert journal.returned("other") == {}


# --- what was sold


def test_sales_of_a_card_on_a_day_and_pages_of_the_newest(journal: Journal) -> None:
    sold = [replace(closed(made(f"r{n}"), f"N{n}"), buyer=CARD) for n in range(5)]
    sold[2] = replace(sold[2], closed_at=AT + timedelta(days=1))
    phone = Buyer(Identifier(IdentifierKind.PHONE, "+79001234567"))
    sold[3] = replace(sold[3], buyer=phone)
    for receipt in sold:
        journal.finish_without(receipt)
    journal.keep(AT, SCAN, "selling", None, made("open"))
    journal.keep(AT, CancelReceipt(), "idle", made("open"), None)
    assert journal.sales("2900001", AT.date()) == [sold[0], sold[1], sold[4]]
    assert journal.sales("+79001234567", AT.date()) == [sold[3]]
    assert journal.sales("", AT.date()) == []
    page = journal.recent(2)
    assert page == [sold[4], sold[3]]
    assert journal.recent(9, before=page[-1]) == [sold[2], sold[1], sold[0]]
    assert journal.last() == sold[4]


def test_no_question_reads_a_whole_table_or_sorts_it(journal: Journal) -> None:
    asked: list[str] = []
    with journal.database.writing() as sql:
        sql.set_trace_callback(asked.append)
    journal.sale("R0101-000001")
    journal.sale_by_id("r1")
    journal.sales("2900001", AT.date())
    journal.recent(5)
    journal.recent(5, before=made())
    journal.returned("r1")
    journal.commands("r1")
    journal.held()
    journal.lowest_paid("sku1", AT.date())
    book = Daybook(journal)
    list(book.receipts(1))
    book.drawer(1)
    book.permissions(1)
    book.certificate("9800000001")
    sql.set_trace_callback(None)
    questions = [query for query in asked if query.startswith("SELECT")]
    assert len(questions) == 14
    for query in questions:
        for row in journal.database.rows(f"EXPLAIN QUERY PLAN {query}"):
            assert row[3].startswith("SEARCH") or "LIMIT" in query or "SCALAR" in row[3], query
            assert "TEMP" not in row[3], query


# --- receipts put aside


def test_a_receipt_put_aside_is_nobodys_until_it_is_kept_again(journal: Journal) -> None:
    one, other = made("one", 3), made("other", 1)
    journal.keep(AT, SCAN, "selling", None, one)
    journal.hold(one, "selling")
    journal.keep(AT, SUSPEND, "idle", one, None)
    assert again(journal).open_receipt() is None
    journal.keep(AT, SCAN, "selling", None, other)
    assert again(journal).held() == [one]
    journal.hold(replace(other, coupons=(Coupon("A"),)), "selling")
    assert [receipt.receipt_id for receipt in again(journal).held()] == ["one", "other"]
    assert again(journal).held()[1].coupons == (Coupon("A"),)
    less = one.with_lines(one.lines[:1])
    journal.keep(AT, SCAN, "selling", None, less)
    assert again(journal).open_receipt() == ("selling", less)
    assert [receipt.receipt_id for receipt in again(journal).held()] == ["other"]
    journal.finish_without(closed(less))
    assert (again(journal).open_receipt(), len(again(journal).held())) == (None, 1)


def test_a_kill_between_hold_and_its_command_keeps_the_receipt_aside(journal: Journal) -> None:
    journal.keep(AT, SCAN, "calculated", None, made())
    journal.hold(made(), "selling")
    next_start = again(journal)
    assert (next_start.open_receipt(), next_start.held()) == (None, [made()])


# --- a journal from before shifts


def _without(record: object, *names: str) -> object:
    """A record as it was before these fields were there."""
    if isinstance(record, dict):
        return {k: _without(v, *names) for k, v in record.items() if k not in names}
    return [_without(one, *names) for one in record] if isinstance(record, list) else record


def test_a_journal_of_version_1_opens_with_everything_in_it(tmp_path: Path) -> None:
    old, _first, _later = rows.LAYOUT.schema.partition(rows.LAYOUT.upgrades[0])
    assert "shifts" not in old
    path = tmp_path / "journal.db"
    journal = Journal(Database.open(path, replace(rows.LAYOUT, version=1, schema=old, upgrades=())))
    sql = journal.database._sql
    new = ("certificate", "deposit", "rounding", "age", "level_asked", "new_level", "shift")

    def stored(value: object, kind: object) -> bytes:
        return json.dumps(_without(json.loads(records.stored(kind, value)), *new)).encode()

    def put(doc: int, state: str, receipt: Receipt) -> None:
        head = stored(replace(receipt, lines=()), Receipt)
        lines = zlib.compress(stored(receipt.lines, tuple[Line, ...]))
        sql.execute(
            "INSERT INTO receipts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                doc,
                receipt.receipt_id,
                state,
                receipt.number or None,
                None,
                "2026-03-03",
                head,
                lines,
            ),
        )

    sold, waiting, left = closed(made("sold")), closed(made("waits"), "R0101-000002"), made("open")
    put(1, "finished", sold)
    put(2, "finishing", waiting)
    request = stored(sale(replace(waiting, lines=()), "op2"), SaveSaleRequest)
    sql.execute(
        "INSERT INTO outbox VALUES (1, 'op2', 2, NULL, 'house', 'sale', 'sending', 0, '', ?)",
        (request,),
    )
    sql.execute("INSERT INTO receipts (doc, receipt_id, state) VALUES (3, 'open', 'open')")
    head = stored(replace(left, lines=()), Receipt)
    sql.execute("INSERT INTO open VALUES (3, 'paying', 2, ?)", (head,))
    for place, line in enumerate(left.lines, 1):
        sql.execute("INSERT INTO open_lines VALUES (3, ?, ?)", (place, stored(line, Line)))
    sql.execute("INSERT INTO numbers VALUES ('R0101', 2)")
    sql.execute("INSERT INTO returned VALUES ('sold', 9, 1, 1000)")
    journal.close()

    upgraded = Journal.open(path)
    assert (upgraded.put_aside, upgraded.complaints) == (None, [])
    assert upgraded.open_receipt() == ("paying", left)
    assert upgraded.recent(9) == [waiting, sold]
    assert upgraded.counts["waiting"] == 1
    assert upgraded.returned("sold") == {1: 1000}
    assert upgraded.next_number("01", "01") == "R0101-000003"
    book = Daybook(upgraded)
    assert (book.shift, book.certificate("98"), upgraded.held()) == (None, None, [])
    assert book.open_shift(AT, "", 0).number == 1
    upgraded.close()
    once_more = Journal.open(path)
    assert once_more.open_receipt() == ("paying", left)
    once_more.close()


# --- damaged records


@pytest.mark.parametrize("body", ["NULL", "5", "'text'", "x''", "x'00'", "zeroblob(100)"])
def test_damaged_records_are_told_and_the_others_are_found(journal: Journal, body: str) -> None:
    journal.finish_without(closed(made("r1"), "N1"))
    journal.finish_without(closed(made("r2"), "N2"))
    journal.keep(AT, SCAN, "selling", None, made("r3"))
    with journal.database.writing() as sql:
        sql.execute(f"UPDATE receipts SET lines = {body} WHERE number = 'N2'")  # noqa: S608
        if body != "NULL":
            sql.execute(f"UPDATE open SET head = {body}")  # noqa: S608
            sql.execute(f"UPDATE commands SET body = {body}")  # noqa: S608
        else:
            sql.execute("DELETE FROM open_lines WHERE place = 1")
            sql.execute("UPDATE commands SET name = 'system'")
    later = again(journal)
    with pytest.raises(StorageError, match="N2"):
        later.sale("N2")
    assert later.recent(5) == [closed(made("r1"), "N1")]
    assert later.open_receipt() is None
    assert later.commands("r3") == []
    assert len(later.complaints) == 3
    later.keep(AT, SCAN, "selling", None, made("r4"))
    assert again(later).open_receipt() == ("selling", made("r4"))


# --- kill -9

VICTIM = """
import os, signal, sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from cashier.commands import Scan
from cashier.exchange import SaveSaleRequest
from cashier.journal import Journal
from cashier.receipt import Receipt, Settled, line_of

at = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
journal = Journal.open(Path(sys.argv[1]))
left = int(sys.argv[2])

def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def told(*words):
    print(*words, flush=True)

with journal.database.writing() as sql:
    sql.set_trace_callback(count)
for turn in range(1000):
    receipt = Receipt(f"r{turn}", at)
    for place in range(1, 4):
        longer = receipt.with_line(line_of(place, "sku", "Milk", 9990, 1000))
        journal.keep(at, Scan("46"), "selling", receipt if receipt.lines else None, longer)
        receipt = longer
        told("kept", receipt.receipt_id, place)
    receipt = replace(receipt, closed_at=at, number=journal.next_number("01", "01"))
    told("number", receipt.number)
    request = SaveSaleRequest(operation_id=f"op{turn}", receipt=receipt, at=at)
    journal.promise(request, "house")
    told("sold", receipt.receipt_id, receipt.number)
    if turn % 3 == 0:
        journal.queue(request.operation_id, receipt, "silence")
        told("queued", receipt.receipt_id)
    else:
        journal.finish(request.operation_id, replace(receipt, settled=Settled(earned=100)))
        told("settled", receipt.receipt_id)
"""


@pytest.mark.parametrize("seed", range(10))
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "j.db"
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(path), str(random.Random(seed).randrange(400))],
        cwd=Path(cashier.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    journal = Journal.open(path)
    assert journal.put_aside is None
    sold = [words for words in told if words[0] == "sold"]
    for _sold, receipt_id, number in sold:
        receipt = journal.sale(number)
        assert receipt is not None
        assert receipt.receipt_id == receipt_id
        assert len(receipt.lines) == 3
    earned = {r.receipt_id for r in journal.recent(999) if r.settled and r.settled.earned}
    assert {words[1] for words in told if words[0] == "settled"} <= earned
    pending = [r for r in journal.recent(999) if r.settled and r.settled.pending]
    assert journal.counts == {"sending": 0, "waiting": len(pending), "parked": 0}
    assert len(journal.recent(999)) - len(sold) in (0, 1)
    numbers = [words[1] for words in told if words[0] == "number"]
    assert journal.next_number("01", "01") not in numbers
    left = journal.open_receipt()
    if told and told[-1][0] in ("kept", "number") and len(journal.recent(999)) == len(sold):
        kept = [words for words in told if words[0] == "kept"][-1]
        assert left is not None
        assert left[1].receipt_id == kept[1]
        assert len(left[1].lines) - int(kept[2]) in (0, 1)
    assert left is None or journal.sale_by_id(left[1].receipt_id) is None
    journal.close()
