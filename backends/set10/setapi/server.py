"""``cashier serve set-api``: the other side of the example plugin, in front of the embedded system.

The paths are those of the vendor's test emulators, the bodies are ours (*emulated*, see ``wire``).
Where a password is set it goes along as ``X-Api-Key``. A transaction id twice is one transaction.
Whatever is asked, the answer is JSON.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from backends.exact_json import NotJson, json_bytes, read_json
from backends.reception import TooLarge, body_of, same
from backends.serving import Premises
from backends.set10.setapi import contract as api
from backends.set10.setapi import wire
from backends.set10.setapi.near import desk_of, house_of
from backends.set10.setapi.plugins import Setup
from backends.set10.setapi.processing import Processing
from backends.vouchers.naming import Malformed
from cashier.errors import CashierError
from cashier.exchange import Refused

_LARGEST = 100_000


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve set-api``: in front of the embedded system, whose data last.

    Raises ConfigError.
    """
    setup = Setup(
        settings={},
        folder=premises.folder,
        card=premises.card,
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )
    rules = str(premises.rules.absolute()) if premises.rules else ""
    return make_service(desk_of(setup, house_of(setup, rules)), premises.password)


def make_service(processing: Processing, key: str = "") -> Starlette:
    """``key``: what ``X-Api-Key`` must say; empty: anybody may ask. Closed with the application."""

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await processing.close()

    async def get_card(request: Request) -> dict[str, object]:
        asked = wire.ASKED_CARD.read(dict(request.query_params))
        if len(asked) != 1:
            raise Malformed("one of number, phone, email is expected")
        return wire.tell_cards(await processing.get_card(api.CardQuery(**asked)))

    async def write_off(request: Request) -> dict[str, object]:
        asked = wire.ASKED_WRITE_OFF.read(read_json(await body_of(request, _LARGEST)))
        name, points = _named(asked["transactionId"]), asked["amount"]
        return wire.tell_write_off(await processing.write_off(name, asked["number"], points))

    async def rollback(request: Request) -> dict[str, object]:
        asked = wire.ASKED_ROLLBACK.read(read_json(await body_of(request, _LARGEST)))
        return wire.tell_rollback(await processing.rollback(_named(asked["transactionId"])))

    async def accrue(request: Request) -> dict[str, object]:
        asked = wire.ASKED_ACCRUAL.read(read_json(await body_of(request, _LARGEST)))
        name, points = _named(asked["transactionId"]), asked["amount"]
        return wire.tell_accrual(await processing.accrue(name, asked["number"], points))

    return Starlette(
        routes=[
            Route(wire.GET_CARD, _told(get_card, key), methods=["GET"]),
            Route(wire.WRITE_OFF, _told(write_off, key), methods=["POST"]),
            Route(wire.ROLLBACK, _told(rollback, key), methods=["POST"]),
            Route(wire.ACCRUE, _told(accrue, key), methods=["POST"]),
        ],
        lifespan=life,
        exception_handlers={404: _nowhere, 405: _nowhere},
    )


def _named(transaction_id: str) -> str:
    """Raises Malformed."""
    if not transaction_id.strip():
        raise Malformed("transactionId: this is required")
    return transaction_id


def _told(
    handler: Callable[[Request], Awaitable[dict[str, object]]], key: str
) -> Callable[[Request], Awaitable[Response]]:
    """What a handler gives or raises, as an answer."""

    async def answer(request: Request) -> Response:
        shown = request.headers.get(wire.KEY, "")
        if key and not same(shown, key):
            return _no(401, f"{wire.KEY}: another key is expected")
        try:
            return _response(200, await handler(request))
        except TooLarge as error:
            return _no(413, str(error))
        except (Malformed, NotJson) as error:
            return _no(400, str(error)[:300])
        except Refused as no:
            return _response(200, {"status": "ERROR", "message": no.text})
        except CashierError as error:
            return _no(503, str(error))
        except ClientDisconnect:
            return Response(status_code=400)

    return answer


def _no(status: int, why: str) -> Response:
    return _response(status, {"status": "ERROR", "message": why})


def _response(status: int, body: Any) -> Response:
    return Response(json_bytes(body), status, media_type="application/json")


async def _nowhere(_request: Request, error: Any) -> Response:
    return _no(error.status_code, "there is no such address")
