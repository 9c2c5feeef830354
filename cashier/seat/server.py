"""Lets instructors of this user, on this machine, see the trainee's screen and drop things in.

Nothing is drawn for them while nobody looks. An instructor who is slow, silent or hostile costs
the till nothing either: he is sent only the newest picture, and is let go with a sentence.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from cashier.clock import Clock
from cashier.errors import StorageError
from cashier.events import Changed, Event, Tone, Watched
from cashier.i18n import _
from cashier.seat.door import Door
from cashier.seat.drop_ins import DropIns
from cashier.seat.notes import Note, Notebook
from cashier.seat.protocol import (
    MOST_NOTES,
    Answer,
    Facts,
    Picture,
    Update,
    Wish,
)
from cashier.seat.watcher import Watcher
from cashier.till import Till

MOST_WATCHERS = 8
PATIENCE_SECONDS = 10.0
"""How long an instructor may leave what he is sent."""
PAUSE_SECONDS = 0.08
"""Paintings in so short a time are one picture, and the till paints its own screen first."""


class Look(Protocol):
    """What of a till's screen an instructor sees."""

    def picture(self) -> Picture | None:
        """The screen as it is; None: there is none now."""
        ...

    def keys(self) -> str:
        """What was pressed last."""
        ...


class SeatServer:
    """Stays when the till is closed and another one opened in its place, for training or back."""

    def __init__(
        self,
        folder: Path,
        look: Look,
        *,
        patience: float = PATIENCE_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        """``clock``: of the notes; None: that of the till."""
        self._folder = folder
        self._look = look
        self._patience = patience
        self._clock = clock
        self._door: Door | None = None
        self._server: asyncio.Server | None = None
        self._notebook: Notebook | None = None
        self._drop_ins: DropIns | None = None
        self._till: Till | None = None
        self._strangers: dict[Watcher, None] = {}
        self._watchers: set[Watcher] = set()
        self._leaving: set[Watcher] = set()
        """Instructors who went while a wish of theirs is carried out."""
        self._timer: asyncio.TimerHandle | None = None
        self._picture: Picture | None = None
        self._facts: Facts | None = None

    async def open(self) -> None:
        """Raises NoSeat, StorageError, ConfigError; then nobody is let in."""
        notebook = await asyncio.to_thread(Notebook.open, self._folder)
        try:
            self._door = await asyncio.to_thread(Door.open, self._folder)
        except BaseException:
            notebook.close()
            raise
        self._notebook = notebook
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(
            lambda: Watcher(self, self._patience), sock=self._door.listening
        )

    async def close(self) -> None:
        """Everybody is told. Safe to call twice, and without an opening."""
        self.detach()
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        if self._timer is not None:
            self._timer.cancel()
        everybody = [*self._watchers, *self._strangers]
        for watcher in everybody:
            watcher.part_with(_("The till is closed."), closed=True)
        await asyncio.gather(*(watcher.lost for watcher in everybody))
        await server.wait_closed()
        if self._door is not None:
            self._door.close()
        if self._notebook is not None:
            self._notebook.close()

    @property
    def watchers(self) -> int:
        """How many instructors look."""
        return len(self._watchers)

    # --- the till

    def attach(self, till: Till) -> None:
        """From now on it is this one that they see."""
        if self._notebook is None:
            return
        self._till = till
        self._drop_ins = DropIns(till, self._notebook, self._clock)
        if self._notebook.put_aside is not None:
            text = _("The notes were damaged; they are put aside as {name}, new ones are begun.")
            till.workplace.say(text.format(name=self._notebook.put_aside.name), Tone.WARNING)
        till.events.watch(self._hear)
        till.events.tell(Watched(self.watchers))
        self.painted()

    def detach(self) -> None:
        """It is about to close: what was wished for it is not waited for any more."""
        if self._drop_ins is not None:
            self._drop_ins.leave()
        self._till = self._drop_ins = None
        for watcher in self._watchers | self._leaving:
            watcher.give_up()
        self._leaving.clear()

    def painted(self) -> None:
        """The screen shows something else. Costs nothing while nobody looks."""
        if self._watchers and self._timer is None and self._server is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(PAUSE_SECONDS, self._tell)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Changed):
            self.painted()

    # --- news

    def _tell(self) -> None:
        self._timer = None
        self._take_in()
        for watcher in self._watchers:
            watcher.catch_up()

    def _take_in(self) -> None:
        """What is new since the last time, for everybody."""
        picture, facts, noted = self._look.picture(), self._present(), self._noted()
        seen, known = picture != self._picture, facts != self._facts
        self._picture, self._facts = picture, facts
        for watcher in self._watchers:
            watcher.stale_picture |= seen
            watcher.stale_facts |= known
            watcher.notes.extend(noted)

    def _present(self) -> Facts | None:
        drop_ins = self._drop_ins
        return drop_ins.facts(self._look.keys(), self.watchers) if drop_ins else None

    def _noted(self) -> list[Note]:
        if self._drop_ins is None:
            return []
        noted, self._drop_ins.noted = self._drop_ins.noted, []
        return noted

    def update(self, *, picture: bool, facts: bool) -> Update:
        return Update(
            picture=self._picture if picture else None, facts=self._facts if facts else None
        )

    # --- who looks

    def came(self, watcher: Watcher) -> None:
        if self._server is None:  # accepted at the very moment of closing
            watcher.drop()
            return
        while len(self._strangers) >= MOST_WATCHERS:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.drop()
        self._strangers[watcher] = None

    def admit(self, watcher: Watcher) -> str:
        """He is owed everything; or why he is not let in."""
        if len(self._watchers) >= MOST_WATCHERS:
            return _("So many instructors look at this till already: {n}.").format(n=MOST_WATCHERS)
        self._strangers.pop(watcher, None)
        self._take_in()  # what the others are owed
        if self._notebook is not None:
            with suppress(StorageError):  # said when something is to be written
                watcher.notes.extend(self._notebook.last(MOST_NOTES))
        self._watchers.add(watcher)
        self._count()
        self._take_in()
        watcher.stale_picture = watcher.stale_facts = True
        return ""

    def went(self, watcher: Watcher) -> None:
        self._strangers.pop(watcher, None)
        if watcher in self._watchers:
            self._watchers.discard(watcher)
            if watcher.working:
                self._leaving.add(watcher)
            self._count()

    def idle(self, watcher: Watcher) -> None:
        """All that he wished for is done."""
        self._leaving.discard(watcher)

    def _count(self) -> None:
        if self._till is not None:
            self._till.events.tell(Watched(self.watchers))
        self.painted()

    async def carry_out(self, wish: Wish, who: str) -> Answer:
        if self._drop_ins is None:
            return Answer(done=False, text=_("The till is opening…"))
        answer = await self._drop_ins.carry_out(wish, who)
        self.painted()
        return answer
