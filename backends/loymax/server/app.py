"""The server over HTTP: the way in, and the operations of a purchase."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from backends.exact_json import json_bytes, read_json
from backends.fronting import Goods, goods_of
from backends.house import HouseBackend
from backends.loymax.common.codes import NAMES, Code
from backends.loymax.common.kinds import Kind
from backends.loymax.common.parts import Asked
from backends.loymax.desk.behind import embedded
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.receipts import Reader, kinds_of
from backends.loymax.desk.settings import LoymaxSettings, settings_in
from backends.loymax.desk.store import No, Purchases
from backends.loymax.server import coupons, telling
from backends.loymax.server.asking import operation
from backends.loymax.server.tokens import Bearer, Ring
from backends.loymax.wire import processing, tokens
from backends.loymax.wire.base import Operation, State
from backends.reception import TooLarge, body_of, same
from backends.serving import Premises
from cashier.clock import Clock
from cashier.errors import CashierError, ConfigError
from cashier.exchange import Found, IdentifyRequest
from cashier.receipt import Identifier

API = "/publicapi/v1.2"
BASE = f"{API}/Processing"
_OWN_SETTINGS = LoymaxSettings()
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


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve loymax``; settings: ``loymax.toml`` in its folder, as the XML service
    has it. Raises ConfigError."""
    settings = settings_in(premises.folder)
    try:
        return make_service(
            embedded(premises, settings),
            goods_of(premises),
            clock=premises.clock,
            settings=settings,
            path=premises.folder / "loymax.db",
            shop=premises.shop.shop,
            currency=premises.shop.currency,
            secret=premises.password,
        )
    except ConfigError:
        raise
    except CashierError as error:
        raise ConfigError(str(error)) from error


def make_service(
    house: HouseBackend,
    goods: Goods,
    *,
    clock: Clock,
    settings: LoymaxSettings = _OWN_SETTINGS,
    path: Path | None = None,
    shop: str = "",
    currency: str = "RUB",
    secret: str = "",
) -> Starlette:
    """``path``: where purchases last; None: in memory. ``secret``: of every client; empty: it is
    not looked at. The embedded system is closed with the application. Raises Unavailable and
    StorageError for data that cannot be used."""
    keeper, purchases = house.keeping(), Purchases(path)
    desk = Desk(house, keeper, Reader(keeper, goods, shop), purchases, settings, clock, currency)
    service = _Service(desk, secret)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()
        purchases.close()

    way_in = "/authorizationService"
    routes = [
        Route(f"{way_in}/token", service.token, methods=["POST"]),
        Route(f"{way_in}/oauth/authorize", service.authorize, methods=["GET"]),
        Route(f"{API}/Coupons/{{number}}", service.coupon, methods=["GET"]),
        *(Route(BASE + end, service.operate, methods=["POST"], name=end) for end in OPERATIONS),
    ]
    return Starlette(routes=routes, lifespan=life)


@dataclass(frozen=True)
class _Service:
    desk: Desk
    secret: str
    bearers: Ring = field(default_factory=Ring)
    codes: Ring = field(default_factory=Ring)

    async def token(self, request: Request) -> Response:
        try:
            told = dict(parse_qsl((await body_of(request)).decode(), keep_blank_values=True))
            bearer = self._bearer(told)
        except (ValueError, ClientDisconnect):
            bearer = None
        if bearer is None:
            return _json({"error": "invalid_grant"}, 400)
        made = tokens.Token(access_token=self.bearers.give(bearer))
        return _json(made.model_dump())

    def _bearer(self, told: dict[str, str]) -> Bearer | None:
        """Raises ValueError."""
        if told.get("grant_type") != tokens.AUTHORIZATION_CODE:
            asked = tokens.MerchantToken.model_validate(told)
            return Bearer(asked.client_id) if asked.grant_type == tokens.ANONYMOUS else None
        customer = tokens.CustomerToken.model_validate(told)
        if self.secret and not same(customer.client_secret, self.secret):
            return None
        bearer = self.codes.known.get(customer.code)
        if bearer is None or bearer.client != customer.client_id:
            return None
        del self.codes.known[customer.code]  # good for once
        return bearer

    async def authorize(self, request: Request) -> Response:
        bearer = self._asking(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        value = request.headers.get(tokens.IDENTIFIER, "")
        try:
            buyer = await self._known(value)
        except CashierError:
            buyer = ""
        if not buyer:
            return PlainTextResponse("not found", 404)
        code = self.codes.give(Bearer(bearer.client, buyer))
        back = request.query_params.get("redirect_uri", "")
        if not back:
            return PlainTextResponse(code)
        joint = "&" if "?" in back else "?"
        return RedirectResponse(f"{back}{joint}{urlencode({'code': code})}", 302)

    async def _known(self, value: str) -> str:
        """His card, or how he is known; empty: nobody. Raises CashierError."""
        for kind in kinds_of(value) if value else ():
            shown = Identifier(kind, value)
            if kind.value == "phone" and not value.startswith("+"):
                shown = Identifier(kind, f"+{value}")
            request = IdentifyRequest(identifier=shown, at=self.desk.clock.now())
            found = await self.desk.house.identify(request)
            if isinstance(found, Found):
                return found.cards[0].number if found.cards else shown.value
        return ""

    def _asking(self, request: Request) -> Bearer | None:
        kind, _, word = request.headers.get("authorization", "").partition(" ")
        return self.bearers.known.get(word.strip()) if kind.lower() == "bearer" else None

    async def coupon(self, request: Request) -> Response:
        """*Emulated:* one that nobody knows is an error of the business."""
        bearer = self._asking(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        try:
            told = await coupons.known(self.desk, request.path_params["number"], bearer.buyer)
        except CashierError as error:
            return _json({"result": telling.result(State.FAIL, str(error)), "data": []})
        if told is None:
            code = NAMES[Code.COUPONS_EXCEPTION]
            return _json({"result": telling.result(State.ERROR, code=code), "data": []})
        return _json({"result": telling.result(State.SUCCESS), "data": [told.model_dump()]})

    async def operate(self, request: Request) -> Response:
        """Whatever is wrong is said in an envelope (*emulated*), with the status 200."""
        bearer = self._asking(request)
        if bearer is None:
            return PlainTextResponse("", 401)
        end = request.scope["route"].name
        kind, model = OPERATIONS[end]
        try:
            told = model.model_validate(read_json(await body_of(request)))
        except TooLarge as error:
            return PlainTextResponse(str(error), 413)
        except ClientDisconnect:
            return Response(status_code=400)
        except ValidationError as error:
            return _json({"result": _invalid(error), "data": []})
        except ValueError as error:
            return _json({"result": telling.result(State.FAIL, str(error)[:300]), "data": []})
        return _json(await self._done(request, bearer, kind, told))

    async def _done(
        self, request: Request, bearer: Bearer, kind: Kind, told: Operation
    ) -> dict[str, Any]:
        purchase = request.path_params.get("purchase", "")
        asked = Asked(kind, told.operationId, told.operationDate, purchase)
        try:
            asked = operation(kind, asked.purchase, bearer.buyer, told)
            if cancels := request.path_params.get("cancels", ""):
                asked = Asked(kind, asked.id, asked.at, asked.purchase, cancels=cancels)
            done = await self.desk.carried_out(asked, bearer.client)
        except No as no:
            done = self.desk.refusal(asked, no.code, no.text)
        except (ValueError, ArithmeticError) as error:
            done = self.desk.refusal(asked, Code.FORMAT_EXCEPTION, str(error)[:300])
        except CashierError as error:
            done = self.desk.refusal(asked, Code.SYSTEM_ERROR, str(error))
        return telling.answer(done, self.desk.currency)


def _invalid(error: ValidationError) -> dict[str, Any]:
    wrong = [
        {"field": ".".join(map(str, one["loc"])), "errorMessages": [one["msg"]]}
        for one in error.errors()[:20]
    ]
    return {**telling.result(State.VALIDATION_ERROR), "validationErrors": wrong}


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json_bytes(value), status, media_type="application/json")
