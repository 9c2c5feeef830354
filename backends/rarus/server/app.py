"""The server as an ASGI application: every path goes through one table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Path
from starlette.types import Lifespan, Receive, Scope, Send

from backends.rarus.server import (
    buyers,
    certificates,
    coupons,
    history,
    holder,
    holds,
    newcomers,
    receipts,
    sales,
    signing,
)
from backends.rarus.server.routing import Route, Routes, answer
from backends.rarus.server.service import Service
from backends.rarus.server.setup import (
    cards,
    goods,
    groups,
    points,
    rules,
    segments,
    shops,
    upload,
    users,
)

ROUTES: tuple[Route, ...] = (
    *signing.ROUTES,
    *buyers.ROUTES,
    *newcomers.ROUTES,
    *receipts.ROUTES,
    *sales.ROUTES,
    *history.ROUTES,
    *coupons.ROUTES,
    *holds.ROUTES,
    *certificates.ROUTES,
    *shops.ROUTES,
    *goods.ROUTES,
    *segments.ROUTES,
    *groups.ROUTES,
    *cards.ROUTES,
    *users.ROUTES,
    *upload.ROUTES,
    *points.ROUTES,
    *rules.ROUTES,
    *holder.ROUTES,
)
"""All that the server answers."""


class Server:
    """The service at ``/``, its description at ``/openapi.json``: an ASGI application.

    Any method on any path is ours: what is not for us is refused in the words of the wire.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._routes = Routes(ROUTES)
        self._rest = Starlette(
            routes=[Path("/openapi.json", _description)], lifespan=_open_while(service)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == "/openapi.json":
            await self._rest(scope, receive, send)
            return
        request = Request(scope, receive, send)
        response = await answer(self.service, self._routes, request, cards.unblock_due)
        await response(scope, receive, send)


async def _description(_request: Request) -> Response:
    from backends.rarus.server.openapi import describe  # asked for by tools, never by tills

    return JSONResponse(describe(ROUTES))


def _open_while(service: Service) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await service.backend.close()
        service.store.close()

    return life
