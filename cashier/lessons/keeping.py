"""Keeps an attempt while it is made, and tells the result: nobody who learns is stopped by a full
disk, or by notes that cannot be read."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cashier.errors import CashierError
from cashier.lessons.attempt import Attempt
from cashier.lessons.certificate import certificate
from cashier.lessons.kept import Kept
from cashier.lessons.register import Register
from cashier.lessons.told import report_lines
from cashier.printing.text import lines

STILL_THERE = timedelta(minutes=5)
"""What is noted so soon after the end, with the result still on the screen, belongs to it."""


class Keeping:
    """One attempt on its way into the register."""

    def __init__(self, register: Register, folder: Path) -> None:
        """``folder``: where the instructor's notes are."""
        self.trouble = ""
        """Why what is newest could not be kept; empty: it is."""
        self._register, self._folder = register, folder

    def keep(self, attempt: Attempt) -> Kept | None:
        """None: it could not be kept (see ``trouble``); the next time it is tried again."""
        try:
            kept = self._register.save(attempt)
        except CashierError as error:
            self.trouble = str(error)
            return None
        self.trouble = ""
        return kept

    def told(self, attempt: Attempt, columns: int) -> list[str]:
        """The attempt task by task, then its slip; what is not kept has no seal, so no slip."""
        kept, notes = self.keep(attempt), self._notes(attempt)
        if kept is None:
            return [self.trouble, "", *report_lines(Kept(attempt, ""), notes, columns)]
        slip = lines(certificate(kept, notes=notes))
        return [*report_lines(kept, notes, columns), "", *slip]

    def _notes(self, attempt: Attempt) -> Sequence[str]:
        try:
            return notes_of(self._folder, attempt)
        except CashierError as error:
            return [str(error)]


def notes_of(folder: Path, attempt: Attempt) -> list[str]:
    """What the instructor wrote while it went on; what he dropped in is no note.

    Raises StorageError.
    """
    from cashier.seat.notes import NoteKind, read_notes

    until = attempt.ended + STILL_THERE if attempt.finished else None
    found = read_notes(folder, attempt.started, until)
    return [note.text for note in found if note.kind is NoteKind.NOTE]
