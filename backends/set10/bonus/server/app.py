"""The service over HTTP: one address, envelopes there and back, a description at ``?wsdl``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends import soap
from backends.fronting import embedded
from backends.house import HouseBackend
from backends.reception import Porter, TooLarge, body_of
from backends.serving import Premises
from backends.set10.bonus import translate, wire
from backends.set10.bonus.server.desk import Desk, Handler
from backends.set10.bonus.server.telling import failure
from backends.set10.bonus.translate import Row
from backends.set10.bonus.wire import DONE, NAMESPACE, SERVICE, USUAL, Dialect, Method
from backends.soap import Code, Fault, NotSoap, Operation, Version
from cashier.clock import Clock, Ids
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Refused, Unavailable


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve set10-bonus``. Raises ConfigError."""
    house = embedded(premises)
    try:
        return make_service(
            house,
            clock=premises.clock,
            ids=premises.ids,
            login=premises.login,
            password=premises.password,
        )
    except Unavailable as error:
        raise ConfigError(str(error)) from error


def make_service(
    house: HouseBackend,
    *,
    clock: Clock,
    ids: Ids,
    login: str = "",
    password: str = "",
    dialect: Dialect = USUAL,
) -> Starlette:
    """The embedded system is closed with the application.

    ``login``, ``password``: asked (HTTP Basic, *emulated*) of whoever comes from another machine.
    Raises Unavailable for data that cannot be used.
    """
    desk = Desk(house.keeping(), clock, ids)
    service = _Service(desk, dialect, Porter(login, password))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()

    return Starlette(
        routes=[Route(wire.PATH, service.answer, methods=["GET", "POST"])], lifespan=life
    )


@dataclass(frozen=True)
class _Service:
    desk: Desk
    dialect: Dialect
    porter: Porter

    async def answer(self, request: Request) -> Response:
        if not self.porter.lets_in(request):
            return PlainTextResponse(
                "sign in", 401, headers={"WWW-Authenticate": f'Basic realm="{SERVICE}"'}
            )
        if request.method != "POST":
            return self._description(request)
        kind = request.headers.get("content-type", "")
        version = soap.version_of(kind)
        try:
            message = soap.read(await body_of(request), kind)
            version = message.version
            made = soap.write(version, self._carried_out(message))
            return Response(made, media_type=version.content_type)
        except (NotSoap, TooLarge) as error:
            return _fault(version, Fault(Code.SENDER, str(error)[:300]))
        except Fault as fault:
            return _fault(version, fault)
        except CashierError as error:
            return _fault(version, Fault(Code.RECEIVER, str(error)))
        except ClientDisconnect:
            return Response(status_code=400)

    def _description(self, request: Request) -> Response:
        if not soap.asks_for_wsdl(request.url.query):
            return PlainTextResponse(f"{SERVICE}: ?wsdl", 405, headers={"Allow": "POST"})
        names = [self.dialect.name(one) for one in wire.METHODS]
        told = soap.describe(
            SERVICE,
            NAMESPACE,
            wire.schema(self.dialect),
            [Operation(name) for name in names if name],
            str(request.url.replace(query="")),
        )
        return Response(told, media_type="text/xml")

    def _carried_out(self, message: soap.Envelope) -> soap.Element:
        """Raises Fault, and Unavailable where the data fail."""
        if message.must_understand:
            names = ", ".join(message.must_understand)
            raise Fault(Code.UNDERSTAND, f"headers that are not understood: {names}"[:300])
        if message.body is None:
            raise Fault(Code.SENDER, "the body is empty")
        method, handler = self._method(message.body)
        try:
            said = translate.read_request(method, message.body, self.dialect)
        except ValueError as error:
            raise Fault(Code.SENDER, f"{soap.local(message.body)}: {error}"[:300]) from error
        return translate.answer(method, _rows(method, handler, said), self.dialect)

    def _method(self, content: soap.Element) -> tuple[Method, Handler]:
        """Raises Fault."""
        name = soap.local(content)
        for one in wire.METHODS:
            if name and self.dialect.name(one) == name:
                return one, self.desk.handlers()[one.role]
        raise Fault(Code.SENDER, f"there is no method {name}"[:300])


def _rows(method: Method, handler: Handler, said: Row) -> list[Row]:
    """Raises Fault, Unavailable."""
    try:
        return handler(said)
    except Refused as no:
        if method.answers is not DONE:
            raise Fault(Code.SENDER, str(no)) from no
        return failure(no)


def _fault(version: Version, fault: Fault) -> Response:
    status = fault.status if version is Version.V12 else 500
    return Response(soap.write_fault(version, fault), status, media_type=version.content_type)
