"""A SOAP service over HTTP: one address, envelopes there and back, a description at ``?wsdl``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.reception import Porter, TooLarge, body_of
from backends.soap.envelope import Code, Envelope, Fault, Version, read, write, write_fault
from backends.soap.headers import version_of
from backends.soap.parts import Element
from backends.soap.safe import NotSoap
from backends.soap.wsdl import Operation, asks_for_wsdl, describe
from cashier.errors import CashierError


@dataclass(frozen=True)
class Description:
    """What ``?wsdl`` tells."""

    service: str
    namespace: str
    schema: Callable[[], Element]
    operations: Sequence[Operation]
    versions: Sequence[Version] = (Version.V11,)


@dataclass(frozen=True)
class SoapService:
    description: Description
    carry_out: Callable[[Element], Awaitable[Element]]
    """The content of a body, and of the answer. Raises Fault, and CashierError for trouble of the
    service's own."""
    porter: Porter
    largest: int = 1_000_000
    """Bytes of a request."""

    def route(self, path: str) -> Route:
        return Route(path, self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        """In the version that was asked in; a fault of 1.1 is always a 500."""
        if not self.porter.lets_in(request):
            asks = {"WWW-Authenticate": f'Basic realm="{self.description.service}"'}
            return PlainTextResponse("sign in", 401, headers=asks)
        if request.method != "POST":
            return self._described(request)
        kind = request.headers.get("content-type", "")
        version = version_of(kind)
        try:
            message = read(await body_of(request, self.largest), kind)
            version = message.version
            made = write(version, await self.carry_out(_content(message)))
            return Response(made, media_type=version.content_type)
        except (NotSoap, TooLarge) as error:
            return _fault(version, Fault(Code.SENDER, str(error)[:300]))
        except Fault as fault:
            return _fault(version, fault)
        except CashierError as error:
            return _fault(version, Fault(Code.RECEIVER, str(error)))
        except ClientDisconnect:
            return Response(status_code=400)

    def _described(self, request: Request) -> Response:
        told = self.description
        if not asks_for_wsdl(request.url.query):
            return PlainTextResponse(f"{told.service}: ?wsdl", 405, headers={"Allow": "POST"})
        made = describe(
            told.service,
            told.namespace,
            told.schema(),
            told.operations,
            str(request.url.replace(query="")),
            told.versions,
        )
        return Response(made, media_type="text/xml")


def _content(message: Envelope) -> Element:
    """Raises Fault."""
    if message.must_understand:
        names = ", ".join(message.must_understand)
        raise Fault(Code.UNDERSTAND, f"headers that are not understood: {names}"[:300])
    if message.body is None:
        raise Fault(Code.SENDER, "the body is empty")
    return message.body


def _fault(version: Version, fault: Fault) -> Response:
    status = fault.status if version is Version.V12 else 500
    return Response(write_fault(version, fault), status, media_type=version.content_type)
