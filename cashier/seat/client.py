"""The instructor's end: finds the till, says hello, hears what is new, and says how it ended.

Whatever listens on the socket may be something else: every update has a largest size and is
validated.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cashier.i18n import _
from cashier.seat.door import find
from cashier.seat.protocol import LARGEST_UPDATE, Farewell, Hello, Update, Wish, line_of
from cashier.seat.trouble import NoSeat

FIRST_SECONDS = 5.0
"""A till says at once what it has to say."""
AGAIN_SECONDS = 0.2
"""Before it is tried again whether the till is there."""


@dataclass(frozen=True)
class End:
    """How it ended; ``fine``: the till was closed in order."""

    why: str
    fine: bool


class SeatClient:
    """Tells ``hear`` every update of the till that works in ``folder``."""

    def __init__(self, folder: Path, who: str, hear: Callable[[Update], None]) -> None:
        self._folder = folder
        self._who = who
        self._hear = hear
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> End:
        """Until the till or its instructor ends it. A connection that broke while the till lives
        is made again."""
        seen = False
        while True:
            try:
                reader, writer = await self._knock()
            except NoSeat as error:
                return End(_("The till ended without a word.") if seen else str(error), fine=False)
            self._writer = writer
            try:
                writer.write(line_of(Hello(who=self._who)))
                farewell = await self._listen(reader)
            except (TimeoutError, ValueError):
                return End(_("What answers there is not a till of this version."), fine=False)
            finally:
                self._writer = None
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()
            if farewell is not None:
                return End(farewell.why, fine=farewell.closed)
            seen = True
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, reader: asyncio.StreamReader) -> Farewell | None:
        """Until the till says farewell, or hangs up: None. Raises ValueError, TimeoutError."""
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                line = await reader.readline()
            while line.endswith(b"\n"):
                update = Update.model_validate_json(line)
                self._hear(update)
                if update.farewell is not None:
                    return update.farewell
                await asyncio.sleep(0)  # a flood of updates leaves room for the keys
                line = await reader.readline()
        except OSError:
            return None
        return None

    async def _knock(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises NoSeat."""
        path = find(self._folder)
        try:
            return await asyncio.open_unix_connection(path, limit=LARGEST_UPDATE)
        except ConnectionRefusedError as error:
            raise NoSeat(_("The till that let instructors in is not running any more.")) from error
        except OSError as error:
            text = _("The till cannot be reached: {path}: {why}")
            raise NoSeat(text.format(path=path, why=error.strerror or error)) from error

    def say(self, wish: Wish) -> bool:
        """False: there is no till now."""
        if self._writer is None:
            return False
        self._writer.write(line_of(wish))
        return True
