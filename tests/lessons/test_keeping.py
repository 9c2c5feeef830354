"""An attempt is kept while it is made, whatever becomes of the disk or of the notes."""

from datetime import timedelta
from pathlib import Path

import pytest
from lessons.taken import AT, taken

from cashier.errors import StorageError
from cashier.lessons.attempt import Attempt
from cashier.lessons.keeping import Keeping
from cashier.lessons.kept import Kept
from cashier.lessons.register import Register
from cashier.seat.notes import Note, Notebook, NoteKind


class FullDisk(Register):
    full = True

    def save(self, attempt: Attempt) -> Kept:
        if self.full:
            raise StorageError("The disk is full.")
        return super().save(attempt)


def test_the_result_has_what_the_instructor_noted_since_it_began(tmp_path: Path) -> None:
    notebook = Notebook.open(tmp_path)
    for minutes, text in ((-1, "of another"), (1, "asks for the card"), (5, "well done")):
        notebook.write(Note(at=AT + timedelta(minutes=minutes), kind=NoteKind.NOTE, text=text))
    notebook.close()
    register = Register.open(tmp_path)
    told = "\n".join(Keeping(register, tmp_path).told(taken(), 64))
    assert told.count("asks for the card") == 2, "in the report and on the slip"
    assert "well done" in told
    assert "of another" not in told
    (kept,) = register.all()
    assert kept.attempt == taken()
    register.close()


def test_a_full_disk_stops_nobody_and_is_told(tmp_path: Path) -> None:
    register = FullDisk.open(tmp_path)
    assert isinstance(register, FullDisk)
    keeping = Keeping(register, tmp_path)
    keeping.keep(taken(finished=None))
    assert keeping.trouble == "The disk is full."
    told = keeping.told(taken(), 64)
    assert told[0] == "The disk is full."
    assert any("Points" in row for row in told)
    assert not any("Seal" in row for row in told)
    register.full = False
    assert keeping.told(taken(), 64)[0] != "The disk is full."
    assert keeping.trouble == ""
    register.close()


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_notes_that_cannot_be_read_do_not_hide_the_result(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.db").write_bytes(content)
    register = Register.open(tmp_path)
    assert any("Points" in row for row in Keeping(register, tmp_path).told(taken(), 64))
    register.close()
