"""The server as an ASGI application: every path goes through one table."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as Path

from backends.rarus.server.routing import Route, Routes, answer, described
from backends.rarus.server.service import Service

ROUTES: tuple[Route, ...] = ()

_METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]


def make_app(service: Service) -> Starlette:
    """The service at ``/``, its description at ``/openapi.json``."""
    routes = Routes(ROUTES)

    async def serve(request: Request) -> Response:
        return await answer(service, routes, request)

    async def description(_request: Request) -> Response:
        return JSONResponse(described(ROUTES))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await service.backend.close()

    return Starlette(
        routes=[
            Path("/openapi.json", description),
            Path("/{path:path}", serve, methods=_METHODS),
        ],
        lifespan=life,
    )
