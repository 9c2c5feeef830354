"""The service over HTTP: one address, envelopes there and back, a description at ``?wsdl``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette

from backends import soap
from backends.fronting import embedded
from backends.house import HouseBackend
from backends.reception import Porter
from backends.serving import Premises
from backends.set10.bonus import translate, wire
from backends.set10.bonus.server.desk import Desk, Handler
from backends.set10.bonus.server.telling import failure
from backends.set10.bonus.translate import Row
from backends.set10.bonus.wire import DONE, NAMESPACE, SERVICE, USUAL, Dialect, Method
from backends.soap import Code, Fault, Operation
from backends.soap.service import Description, SoapService
from cashier.clock import Clock, Ids
from cashier.errors import ConfigError
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
    description = Description(
        SERVICE,
        NAMESPACE,
        lambda: wire.schema(dialect),
        [Operation(name) for one in wire.METHODS if (name := dialect.name(one))],
    )
    service = SoapService(description, _Counter(desk, dialect).carried_out, Porter(login, password))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()

    return Starlette(routes=[service.route(wire.PATH)], lifespan=life)


@dataclass(frozen=True)
class _Counter:
    desk: Desk
    dialect: Dialect

    async def carried_out(self, content: soap.Element) -> soap.Element:
        """Raises Fault, and Unavailable where the data fail."""
        method, handler = self._method(content)
        try:
            said = translate.read_request(method, content, self.dialect)
        except ValueError as error:
            raise Fault(Code.SENDER, f"{soap.local(content)}: {error}"[:300]) from error
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
