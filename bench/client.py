"""A sale through the client of each system, beside the same requests by bare httpx, bodies ready.

What is compared is the processor time of the client's process. A parrot in another process answers
both with what the real server answered to such a sale. Beside bare httpx stands simplejson to read
JSON, and lxml to read and write XML.
"""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from harness import PEERS, Figure, environment_with, note, ratio, scratch, show
from lxml import etree
from server import CARD, PASSWORD, Program

from backends.exact_json import read_json
from cashier import exchange as ex
from cashier import fixtures
from cashier.catalog import Catalog
from cashier.clock import SystemClock
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
from cashier.registered import find_backend
from cashier.steps.pricing import with_prices
from cashier.witness import Exchange, WireCall, Witness

LINES = 10
ROUNDS, WARM = 200, 30
AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
WHO = Identifier(IdentifierKind.CARD, CARD)


class SameIds:
    """The same ids in every sale: answers echo them, and a parrot says what it has heard."""

    def __init__(self) -> None:
        self._number = 0

    def sale(self) -> None:
        """A sale begins."""
        self._number = 1000

    def __call__(self) -> str:
        self._number += 1
        return f"{self._number:032x}"


IDS = SameIds()


@dataclass(frozen=True)
class Wire:
    """A system with a server of its own; its options are those of ``fixtures/shop-NAME.toml``."""

    name: str
    title: str
    is_xml: bool = False
    mark: str = "$"
    """What in a body tells requests to one path apart; a regular expression."""

    @property
    def read(self) -> Callable[[bytes], object]:
        return etree.fromstring if self.is_xml else read_json

    def options(self, port: int) -> dict[str, Any]:
        card = tomllib.loads(fixtures.path(f"shop-{self.name}.toml").read_text())
        options: dict[str, Any] = card["loyalty"]["options"]
        here = f"127.0.0.1:{port}"
        known = urlsplit(options["url"]).netloc
        return {
            name: value.replace(known, here) if isinstance(value, str) else value
            for name, value in options.items()
        }

    def ready(self, call: WireCall, *, built: bool = False) -> Callable[[], bytes]:
        """The body: ready, or where it is XML ready to be written by lxml; ``built``: made anew of
        its elements each time."""
        body = call.request_body
        if not self.is_xml or not body:
            return lambda: body
        tree = etree.fromstring(body)
        make = (lambda: _copy(tree)) if built else (lambda: tree)
        return lambda: etree.tostring(make(), xml_declaration=True, encoding="UTF-8")

    def marked(self, body: bytes) -> str:
        found = re.search(self.mark.encode(), body)
        return found[0].decode() if found else ""


RARUS = Wire("rarus", "Rarus")
WIRES = (
    RARUS,
    Wire("dinect", "dinect", mark="commit=[a-z]+"),
    Wire("manzana", "Manzana", is_xml=True, mark="RequestID>[^<]*<"),
    Wire("loymax", "Loymax", mark='"operationId": ?"[^"]*"'),
    Wire("loymax-xml", "Loymax XML", is_xml=True, mark='OperationID="[^"]*"'),
)


def _copy(tree: Any) -> Any:
    """Element by element, as whoever has values in hand makes it."""
    made = etree.Element(tree.tag, tree.attrib, nsmap=tree.nsmap)
    _fill(made, tree)
    return made


def _fill(made: Any, tree: Any) -> None:
    for one in tree:
        inner = etree.SubElement(made, one.tag, one.attrib)
        if len(one):
            _fill(inner, one)
        else:
            inner.text = one.text


def _every_value(answer: bytes) -> dict[str, str | None]:
    """Texts, as a reader of JSON has them when it is done."""
    return {one.tag: one.text for one in etree.fromstring(answer).iter()}


def goods() -> tuple[Line, ...]:
    catalog = Catalog.load(fixtures.path("goods.csv"), "en")
    plain = [one for one in catalog.goods if one.unit == "pc" and not (one.age or one.certificate)]
    return tuple(
        replace(line_of(number, one.sku, one.name, one.price, ONE), group=one.group)
        for number, one in enumerate(plain[:: len(plain) // LINES][:LINES], 1)
    )


async def sell(loyalty: ex.Backend, lines: tuple[Line, ...]) -> None:
    """A customer, the prices, the points, the sale with its new balance."""
    IDS.sale()
    found = await loyalty.identify(ex.IdentifyRequest(identifier=WHO, at=AT))
    assert isinstance(found, ex.Found)
    buyer = Buyer(WHO, found.customer, found.cards[0])
    bare = Receipt(IDS(), AT, shop="01", till="01", buyer=buyer).with_lines(lines)
    priced = with_prices(bare, await loyalty.calculate(ex.CalculateRequest(receipt=bare, at=AT)))
    await loyalty.points(ex.PointsRequest(receipt=priced, at=AT))
    cash = (Tender(TenderKind.CASH, priced.total),)
    closed = replace(priced, number="R0101-000001", tenders=cash, closed_at=AT)
    await loyalty.save_sale(ex.SaveSaleRequest(operation_id=IDS(), receipt=closed, at=AT))


def client(wire: Wire, port: int, folder: Path) -> ex.Backend:
    made: ex.Backend = find_backend(wire.name).from_options(
        wire.options(port),
        folder=folder,
        card=folder / "shop.toml",
        clock=SystemClock(),
        ids=IDS,
        phone=lambda _message: None,
    )
    return made


@dataclass(frozen=True)
class Heard:
    """The calls of a sale at the real server, and those of the greeting before it."""

    wire: Wire
    port: int
    opening: list[WireCall]
    sale: list[WireCall]

    @property
    def calls(self) -> list[WireCall]:
        return [*self.opening, *self.sale]


def a_sale(folder: Path, lines: tuple[Line, ...], wire: Wire = RARUS) -> Heard:
    real = Program("system_server.py", wire.name, folder / f"data-{wire.name}", PASSWORD)
    try:
        return asyncio.run(overheard(wire, real.port, folder, lines))
    finally:
        real.close()


async def overheard(wire: Wire, port: int, folder: Path, lines: tuple[Line, ...]) -> Heard:
    kept: list[Exchange] = []
    witness = Witness(client(wire, port, folder), kept.append, SystemClock())
    await witness.open(ex.Opening(shop="01", till="01"))
    greeted = len(kept)
    await sell(witness, lines)
    await witness.close()
    opening, sale = kept[:greeted], kept[greeted:]
    return Heard(wire, port, _calls(opening), _calls(sale))


def _calls(kept: list[Exchange]) -> list[WireCall]:
    return [call for exchange in kept for call in exchange.calls]


@contextmanager
def parrot(calls: list[WireCall], folder: Path, wire: Wire = RARUS, old: int = 0) -> Iterator[int]:
    """Its port; what is not among the calls is never answered. ``old``: the port of the real
    server, where its answers have it."""
    answers = folder / f"answers-{wire.name}.json"
    answers.write_text(json.dumps([_answer(call, wire) for call in calls]))
    process = subprocess.Popen(
        [sys.executable, str(PEERS / "parrot.py"), str(answers), str(old)],
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


def _answer(call: WireCall, wire: Wire) -> list[object]:
    kept = [one for one in call.answer_headers if one[0].lower() in ("content-type", "location")]
    path, body = urlsplit(call.url).path, call.answer_body.decode("latin-1")
    return [path, wire.marked(call.request_body), call.status, kept, body]


async def measured(
    port: int, folder: Path, lines: tuple[Line, ...], heard: Heard
) -> list[list[float]]:
    """Processor time of each turn: ours, bare httpx that reads the answers, one that does not, and
    one that makes XML of values and values of XML."""
    wire = heard.wire
    ours = client(wire, port, folder)
    await ours.open(ex.Opening(shop="01", till="01"))
    ready, built = (
        [
            (one.method, _path(one.url), wire.ready(one, built=built), _headers(one))
            for one in heard.sale
        ]
        for built in (False, True)
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as bare:

        async def by_hand(read: Callable[[bytes], object], asked: list[Any]) -> None:
            for method, path, written, headers in asked:
                body = written()
                answer = await bare.request(method, path, content=body or None, headers=headers)
                if answer.content[:1] in (b"{", b"[", b"<"):  # a code that stands alone is none
                    read(answer.content)

        turns: list[Callable[[], Awaitable[None]]] = [
            lambda: sell(ours, lines),
            lambda: by_hand(wire.read, ready),
            lambda: by_hand(len, ready),
            lambda: by_hand(_every_value if wire.is_xml else wire.read, built),
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


def _headers(call: WireCall) -> dict[str, str]:
    """Without those that belong to the connection."""
    own = ("host", "content-length", "connection")
    return {name: value for name, value in call.request_headers if name.lower() not in own}


def figures() -> list[Figure]:
    note("client")
    lines, found = goods(), []
    for wire in WIRES:
        with scratch() as name:
            folder = Path(name)
            heard = a_sale(folder, lines, wire)
            told = [f"{call.method} {_path(call.url)}" for call in heard.sale]
            note(f"client: {wire.name}: {told}")
            with parrot(heard.calls, folder, wire, heard.port) as port:
                taken = asyncio.run(measured(port, folder, lines, heard))
        ours, reading, deaf, built = taken
        each = [round(statistics.median(times) / 1e6, 2) for times in taken]
        note(f"client: {wire.name}: ms ours, bare, bare without reading, with values: {each}")
        what = f"processor time of a sale through the {wire.title} client"
        found += [
            Figure(f"{what}, to its requests by bare httpx", ratio(ours, reading), 1.3),
            Figure(
                "(the same, where bare httpx does not even read the answers)", ratio(ours, deaf)
            ),
        ]
        if wire.is_xml:
            what = "(the same, where bare httpx makes each element and takes each value with lxml)"
            found.append(Figure(what, ratio(ours, built)))
    return found


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


if __name__ == "__main__":
    show(figures())
