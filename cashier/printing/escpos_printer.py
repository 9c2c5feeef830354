"""A receipt printer that speaks ESC/POS."""

from pathlib import Path
from threading import Lock

from cashier.i18n import _
from cashier.printing.escpos_connection import CannotPrint, Connection, connected
from cashier.printing.escpos_layout import Layout
from cashier.printing.escpos_library import model
from cashier.printing.settings import Printing
from cashier.slip import Slip

_STATUS = b"\x10\x04"
"""DLE EOT: answered at once, whatever is being printed."""
_ONLINE, _CAUSE, _PAPER = b"\x01", b"\x02", b"\x04"
_FIXED, _SET = 0x93, 0x12
"""Bits that are the same in every answer, and those of them that are set."""
_OFFLINE = 0x08
_COVER_OPEN, _NO_PAPER_CAUSE = 0x04, 0x20
_NO_PAPER = 0x60


class EscposPrinter:
    """Connects for each slip anew.

    A printer that answers is asked before and after: a slip counts as printed when all of it got
    there and nothing was wrong then. One that was cut off in the middle is printed again whole:
    better twice than not at all.
    """

    def __init__(self, settings: Printing, columns: int, folder: Path) -> None:
        """``folder``: where a relative ``path`` starts. Raises ConfigError."""
        self._settings, self._folder = settings, folder
        self._layout = Layout(settings, model(settings, columns), columns)
        self._one_at_a_time = Lock()

    def print(self, slip: Slip) -> None:
        """Raises OSError."""
        with self._one_at_a_time, connected(self._settings, self._folder) as printer:
            data = self._layout.slip(slip)
            if not self._settings.answers:
                printer.send(data)
                return
            _check(printer)
            printer.send(data)
            _check(printer)

    def open_drawer(self) -> None:
        """Not asked how it is: the drawer opens without paper, too. Raises OSError."""
        if self._settings.drawer == "none":
            return
        with self._one_at_a_time, connected(self._settings, self._folder) as printer:
            printer.send(self._layout.drawer())


def _check(printer: Connection) -> None:
    """Raises OSError when the printer cannot print."""
    if _asked(printer, _PAPER) & _NO_PAPER:
        raise CannotPrint(_("The printer is out of paper"))
    if not _asked(printer, _ONLINE) & _OFFLINE:
        return
    cause = _asked(printer, _CAUSE)
    if cause & _COVER_OPEN:
        raise CannotPrint(_("The cover of the printer is open"))
    if cause & _NO_PAPER_CAUSE:
        raise CannotPrint(_("The printer is out of paper"))
    raise CannotPrint(_("The printer reports an error"))


def _asked(printer: Connection, what: bytes) -> int:
    """The status byte. Other bytes may stand around it: some printers report on their own."""
    answer = printer.ask(_STATUS + what)
    found = [byte for byte in answer if byte & _FIXED == _SET]
    if not found:
        raise CannotPrint(_("The printer answers something that is not ESC/POS"))
    return found[-1]
