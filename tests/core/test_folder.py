import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import cashier
from cashier.commands import Scan
from cashier.database import Database, Layout
from cashier.errors import BadInput, ConfigError, FolderBusy, StorageError
from cashier.exchange import SaveSaleRequest
from cashier.folder import DataFolder
from cashier.journal import Journal
from cashier.outbox import Outbox
from cashier.receipt import Buyer, Identifier, IdentifierKind, Receipt, Settled, line_of
from cashier.records import packed, read, stored, unpacked
from cashier.shop import Sending

HOLDER = """
import sys, pathlib
from cashier.folder import DataFolder
folder = DataFolder.open(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""
LAYOUT = Layout(1, 1, "CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT UNIQUE)")


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=Path(cashier.__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path / "a" / "b")
    assert folder.path.is_dir()
    folder.close()


def test_a_second_till_is_told_which_process_holds_the_folder(tmp_path: Path) -> None:
    with held(tmp_path) as holder:
        with pytest.raises(FolderBusy) as busy:
            DataFolder.open(tmp_path)
        assert f"process {holder.pid}, started 2" in str(busy.value)
        assert str(tmp_path) in str(busy.value)


def test_a_killed_till_leaves_nothing_locked(tmp_path: Path) -> None:
    with held(tmp_path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        DataFolder.open(tmp_path).close()


def test_the_folder_is_free_after_closing_and_closing_twice_is_harmless(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    with pytest.raises(FolderBusy, match=str(os.getpid())):
        DataFolder.open(tmp_path)
    folder.close()
    folder.close()
    DataFolder.open(tmp_path).close()


@pytest.mark.parametrize("text", ["", "no number\n", "12", "12\nyesterday", "\x1b[2J\n\n", "Ж\nЖ"])
def test_a_lock_file_with_nonsense_in_it_is_not_shown(tmp_path: Path, text: str) -> None:
    folder = DataFolder.open(tmp_path)
    (tmp_path / "lock").write_text(text, encoding="utf-8")
    with pytest.raises(FolderBusy) as busy:
        DataFolder.open(tmp_path)
    assert str(busy.value) == f"Another till works on the data folder {tmp_path}"
    folder.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=str(tmp_path / "file" / "till")):
        DataFolder.open(tmp_path / "file" / "till")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a system without /proc")
def test_a_read_only_folder_is_named() -> None:
    with pytest.raises(StorageError, match="/proc/self"):
        DataFolder.open(Path("/proc/self"))


# --- records


def test_a_record_comes_back_as_it_was() -> None:
    value = ("[b]", "\u202e", "🛒" * 200)
    assert read(tuple[str, ...], stored(tuple[str, ...], value)) == value
    assert unpacked(tuple[str, ...], packed(tuple[str, ...], value)) == value


def test_text_that_no_file_can_hold_is_bad_input() -> None:
    with pytest.raises(BadInput):
        stored(str, "\udc80")


@pytest.mark.parametrize(
    "body", [None, "text", 5, b"", b"x", packed(str, "a")[:-1], packed(int, 5), b"\0" * 50]
)
def test_a_damaged_record_is_a_value_error(body: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        unpacked(str, body)


def test_a_record_that_unpacks_without_end_is_refused() -> None:
    body = packed(str, "a" * 2000)
    assert unpacked(str, body, largest=2002) == "a" * 2000
    with pytest.raises(ValueError, match=r".*"):
        unpacked(str, body, largest=2001)


# --- the database


def test_what_a_transaction_began_is_taken_back_when_it_fails() -> None:
    database = Database.open(None, LAYOUT)

    def twice_the_same() -> None:
        with database.writing() as sql:
            sql.executemany("INSERT INTO things VALUES (?, 'a')", [(1,), (2,)])

    def interrupted() -> None:
        with database.writing(full=True) as sql:
            sql.execute("INSERT INTO things VALUES (3, 'c')")
            raise KeyError

    with pytest.raises(StorageError):
        twice_the_same()
    with pytest.raises(KeyError):
        interrupted()
    assert database.rows("SELECT * FROM things") == []
    database.close()


def test_a_number_too_large_for_the_file_and_a_closed_database_are_storage_errors() -> None:
    database = Database.open(None, LAYOUT)
    with pytest.raises(StorageError), database.writing() as sql:
        sql.execute("INSERT INTO things VALUES (?, 'a')", (10**30,))
    with pytest.raises(StorageError):
        database.rows("SELECT ?", (10**30,))
    database.close()
    with pytest.raises(StorageError), database.writing():
        pass
    with pytest.raises(StorageError):
        database.rows("SELECT 1")


def test_money_waits_for_the_platter_and_commands_do_not(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.db", LAYOUT)
    for full in (False, True, True, False, True):
        with database.writing(full=full):
            pass
        assert database.row("PRAGMA synchronous") == (2 if full else 1,)
    assert database.row("PRAGMA journal_mode") == ("wal",)
    database.close()


def test_a_database_held_by_another_program_is_a_storage_error(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "a.db", LAYOUT)
    database.rows("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"), database.writing():
        pass
    other.execute("ROLLBACK")
    with database.writing() as sql:
        sql.execute("INSERT INTO things VALUES (1, 'a')")
    other.close()
    database.close()


# --- damaged journals

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
SCAN = Scan("4600000000008")


def made(receipt_id: str, lines: int = 2) -> Receipt:
    goods = (line_of(n, f"sku{n}", "Milk [3.2 %] 🥛", 9990, 1500) for n in range(1, lines + 1))
    return Receipt(receipt_id, AT, lines=tuple(goods))


def closed(receipt: Receipt, number: str) -> Receipt:
    buyer = Buyer(Identifier(IdentifierKind.CARD, "2900001"))
    return replace(receipt, number=number, closed_at=AT, buyer=buyer)


def used(path: Path) -> None:
    """A journal with something in it, closed in good order."""
    journal = Journal.open(path)
    journal.keep(AT, SCAN, "selling", None, made("open", lines=200))
    for n in range(100):
        journal.finish_without(closed(made(f"r{n}"), f"N{n}"))
    journal.next_number("01", "01")
    journal.close()


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as sql:
        sql.execute("CREATE TABLE receipts (number)")
    sql.close()


def other_version(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("PRAGMA user_version = 0")
    sql.close()


def without_a_table(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("DROP TABLE outbox")
    sql.close()


def text_that_is_not_text(path: Path) -> None:
    sql = sqlite3.connect(path)
    sql.execute("UPDATE receipts SET state = CAST(x'ff80' AS TEXT)")
    sql.commit()
    sql.close()


def zeroed(*pages: int) -> Callable[[Path], None]:
    def zero(path: Path) -> None:
        body = bytearray(path.read_bytes())
        for page in pages or range(1, len(body) // 4096):
            body[page * 4096 : (page + 1) * 4096] = bytes(4096)
        path.write_bytes(body)

    return zero


DAMAGE: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("number;sum\n1;2\n" * 1000),
    "one byte": lambda path: path.write_bytes(b"S"),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "not whole pages": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "header only": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "first page zeroed": zeroed(0),
    "all but the first page zeroed": zeroed(),
    "foreign": foreign,
    "older": other_version,
    "without a table": without_a_table,
    "not text": text_that_is_not_text,
    "noise": lambda path: path.write_bytes(
        path.read_bytes()[:100] + random.Random(1).randbytes(50_000)
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_journal_is_put_aside_and_the_till_opens(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "journal.db"
    used(path)
    DAMAGE[damage](path)
    body = path.read_bytes()
    journal = Journal.open(path)
    assert journal.put_aside is not None
    assert journal.put_aside.name.startswith("journal.damaged-2")
    assert journal.put_aside.suffix == ".db"
    assert journal.put_aside.read_bytes() == body
    assert journal.open_receipt() is None
    journal.finish_without(closed(made("r"), journal.next_number("01", "01")))
    journal.close()
    journal = Journal.open(path)
    assert journal.put_aside is None
    assert journal.last() is not None
    journal.close()


def test_numbers_of_a_lost_journal_are_not_given_again(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    used(path)
    path.write_bytes(b"gone")
    journal = Journal.open(path)
    first, second = (int(journal.next_number("01", "01").split("-")[1]) for _ in range(2))
    assert first > 3_000_000
    assert second == first + 1
    journal.close()


def test_damage_twice_in_a_second_keeps_both_files(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for body in (b"one", b"two"):
        path.write_bytes(body)
        Journal.open(path).close()
        path.unlink()
    kept = [file.read_bytes() for file in sorted(tmp_path.glob("journal.damaged-*.db"))]
    assert sorted(kept) == [b"one", b"two"]


def test_the_log_goes_with_the_damaged_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"")
    (tmp_path / "journal.db-wal").write_bytes(b"log")
    journal = Journal.open(path)
    assert journal.put_aside is not None
    assert journal.put_aside.with_name(journal.put_aside.name + "-wal").read_bytes() == b"log"
    journal.close()


def test_an_empty_file_without_a_log_is_a_new_journal(tmp_path: Path) -> None:
    (tmp_path / "journal.db").touch()
    journal = Journal.open(tmp_path / "journal.db")
    assert journal.put_aside is None
    journal.close()


def test_the_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    used(path)
    sql = sqlite3.connect(path)
    sql.execute("PRAGMA user_version = 1000")
    sql.close()
    with pytest.raises(ConfigError, match=str(path)):
        Journal.open(path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["journal.db"]


def test_looking_at_a_journal_disturbs_neither_the_till_nor_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal ?#.db"
    used(path)
    till = Journal.open(path)
    till.promise(sale(closed(RECEIPT, "N")), "house")
    look = Journal.read(path)
    assert [receipt.number for receipt in look.recent(2)] == ["N99", "N98"]
    assert [entry.state for entry in Outbox(look, Sending()).entries()] == ["sending"]
    with pytest.raises(StorageError):
        look.keep(AT, SCAN, "selling", None, RECEIPT)
    look.close()
    till.finish("op1", closed(RECEIPT, "N"))
    till.close()
    look = Journal.read(path)
    assert look.last() == closed(RECEIPT, "N")
    look.close()


@pytest.mark.parametrize("damage", ["text", "zeroed", "foreign", "one byte", "older"])
def test_looking_at_what_is_not_a_journal_leaves_it_where_it_is(
    tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "journal.db"
    with pytest.raises(StorageError, match=str(path)):
        Journal.read(path)
    assert not path.exists()
    used(path)
    DAMAGE[damage](path)
    body = path.read_bytes()
    with pytest.raises(StorageError, match=str(path)):
        Journal.read(path)
    assert path.read_bytes() == body


def test_damage_met_while_selling_is_told_and_looked_for_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    used(path)
    sql = sqlite3.connect(path)
    (root,) = sql.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'receipts_card'"
    ).fetchone()
    sql.close()
    zeroed(root - 1)(path)
    journal = Journal.open(path)
    assert journal.put_aside is None
    with pytest.raises(StorageError, match="damaged"):
        journal.sales("2900001", AT.date())
    assert journal.open_receipt() == ("selling", made("open", lines=200))
    journal.close()
    journal = Journal.open(path)
    assert journal.put_aside is not None
    journal.close()
    assert not list(tmp_path.glob("journal.db-suspect"))


def test_a_false_alarm_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    used(path)
    (tmp_path / "journal.db-suspect").touch()
    journal = Journal.open(path)
    assert journal.put_aside is None
    assert not (tmp_path / "journal.db-suspect").exists()
    journal.close()


# --- a bad disk

RECEIPT = made("r")


def sale(receipt: Receipt) -> SaveSaleRequest:
    return SaveSaleRequest(operation_id="op1", receipt=receipt, at=AT)


def test_a_full_disk_refuses_the_sale_and_the_till_goes_on(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j.db")
    journal.keep(AT, SCAN, "selling", None, RECEIPT)
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 1")
    big = replace(closed(RECEIPT, "N"), context=random.Random(1).randbytes(50_000).hex())
    with pytest.raises(StorageError, match="full"):
        journal.promise(sale(big), "house")
    with pytest.raises(StorageError, match="full"):
        journal.keep(AT, SCAN, "paying", RECEIPT, big)
    assert Journal(journal.database).open_receipt() == ("selling", RECEIPT)
    assert journal.counts["sending"] == 0
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 100000")
    journal.promise(sale(big), "house")
    with journal.database.writing() as sql:
        sql.execute("PRAGMA max_page_count = 1")
    with pytest.raises(StorageError, match="full"):
        journal.finish("op1", replace(big, context=big.context * 2))
    assert journal.counts["sending"] == 1
    journal.close()
    journal = Journal.open(tmp_path / "j.db")
    assert journal.counts["waiting"] == 1
    assert journal.last() == replace(big, settled=Settled(pending=True))
    journal.close()


def test_a_file_that_may_not_grow_refuses_and_goes_on(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "j.db")
    receipt = RECEIPT
    journal.keep(AT, SCAN, "selling", None, receipt)
    size = (tmp_path / "j.db-wal").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        with pytest.raises(StorageError):
            journal.keep(AT, SCAN, "selling", receipt, made("r", lines=3))
        with pytest.raises(StorageError):
            journal.promise(sale(closed(receipt, "N")), "house")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert Journal(journal.database).open_receipt() == ("selling", receipt)
    journal.keep(AT, SCAN, "selling", receipt, made("r", lines=3))
    assert Journal(journal.database).open_receipt() == ("selling", made("r", lines=3))
    journal.close()


def test_a_journal_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "j.db", tmp_path / "no" / "j.db", tmp_path):
        with pytest.raises(StorageError, match=str(path)):
            Journal.open(path)
