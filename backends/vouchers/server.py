"""The voucher service: JSON over HTTP in a neutral style of its own (*emulated*).

Sign in at ``POST /v1/sessions``, send the token as ``Authorization: Bearer``. What changes
something carries an ``Idempotency-Key``: the same key twice is one operation. A no is ``{"error":
{"code", "detail"}}`` with 404, 409 or 422. Whatever is asked, the answer is JSON.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as Address

from backends.exact_json import NotJson, json_bytes, read_json
from backends.reception import TooLarge, body_of
from backends.serving import Premises
from backends.vouchers.naming import Malformed
from backends.vouchers.routes import CREDENTIALS, ROUTES, Route
from backends.vouchers.sessions import Failure, Sessions
from backends.vouchers.words import REASONS
from cashier.clock import Clock
from cashier.errors import CashierError
from cashier.exchange import Backend, Reason, Refused
from cashier.methods import AnyMethod
from cashier.receipt import Receipt
from cashier.uniform import call
from cashier.words import reason_words

_LARGEST = 4_000_000
_KEY = "Idempotency-Key"
_STATUS = {Reason.NOT_FOUND: 404, Reason.ALREADY_PROCESSED: 409}


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve vouchers``: in front of the embedded system, whose data last.

    Raises ConfigError.
    """
    from backends.house import HouseBackend  # any system may stand there

    options = {"rules": str(premises.rules.absolute())} if premises.rules else {}
    house = HouseBackend.from_options(
        options,
        folder=premises.folder,
        card=premises.card,
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )
    return make_service(
        house,
        login=premises.login,
        password=premises.password,
        clock=premises.clock,
        seconds=int(premises.session.total_seconds()),
        currency=premises.shop.currency,
    )


def make_service(
    backend: Backend,
    *,
    login: str,
    password: str,
    clock: Clock,
    seconds: int = 900,
    currency: str = "RUB",
) -> Starlette:
    """The service at ``/v1``; ``app.state.sessions`` are its ``Sessions``.

    ``seconds``: how long a session lasts; ``currency``: what it says it reckons in. The backend is
    closed with the application.
    """
    sessions = Sessions(login, password, clock, seconds)
    service = _Service(backend, clock, {"currency": currency})

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await backend.close()

    async def sign_in(request: Request) -> tuple[int, Any]:
        asked = CREDENTIALS.read(read_json(await _body(request)))
        token = sessions.begin(asked["login"], asked["password"])
        return 201, {"session": {"token": token, "seconds": sessions.seconds}}

    def answers(route: Route) -> Callable[[Request], Awaitable[tuple[int, Any]]]:
        async def answer(request: Request) -> tuple[int, Any]:
            sessions.check(request.headers.get("Authorization", ""))
            return await service.answer(route, request)

        return answer

    app = Starlette(
        routes=[
            Address("/v1/sessions", _told(sign_in), methods=["POST"]),
            *(Address(f"/v1{one.path}", _told(answers(one)), methods=[one.verb]) for one in ROUTES),
        ],
        lifespan=life,
        exception_handlers={404: _nowhere, 405: _nowhere},
    )
    app.state.sessions = sessions
    return app


@dataclass(frozen=True)
class _Service:
    backend: Backend
    clock: Clock
    about: dict[str, Any]
    """What it tells of itself."""

    async def answer(self, route: Route, request: Request) -> tuple[int, Any]:
        """Raises Failure, Malformed, NotJson and what the backend raises."""
        body = await _body(request)
        told = read_json(body) if route.verb == "POST" else dict(request.query_params)
        said = route.asked.read(told) | request.path_params
        if route.keyed:
            said["operation_id"] = _key(request)
        said.setdefault("at", self.clock.now().isoformat())
        answer = await call(self.backend, route.method, _request(route.method, said))
        if route.method.answer is None:
            return 204, None
        plain = _adapter(route.method.answer).dump_python(answer, mode="json")
        plain = plain if isinstance(plain, dict) else {"all": plain}
        reply = route.reply(plain.get("outcome", ""))
        if reply is None:
            raise Refused(Reason.NOT_FOUND)
        words = reply.words.write({**plain, "asked": said, "service": self.about})
        return reply.status, {reply.under: words} if reply.under else words


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    made: Any = kind
    return TypeAdapter(made)


def _request(method: AnyMethod, said: dict[str, Any]) -> Any:
    """A request of the exchange, of what was said for it. Raises Malformed."""
    kind: Any = method.request
    meant = {name: value for name, value in said.items() if name in kind.model_fields}
    try:
        made = _adapter(kind).validate_json(json_bytes(meant), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{where}: {first['msg']}") from error
    receipt = getattr(made, "receipt", None)
    if isinstance(receipt, Receipt):
        _check(receipt)
    return made


def _check(receipt: Receipt) -> None:
    """Raises Malformed for a basket that no till makes."""
    if [one.number for one in receipt.lines] != list(range(1, len(receipt.lines) + 1)):
        raise Malformed("basket.rows: they are numbered from 1")
    if any(one.total < 0 for one in receipt.lines):
        raise Malformed("basket.rows: reductions of more than the sum")


async def _body(request: Request) -> bytes:
    try:
        return await body_of(request, _LARGEST)
    except TooLarge as error:
        raise Failure(413, "malformed", str(error)) from error


def _key(request: Request) -> str:
    key = request.headers.get(_KEY, "").strip()
    if not 0 < len(key) <= 200:
        raise Failure(400, "malformed", f"a header {_KEY} is required")
    return key


def _told(
    handler: Callable[[Request], Awaitable[tuple[int, Any]]],
) -> Callable[[Request], Awaitable[Response]]:
    """What a handler gives or raises, as an answer."""

    async def answer(request: Request) -> Response:
        try:
            return _response(*await handler(request))
        except Failure as failure:
            return _response(failure.status, failure.body)
        except (Malformed, NotJson) as error:
            return _response(400, Failure(400, "malformed", str(error)[:300]).body)
        except Refused as no:
            detail = no.text or reason_words(no.reason)
            status = _STATUS.get(no.reason, 422)
            return _response(status, Failure(status, REASONS[no.reason], detail).body)
        except CashierError as error:
            return _response(503, Failure(503, "out_of_order", str(error)).body)
        except ClientDisconnect:
            return Response(status_code=400)

    return answer


def _response(status: int, body: Any) -> Response:
    if status == 204:
        return Response(status_code=204)
    return Response(json_bytes(body), status, media_type="application/json")


async def _nowhere(_request: Request, error: Any) -> Response:
    return _response(error.status_code, Failure(404, "nowhere", "there is no such address").body)
