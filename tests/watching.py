"""A till that lets instructors in, on a real socket, and ears that wait for what it says."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cashier.seat.notes import Note
from cashier.seat.protocol import Answer, Facts, Picture, Update

DOZEN = 12
"""Seconds until what should be said counts as missing."""


@contextmanager
def short_folder() -> Iterator[Path]:
    """pytest's own folders are longer than the path of a socket may be on some systems."""
    with tempfile.TemporaryDirectory(prefix="till-") as path:
        yield Path(path)


class Screen:
    """A screen that shows what it is told to."""

    def __init__(self) -> None:
        self.text = "till"
        self.drawn = 0
        """How often somebody wanted to see it."""

    def picture(self) -> Picture:
        self.drawn += 1
        return Picture(columns=80, rows=(((self.text, "bold #ffffff on #000000"),),))

    def keys(self) -> str:
        return "4600000000015<enter>"


class Ears:
    """Hears what an instructor hears, and waits for it."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self._news = asyncio.Condition()

    def hear(self, update: Update) -> None:
        self.updates.append(update)
        asyncio.get_running_loop().create_task(self._wake())

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until(self, there: Callable[["Ears"], bool]) -> None:
        async with asyncio.timeout(DOZEN), self._news:
            await self._news.wait_for(lambda: there(self))

    @property
    def facts(self) -> Facts | None:
        return next((u.facts for u in reversed(self.updates) if u.facts is not None), None)

    @property
    def text(self) -> str:
        """What the newest picture shows."""
        pictures = [update.picture for update in self.updates if update.picture is not None]
        rows = pictures[-1].rows if pictures else ()
        return "\n".join("".join(text for text, _style in row) for row in rows)

    @property
    def answers(self) -> list[Answer]:
        return [answer for update in self.updates for answer in update.answers]

    @property
    def notes(self) -> list[Note]:
        return [note for update in self.updates for note in update.notes]
