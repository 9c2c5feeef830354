"""Presses keys as a terminal delivers them, and waits until the till has taken them."""

import asyncio
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

from textual.events import Key
from textual.message_pump import MessagePump

from screens.textual_hacks import key_event, laid_out

if TYPE_CHECKING:
    from screens.app import TillApp

_TURNS = 3
"""A dialog hands its answer on, the desk acts, and what opens then takes its place."""


class Fingers:
    """Of the player: whose key it was, he knows again."""

    def __init__(self, app: "TillApp") -> None:
        self._app = app
        self._seconds = count(1)
        self._under_way: list[Key] = []

    def knows(self, key: Key) -> bool:
        """Whether it was pressed by these fingers."""
        return any(key is one for one in self._under_way)

    async def press(self, *names: str) -> None:
        """One after the other; the till has acted on them when this is over."""
        for name in names:
            key = key_event(name)
            key.time = float(next(self._seconds))  # never so fast as a scanner
            self._under_way.append(key)
            self._app.post_message(key)
            await self.settle()
            self._under_way.remove(key)

    async def settle(self) -> None:
        """Until all that was asked for is done and has its place on the screen."""
        for _turn in range(_TURNS):
            await _reached(self._app)
            await _reached(self._app.screen)
            if self._app.desk is not None:
                await self._app.desk.idle()
        await laid_out(self._app)


async def _reached(pump: MessagePump) -> None:
    """Until it has taken what was sent to it before."""
    taken = asyncio.Event()
    pump.call_next(taken.set)
    with suppress(TimeoutError):  # a screen that is gone meanwhile takes nothing any more
        await asyncio.wait_for(taken.wait(), 1)
