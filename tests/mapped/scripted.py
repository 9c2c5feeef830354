"""A service that says what a test wants, and remembers what it was asked, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from serving import served
from stand import MORNING
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backends.exact_json import json_bytes, read_json
from backends.mapped import MappedBackend
from cashier.clock import ManualClock


@dataclass(frozen=True)
class Heard:
    """A request that came in."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return read_json(self.body)

    @property
    def line(self) -> str:
        return f"{self.verb} {self.path}"


Say = Any
"""An answer: a value (200, as JSON), a status and a value, or bytes as they are."""


@dataclass
class Service:
    """Answers by the script: for each method and path one answer, or several one after another."""

    script: dict[str, Say]
    heard: list[Heard] = field(default_factory=list)
    before: Callable[[Heard], Awaitable[None]] | None = None
    """Waited for before an answer goes out."""

    async def answer(self, request: Request) -> Response:
        heard = Heard(
            request.method,
            request.scope["raw_path"].decode(),
            request.url.query,
            dict(request.headers),
            await request.body(),
        )
        self.heard.append(heard)
        if self.before is not None:
            await self.before(heard)
        told = self.script[heard.line]
        if isinstance(told, list):
            told = told.pop(0) if len(told) > 1 else told[0]
        status, body = told if isinstance(told, tuple) else (200, told)
        data = body if isinstance(body, bytes) else json_bytes(body)
        return Response(data, status)

    @property
    def lines(self) -> list[str]:
        return [one.line for one in self.heard]


@asynccontextmanager
async def scripted(
    mapping: str, script: dict[str, Say], folder: Path, **options: Any
) -> AsyncIterator[tuple[MappedBackend, Service]]:
    """A mapping (its text) and the service that it describes."""
    service = Service(script)
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", service.answer, methods=methods)])
    async with served(app) as url:
        given = {"url": url, "login": "till", "password": "p4ss", **options}
        backend = MappedBackend.make(path, given, clock=ManualClock(MORNING))
        yield backend, service
        await backend.close()


async def both(*work: Awaitable[Any]) -> list[Any]:
    """Several at the same time."""
    return list(await asyncio.gather(*work))
