"""The server over HTTP: an address for every device, documents there and back."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backends.fronting import Goods, goods_of
from backends.house import HouseBackend
from backends.loymax.common.codes import Code
from backends.loymax.common.names import PaymentConfirmation
from backends.loymax.common.parts import Answer, Asked, Told
from backends.loymax.desk.behind import embedded
from backends.loymax.desk.desk import Desk
from backends.loymax.desk.receipts import Reader
from backends.loymax.desk.settings import LoymaxSettings, settings_in
from backends.loymax.desk.store import Purchases
from backends.loymax_xml.wire import reading, writing
from backends.loymax_xml.wire.encoding import content_type, encoding_of, read, write
from backends.loymax_xml.wire.reading import WrongVersion
from backends.reception import Porter, TooLarge, body_of
from backends.serving import Premises
from cashier.clock import Clock
from cashier.errors import CashierError, ConfigError

_OWN_SETTINGS = LoymaxSettings()


def make_app(premises: Premises) -> Starlette:
    """For ``cashier serve loymax-xml``; settings: ``loymax.toml`` in its folder. Raises
    ConfigError."""
    bare = {"payment_confirmation": PaymentConfirmation.NONE}  # no request has a place for it
    settings = settings_in(premises.folder).model_copy(update=bare)
    try:
        return make_service(
            embedded(premises, settings),
            goods_of(premises),
            clock=premises.clock,
            settings=settings,
            path=premises.folder / "loymax-xml.db",
            shop=premises.shop.shop,
            currency=premises.shop.currency,
            porter=Porter(premises.login, premises.password),
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
    porter: Porter | None = None,
) -> Starlette:
    """``path``: where purchases last; None: in memory. The embedded system is closed with the
    application. Raises Unavailable and StorageError for data that cannot be used."""
    keeper, purchases = house.keeping(), Purchases(path)
    desk = Desk(house, keeper, Reader(keeper, goods, shop), purchases, settings, clock, currency)
    service = _Service(desk, porter or Porter("", ""))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await house.close()
        purchases.close()

    route = Route("/XmlExchange/{scope}/{device}/", service.answer, methods=["POST"])
    return Starlette(routes=[route], lifespan=life)


@dataclass(frozen=True)
class _Service:
    desk: Desk
    porter: Porter

    async def answer(self, request: Request) -> Response:
        """Whatever is wrong with a document is said in one (*emulated*), with the status 200."""
        if not self.porter.lets_in(request):
            signing = {"WWW-Authenticate": 'Basic realm="XmlExchange"'}
            return PlainTextResponse("sign in", 401, headers=signing)
        kind = request.headers.get("content-type", "")
        try:
            data = await body_of(request)
        except TooLarge as error:
            return PlainTextResponse(str(error), 413)
        except ClientDisconnect:
            return Response(status_code=400)
        document = await self._document(data, kind, request.path_params["device"])
        encoding = encoding_of(data, kind)
        return Response(
            write(writing.answer(document), encoding),
            headers={"Content-Type": content_type(encoding)},
        )

    async def _document(self, data: bytes, kind: str, till: str) -> Answer:
        try:
            asked = reading.request(read(data, kind))
        except WrongVersion as error:
            return Answer(int(Code.VERSION_ERROR), error=str(error))
        except ValueError as error:
            return Answer(int(Code.PARSE_ERROR), error=str(error)[:300])
        return Answer(told=await self._all(asked, till))

    async def _all(self, asked: Sequence[Asked], till: str) -> tuple[Told, ...]:
        """One after the other; after a no nothing more is done for the same purchase."""
        told: list[Told] = []
        failed: set[str] = set()
        for one in asked:
            if one.purchase and one.purchase in failed:
                told.append(self.desk.refusal(one, Code.INCORRECT_OPERATION_ORDER))
                continue
            try:
                done = await self.desk.carried_out(one, till)
            except CashierError as error:
                done = self.desk.refusal(one, Code.SYSTEM_ERROR, str(error))
            if done.code:
                failed.add(one.purchase)
            told.append(done)
        return tuple(told)
