"""A printer that is only played: its paper is shown in the till, its troubles are chosen."""

from collections import deque
from collections.abc import Callable

from cashier.commands import PrinterTrouble
from cashier.i18n import _
from cashier.printing.text import lines
from cashier.slip import Slip

_KEPT = 50


class Played:
    """What every played printer has: a trouble that somebody chose for it."""

    def __init__(self) -> None:
        self._trouble = PrinterTrouble.NONE

    @property
    def trouble(self) -> PrinterTrouble:
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: PrinterTrouble) -> None:
        self._trouble = trouble

    def _try_paper(self) -> None:
        """Raises OSError when nothing can be printed now."""
        match self._trouble:
            case PrinterTrouble.PAPER_OUT:
                raise OSError(_("The printer is out of paper"))
            case PrinterTrouble.COVER_OPEN:
                raise OSError(_("The cover of the printer is open"))
            case PrinterTrouble.SWITCHED_OFF:
                raise OSError(_("The printer is switched off"))

    def _try_drawer(self) -> None:
        """The drawer opens without paper, but not without current. Raises OSError."""
        if self._trouble is PrinterTrouble.SWITCHED_OFF:
            self._try_paper()


class PaperRoll(Played):
    """The last slips as lines of text. Watchers are told whenever there is something new to see."""

    def __init__(self, columns: int, length: int = 0) -> None:
        """``length``: lines on a new roll; 0: it never runs out."""
        super().__init__()
        self.columns = columns
        self.slips: deque[tuple[str, ...]] = deque(maxlen=_KEPT)
        """What came out, oldest first; a slip that was torn off in the middle, too."""
        self.drawer_opened = 0
        """How many times."""
        self.length = length
        self.left = length
        """Lines on the roll, if it can run out."""
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        self._watchers.append(watcher)

    @property
    def trouble(self) -> PrinterTrouble:
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: PrinterTrouble) -> None:
        """Who ends that the paper is out has put in a new roll."""
        if self._trouble is PrinterTrouble.PAPER_OUT:
            self.left = self.length
        self._trouble = trouble
        self._tell()

    def print(self, slip: Slip) -> None:
        """Raises OSError when the printer is in trouble."""
        self._try_paper()
        rows = tuple(lines(slip, self.columns))
        # A whole roll takes any slip: one that is longer would never come out.
        if self.length and self.left < min(len(rows), self.length):
            self._come_out(rows[: self.left])
            self.trouble = PrinterTrouble.PAPER_OUT
            self._try_paper()
        self._come_out(rows)
        self._tell()

    def open_drawer(self) -> None:
        """Raises OSError when it stays shut."""
        self._try_drawer()
        self.drawer_opened += 1
        self._tell()

    def _come_out(self, rows: tuple[str, ...]) -> None:
        if rows:
            self.slips.append(rows)
        self.left = max(0, self.left - len(rows))

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()
