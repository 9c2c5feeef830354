"""The paths of the API, and who may ask.

Ids of customers are card numbers (*emulated*).
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl

from lxml import etree
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from backends.dinect import wire
from backends.dinect.server.asking import Missing, Wrong
from backends.dinect.server.desk import Desk
from backends.dinect.server.store import Gone, Store
from backends.exact_json import json_bytes
from backends.fronting import Goods, embedded, goods_of
from backends.house import HouseBackend
from backends.keeping import CardInfo
from backends.reception import body_of, same
from backends.serving import Premises
from cashier.clock import Clock
from cashier.errors import CashierError, ConfigError, StorageError

_MOST_FIELDS = 12_000
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Tokens:
    app: str
    till: str


class _Stranger(Exception):
    """401."""


def make_app(premises: Premises) -> Starlette:
    """``--password`` is the token of the application, ``--login`` that of the till.

    Raises ConfigError.
    """
    try:
        store = Store.open(premises.folder / "dinect.db")
    except StorageError as error:
        raise ConfigError(str(error)) from error
    house = embedded(premises, codes=False)
    tokens = Tokens(premises.password, premises.login)
    shop = premises.shop.shop
    return make_service(house, store, goods_of(premises), premises.clock, tokens, shop=shop)


def make_service(
    house: HouseBackend,
    store: Store,
    goods: Goods,
    clock: Clock,
    tokens: Tokens,
    *,
    shop: str = "",
) -> Starlette:
    """Closed with the application."""
    calls = _Calls(Desk(house, house.keeping(), store, goods, clock, shop), tokens)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()
        store.db.close()

    root = f"/{wire.VERSION}"
    mine = root + "/users/{id}"
    paths: Sequence[tuple[str, _Call, list[str]]] = (
        (root + "/tokens/{token:path}", calls.token, ["GET", "DELETE"]),
        (root + "/users/", calls.users, ["GET"]),
        (mine, calls.user, ["GET"]),
        (mine + "/loyalty/", calls.loyalty, ["GET"]),
        (mine + "/coupons/", calls.coupons, ["GET"]),
        (mine + "/coupons/{coupon}", calls.coupon, ["GET"]),
        (mine + "/purchases/", calls.purchases, ["GET", "POST"]),
        (mine + "/purchases/{number}", calls.purchase, ["GET", "DELETE"]),
        (mine + "/purchases/{number}/items/", calls.items, ["GET"]),
    )
    routes = [Route(path, _answering(one), methods=methods) for path, one, methods in paths]
    return Starlette(routes=routes, lifespan=life)


_Call = Callable[[Request], Awaitable[tuple[int, object]]]


def _answering(call: _Call) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            status, told = await call(request)
        except ClientDisconnect:
            return Response(status_code=400)
        except (_Stranger, Missing, Wrong, ValueError, CashierError) as no:
            status, told = _status(no), {"errors": [str(no)[:300] or "refused"]}
        if status == 204:
            return Response(status_code=204)
        accept = request.query_params.get("format") or request.headers.get("accept", "")
        kind = wire.Accept.XML if "xml" in accept else wire.Accept.JSON
        body = _xml(told) if kind is wire.Accept.XML else json_bytes(told)
        return Response(body, status, media_type=kind.value)

    return answer


def _status(no: Exception) -> int:
    if isinstance(no, _Stranger):
        return 401
    if isinstance(no, Missing):
        return 404
    return 503 if isinstance(no, CashierError) else 400


def _xml(told: object) -> bytes:
    """Characters that XML has no place for are left out: what was done is done."""
    root = etree.Element("root")
    _fill(root, told)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _fill(element: etree._Element, told: object) -> None:
    if isinstance(told, dict):
        for name, value in told.items():
            _fill(etree.SubElement(element, name), value)
    elif isinstance(told, list):
        for value in told:
            _fill(etree.SubElement(element, wire.ITEM), value)
    elif told is not None:
        element.text = _UNWRITABLE.sub("", str(told))


class _Calls:
    """Each gives a status and what is told. Raises what ``_answering`` knows."""

    def __init__(self, desk: Desk, tokens: Tokens) -> None:
        self._desk, self._tokens = desk, tokens

    def _check(self, request: Request, *, till: bool = True) -> None:
        """Each token in a header, a cookie or the query. Raises _Stranger."""

        def told(header: str, word: str, name: str) -> str:
            shown = request.headers.get(header, "").removeprefix(f"{word} ")
            return shown or request.cookies.get(name, "") or request.query_params.get(name, "")

        known, names = self._tokens, wire.COOKIES
        good = same(told(wire.APP_HEADER, wire.APP_WORD, names["app"]), known.app)
        if till:
            good &= same(told(wire.TILL_HEADER, wire.TILL_WORD, names["till"]), known.till)
            good &= self._desk.store.gone.get(known.till) is None
        if not good:
            raise _Stranger("wrong token")

    def _info(self, request: Request) -> CardInfo:
        self._check(request)
        return self._desk.people.info(request.path_params["id"])

    @staticmethod
    def _base(request: Request) -> str:
        return f"{str(request.base_url).rstrip('/')}/{wire.VERSION}"

    async def token(self, request: Request) -> tuple[int, object]:
        self._check(request, till=False)
        token, gone = request.path_params["token"], self._desk.store.gone
        if not same(token, self._tokens.till) or gone.get(token) is not None:
            raise Missing("there is no such token")
        if request.method == "DELETE":
            gone.put(Gone(id=token))
            return 204, None
        return 200, {"active": "True"}

    async def users(self, request: Request) -> tuple[int, object]:
        self._check(request)
        return 200, self._desk.people.found(request.query_params, self._base(request))

    async def user(self, request: Request) -> tuple[int, object]:
        return 200, self._desk.people.user(self._info(request), self._base(request))

    async def loyalty(self, request: Request) -> tuple[int, object]:
        return 200, self._desk.people.programme(self._info(request))

    async def coupons(self, request: Request) -> tuple[int, object]:
        info, base = self._info(request), self._base(request)
        return 200, await self._desk.coupons_of(info, request.query_params, base)

    async def coupon(self, request: Request) -> tuple[int, object]:
        info, base = self._info(request), self._base(request)
        return 200, await self._desk.coupon(info, request.path_params["coupon"], base)

    async def purchases(self, request: Request) -> tuple[int, object]:
        info = self._info(request)
        if request.method == "GET":
            doc_id = request.query_params.get("doc_id", "")
            return 200, self._desk.find(info, doc_id, self._base(request))
        text = (await body_of(request)).decode("utf-8", errors="replace")
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        told, committed = await self._desk.purchase(info, form, self._base(request))
        return 201 if committed else 200, told

    async def purchase(self, request: Request) -> tuple[int, object]:
        info, number = self._info(request), request.path_params["number"]
        if request.method == "DELETE":
            await self._desk.delete(info, number)
            return 204, None
        return 200, self._desk.kept(info, number).told

    async def items(self, request: Request) -> tuple[int, object]:
        info = self._info(request)
        return 200, self._desk.kept(info, request.path_params["number"]).told["items"]
