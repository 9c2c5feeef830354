"""A sale through the Rarus client, beside the same requests by bare httpx with ready bodies.

What is compared is the processor time of the client's process. A parrot in another process answers
both with what the real server answered to such a sale.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from harness import PEERS, Figure, environment_with, note, ratio, scratch, show
from server import CARD, PASSWORD, Program

from backends.exact_json import read_json
from backends.rarus.client import RarusBackend
from cashier import exchange as ex
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.clock import SystemClock, random_ids
from cashier.money import ONE
from cashier.receipt import (
    Buyer,
    Identifier,
    IdentifierKind,
    Line,
    Receipt,
    Tender,
    TenderKind,
    line_of,
)
from cashier.steps.pricing import with_prices
from cashier.witness import Exchange, WireCall, Witness

LINES = 10
ROUNDS, WARM = 200, 30
AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
WHO = Identifier(IdentifierKind.CARD, CARD)


def goods() -> tuple[Line, ...]:
    catalog = Catalog.load(fixtures.path("goods.csv"), "en")
    plain = [one for one in catalog.goods if one.unit == "pc" and not (one.age or one.certificate)]
    return tuple(
        replace(line_of(number, one.sku, one.name, one.price, ONE), group=one.group)
        for number, one in enumerate(plain[:: len(plain) // LINES][:LINES], 1)
    )


async def sell(loyalty: ex.Backend, lines: tuple[Line, ...]) -> None:
    """A customer, the prices, the points, the sale with its new balance: six requests."""
    found = await loyalty.identify(ex.IdentifyRequest(identifier=WHO, at=AT))
    assert isinstance(found, ex.Found)
    buyer = Buyer(WHO, found.customer, found.cards[0])
    bare = Receipt(random_ids(), AT, shop="01", till="01", buyer=buyer).with_lines(lines)
    priced = with_prices(bare, await loyalty.calculate(ex.CalculateRequest(receipt=bare, at=AT)))
    await loyalty.points(ex.PointsRequest(receipt=priced, at=AT))
    cash = (Tender(TenderKind.CASH, priced.total),)
    closed = replace(priced, number="R0101-000001", tenders=cash, closed_at=AT)
    await loyalty.save_sale(ex.SaveSaleRequest(operation_id=random_ids(), receipt=closed, at=AT))


def client(port: int, folder: Path) -> RarusBackend:
    options = {"url": f"http://127.0.0.1:{port}", "login": "bench", "password": PASSWORD}
    return RarusBackend.from_options(
        options,
        folder=folder,
        card=folder / "shop.toml",
        clock=SystemClock(),
        ids=random_ids,
        phone=lambda _message: None,
    )


def a_sale(folder: Path, lines: tuple[Line, ...]) -> list[WireCall]:
    """The calls of a sale at the real server of the demo shop."""
    real = Program("rarus_server.py", folder / "data", PASSWORD)
    try:
        return asyncio.run(overheard(real.port, folder, lines))
    finally:
        real.close()


async def overheard(port: int, folder: Path, lines: tuple[Line, ...]) -> list[WireCall]:
    """Every call of a sale at the real server, the signing in and the greeting among them."""
    kept: list[Exchange] = []
    witness = Witness(client(port, folder), kept.append, SystemClock())
    await witness.open(ex.Opening(shop="01", till="01"))
    await sell(witness, lines)
    await witness.close()
    return [call for exchange in kept for call in exchange.calls]


@contextmanager
def parrot(calls: list[WireCall], folder: Path) -> Iterator[int]:
    """Its port; what is not among the calls is never answered."""
    answers = folder / "answers.json"
    answers.write_text(
        json.dumps(
            {urlsplit(call.url).path: (call.status, call.answer_body.decode()) for call in calls}
        )
    )
    process = subprocess.Popen(
        [sys.executable, str(PEERS / "parrot.py"), str(answers)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment_with({}),
    )
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


Asked = list[tuple[str, str, bytes]]


async def measured(
    port: int, folder: Path, lines: tuple[Line, ...], asked: Asked
) -> list[list[float]]:
    """Processor time of each turn: ours, bare httpx that reads the answers, one that does not."""
    ours = client(port, folder)
    await ours.open(ex.Opening(shop="01", till="01"))
    headers = {"token": "A" * 36, "Content-Type": "application/json; charset=utf-8"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as bare:

        async def by_hand(read: Callable[[bytes], object]) -> None:
            for method, path, body in asked:
                answer = await bare.request(method, path, content=body or None, headers=headers)
                read(answer.content)

        turns: list[Callable[[], Awaitable[None]]] = [
            lambda: sell(ours, lines),
            lambda: by_hand(read_json),
            lambda: by_hand(len),
        ]
        taken: list[list[float]] = [[] for _turn in turns]
        for number in range(WARM + ROUNDS):
            for turn, times in zip(turns, taken, strict=True):
                begun = time.process_time_ns()
                await turn()
                if number >= WARM:
                    times.append(time.process_time_ns() - begun)
    await ours.close()
    return taken


def figures() -> list[Figure]:
    note("client")
    lines = goods()
    with scratch() as name:
        folder = Path(name)
        calls = a_sale(folder, lines)
        sale = calls[-6:]
        asked = [(call.method, _path(call.url), call.request_body) for call in sale]
        note(f"client: {[f'{method} {path}' for method, path, _body in asked]}")
        with parrot(calls, folder) as port:
            ours, reading, deaf = asyncio.run(measured(port, folder, lines, asked))
    each = [round(statistics.median(times) / 1e6, 2) for times in (ours, reading, deaf)]
    note(f"client: ms ours, bare, bare without reading: {each}")
    what = f"processor time of a sale of {LINES} lines through the Rarus client"
    return [
        Figure(
            f"{what}, to its requests by bare httpx with ready bodies", ratio(ours, reading), 1.3
        ),
        Figure("(the same, where bare httpx does not even read the answers)", ratio(ours, deaf)),
    ]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


if __name__ == "__main__":
    show(figures())
