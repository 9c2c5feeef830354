"""The table of what the server answers, and how a request becomes an answer.

A route names its messages, so that reading, checking, writing and the OpenAPI description all come
from one place. Whatever is asked, the answer is JSON with ``code`` and ``message``, and never 500.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from backends.exact_json import NotJson, json_bytes, read_json
from backends.rarus.server.failures import BAD_REQUEST, Failure, failure_of
from backends.rarus.server.session import NOBODY, Session
from backends.rarus.wire.base import DONE, Message, Nothing, Reply
from backends.reception import TooLarge, body_of
from cashier.errors import CashierError

if TYPE_CHECKING:
    from backends.rarus.server.service import Service

M = TypeVar("M", bound=Message)
SDK_HEADER = "x-environment-sdk-version"
"""The vendor's SDK sends it with every call."""
_MOST_FIELDS = 200
LARGEST = 16_000_000
"""Bytes of a request body; 500 users with their cards are about one million."""


@dataclass(frozen=True)
class Asked(Generic[M]):
    """A request that was understood."""

    body: M
    """Of a GET its query; of others their body, and what stands in their query besides."""
    path: Mapping[str, str]
    session: Session = NOBODY
    by_sdk: bool = False
    """The vendor's SDK asks: it has defects of its own."""


Handler: TypeAlias = Callable[["Service", Asked[Any]], Awaitable[Reply | str]]
"""What comes back as text is the JSON of the reply, made by ``wire.writing``."""


@dataclass(frozen=True)
class Route:
    """One method of the service."""

    method: str
    path: str
    """``/organization/card/{id}``."""
    handler: Handler
    request: type[Message] = Nothing
    reply: type[Reply] = Reply
    about: str = ""
    roles: tuple[str, ...] = ("organization",)
    """Who may ask; empty: anybody, without a token."""
    query: type[Message] = Nothing
    """Of a POST: what clients put into the query; it is read with the body."""
    emulated: bool = False
    """Known to exist, but no source has its path or its fields: ours are a choice."""


@dataclass
class Routes:
    """Finds a route by method and path, whatever slashes a client put in."""

    routes: Sequence[Route]
    _plain: dict[tuple[str, str], Route] = field(default_factory=dict, init=False)
    _patterns: list[tuple[re.Pattern[str], Route]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for route in self.routes:
            if "{" in route.path:
                pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(route.path))
                self._patterns.append((re.compile(pattern), route))
            elif (route.method, route.path) in self._plain:
                raise ValueError(f"two routes for {route.path}")
            else:
                self._plain[route.method, route.path] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """Raises Failure: there is none, or not for this method."""
        path = "/" + "/".join(part for part in path.split("/") if part)
        plain = self._plain.get((method, path))
        if plain is not None:
            return plain, {}
        found = [
            (route, match.groupdict())
            for pattern, route in self._patterns
            if (match := pattern.fullmatch(path))
        ]
        for route, parts in found:
            if route.method == method:
                return route, parts
        allowed = {route.method for route, _parts in found}
        allowed |= {verb for verb, known in self._plain if known == path}
        if allowed:
            text = f"{method} is not for {path}"[:200]
            raise Failure(405, BAD_REQUEST, text, headers={"Allow": ", ".join(sorted(allowed))})
        raise Failure(404, BAD_REQUEST, f"there is no method {path}"[:200])


async def answer(
    service: "Service",
    routes: Routes,
    request: Request,
    before: Callable[["Service"], None] = lambda _service: None,
) -> Response:
    """The answer to any request; ``before``: what is due is done first."""
    try:
        route, path = routes.find(request.method, request.scope["path"])
        session = service.tokens.session(request.headers.get("token", ""), route.roles)
        body = await _read(route, request)
        before(service)
        by_sdk = SDK_HEADER in request.headers
        reply = await route.handler(service, Asked(body, path, session, by_sdk))
        return _response(200, reply if isinstance(reply, str) else _written(reply))
    except Failure as failure:
        return _response(failure.status, failure.body(), failure.headers)
    except CashierError as error:
        no = failure_of(error)
        return _response(no.status, no.body())
    except ClientDisconnect:
        return Response(status_code=400)


async def _read(route: Route, request: Request) -> Message:
    """Raises Failure with what is wrong, and where."""
    query = _query(request.scope["query_string"])
    data: Any = query if route.method == "GET" else await _body(request)
    if query and data is not query and isinstance(data, dict):
        data = query | data
    try:
        return route.request.model_validate(data)
    except ValidationError as error:
        raise Failure(400, BAD_REQUEST, _complaint(error)) from error


def _query(text: bytes) -> dict[str, str]:
    """Empty parts, as in ``?&page=``, are passed over; of two of one name the last counts."""
    if not text:
        return {}
    try:
        return dict(parse_qsl(text.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError as error:  # not UTF-8, or too many
        raise Failure(400, BAD_REQUEST, f"the query cannot be read: {error}"[:300]) from error


async def _body(request: Request) -> Any:
    try:
        body = await body_of(request, LARGEST)
        return read_json(body) if body.strip() else {}
    except TooLarge as error:
        raise Failure(413, BAD_REQUEST, str(error)) from error
    except NotJson as error:
        raise Failure(400, BAD_REQUEST, f"not JSON: {error}"[:300]) from error


def _complaint(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'body'}: {first['msg']}"[:300]


def _written(reply: Reply) -> dict[str, Any]:
    data = reply.model_dump(by_alias=True)
    return data if data["message"] else {**data, "message": DONE}


def _response(
    status: int, data: Mapping[str, Any] | str, headers: Mapping[str, str] | None = None
) -> Response:
    body = data.encode() if isinstance(data, str) else json_bytes(data)
    return Response(body, status, headers, "application/json; charset=utf-8")
