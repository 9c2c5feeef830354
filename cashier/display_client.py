"""The display's end of the wire: finds the till, listens, and finds it again.

Whatever listens on the port may be somebody else: every update has a largest size and is
validated, and what makes no sense ends the connection, never the display.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from cashier.display import HOST, LARGEST_UPDATE, Address, Update

RETRY_SECONDS = 0.5
FIRST_SECONDS = 5.0
"""A till answers the password at once; who does not is no till."""


class DisplayClient:
    """Tells ``hear`` every update of the till in ``folder``; None: there is no till now."""

    def __init__(
        self,
        folder: Path,
        hear: Callable[[Update | None], None],
        *,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._folder = folder
        self._hear = hear
        self._retry_seconds = retry_seconds

    async def run(self) -> NoReturn:
        """Listen until cancelled, to one till after the other."""
        while True:
            with suppress(OSError, ValueError):  # not there, gone, or not a till at all
                await self._listen()
            self._hear(None)
            await asyncio.sleep(self._retry_seconds)

    async def _listen(self) -> None:
        address = Address.of(self._folder)
        reader, writer = await asyncio.open_connection(HOST, address.port, limit=LARGEST_UPDATE)
        try:
            writer.write(address.token.encode("ascii") + b"\n")
            async with asyncio.timeout(FIRST_SECONDS):
                line = await reader.readline()
            while line.endswith(b"\n"):
                self._hear(Update.model_validate_json(line))
                await asyncio.sleep(0)  # a flood of updates leaves room for the keys
                line = await reader.readline()
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
