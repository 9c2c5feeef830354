"""The service over HTTP: one address, envelopes there and back, a description at ``?wsdl``."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette

from backends import soap
from backends.fronting import Goods, embedded, goods_of
from backends.house import HouseBackend
from backends.manzana.server import telling
from backends.manzana.server.book import Book
from backends.manzana.server.cheque import No, read_asked
from backends.manzana.server.cheques import Cheques
from backends.manzana.server.office import Office
from backends.manzana.server.people import People
from backends.manzana.server.returning import Returning
from backends.manzana.server.selling import Selling
from backends.manzana.server.store import Store
from backends.manzana.wire import office as wire
from backends.manzana.wire.parts import NAMESPACE, money, put, say
from backends.manzana.wire.schema import REQUESTS, schema
from backends.reception import Porter
from backends.serving import Premises
from backends.soap import Code, Element, Fault, Operation, Version
from backends.soap.service import Description, SoapService
from cashier.clock import Clock
from cashier.errors import ConfigError, StorageError
from cashier.exchange import Unavailable

PATH = "/POSProcessing.asmx"
OFFICE_PATH = "/PrivateOfficeDataService.asmx"
SERVICE = "POSProcessing"
_OPERATIONS = ("ProcessRequest", "ProcessRequestInfo")
_MOST_REQUESTS = 100
_LARGEST = 2_000_000
_NONE = (0, 0, 0)


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve manzana``. Raises ConfigError."""
    house = embedded(premises, codes=False)
    try:
        return make_service(
            house,
            Store.open(premises.folder / "manzana.db"),
            goods_of(premises),
            premises.clock,
            Porter(premises.login, premises.password),
        )
    except (StorageError, Unavailable) as error:
        raise ConfigError(str(error)) from error


def make_service(
    house: HouseBackend, store: Store, goods: Goods, clock: Clock, porter: Porter
) -> Starlette:
    """The embedded system is closed with the application. Raises Unavailable."""
    keeper = house.keeping()
    people = People(house, keeper, store, clock.now)
    book = Book(keeper, store)
    cheques = Cheques(
        goods,
        Selling(house, keeper, store, people, book, clock.now),
        Returning(house, people, book, clock.now),
    )
    description = Description(
        SERVICE,
        NAMESPACE,
        schema,
        [Operation(one, f"{NAMESPACE}/{one}") for one in _OPERATIONS],
        (Version.V11, Version.V12),
    )
    tills = SoapService(description, _Counter(people, cheques, clock).carried_out, porter, _LARGEST)

    office = SoapService(
        Description(
            wire.SERVICE,
            wire.NAMESPACE,
            wire.schema,
            [Operation(wire.OPERATION, wire.NAMESPACE + wire.OPERATION)],
            (Version.V11, Version.V12),
        ),
        Office(people).carried_out,
        porter,
    )

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()
        store.close()

    return Starlette(routes=[tills.route(PATH), office.route(OFFICE_PATH)], lifespan=life)


@dataclass(frozen=True)
class _Counter:
    people: People
    cheques: Cheques
    clock: Clock

    async def carried_out(self, body: Element) -> Element:
        """Raises Fault, and Unavailable where the data fail."""
        operation = soap.local(body)
        if operation not in _OPERATIONS:
            raise Fault(Code.SENDER, "ProcessRequest or ProcessRequestInfo is expected")
        newer = operation == "ProcessRequestInfo"
        inside = soap.child(body, "request")
        if inside is not None and newer:
            inside = soap.child(inside, "Requests")
        asked = [] if inside is None else [one for one in inside if isinstance(one.tag, str)]
        if not 0 < len(asked) <= _MOST_REQUESTS:
            raise Fault(Code.SENDER, "request: some requests are expected")
        made = soap.element(f"{operation}Response", NAMESPACE, "loy")
        place = put(made, f"{operation}Result")
        if newer:
            place = put(place, "Responses")
        for one in asked:
            place.append(await self._one(one))
        return made

    async def _one(self, told: Element) -> Element:
        """A no is an answer, too."""
        name = soap.local(told)
        if name not in REQUESTS:
            raise Fault(Code.SENDER, f"there is no request {name}"[:300])
        try:
            return await self._asked(name, told)
        except No as no:
            refused = no
        except ValueError as error:  # elements where text should be
            refused = No(80000, str(error))
        try:
            ident = (soap.read_text(told, "RequestID") or "")[:200]
        except ValueError:
            ident = ""
        kind, (number, charged, written) = (
            name.replace("Request", "Response"),
            refused.posted or _NONE,
        )
        made = telling.answer(kind, ident, number, self.clock.now())
        telling.code(made, refused.code, refused.text[:300])
        if refused.posted is not None:
            say(made, "ChargedBonus", money(charged))
            say(made, "WriteoffBonus", money(written))
        return made

    async def _asked(self, name: str, told: Element) -> Element:
        """One of ``REQUESTS``. Raises No."""
        now = self.clock.now()
        asked = read_asked(told, now, lambda at: at.replace(tzinfo=now.tzinfo))
        match name:
            case "BalanceRequest":
                return await self.people.balance(told, asked)
            case "ChequeRequest":
                return await self.cheques.answer(told, asked)
            case "CardRequest":
                return self.people.cards(told, asked)
            case _:
                return self.people.contact(told, asked)
