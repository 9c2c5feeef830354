"""A printer that puts each slip into a folder as a text file."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

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
