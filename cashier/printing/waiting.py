"""Slips come out one after another; when the printer cannot, they wait and nothing is lost.

A slip that is printed at once is never written down: its receipt is in the journal and can be
printed again. One that has to wait, because the printer failed or because another is before it,
is stored first and forgotten only when it is on paper. So after a crash it comes out, if need be
for the second time.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.printing import NotFiled, Printer, reason

if TYPE_CHECKING:  # laid out when the first receipt is finished, not when the till opens
    from cashier.slip import Slip


class SlipStore(Protocol):
    """Where waiting slips survive. Everything raises StorageError."""

    def keep_slip(self, slip: "Slip", at: datetime) -> int:
        """Its number; later slips have larger ones."""
        ...

    def slips(self) -> "list[tuple[int, Slip]]":
        """In the order in which they came."""
        ...

    def slip_done(self, seq: int) -> None: ...


@dataclass
class _Entry:
    slip: "Slip"
    waits: bool = False
    seq: int | None = None
    """Its number in the store; None: it is not there."""


class SlipQueue:
    """The way of all slips to one printer. A slow printer is used in a thread.

    ``troubled(why, waiting)`` is told what went wrong, with the number of slips that wait then;
    ``printed(slip)`` what came out. Both are called where the till runs.
    """

    def __init__(
        self,
        printer: Printer,
        store: SlipStore,
        clock: Clock,
        *,
        slow: bool,
        troubled: Callable[[str, int], None],
        printed: "Callable[[Slip], None]",
    ) -> None:
        """What waited at the last run waits on, until the first slip or ``retry``."""
        self.printer = printer
        self._store, self._clock, self._slow = store, clock, slow
        self._troubled, self._printed = troubled, printed
        self._entries = deque(_Entry(slip, waits=True, seq=seq) for seq, slip in store.slips())
        self._in_use = asyncio.Lock()
        self._pass: asyncio.Task[int] | None = None
        self._kicks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def waiting(self) -> int:
        """Slips that did not come out at once and are not printed yet."""
        return sum(entry.waits for entry in self._entries)

    async def out(self, slip: "Slip") -> None:
        """Print it after all that came before. Waits only for a printer that is not slow."""
        self._entries.append(_Entry(slip))
        if len(self._entries) > 1:
            self._keep_all()
        if self._closed:
            self._keep_all()
        elif self._slow:
            self._start()
        else:
            await self._print_all()

    async def retry(self) -> int:
        """Try again, and wait for the end of it; how many slips came out."""
        return await asyncio.shield(self._start()) if self._slow else await self._print_all()

    async def open_drawer(self) -> None:
        """Open it now or never: a drawer that opens later is a danger."""
        if not self._slow:
            await self._kick()
            return
        kick = asyncio.create_task(self._kick())
        self._kicks.add(kick)
        kick.add_done_callback(self._kicks.discard)

    async def idle(self) -> None:
        """Wait until nothing is under way at the printer."""
        while running := [task for task in (*self._kicks, self._pass) if task and not task.done()]:
            await asyncio.gather(*running)

    async def close(self) -> None:
        """Store what is not printed yet, and let the slip at the printer come out."""
        self._closed = True
        self._keep_all()
        await self.idle()

    # --- one after another

    def _start(self) -> asyncio.Task[int]:
        if self._pass is None or self._pass.done():
            self._pass = asyncio.create_task(self._print_all())
        return self._pass

    async def _print_all(self) -> int:
        """Print until nothing is left or the printer fails; how many came out."""
        count = 0
        while self._entries and not (self._closed and count):
            entry = self._entries[0]
            try:
                await self._use(self.printer.print, entry.slip)
            except NotFiled as error:
                self._done(entry)
                self._troubled(reason(error), self.waiting)
            except OSError as error:
                self._keep_all()
                self._troubled(reason(error), self.waiting)
                return count
            else:
                self._done(entry)
            count += 1
        return count

    async def _kick(self) -> None:
        try:
            await self._use(self.printer.open_drawer)
        except OSError as error:
            self._troubled(reason(error), self.waiting)

    async def _use(self, act: Callable[..., None], *slip: "Slip") -> None:
        if not self._slow:
            act(*slip)
            return
        async with self._in_use:
            await asyncio.to_thread(act, *slip)

    # --- what waits

    def _keep_all(self) -> None:
        """Store every slip in its order; what the disk does not take waits in memory."""
        for entry in self._entries:
            entry.waits = True
            if entry.seq is None:
                try:
                    entry.seq = self._store.keep_slip(entry.slip, self._clock.now())
                except CashierError as error:
                    self._troubled(str(error), self.waiting)

    def _done(self, entry: _Entry) -> None:
        self._entries.popleft()
        if entry.seq is not None:
            try:
                self._store.slip_done(entry.seq)
            except CashierError as error:
                self._troubled(str(error), self.waiting)
        self._printed(entry.slip)
