"""Answers a request with the bytes that were once answered to such a one, as fast as asyncio can.

Argument: a JSON file of answers, each with a path, a mark, a status, headers and a body: a request
has the path, and the mark in its body. Where the body names the port of whoever answered once, it
names ours. It tells its port, and serves until it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any


class Parrot(asyncio.Protocol):
    """One connection; requests come whole, one after another."""

    def __init__(self, answers: dict[bytes, dict[bytes, bytes]]) -> None:
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
        for mark, answer in self._answers.get(path, {}).items():
            if mark in body:
                self._transport.write(answer)
                return  # anything else is left without an answer


def whole(status: int, headers: list[list[str]], body: bytes) -> bytes:
    told = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"HTTP/1.1 {status} \r\n{told}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("latin-1") + body


async def main(told: list[list[Any]], old: str) -> None:
    answers: dict[bytes, dict[bytes, bytes]] = {}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Parrot(answers), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for path, mark, status, headers, body in sorted(told, key=lambda one: not one[1]):
        ours = body.encode("latin-1").replace(f":{old}/".encode(), f":{port}/".encode())
        answers.setdefault(path.encode(), {})[mark.encode()] = whole(status, headers, ours)
    print(port, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
