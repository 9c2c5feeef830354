"""Hears scans among the keys, takes each off the input line, and sends it where it belongs."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events

from screens.keys import scanner_of
from screens.scans import Scan, Scans, knows

if TYPE_CHECKING:
    from screens.desk import Desk

_SEPARATOR = "\x1d"
"""Stands inside the codes of marked goods; the code is read without it."""
_LATER = 0.005
"""Seconds by which a timer may be early."""


def key_time() -> float:
    """The clock by which Textual stamps keys, in the thread that reads them."""
    return events.Event().time


class Ears:
    """Told of each key before anybody acts on it."""

    def __init__(
        self,
        hands: "Desk",
        alarm: Callable[[float, Callable[[], None]], object],
        clock: Callable[[], float] = key_time,
    ) -> None:
        self._hands = hands
        self._screen = hands.screen
        self._alarm = alarm
        self._clock = clock
        self._scans = Scans(**scanner_of(hands.till.workplace).model_dump())
        self._listening = False

    def silence(self, event: events.Key) -> None:
        """A key comes: what was scanned before it may be over."""
        scan = self._scans.over(event.time, self._screen.input.text)
        if scan is not None:
            self._send(scan)

    def character(self, event: events.Key, character: str) -> bool:
        """Whether ``character`` ended a scan; otherwise it is to be put on the line."""
        line = self._screen.input
        scan = self._scans.character(character, event.time, line.text, line.at)
        if scan is not None:
            self._send(scan)
        elif self._scans.waits and not self._listening:
            self._listen()
        return scan is not None

    def key(self, event: events.Key) -> bool:
        """Whether any other key belonged to a scan."""
        if event.character == _SEPARATOR or self._scans.repeats(event.key, event.time):
            return True
        scan = self._scans.key(event.key, event.time, self._screen.input.text)
        if scan is not None:
            self._send(scan)
        return scan is not None

    def _listen(self) -> None:
        """Wake up when silence would end the scan."""
        self._listening = True
        self._alarm(self._scans.patience + _LATER, self._wake)

    def _wake(self) -> None:
        self._listening = False
        scan = self._scans.over(self._clock(), self._screen.input.text)
        if scan is not None and self._screen.hands is self._hands:
            self._send(scan)
        elif self._scans.waits:
            self._listen()

    def _send(self, scan: Scan) -> None:
        """Put the line back as it was, and the scan on its way.

        What stands alone on the line and is nothing that the shop knows is entered as it stands,
        for somebody may type so fast after all; only silence enters nothing.
        """
        if scan.text.endswith("*") and scan.at == len(scan.text):  # '3*' typed, the goods scanned
            scan = Scan(scan.text + scan.code, ended=scan.ended)
        typed = not knows(self._hands.till.workplace, scan.code) or self._screen.orders.read(
            scan.code
        )
        if typed and not scan.text:
            self._put_back(scan.code, len(scan.code))
            if scan.ended:
                self._screen.enter()
            return
        self._put_back(scan.text, scan.at)
        self._hands.typed()
        self._hands.scanned(scan.code)

    def _put_back(self, text: str, at: int) -> None:
        line = self._screen.input
        line.text, line.at = text, at
        line.refresh()
