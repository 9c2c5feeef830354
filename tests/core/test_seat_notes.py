"""Notes: durable, in order, read between two times, whatever became of the file."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from stand import MORNING

from cashier.errors import StorageError
from cashier.seat.notes import Note, Notebook, NoteKind, read_notes


def note(text: str, at: datetime = MORNING, receipt_id: str = "") -> Note:
    return Note(at=at, kind=NoteKind.NOTE, text=text, who="Olga", receipt_id=receipt_id)


def test_notes_are_read_between_two_times_also_of_another_zone(tmp_path: Path) -> None:
    book = Notebook.open(tmp_path)
    for hour in range(5):
        book.write(note(f"{hour}", MORNING + timedelta(hours=hour)))
    since = (MORNING + timedelta(hours=1)).astimezone(tz=None)
    found = read_notes(tmp_path, since, MORNING + timedelta(hours=4))  # beside the one who writes
    assert [one.text for one in found] == ["1", "2", "3"]
    assert found[0].at == MORNING + timedelta(hours=1)
    assert len(read_notes(tmp_path)) == 5
    assert [one.text for one in book.last(2)] == ["3", "4"]
    book.close()


def test_before_the_first_note_there_are_none(tmp_path: Path) -> None:
    assert read_notes(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_that_gets_its_number_later_gives_it_to_its_notes(tmp_path: Path) -> None:
    book = Notebook.open(tmp_path)
    book.write(note("one", receipt_id="r1"))
    book.write(note("two", receipt_id="r2"))
    book.close()
    book = Notebook.open(tmp_path)
    book.numbered("r1", "R0101-000001")
    book.close()
    assert [one.receipt for one in read_notes(tmp_path)] == ["R0101-000001", ""]


def test_a_damaged_file_is_put_aside_and_told(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageError, match=r"notes\.db"):
        read_notes(tmp_path)
    book = Notebook.open(tmp_path)
    assert book.put_aside is not None and book.put_aside.exists()
    book.write(note("again"))
    book.close()
    assert [one.text for one in read_notes(tmp_path)] == ["again"]


def test_rows_that_are_no_notes_are_left_out(tmp_path: Path) -> None:
    book = Notebook.open(tmp_path)
    book.write(note("ours"))
    book.close()
    with sqlite3.connect(tmp_path / "notes.db") as sql:
        for at, kind in (("yesterday", "note"), ("2026-03-03T07:00:00+00:00", "poem")):
            sql.execute(
                "INSERT INTO notes (at, kind, text, who, receipt_id, receipt, state, training)"
                " VALUES (?, ?, 'x', '', '', '', '', 0)",
                (at, kind),
            )
    sql.close()
    assert [one.text for one in read_notes(tmp_path)] == ["ours"]
