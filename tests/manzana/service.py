"""A service that says what a test wants, over real HTTP, and what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from over import client
from serving import served
from stand import MORNING
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backends.manzana.client import ManzanaBackend
from cashier.clock import ManualClock
from cashier.exchange import Opening, System

NAMESPACE = "http://loyalty.manzanagroup.ru/loyalty.xsd"
PARTS = {"BalanceRequest": "BalanceResponse", "ChequeRequest": "ChequeResponse"}


def answer(kind: str, inside: str = "", code: int = 0, message: str = "", op: str = "") -> bytes:
    """An envelope with one answer in it; ``op``: which operation, ``ProcessRequest`` else."""
    op = op or "ProcessRequest"
    wrapped = (
        f"<TransactionID>-9007199254740993</TransactionID><RequestID>1</RequestID>"
        f"<Processed>2026-03-03T10:00:00</Processed><ReturnCode>{code}</ReturnCode>"
        f"<Message>{message}</Message>{inside}"
    )
    told = f"<{kind}>{wrapped}</{kind}>"
    if op == "ProcessRequestInfo":
        told = f"<Responses>{told}</Responses>"
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{op}Response xmlns="{NAMESPACE}"><{op}Result>{told}</{op}Result></{op}Response>'
        "</soap:Body></soap:Envelope>"
    ).encode()


def plain(one: Any) -> Any:
    """An element as text, or as a list of pairs: easy to compare."""
    name = etree.QName(one).localname
    return (name, [plain(inner) for inner in one] if len(one) else one.text or "")


@dataclass
class Service:
    """Answers in the order in which they stand; the last one stays."""

    answers: list[bytes | tuple[int, bytes]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    description: bytes = b""

    async def hear(self, request: Request) -> Response:
        self.headers.append(request.headers)
        if request.method == "GET":
            return Response(self.description, 200 if self.description else 404)
        self.bodies.append(await request.body())
        told = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        status, body = told if isinstance(told, tuple) else (200, told)
        return Response(body, status, media_type="text/xml")

    def asked(self, place: int = -1) -> Any:
        """The request inside the envelope."""
        root = etree.fromstring(self.bodies[place])
        return next(
            one
            for one in root.iter()
            if etree.QName(one).localname.endswith("Request")
            and etree.QName(one).localname != "ProcessRequest"
        )

    def told(self, name: str, place: int = -1) -> list[str]:
        """Texts of all elements of this name in a request."""
        return [one.text or "" for one in self.asked(place).iter(f"{{{NAMESPACE}}}{name}")]


@dataclass
class Talk:
    service: Service
    till: ManzanaBackend
    system: System


@asynccontextmanager
async def talking(*answers: bytes | tuple[int, bytes], **options: Any) -> AsyncIterator[Talk]:
    """A till that has opened itself at the service."""
    service = Service(list(answers))
    async with served(
        Starlette(routes=[Route("/{path:path}", service.hear, methods=["GET", "POST"])])
    ) as url:
        till = client(
            "manzana",
            ManualClock(MORNING),
            **{"url": url, "org_name": "ORG", "organization": "org", **options},
        )
        assert isinstance(till, ManzanaBackend)
        system = await till.open(Opening(shop="shop", till="pos"))
        try:
            yield Talk(service, till, system)
        finally:
            await till.close()
