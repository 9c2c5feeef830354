"""One request of every method of the exchange, an answer to it, and systems that count."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.http import Answer, Call, Door
from cashier import exchange as ex
from cashier import methods
from cashier.methods import METHODS, AnyMethod, Method
from cashier.receipt import (
    Card,
    Coupon,
    Customer,
    Feedback,
    Identifier,
    IdentifierKind,
    Kind,
    Receipt,
    SaleRef,
    Settled,
    line_of,
)
from cashier.uniform import Uniform

AT = datetime.fromisoformat("2026-03-03T10:00:00+03:00")
RECEIPT = Receipt("r1", AT, lines=(line_of(1, "sku", "Milk", 9990, 1000),), number="N1")
BACK = Receipt("r2", AT, Kind.RETURN, lines=RECEIPT.lines, number="N2", of=SaleRef("r1", "N1", AT))
LEFT = Feedback("f1", "Partner", "r1", '{"sale": "N1"}', text="sale N1")
ANNA = ex.Found(customer=Customer("c1", "Anna"), cards=(Card("29001", balance=100),))

REQUESTS: dict[str, ex.Frozen] = {
    "open": ex.Opening(shop="01", till="01"),
    "identify": ex.IdentifyRequest(identifier=Identifier(IdentifierKind.CARD, "29001"), at=AT),
    "register": ex.RegisterRequest(operation_id="o1", phone="+79000000000", at=AT),
    "attach_card": ex.AttachCardRequest(operation_id="o2", customer_id="c1", at=AT),
    "upgrade_level": ex.UpgradeRequest(operation_id="o3", card="29001", confirm=True, at=AT),
    "check_coupon": ex.CheckCouponRequest(receipt=RECEIPT, code="X", at=AT),
    "calculate": ex.CalculateRequest(receipt=RECEIPT, at=AT),
    "points": ex.PointsRequest(receipt=RECEIPT, at=AT),
    "reserve": ex.ReserveRequest(operation_id="o4", receipt=RECEIPT, spend=1, at=AT),
    "release": ex.ReleaseRequest(operation_id="o4", receipt=RECEIPT, at=AT),
    "save_sale": ex.SaveSaleRequest(operation_id="o5", receipt=RECEIPT, at=AT),
    "cancel_sale": ex.CancelSaleRequest(operation_id="o6", receipt=RECEIPT, at=AT),
    "send_feedback": ex.FeedbackRequest(operation_id="o8", feedback=(LEFT,), at=AT),
    "certificate": ex.CertificateRequest(number="98", at=AT),
    "find_sale": ex.FindSaleRequest(number="N1", at=AT),
    "save_return": ex.SaveReturnRequest(
        operation_id="o7",
        receipt=BACK,
        lines=(ex.LineReturned(number=1, quantity=1000),),
        at=AT,
    ),
}
ANSWERS: dict[str, Any] = {
    "open": ex.System(name="Counting", can=ex.Can.FIND_SALE),
    "identify": ANNA,
    "register": ex.Registered(customer=Customer("c1", "Anna"), cards=()),
    "attach_card": ANNA,
    "upgrade_level": ex.Upgrade(possible=True, done=True, level="Gold"),
    "check_coupon": Coupon("X"),
    "calculate": ex.Calculation(earn=5),
    "points": ex.PointsOffer(balance=100, available=100, spendable=50),
    "reserve": ex.Reserved(),
    "release": None,
    "save_sale": Settled(earned=5),
    "cancel_sale": None,
    "send_feedback": ex.FeedbackLeft(feedback=(replace(LEFT, attempts=1),)),
    "certificate": ex.Certificate(number="98", left=0, sold=False),
    "find_sale": (),
    "save_return": Settled(given_back=5),
}
assert list(REQUESTS) == list(METHODS) == list(ANSWERS)

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")


class Counting(Uniform):
    """A loyalty system in memory that counts what it did."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.refuses: ex.Refused | None = None

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        assert isinstance(request, method.request)
        self.done[method.name] += 1
        if self.refuses is not None:
            raise self.refuses
        return cast("A", ANSWERS[method.name])


class Wired(Uniform):
    """A client of ``counting_server``: signs in before, looks at something after every step."""

    def __init__(self, door: Door) -> None:
        self.door = door

    async def close(self) -> None:
        await self.door.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:
        await self.door.ask(Call("GET", "/token", aside=True), _nothing)
        call = Call(
            "POST",
            f"/{method.name}",
            request.model_dump_json().encode(),
            changes=methods.changes(method, request),
        )
        answer = await self.door.ask(call, lambda answer: _read(method, answer))
        await self.door.ask(Call("GET", "/after"), _nothing)
        return cast("A", answer)


def _nothing(answer: Answer) -> None:
    if not answer.ok:
        raise ValueError(answer.status)


def _read(method: AnyMethod, answer: Answer) -> Any:
    if not answer.ok:
        raise ValueError(answer.status)
    return TypeAdapter(method.answer).validate_json(answer.body)


def counting_server(done: Counter[str]) -> Starlette:
    """Answers as ``Counting`` does, over HTTP."""

    async def step(request: Request) -> Response:
        name = request.path_params["name"]
        done[name] += 1
        body = TypeAdapter(METHODS[name].answer).dump_json(ANSWERS[name])
        return Response(body, media_type="application/json")

    async def aside(request: Request) -> Response:
        done[request.url.path.strip("/")] += 1
        return PlainTextResponse("fine")

    return Starlette(
        routes=[
            Route("/token", aside),
            Route("/after", aside),
            Route("/{name}", step, methods=["POST"]),
        ]
    )
