"""The till's end of a connection to somebody who looks at it: a display, an instructor.

Lines in, lines out, and nobody is waited for: who does not take what he is sent, or says what is
too long, is let go.
"""

import asyncio

BUFFER = 1 << 16
"""Bytes that may wait for a viewer before nothing more is written."""


class Viewer(asyncio.Protocol):
    """One connection; a kind of viewer says what is done with a line, and what it is owed."""

    def __init__(self, patience: float, longest: int) -> None:
        """``patience``: seconds that it may leave what it is sent; ``longest``: bytes of a line."""
        self.busy = False
        """It has not taken yet what was sent."""
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the connection is gone."""
        self.longest = longest
        self._patience = patience
        self._said = b""
        self._deadline: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport

    # --- what a kind of viewer says

    def came(self) -> None:
        """The connection is there."""
        raise NotImplementedError

    def heard(self, line: bytes) -> None:
        """It said a line, here without its end."""
        raise NotImplementedError

    def catch_up(self) -> None:
        """Send what it has not got, unless it is busy."""
        raise NotImplementedError

    def went(self) -> None:
        """The connection is gone."""
        raise NotImplementedError

    def too_long(self) -> None:
        """It said more than a line may hold."""
        self.drop()

    # --- what they share

    def drop(self) -> None:
        """At once; nothing that waits is sent any more."""
        self._transport.abort()

    def part(self, last: bytes, within: float) -> None:
        """Send a last line, and let it go when it has taken it, or after so many seconds."""
        if self.busy:
            self.drop()
            return
        self._transport.write(last)
        self._transport.close()
        self.limit(within)

    @property
    def parting(self) -> bool:
        return self._transport.is_closing()

    def send(self, line: bytes) -> None:
        self._transport.write(line)

    def limit(self, seconds: float | None) -> None:
        """Drop the connection after so many seconds; None takes the limit away."""
        if self._deadline is not None:
            self._deadline.cancel()
        loop = asyncio.get_running_loop()
        self._deadline = None if seconds is None else loop.call_later(seconds, self.drop)

    # --- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=BUFFER)
        self.came()

    def data_received(self, data: bytes) -> None:
        *lines, self._said = (self._said + data).split(b"\n")
        for line in lines:
            if self.parting:
                return
            if len(line) > self.longest:
                self.too_long()
            else:
                self.heard(line.removesuffix(b"\r"))
        if len(self._said) > self.longest and not self.parting:
            self.too_long()

    def pause_writing(self) -> None:
        self.busy = True
        self.limit(self._patience)

    def resume_writing(self) -> None:
        self.busy = False
        if not self.parting:
            self.limit(None)
            self.catch_up()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.limit(None)
        self.went()
        if not self.lost.done():
            self.lost.set_result(None)
