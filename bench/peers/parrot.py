"""Answers every path with the bytes that were once answered there, as fast as asyncio can.

Argument: a JSON file of paths, each with a status and a body. It tells its port, and serves until
it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path


class Parrot(asyncio.Protocol):
    """One connection; requests come whole, one after another."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._heard = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, blank, body = self._heard.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0]
        if not blank or len(body) < int(length or 0):
            return
        self._heard = b""
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        if path in self._answers:  # anything else is left without an answer
            self._transport.write(self._answers[path])


def whole(status: int, body: str) -> bytes:
    text = body.encode()
    head = f"HTTP/1.1 {status} \r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text


async def main(answers: dict[bytes, bytes]) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Parrot(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text())
    asyncio.run(main({path.encode(): whole(*answer) for path, answer in told.items()}))
