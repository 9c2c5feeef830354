"""``cashier serve kopilka``: messages are posted to one address, in front of the embedded system.

That it is HTTP is inferred, everything but the hold *emulated*: see ``wire``.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.reception import body_of
from backends.serving import Premises
from backends.set10.kopilka import wire
from backends.set10.kopilka.near import NearLine, near
from backends.set10.kopilka.options import KopilkaOptions
from backends.set10.kopilka.translate import CODES
from backends.set10.kopilka.wire import Answer, Dialect, Recipe, WrongSign
from cashier.errors import CashierError
from cashier.exchange import Reason, Refused
from cashier.words import reason_words

_LARGEST = 100_000


def make_app(premises: Premises) -> Starlette:
    """Its data last; the password is the key of the signature. Raises ConfigError."""
    rules = str(premises.rules.absolute()) if premises.rules else ""
    line = near(
        KopilkaOptions(rules=rules),
        folder=premises.folder,
        card=premises.card,
        clock=premises.clock,
        ids=premises.ids,
        phone=premises.phone,
    )
    return make_service(line, Dialect(recipe=Recipe(key=premises.password)))


def make_service(line: NearLine, dialect: Dialect) -> Starlette:
    """Closed with the application."""

    async def answer(request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        try:
            said = wire.read(await body_of(request, _LARGEST), kind, dialect)
            told = await line.ask(said)
        except WrongSign as error:
            return _no(403, str(error))
        except ValueError as error:
            return _no(400, str(error))
        except Refused as no:
            text = no.text or reason_words(no.reason)
            told = Answer(CODES.get(no.reason, CODES[Reason.OTHER]), text)
        except CashierError as error:
            return _no(503, str(error))
        except ClientDisconnect:
            return Response(status_code=400)
        return Response(wire.write_answer(told, dialect), media_type=wire.CONTENT_TYPE)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await line.close()

    return Starlette(routes=[Route("/", answer, methods=["POST"])], lifespan=life)


def _no(status: int, why: str) -> Response:
    return PlainTextResponse(why[:300], status)
