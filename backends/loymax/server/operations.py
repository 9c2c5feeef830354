"""``/Processing``: the operations of a purchase; and what is known of a coupon."""

from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.store import No
from backends.loymax.server import coupons, telling
from backends.loymax.server.asking import operation
from backends.loymax.server.bodies import answered
from backends.loymax.server.entrance import Entrance
from backends.loymax.server.tokens import Bearer
from backends.loymax.wire import processing
from backends.loymax.wire.base import Operation, State
from cashier.errors import CashierError

_PURCHASE = "/Purchases/{purchase}"
OPERATIONS: dict[str, tuple[Kind, type[Operation]]] = {
    "/Balance": (Kind.BALANCE, processing.BalanceAsked),
    f"{_PURCHASE}/Calculate": (Kind.CALCULATE, processing.CalculateAsked),
    f"{_PURCHASE}/Bonus/Available": (Kind.AVAILABLE, processing.AvailableAsked),
    f"{_PURCHASE}/Bonus/Payment": (Kind.PAYMENT, processing.PaymentAsked),
    f"{_PURCHASE}/Bonus": (Kind.ACCRUAL, processing.BonusAsked),
    f"{_PURCHASE}/Confirm": (Kind.CONFIRM, Operation),
    f"{_PURCHASE}/Cancel": (Kind.CANCEL, Operation),
    f"{_PURCHASE}/Operations/{{cancels}}/Cancel": (Kind.CANCEL, Operation),
    f"{_PURCHASE}/Refund": (Kind.REFUND, processing.RefundAsked),
}


@dataclass(frozen=True)
class Operations:
    desk: Desk
    entrance: Entrance

    def routes(self, api: str) -> list[Route]:
        base = f"{api}/Processing"
        return [
            Route(f"{api}/Coupons/{{number}}", self.coupon, methods=["GET"]),
            *(Route(base + end, self.operate, methods=["POST"], name=end) for end in OPERATIONS),
        ]

    async def operate(self, request: Request) -> Response:
        bearer = self.entrance.who(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        kind, model = OPERATIONS[request.scope["route"].name]
        return await answered(request, model, lambda told: self._done(request, bearer, kind, told))

    async def _done(
        self, request: Request, bearer: Bearer, kind: Kind, told: Operation
    ) -> dict[str, Any]:
        purchase = request.path_params.get("purchase", "")
        asked = Asked(kind, told.operationId, told.operationDate, purchase)
        try:
            asked = operation(kind, asked.purchase, bearer.buyer, told)
            if cancels := request.path_params.get("cancels", ""):
                asked = replace(asked, identifier="", cancels=cancels)
            done = await self.desk.carried_out(asked, bearer.client)
        except No as no:
            done = self.desk.refusal(asked, no.code, no.text)
        except (ValueError, ArithmeticError) as error:
            done = self.desk.refusal(asked, Code.FORMAT_EXCEPTION, str(error)[:300])
        except CashierError as error:
            done = self.desk.refusal(asked, Code.SYSTEM_ERROR, str(error))
        return telling.answer(done, self.desk.currency)

    async def coupon(self, request: Request) -> Response:
        """*Emulated:* one that nobody knows is an error of the business."""
        bearer = self.entrance.who(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        try:
            told = await coupons.known(self.desk, request.path_params["number"], bearer.buyer)
        except CashierError as error:
            return telling.response(telling.failed(error))
        if told is None:
            code = NAMES[Code.COUPONS_EXCEPTION]
            return telling.response({"result": telling.result(State.ERROR, code=code), "data": []})
        return telling.response(telling.success(told))
