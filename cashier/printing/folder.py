"""Printers that put each slip into a folder as a text file, alone or beside the paper."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cashier.i18n import _
from cashier.printing import NotFiled, Printer, reason

if TYPE_CHECKING:
    from cashier.slip import Slip

_UNSAFE = re.compile(r"[^0-9A-Za-z_-]+")


class SlipFolder:
    """One file a slip, named after the receipt; a reprint is a file of its own.

    A file is there whole or not at all: it gets its name when all is written.
    """

    def __init__(self, folder: Path, columns: int | None = None) -> None:
        self._folder, self._columns = folder, columns

    def path(self, slip: "Slip") -> Path:
        """Where the slip is, or will be."""
        name = _UNSAFE.sub("_", slip.number)[:60] or "slip"
        return self._folder / (name + (".copy.txt" if slip.copy else ".txt"))

    def print(self, slip: "Slip") -> None:
        """Raises OSError."""
        from cashier.printing.text import render

        path = self.path(slip)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_text(render(slip, self._columns), encoding="utf-8", newline="\n")
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def open_drawer(self) -> None:
        """There is no drawer on a folder."""


class WithCopy:
    """A printer whose slips also go into the folder.

    The folder never decides whether the paper comes out, nor the paper whether the copy is kept.
    """

    def __init__(self, printer: Printer, folder: SlipFolder) -> None:
        self.printer = printer
        self._folder = folder

    def print(self, slip: "Slip") -> None:
        """Raises NotFiled when only the copy failed, else the printer's OSError."""
        missing: OSError | None = None
        try:
            self._folder.print(slip)
        except OSError as error:
            missing = error
        self.printer.print(slip)
        if missing is not None:
            text = _("The copy of the slip was not written: {why}").format(why=reason(missing))
            raise NotFiled(text) from missing

    def open_drawer(self) -> None:
        """Raises OSError."""
        self.printer.open_drawer()
