"""A scenario played without a terminal: nobody waits, time is only counted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from screens.app import TillApp
from screens.playing.pace import CountedPace
from screens.playing.player import Player

Seen: TypeAlias = Callable[[TillApp, float], Awaitable[None]]
"""Told before time goes by; what is on the screen is there since so many seconds."""


async def film(
    app: TillApp, player: Player, pace: CountedPace, size: tuple[int, int], seen: Seen
) -> None:
    """From the first step to the last, or to the first that cannot be done. ``app`` has the
    player as its guide; ``size``: columns and rows."""
    pace.watch(lambda time: seen(app, time))
    end = asyncio.create_task(_end(app, player, pace, seen))
    try:
        await app.run_async(headless=True, size=size)
    finally:
        end.cancel()


async def _end(app: TillApp, player: Player, pace: CountedPace, seen: Seen) -> None:
    await player.waits.wait()
    await seen(app, pace.time())
    app.exit()
