"""``/Registration`` and ``/Cards``: a newcomer, and a card for him."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.loymax.common.codes import NAMES, Code, code_of
from backends.loymax.desk import telling as words
from backends.loymax.desk.desk import Desk
from backends.loymax.server import telling
from backends.loymax.server.bodies import answered
from backends.loymax.server.entrance import Entrance
from backends.loymax.server.tokens import Bearer
from backends.loymax.wire import people as wire
from backends.loymax.wire.base import Identification, Message, Operation, State
from cashier import exchange as ex
from cashier.exchange import Reason, Refused
from cashier.receipt import Card, Customer
from cashier.words import reason_words

M = TypeVar("M", bound=Message)
_CODES = {Reason.TOO_MANY_ATTEMPTS: Code.LIMIT_GAINED}
"""Of a code that was sent (*emulated*), where it is another than elsewhere."""


@dataclass(frozen=True)
class Registering:
    desk: Desk
    entrance: Entrance

    def routes(self, api: str) -> list[Route]:
        registration, cards = f"{api}/Registration", f"{api}/Cards"
        return [
            Route(f"{registration}/BeginRegistration", self.begin, methods=["POST"]),
            Route(f"{registration}/TryFinishRegistration", self.finish, methods=["POST"]),
            Route(f"{cards}/EmitVirtual", self.emit, methods=["POST"]),
            Route(f"{cards}/Attach", self.attach, methods=["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        return await self._answered(request, wire.BeginRegistration, self._begun)

    async def finish(self, request: Request) -> Response:
        return await self._answered(request, wire.TryFinishRegistration, self._finished)

    async def emit(self, request: Request) -> Response:
        return await self._answered(
            request, wire.EmitVirtual, lambda told, who: self._attached(told, who, None)
        )

    async def attach(self, request: Request) -> Response:
        return await self._answered(
            request, wire.AttachCard, lambda told, who: self._attached(told, who, told.cardNumber)
        )

    async def _answered(
        self,
        request: Request,
        model: type[M],
        make: Callable[[M, Bearer], Awaitable[dict[str, Any]]],
    ) -> Response:
        bearer = self.entrance.who(request)
        if bearer is None:
            return PlainTextResponse("", 401)

        async def made(told: M) -> dict[str, Any]:
            try:
                return await make(told, bearer)
            except Refused as no:
                return _refused(no)

        return await answered(request, model, made)

    async def _begun(self, told: wire.BeginRegistration, _bearer: Bearer) -> dict[str, Any]:
        opening = ex.Opening(shop=self.desk.reader.shop, till="")
        system = await self.desk.house.open(opening)
        if system.registration.confirm_by is ex.ConfirmBy.NONE:
            return telling.success(wire.Began(code=NAMES[Code.OK]))
        phone, email = _contacts(told.login, told.phone, told.email)
        asked = ex.RegisterRequest(
            operation_id=f"begin {told.login}", phone=phone, email=email, at=self.desk.clock.now()
        )
        sent = await self.desk.house.register(asked)
        assert isinstance(sent, ex.ConfirmationRequired)
        return telling.success(
            wire.Began(
                code=NAMES[Code.OK],
                confirmBy=str(sent.channel),
                challenge=sent.challenge,
                masked=sent.masked,
                seconds=sent.seconds,
                attempts=sent.attempts,
            )
        )

    async def _finished(self, told: wire.TryFinishRegistration, _bearer: Bearer) -> dict[str, Any]:
        phone, email = _contacts(told.login, told.phone, told.email)
        code = ex.Confirmation(challenge=told.challenge, code=told.confirmCode)
        asked = ex.RegisterRequest(
            operation_id=told.operationId,
            phone=phone,
            email=email,
            name=told.name,
            birthdate=told.birthDate,
            agreed=told.agreement,
            confirmation=code if told.challenge else None,
            at=told.operationDate,
        )
        made = await self.desk.house.register(asked)
        if isinstance(made, ex.ConfirmationRequired):
            raise Refused(Reason.WRONG_CODE)
        return telling.success(
            wire.Finished(
                code=NAMES[Code.OK],
                operationId=told.operationId,
                personUid=made.customer.customer_id,
                freeCards=made.free_cards,
                identificationData=_data(made.customer, made.cards),
            )
        )

    async def _attached(
        self, told: Operation, bearer: Bearer, number: str | None
    ) -> dict[str, Any]:
        if not bearer.person:
            raise Refused(Reason.NOT_FOUND)
        asked = ex.AttachCardRequest(
            operation_id=told.operationId,
            customer_id=bearer.person,
            card=number,
            at=told.operationDate,
        )
        found = await self.desk.house.attach_card(asked)
        return telling.success(
            wire.Attached(
                code=NAMES[Code.OK],
                operationId=told.operationId,
                identificationData=_data(found.customer, found.cards),
            )
        )


def _data(customer: Customer | None, cards: tuple[Card, ...]) -> tuple[Identification, ...]:
    return telling.identification(words.cards(ex.Found(customer=customer, cards=cards)))


def _contacts(login: str, phone: str, email: str) -> tuple[str, str]:
    """Phone and e-mail; the login is one of them."""
    if "@" in login:
        return phone, email or login
    known = phone or login
    return (f"+{known}" if known.isdigit() else known), email


def _refused(no: Refused) -> dict[str, Any]:
    name = NAMES[_CODES.get(no.reason, code_of(no.reason))]
    text = no.text or reason_words(no.reason)
    return {"result": telling.result(State.ERROR, text, name), "data": []}
