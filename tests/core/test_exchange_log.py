"""The log of exchanges: in the journal with the command, and never in the way of a sale."""

import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cashier
from cashier import journal_rows as rows
from cashier.commands import CancelReceipt, Scan
from cashier.database import Database
from cashier.errors import StorageError
from cashier.exchange import SaveSaleRequest
from cashier.exchange_log.log import Entry, ExchangeLog
from cashier.exchange_log.search import says
from cashier.journal import Journal
from cashier.receipt import Receipt, line_of
from cashier.witness import Exchange, Outcome, WireCall

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
SCAN = Scan("4600000000008")


def made(receipt_id: str = "r1", lines: int = 2) -> Receipt:
    goods = (line_of(n, f"sku{n}", "Milk", 9990, 1500) for n in range(1, lines + 1))
    return Receipt(receipt_id, AT, shop="01", till="01", lines=tuple(goods))


def said(method: str = "calculate", receipt_id: str = "r1", **more: object) -> Exchange:
    plain = Exchange(
        at=AT,
        doing="Calculate",
        method=method,
        outcome=Outcome.ANSWERED,
        request=b'{"a":1}',
        answer=b'{"b":2}',
        receipt_id=receipt_id,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal.open(None)
    yield made
    made.close()


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def log(journal: Journal, troubles: list[str]) -> ExchangeLog:
    return ExchangeLog(journal.database, troubled=troubles.append)


def on_disk(journal: Journal) -> list[Exchange]:
    """As the next start finds them, in order."""
    log = ExchangeLog(journal.database, 0)
    return [log.whole(entry) for entry in log.recent(10_000)]


def keep(journal: Journal, receipt_id: str = "r1") -> None:
    journal.keep(AT, SCAN, "selling", None, made(receipt_id))


# --- with the journal


def test_what_is_heard_goes_along_with_the_command_and_costs_no_commit(
    journal: Journal, log: ExchangeLog
) -> None:
    begun: list[str] = []
    with journal.database.writing() as sql:
        sql.set_trace_callback(lambda line: begun.append(line) if line[:5] == "BEGIN" else None)
    log.keep(said("identify"))
    log.keep(said("calculate"))
    assert on_disk(journal) == []
    assert [one.exchange.method for one in log.of("r1")] == ["identify", "calculate"]
    keep(journal)
    assert len(begun) == 1
    assert on_disk(journal) == [said("identify"), said("calculate")]
    keep(journal)
    assert len(on_disk(journal)) == 2


def test_a_transaction_that_failed_takes_them_along_the_next_time(
    journal: Journal, log: ExchangeLog
) -> None:
    log.keep(said())
    with pytest.raises(ZeroDivisionError), journal.database.writing():
        raise ZeroDivisionError
    assert on_disk(journal) == []
    keep(journal)
    assert on_disk(journal) == [said()]


def test_what_no_transaction_took_is_written_at_the_end(journal: Journal, log: ExchangeLog) -> None:
    log.keep(said())
    log.flush()
    log.flush()
    assert on_disk(journal) == [said()]


def test_the_moment_of_sale_leaves_them_to_the_command_that_follows(
    journal: Journal, log: ExchangeLog
) -> None:
    closed = replace(made(), closed_at=AT, number="N1")
    journal.promise(SaveSaleRequest(operation_id="op", receipt=closed, at=AT), "house")
    log.keep(said("save_sale"))
    journal.finish("op", closed)
    assert on_disk(journal) == []
    journal.keep(AT, SCAN, "finished", made(), closed)
    assert on_disk(journal) == [said("save_sale")]


def test_what_led_to_a_receipt_belongs_to_it_whenever_it_was_written(
    journal: Journal, log: ExchangeLog
) -> None:
    log.keep(said("open", "", doing="open"))
    log.keep(said("certificate", "", doing="CheckCertificate"))
    log.keep(said("identify", "", doing="Identify", outcome=Outcome.REFUSED))
    log.flush()
    log.keep(said("identify", "", doing="Identify"))
    log.belongs_to("r1")
    keep(journal)
    found = [(one.method, one.receipt_id) for one in on_disk(journal)]
    assert found == [("open", ""), ("certificate", ""), ("identify", "r1"), ("identify", "r1")]
    log.keep(said("identify", "", doing="Identify"))
    log.belongs_to("r2")
    log.flush()
    assert [one.receipt_id for one in on_disk(journal)][2:] == ["r1", "r1", "r2"]


def test_attempts_are_counted_over_the_next_start(journal: Journal, log: ExchangeLog) -> None:
    for _turn in range(2):
        log.keep(said("save_sale", operation_id="op"))
    log.keep(said("calculate"))
    log.keep(said("release", operation_id="op"))
    log.flush()
    later = ExchangeLog(journal.database)
    later.keep(said("save_sale", operation_id="op"))
    later.keep(said("save_sale", "r2", operation_id="op2"))
    later.flush()
    found = [(one.operation_id, one.method, one.attempt) for one in on_disk(journal)]
    assert found == [
        ("op", "save_sale", 1), ("op", "save_sale", 2), ("", "calculate", 1), ("op", "release", 1),
        ("op", "save_sale", 3), ("op2", "save_sale", 1),
    ]  # fmt: skip


def test_what_is_under_way_is_seen_until_it_is_over(log: ExchangeLog) -> None:
    asked = said(outcome=Outcome.PENDING, answer=b"")
    other = said(outcome=Outcome.PENDING, request=b'{"other":1}', answer=b"")
    log.begun(asked)
    log.begun(other)
    assert [one.exchange for one in log.of("r1")] == [asked, other]
    log.keep(replace(asked, outcome=Outcome.ANSWERED))
    assert [one.exchange.outcome for one in log.of("r1")] == [Outcome.ANSWERED, Outcome.PENDING]
    assert log.of("r2") == []


# --- every exchange comes back

texts = st.text(max_size=20)
headers = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
calls = st.builds(
    WireCall, texts, texts, times, st.integers(0, 10**6), st.integers(1, 9), headers,
    st.binary(max_size=50), st.integers(0, 599), headers, st.binary(max_size=50), texts,
    st.lists(texts, max_size=2).map(tuple),
)  # fmt: skip
lines = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)
exchanges = st.builds(
    Exchange, times, texts, texts, st.sampled_from(Outcome), st.binary(max_size=60),
    st.binary(max_size=60), texts, texts, texts, st.binary(max_size=60), texts, st.just(""),
    st.just(1), st.integers(0, 10**9), st.lists(lines, max_size=3).map(tuple),
    st.lists(calls, max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(exchanges, max_size=4))
@settings(max_examples=80, deadline=None)
def test_an_exchange_comes_back_to_the_byte(told: list[Exchange]) -> None:
    journal = Journal.open(None)
    log = ExchangeLog(journal.database)
    for exchange in told:
        log.keep(exchange)
    log.flush()
    assert on_disk(journal) == told
    journal.close()


def test_half_a_letter_in_what_somebody_said_is_kept_as_a_question_mark(
    journal: Journal, log: ExchangeLog
) -> None:
    call = WireCall("GET", "http://x/\ud800", AT, 1, request_headers=(("a", "\udc80"),))
    log.keep(said(text="no \ud83d", notes=("n\udc80",), calls=(call,), operation_id="o\ud800"))
    log.flush()
    (found,) = on_disk(journal)
    assert (found.text, found.notes, found.operation_id) == ("no ?", ("n?",), "o?")
    assert (found.calls[0].url, found.calls[0].request_headers) == ("http://x/?", (("a", "?"),))


@pytest.mark.parametrize("body", ["NULL", "5", "x''", "x'00'", "zeroblob(100)", "'text'"])
def test_a_damaged_record_is_told_and_the_list_is_whole(
    journal: Journal, log: ExchangeLog, body: str
) -> None:
    log.keep(said("identify"))
    log.keep(said("calculate"))
    log.flush()
    if body != "NULL":
        with journal.database.writing() as sql:
            sql.execute(f"UPDATE exchanges SET body = {body} WHERE seq = 1")  # noqa: S608
    else:
        with journal.database.writing() as sql:
            sql.execute("UPDATE exchanges SET outcome = 'x', at = 'y'")
            sql.execute("UPDATE exchanges SET body = x'11' WHERE seq = 1")
    first, second = log.of("r1")
    with pytest.raises(StorageError, match="damaged"):
        log.whole(first)
    assert log.whole(second).answer == b'{"b":2}'
    with pytest.raises(StorageError, match="damaged"):
        log.whole(Entry(99, said()))


# --- looking


def test_pages_of_the_newest_and_the_numbers_of_receipts(
    journal: Journal, log: ExchangeLog
) -> None:
    for turn in range(7):
        log.keep(said(f"m{turn}", f"r{turn}"))
    log.flush()
    log.keep(said("m7", "r7"))
    page = log.recent(3)
    assert [one.exchange.method for one in page] == ["m5", "m6", "m7"]
    older = log.recent(4, page[0].seq)
    assert [one.exchange.method for one in older] == ["m1", "m2", "m3", "m4"]
    journal.finish_without(replace(made("r3"), closed_at=AT, number="N3"))
    assert (log.named("N3"), log.named("r3"), log.named("N4")) == ("r3", "r3", None)
    assert (log.number("r3"), log.number("r4")) == ("N3", "")


def test_the_greeting_before_a_receipt_is_found(log: ExchangeLog) -> None:
    assert log.opening(0) is None
    log.keep(said("open", ""))
    log.keep(said("open", "", outcome=Outcome.UNAVAILABLE))
    log.keep(said("calculate"))
    log.keep(said("open", ""))
    log.flush()
    (priced,) = log.of("r1")
    before, last = log.opening(priced.seq), log.opening(0)
    assert before is not None and before.seq == 1
    assert last is not None and last.seq == 4


def test_no_question_reads_a_whole_table(journal: Journal, log: ExchangeLog) -> None:
    asked: list[str] = []
    with journal.database.writing() as sql:
        sql.set_trace_callback(asked.append)
    log.keep(said("save_sale", operation_id="op"))
    log.of("r1")
    log.recent(5)
    log.opening(7)
    log.named("N1")
    log.number("r1")
    with pytest.raises(StorageError):
        log.whole(Entry(1, said()))
    sql.set_trace_callback(None)
    questions = [query for query in asked if query.startswith("SELECT")]
    assert len(questions) == 7
    for query in questions:
        for row in journal.database.rows(f"EXPLAIN QUERY PLAN {query}"):
            assert row[3].startswith(("SEARCH", "MULTI-INDEX", "INDEX")) or "GROUP" in row[3], row


def test_text_is_found_however_it_is_written() -> None:
    call = WireCall(
        "GET",
        "https://x.example/%D0%90%D0%BD%D0%BD%D0%B0?card=290",
        AT,
        1,
        answer_headers=(("X-Id", "Abc"),),
        answer_body=b'{"name":"\\u041f\\u0435\\u0442\\u0440"}',
        request_body="Молоко".encode("cp1251"),
        request_headers=(("Content-Type", "text/plain; charset=windows-1251"),),
    )
    exchange = said(calls=(call,), notes=("fault: lost",), text="Нет")
    for text in ("анна", "CARD=290", "abc", "петр", "молоко", "lost", "НЕТ", '"b":2', "r1"):
        assert says(exchange, text), text
    assert not says(exchange, "anna")


# --- how long


def test_what_is_older_than_it_is_kept_goes_in_pieces(journal: Journal, log: ExchangeLog) -> None:
    for turn in range(4500):
        log.keep(said("old" if turn < 4300 else "new", at=AT + timedelta(days=turn >= 4300)))
    log.flush()
    log.prune(AT + timedelta(days=90, hours=1))
    assert {one.method for one in on_disk(journal)} == {"new"}
    assert len(on_disk(journal)) == 200
    log.prune(AT + timedelta(days=90, hours=1))
    assert len(on_disk(journal)) == 200
    log.prune(AT + timedelta(days=900))
    assert on_disk(journal) == []
    log.prune(AT + timedelta(days=900))


def test_a_quiet_moment_packs_them_and_they_come_back_to_the_byte(
    journal: Journal, log: ExchangeLog
) -> None:
    told = [said(f"m{turn}", answer=b'{"a":1}' * 500, raw=b"\0 7") for turn in range(450)]
    for exchange in told:
        log.keep(exchange)
    log.keep(said("large", raw=noise(100_000)))
    log.flush()
    size = "SELECT sum(length(body)) FROM exchanges"
    before = journal.database.row(size)[0]
    log.prune(AT)
    packed = journal.database.row(size)[0]
    assert packed - 100_000 < (before - 100_000) / 5
    assert on_disk(journal)[:-1] == told
    log.keep(said("later"))
    log.flush()
    log.prune(AT)
    assert on_disk(journal)[-1] == said("later")


def test_nothing_goes_to_the_disk_where_nothing_is_kept(journal: Journal) -> None:
    log = ExchangeLog(journal.database, 0)
    for turn in range(300):
        log.keep(said(f"m{turn}"))
    keep(journal)
    log.flush()
    log.prune(AT)
    assert on_disk(journal) == []
    assert [one.exchange.method for one in log.of("r1")][-2:] == ["m298", "m299"]
    assert len(log.of("r1")) == 200


# --- a disk that takes no more


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


def test_a_full_disk_takes_the_command_alone_and_that_is_said_once(
    journal: Journal, log: ExchangeLog, troubles: list[str]
) -> None:
    keep(journal)
    with journal.database.writing() as sql:
        (pages,) = sql.execute("PRAGMA page_count").fetchone()
        sql.execute(f"PRAGMA max_page_count = {pages + 3}")
    for turn in range(3):
        log.keep(said(raw=noise(100_000)))
        journal.keep(AT, SCAN, "selling", made(), made(lines=turn + 3))
        log.flush()
    assert Journal(journal.database).open_receipt() == ("selling", made(lines=5))
    assert len(journal.commands("r1")) == 4
    assert on_disk(journal) == []
    assert troubles == [
        "The disk is full: nothing was stored. Make room and try again: what is said to the loyalty"
        " system is not kept any more."
    ]
    assert len(log.of("r1")) == 3
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 1000000")
    log.prune(AT)
    keep(journal)
    assert len(on_disk(journal)) == 3


@pytest.mark.parametrize("act", ["promise", "hold", "number", "withdraw"])
def test_no_act_of_a_sale_fails_because_of_the_log(
    journal: Journal, log: ExchangeLog, act: str
) -> None:
    keep(journal)
    closed = replace(made(), closed_at=AT, number="N1")
    request = SaveSaleRequest(operation_id="op", receipt=closed, at=AT)
    if act == "withdraw":
        journal.promise(request, "house")
    with journal.database.writing() as sql:
        (pages,) = sql.execute("PRAGMA page_count").fetchone()
        sql.execute(f"PRAGMA max_page_count = {pages + 3}")
    log.keep(said(raw=noise(100_000)))
    acts: dict[str, Callable[[], object]] = {
        "promise": lambda: journal.promise(request, "house"),
        "hold": lambda: journal.hold(made(), "selling"),
        "number": lambda: journal.next_number("01", "01"),
        "withdraw": lambda: journal.withdraw("op", "calculated"),
    }
    acts[act]()
    assert on_disk(journal) == []
    assert journal.counts["sending"] == (1 if act == "promise" else 0)


@contextmanager
def not_larger(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_a_file_that_may_not_grow_takes_the_command_alone(
    tmp_path: Path, troubles: list[str]
) -> None:
    journal = Journal.open(tmp_path / "j.db")
    log = ExchangeLog(journal.database, troubled=troubles.append)
    keep(journal)
    with not_larger((tmp_path / "j.db-wal").stat().st_size + 60_000):
        log.keep(said(raw=noise(100_000)))
        journal.keep(AT, SCAN, "selling", made(), made(lines=3))
        log.flush()
    assert Journal(journal.database).open_receipt() == ("selling", made(lines=3))
    assert on_disk(journal) == []
    assert len(troubles) == 1
    journal.close()


def test_where_nothing_fits_the_log_is_not_to_blame(
    journal: Journal, log: ExchangeLog, troubles: list[str]
) -> None:
    keep(journal)
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 1")
    log.keep(said())
    big = replace(made(), context=noise(50_000).hex())
    with pytest.raises(StorageError, match="full"):
        journal.keep(AT, SCAN, "selling", made(), big)
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 1000000")
    journal.keep(AT, SCAN, "selling", made(), big)
    assert on_disk(journal) == [said()]
    assert troubles == []


def test_the_last_megabytes_of_a_disk_are_for_what_is_sold(
    tmp_path: Path, troubles: list[str]
) -> None:
    journal = Journal.open(tmp_path / "j.db")
    log = ExchangeLog(journal.database, troubled=troubles.append, reserve=2**60)
    log.keep(said())
    keep(journal)
    log.flush()
    assert on_disk(journal) == []
    assert troubles == [
        "The disk is almost full: what is said to the loyalty system is not kept any more."
    ]
    journal.close()


# --- kill -9

VICTIM = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from cashier.commands import Scan
from cashier.exchange_log.log import ExchangeLog
from cashier.journal import Journal
from cashier.receipt import Receipt, line_of
from cashier.witness import Exchange, Outcome

at = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
journal = Journal.open(Path(sys.argv[1]))
log = ExchangeLog(journal.database)
left = int(sys.argv[2])

def count(statement):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

with journal.database.writing() as sql:
    sql.set_trace_callback(count)
for turn in range(1000):
    receipt = Receipt(f"r{turn}", at)
    for place in range(1, 4):
        longer = receipt.with_line(line_of(place, "sku", "Milk", 9990, 1000))
        log.keep(Exchange(at, "Scan", "calculate", Outcome.ANSWERED, b"{}", b"{}",
                          receipt_id=receipt.receipt_id))
        journal.keep(at, Scan("46"), "selling", receipt if receipt.lines else None, longer)
        receipt = longer
"""


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_leaves_a_command_with_its_exchange_or_neither(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "j.db"
    done = subprocess.run(
        [sys.executable, "-c", VICTIM, str(path), str(random.Random(seed).randrange(300))],
        cwd=Path(cashier.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr
    journal = Journal.open(path)
    log = ExchangeLog(journal.database)
    for turn in range(101):
        assert len(journal.commands(f"r{turn}")) == len(log.of(f"r{turn}"))
    journal.close()


# --- a journal from before there were exchanges


def test_a_journal_of_version_2_opens_with_everything_in_it(tmp_path: Path) -> None:
    old = rows.LAYOUT.schema.partition(rows.LAYOUT.upgrades[1])[0].rstrip().rstrip(";")
    assert "exchanges" not in old and "shifts" in old
    path = tmp_path / "journal.db"
    before = replace(rows.LAYOUT, version=2, schema=old, upgrades=rows.LAYOUT.upgrades[:1])
    journal = Journal(Database.open(path, before))
    keep(journal, "open")
    sold = replace(made("sold"), closed_at=AT, number="N1")
    journal.finish_without(sold)
    journal.close()

    upgraded = Journal.open(path)
    assert (upgraded.put_aside, upgraded.complaints) == (None, [])
    assert upgraded.open_receipt() == ("selling", made("open"))
    assert upgraded.recent(9) == [sold]
    log = ExchangeLog(upgraded.database)
    log.keep(said(receipt_id="open"))
    upgraded.keep(AT, CancelReceipt(), "idle", made("open"), None)
    upgraded.close()
    once_more = Journal.open(path)
    assert on_disk(once_more) == [said(receipt_id="open")]
    once_more.close()
