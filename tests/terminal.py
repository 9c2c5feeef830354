"""The real program in a pseudo-terminal: what a person types, what a person sees."""

import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase
from types import TracebackType

import pexpect
import pyte

from cashier.clock import SystemClock
from cashier.daybook import Daybook
from cashier.journal import Journal

PATIENCE = 30
"""Seconds until what should be on the screen counts as missing."""


def open_shift(data: Path) -> None:
    """As if the cashier had begun the day."""
    data.mkdir(parents=True, exist_ok=True)
    journal = Journal.open(data / "journal.db")
    Daybook(journal).open_shift(SystemClock().now(), "", 0)
    journal.close()


class Terminal:
    """`cashier` in a terminal of the given size."""

    def __init__(
        self,
        data: Path,
        *arguments: str,
        columns: int = 100,
        rows: int = 30,
        lang: str = "en",
        shift: bool = True,
    ) -> None:
        """In a new data folder a shift is open already, unless ``shift`` says no."""
        if shift and not (data / "journal.db").exists():
            open_shift(data)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        command = ["-m", "cashier.cli", "--data", str(data), "--lang", lang, *arguments]
        environment = os.environ | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
        }
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            environment.pop(name, None)
        self.process = pexpect.spawn(
            sys.executable, command, dimensions=(rows, columns), env=environment, timeout=PATIENCE
        )

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.close(force=True)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(row.rstrip() for row in self._screen.display)

    def type(self, *texts: str) -> "Terminal":
        """Keys, written at once; ``<enter>`` and the others of ``KEYS`` stand for themselves."""
        self.process.send(re.sub(r"<[a-z0-9-]+>", lambda key: KEYS[key[0]], "".join(texts)))
        return self

    def see(self, *wanted: str) -> "Terminal":
        """Wait until all of this is on the screen."""
        return self._until(lambda text: all(part in text for part in wanted), f"see {wanted}")

    def see_one_of(self, *wanted: str) -> "Terminal":
        """Wait until something of this is on the screen."""
        return self._until(
            lambda text: any(part in text for part in wanted), f"see one of {wanted}"
        )

    def lose(self, *unwanted: str) -> "Terminal":
        """Wait until none of this is on the screen."""
        return self._until(lambda text: not any(p in text for p in unwanted), f"lose {unwanted}")

    def _until(self, holds: Callable[[str], bool], what: str) -> "Terminal":
        end = time.monotonic() + PATIENCE
        while not holds(self.text):
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"waited to {what}; the screen:\n{self.text}")
        return self

    def _read(self, seconds: float) -> bool:
        """Take in what the program wrote; False when it ended or wrote nothing."""
        try:
            self._stream.feed(self.process.read_nonblocking(65536, timeout=seconds))
        except (pexpect.EOF, pexpect.TIMEOUT):
            return False
        return True

    def go_on(self, seconds: float) -> None:
        """Let the program go on for so long, to meet it at a random moment."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        self.process.setwinsize(rows, columns)

    def hang_up(self) -> None:
        """The terminal goes away, as a closed window or a lost connection."""
        self.process.ptyproc.fileobj.close()
        self.process.closed = self.process.ptyproc.closed = True

    def ended_within(self, seconds: float) -> bool:
        """Whether the program, sent away, ends in time; what it still writes is read."""
        pidfd = os.pidfd_open(self.process.pid)
        watched = [pidfd] if self.process.closed else [pidfd, self.process.child_fd]
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select(watched, [], [], left)
            if pidfd in ready:
                break
            if not self._read(0):
                watched = [pidfd]
        os.close(pidfd)
        return pidfd in ready

    def kill(self) -> None:
        """Without any warning."""
        self.process.kill(signal.SIGKILL)
        self.process.wait()

    def ends(self) -> int | None:
        """Wait for the program to end; its exit code."""
        while self._read(PATIENCE):
            pass
        self.process.wait()
        code: int | None = self.process.exitstatus
        return code


KEYS = {
    "<enter>": "\r",
    "<esc>": "\x1b",
    "<up>": "\x1b[A",
    "<down>": "\x1b[B",
    "<tab>": "\t",
    "<backspace>": "\x7f",
    "<ctrl-q>": "\x11",
    "<ctrl-p>": "\x10",
    "<ctrl-z>": "\x1a",
    **{f"<alt-{letter}>": f"\x1b{letter}" for letter in ascii_lowercase},
    **{f"<f{n}>": f"\x1bO{letter}" for n, letter in enumerate("PQRS", 1)},
    **{
        f"<f{n}>": f"\x1b[{code}~"
        for n, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
    },
}
