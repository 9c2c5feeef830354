"""One instructor's connection, as the till sees it."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from cashier.i18n import _
from cashier.seat.notes import Note
from cashier.seat.protocol import (
    LARGEST_WISH,
    MOST_NOTES,
    Answer,
    Farewell,
    Hello,
    Update,
    Wish,
    line_of,
    read_wish,
)
from cashier.viewer import Viewer

if TYPE_CHECKING:
    from cashier.seat.server import SeatServer

MOST_WISHES = 32
"""Wishes of one instructor that may wait."""
HELLO_SECONDS = 5.0
"""An instructor's terminal says hello at once."""
PARTING_SECONDS = 1.0


class Watcher(Viewer):
    """Says hello, then has wishes, which are carried out one after another."""

    def __init__(self, server: "SeatServer", patience: float) -> None:
        super().__init__(patience, LARGEST_WISH)
        self.stale_picture = self.stale_facts = False
        """He has not got the newest."""
        self.notes: deque[Note] = deque(maxlen=MOST_NOTES)
        """Those that he has not got."""
        self._answers: deque[Answer] = deque(maxlen=MOST_WISHES)
        self._server = server
        self._who: str | None = None
        self._wishes: deque[Wish] = deque()
        self._work: asyncio.Task[None] | None = None

    def catch_up(self) -> None:
        owed = self.notes or self._answers or self.stale_picture or self.stale_facts
        if self.busy or self.parting or self._who is None or not owed:
            return
        update = self._server.update(picture=self.stale_picture, facts=self.stale_facts)
        more = {"notes": tuple(self.notes), "answers": tuple(self._answers)}
        self.stale_picture = self.stale_facts = False
        self.notes.clear()
        self._answers.clear()
        self.send(line_of(update.model_copy(update=more)))

    def part_with(self, why: str, *, closed: bool = False) -> None:
        """Let him go, with a sentence if he still listens."""
        self._wishes.clear()
        if self.parting:
            return
        self.part(line_of(Update(farewell=Farewell(why=why, closed=closed))), PARTING_SECONDS)

    def came(self) -> None:
        self.limit(HELLO_SECONDS)
        self._server.came(self)

    def heard(self, line: bytes) -> None:
        try:
            wish = read_wish(line)
        except ValueError as error:
            text = _("The till does not understand this terminal: {why}")
            self.part_with(text.format(why=str(error)[:300]))
            return
        if self._who is None:
            self._begin(wish)
        elif isinstance(wish, Hello):
            self.part_with(_("This terminal said hello twice."))
        elif len(self._wishes) >= MOST_WISHES:
            self.part_with(_("This terminal wants too much at once."))
        else:
            self._wishes.append(wish)
            if self._work is None:
                self._work = asyncio.get_running_loop().create_task(self._carry_out())

    def _begin(self, wish: Wish) -> None:
        if not isinstance(wish, Hello):
            self.part_with(_("This terminal did not say hello."))
            return
        if why := self._server.admit(self):
            self.part_with(why)
            return
        self._who = wish.who
        self.limit(None)
        self.catch_up()

    def too_long(self) -> None:
        text = _("This terminal said more than {n} bytes at once.")
        self.part_with(text.format(n=LARGEST_WISH))

    async def _carry_out(self) -> None:
        while self._wishes:
            answer = await self._server.carry_out(self._wishes.popleft(), self._who or "")
            self._answers.append(answer)
            self.catch_up()
        self._work = None
        self._server.idle(self)

    @property
    def working(self) -> bool:
        """A wish of his is being carried out; that is finished when he goes, and written down."""
        return self._work is not None

    def give_up(self) -> None:
        """The till goes: what is not done by now is not done."""
        left = len(self._wishes) + self.working
        self._wishes.clear()
        if self._work is not None:
            self._work.cancel()
            self._work = None
        text = _("Not done: the till was closed.")
        self._answers.extend(Answer(done=False, text=text) for _wish in range(left))

    def went(self) -> None:
        self._wishes.clear()
        self._server.went(self)
