"""Servers that misbehave on purpose, on loopback: what they write is given to the byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def behaving(behave: Behave, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server that does ``behave`` with every connection; gives its port."""
    server = await asyncio.start_server(_patient(behave), "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


def _patient(behave: Behave) -> Behave:
    async def each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behave(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client had enough of it
        finally:
            writer.close()

    return each


async def request_of(reader: asyncio.StreamReader) -> bytes:
    """One request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for row in head.split(b"\r\n"):
        name, _colon, value = row.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)


def saying(body: bytes, status: str = "200 OK", *headers: str) -> Behave:
    """Answers every request with these bytes."""
    rows = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return writing("\r\n".join(rows).encode() + body)


def writing(answer: bytes) -> Behave:
    """Writes these bytes after every request, then hangs up."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(answer)
        await writer.drain()

    return behave
