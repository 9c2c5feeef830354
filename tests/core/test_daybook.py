"""Shifts, the drawer, permissions, certificates and slips: stored, and found again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cashier.daybook import Daybook
from cashier.errors import BadInput, StorageError
from cashier.exchange import SaveSaleRequest
from cashier.journal import Journal
from cashier.money import ONE
from cashier.receipt import Discount, Kind, Receipt, SaleRef, Source, Tender, TenderKind, line_of
from cashier.shift import DrawerEntry, DrawerKind, Permission

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
NUMBER = "9800000001"


def receipt(receipt_id: str, *, price: int = 4990, pieces: int = 1) -> Receipt:
    line = line_of(1, "10101", "Bread", price, pieces * ONE)
    number = f"R-{receipt_id}"
    return Receipt(receipt_id, AT, number=number, closed_at=AT, shift=1).with_lines([line])


def gift(receipt_id: str = "gift") -> Receipt:
    sold = receipt(receipt_id, price=50_000)
    return sold.with_lines([replace(sold.lines[0], certificate=NUMBER)])


def paid(receipt_id: str, amount: int) -> Receipt:
    return replace(receipt(receipt_id), tenders=(Tender(TenderKind.CERTIFICATE, amount, NUMBER),))


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal.open(None)
    yield made
    made.close()


@pytest.fixture
def book(journal: Journal) -> Daybook:
    return Daybook(journal)


def test_shifts_follow_one_another_and_the_open_one_is_found_again(journal: Journal) -> None:
    book = Daybook(journal)
    assert (book.shift, book.shifts()) == (None, [])
    first = book.open_shift(AT, "Anna", 12_300)
    assert Daybook(journal).shift == book.shift == first
    closed = book.close_shift(AT + timedelta(hours=8))
    assert (closed.number, closed.closed_at) == (1, AT + timedelta(hours=8))
    assert Daybook(journal).shift is None
    second = book.open_shift(AT + timedelta(days=1), "Boris", 0)
    assert [shift.number for shift in book.shifts()] == [2, 1]
    assert book.shifts(1) == [second]
    assert [entry.amount for entry in book.drawer(1)] == [12_300]


def test_the_drawer_and_the_permissions_belong_to_their_shift(book: Daybook) -> None:
    book.open_shift(AT, "", 0)
    entries = [DrawerEntry(kind, AT, 100, "why") for kind in DrawerKind]
    asked = Permission(AT, "void", "Void: Bread", "Anna", "", granted=False, shift=1)
    for entry in entries:
        book.note(entry)
    book.record(asked)
    book.record(replace(asked, supervisor="Vera", granted=True))
    book.close_shift(AT)
    book.open_shift(AT, "", 0)
    assert book.drawer(1)[1:] == entries
    assert len(book.drawer(2)) == 1
    assert [it.granted for it in book.permissions(1)] == [True, False]
    assert book.permissions(2) == []


def test_text_that_no_file_can_hold_changes_nothing(journal: Journal) -> None:
    book = Daybook(journal)
    with pytest.raises(BadInput):
        book.open_shift(AT, "\ud800", 0)
    assert (book.shift, Daybook(journal).shift) == (None, None)
    book.open_shift(AT, "", 0)
    with pytest.raises(BadInput):
        book.note(DrawerEntry(DrawerKind.CASH_IN, AT, 1, "\ud800"))
    assert len(book.drawer(1)) == 1


def test_what_the_disk_does_not_take_did_not_happen(journal: Journal) -> None:
    book = Daybook(journal)
    sql = journal.database._sql
    sql.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError):
        book.open_shift(AT, "", 0)
    assert book.shift is None
    sql.execute("PRAGMA query_only = OFF")
    shift = book.open_shift(AT, "", 0)
    sql.execute("PRAGMA query_only = ON")
    with pytest.raises(StorageError):
        book.close_shift(AT)
    assert book.shift == shift


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff", "text", None, 7])
def test_a_damaged_record_is_told_and_an_open_shift_stays_open(
    journal: Journal, body: object
) -> None:
    book = Daybook(journal)
    book.open_shift(AT, "", 500)
    sql = journal.database._sql
    if body is not None:
        sql.execute("UPDATE shifts SET body = ?", (body,))
        sql.execute("UPDATE drawer SET body = ?", (body,))
        damaged = Daybook(journal)
        assert damaged.shift
        assert damaged.shift.number == 1, "its number is what counts"
        assert damaged.drawer(1) == []
        assert journal.complaints
        assert damaged.close_shift(AT).number == 1
    assert book.open_shift(AT, "", 0).number == 2


def test_receipts_of_a_shift_are_those_finished_in_it(journal: Journal) -> None:
    book = Daybook(journal)
    journal.finish_without(receipt("a"))
    journal.finish_without(replace(receipt("b"), shift=2))
    request = SaveSaleRequest(operation_id="c", receipt=receipt("c"), at=AT)
    journal.promise(request, "house")
    assert [it.receipt_id for it in book.receipts(1)] == ["a"]
    journal.withdraw("c", "paying")
    assert [it.receipt_id for it in book.receipts(1)] == ["a"]
    journal.promise(request, "house")
    journal.queue("c", receipt("c"), "silence")
    assert [it.receipt_id for it in book.receipts(1)] == ["a", "c"]


# --- certificates


def test_what_is_left_follows_promise_refusal_and_return(journal: Journal, tmp_path: Path) -> None:
    book = Daybook(journal)
    assert book.certificate(NUMBER) is None
    sold = SaveSaleRequest(operation_id="gift", receipt=gift(), at=AT)
    journal.promise(sold, "house")
    assert book.certificate(NUMBER) == 50_000
    journal.withdraw("gift", "paying")
    assert book.certificate(NUMBER) is None
    journal.promise(sold, "house")
    journal.finish("gift", gift())
    journal.finish("gift", gift())
    assert book.certificate(NUMBER) == 50_000, "stored twice is sold once"
    twice = replace(paid("p", 1000), tenders=paid("p", 1000).tenders * 2)
    journal.finish_without(twice)
    assert book.certificate(NUMBER) == 48_000
    back = replace(
        paid("back", 700), kind=Kind.RETURN, of=SaleRef("p", "R-p", AT),
        lines=tuple(replace(line, sale_line=1) for line in twice.lines),
    )  # fmt: skip
    journal.finish_without(back)
    assert book.certificate(NUMBER) == 48_700
    assert journal.returned("p") == {1: ONE}
    whole = replace(gift("undone"), kind=Kind.RETURN, of=SaleRef("gift", "R-gift", AT))
    journal.finish_without(whole)
    assert book.certificate(NUMBER) == -1300, "whoever asks for it has looked first"
    assert book.certificate("other") is None


def test_a_return_of_no_sale_is_stored_too(journal: Journal) -> None:
    free = replace(receipt("free"), kind=Kind.RETURN)
    journal.finish_without(free)
    assert journal.sale("R-free") == free
    assert journal.open_receipt() is None


# --- the lowest price


def test_the_lowest_price_is_for_one_piece_and_by_the_day(journal: Journal) -> None:
    day = AT.date()
    assert journal.lowest_paid("10101", day) is None
    three = receipt("three", price=1000, pieces=3)
    cheaper = replace(three.lines[0], discounts=(Discount(Source.HAND, "", "", 100),))
    journal.finish_without(three.with_lines([cheaper]))
    assert journal.lowest_paid("10101", day) == 966
    journal.finish_without(receipt("dear", price=5000))
    assert journal.lowest_paid("10101", day) == 966
    assert journal.lowest_paid("10101", day + timedelta(days=1)) is None
    assert journal.lowest_paid("10102", day) is None
    journal.finish_without(replace(receipt("back", price=1), kind=Kind.RETURN))
    assert journal.lowest_paid("10101", day) == 966, "a return is no price that was paid"
    refused = SaveSaleRequest(operation_id="r", receipt=receipt("r", price=5), at=AT)
    journal.promise(refused, "house")
    journal.withdraw("r", "paying")
    assert journal.lowest_paid("10101", day) == 966
