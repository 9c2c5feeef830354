"""A calculation by the Rarus server, beside a Starlette route that only reads and writes JSON."""

import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

from harness import PEERS, Figure, environment_with, in_turn, note, ratio, scratch, show

from backends.exact_json import json_bytes, read_json
from backends.rarus.server.tokens import hashed
from backends.rarus.wire.base import major
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.goods import Good
from cashier.money import ONE, cost

CARD = "2900000000018"
"""A customer of the demo shop: there are points to earn and to spend."""
LINES = 50
RECEIPTS = 40
"""Different ones, asked about in turn."""
PIECES = (1, 1, 1, 2, 3)
ROUNDS = 15
AT_ONCE = 4
"""Tills that ask at the same time: the server never waits for them."""
ASKED = 100
"""Requests of one turn."""
PASSWORD = "secret"  # noqa: S105 - as the demo cards have it
CALCULATE = "/organization/calculate_document"


class Program:
    """A server in a process of its own."""

    def __init__(self, name: str, *arguments: str | Path) -> None:
        argv = [sys.executable, str(PEERS / name), *map(str, arguments)]
        self._process = subprocess.Popen(
            argv, stdout=subprocess.PIPE, text=True, env=environment_with({})
        )
        assert self._process.stdout
        address = urlsplit(self._process.stdout.readline().strip())
        assert address.port, f"{name} did not start"
        self.port = address.port

    def processor(self) -> int:
        """Nanoseconds on a processor so far."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0])

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Tills:
    """Some connections that send ready requests, one after another."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self._requests = cycle(requests)
        self._ears = selectors.DefaultSelector()
        for _till in range(AT_ONCE):
            connection = socket.create_connection(("127.0.0.1", port))
            self._ears.register(connection, selectors.EVENT_READ, bytearray())

    def ask(self, number: int = ASKED) -> float:
        """Seconds until so many are answered; every connection waits for its answer."""
        begun, asked, answered = time.perf_counter(), 0, 0
        for key in self._ears.get_map().values():
            _socket(key).sendall(next(self._requests))
            asked += 1
        while answered < number:
            for key, _events in self._ears.select():
                if not _whole(key.data, _socket(key).recv(1 << 20)):
                    continue
                assert key.data.startswith(b"HTTP/1.1 200"), bytes(key.data[:300])
                key.data.clear()
                answered += 1
                if asked < number:
                    _socket(key).sendall(next(self._requests))
                    asked += 1
        return time.perf_counter() - begun

    def close(self) -> None:
        for key in list(self._ears.get_map().values()):
            _socket(key).close()
        self._ears.close()


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


def _whole(heard: bytearray, more: bytes) -> bool:
    """Whether with this the answer is complete."""
    assert more, "the server hung up"
    heard += more
    head, _blank, body = heard.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0]
    return bool(length) and len(body) >= int(length)


def request(path: str, body: object, token: str = "") -> bytes:
    text = json_bytes(body)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\ntoken: {token}\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    return head.encode() + text


def once(port: int, asked: bytes) -> bytes:
    """The body of the answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(asked)
        heard = bytearray()
        while not _whole(heard, connection.recv(1 << 20)):
            pass
    return bytes(heard.partition(b"\r\n\r\n")[2])


def documents() -> list[dict[str, object]]:
    """Receipts of so many different goods, as a till asks about them; no two are the same."""
    catalog = Catalog.load(fixtures.path("goods.csv"), "en")
    goods = [good for good in catalog.goods if not good.certificate]
    dice = Random(1)  # noqa: S311 - the same ones every time
    return [_document(dice.sample(goods, LINES), dice) for _receipt in range(RECEIPTS)]


def _document(goods: Sequence[Good], dice: Random) -> dict[str, object]:
    rows = []
    for number, good in enumerate(goods, 1):
        quantity = dice.randrange(50, 3000) if good.unit == "kg" else ONE * dice.choice(PIECES)
        rows.append(
            {
                "line_number": number,
                "article": good.sku,
                "name": good.name,
                "quantity": major(quantity, 3),
                "price": major(good.price),
                "summ": major(cost(good.price, quantity)),
                "discount_summ": 0,
            }
        )
    return {"shop_id": "01", "cheque_items": rows, "card_barcode": CARD}


@contextmanager
def servers(folder: Path) -> Iterator[tuple[list[Program], list[bytes]]]:
    """Ours, the empty route with exact numbers and with floats; and what they all are asked."""
    with ExitStack() as running:

        def started(name: str, *arguments: str | Path) -> Program:
            program = Program(name, *arguments)
            running.callback(program.close)
            return program

        ours = started("system_server.py", "rarus", folder / "data", PASSWORD)
        who = {"login": "till", "password": hashed(PASSWORD), "role": "organization"}
        token = read_json(once(ours.port, request("/sign_in", who)))["token"]
        asked = [request(CALCULATE, one, token) for one in documents()]
        answer = folder / "answer.json"
        answer.write_bytes(once(ours.port, asked[0]))
        empty = [started("empty_route.py", answer, way) for way in ("exact", "floats")]
        assert once(empty[0].port, asked[0]) == answer.read_bytes()
        yield [ours, *empty], asked


def figures() -> list[Figure]:
    with scratch() as name, servers(Path(name)) as (programs, asked):
        tills = [Tills(program.port, asked) for program in programs]
        before = [program.processor() for program in programs]
        taken = in_turn(ROUNDS, *(one.ask for one in tills))
        work = [
            program.processor() - begun for program, begun in zip(programs, before, strict=True)
        ]
        for one in tills:
            one.close()
    seconds = [statistics.median(figure) for figure in taken]
    note(f"server: answers a second: {[round(ASKED / one) for one in seconds]}")
    ours, exact, floats = taken
    return [
        Figure(
            f"calculate_document of {LINES} lines, to an empty route with the same JSON",
            ratio(ours, exact),
            2.0,
        ),
        Figure("(the same: processor time)", work[0] / work[1]),
        Figure("(to an empty route that reads and writes floats)", ratio(ours, floats)),
    ]


if __name__ == "__main__":
    show(figures())
