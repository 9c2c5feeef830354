"""dinect, as the till sees it. Raises what the exchange says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from backends.dinect import translate, wire
from backends.dinect.client.coupons import Coupons
from backends.dinect.client.link import Link, is_missing
from backends.dinect.client.options import DinectOptions
from backends.dinect.client.people import People
from backends.dinect.client.returning import Returns
from backends.dinect.wire import Programme, Purchase, User
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.errors import CashierError
from cashier.exchange import Can, Cause, Reason, Refused, Unavailable
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Coupon, IdentifierKind, Message, MessageTo, Receipt, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN
_PRICED_WITH = "coupons:"
"""What the context of a receipt begins with; ids of the coupons that gave its prices follow."""


class DinectBackend(Uniform):
    """A sale is repeated by its document: it is looked for first where it may have been said."""

    def __init__(self, link: Link, options: DinectOptions, folder: Path | None = None) -> None:
        self._link, self._options = link, options
        self._people = People(link)
        self._coupons = Coupons(link, self._people)
        self._returns = Returns(folder)
        self._currency = "RUB"

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,  # noqa: ARG003
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "DinectBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, DinectOptions, card)
        return cls(Link(given, clock, card), given, folder)

    async def close(self) -> None:
        self._returns.close()
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("dinect cannot do that at the till"))

    async def open(self, opening: ex.Opening) -> ex.System:
        self._currency = opening.currency
        if self._options.check_token:
            await self._check_token()
        return ex.System(
            name=translate.SYSTEM,
            can=_CAN,
            notes=(
                _("What points may pay the till computes by the programme's rules."),
                _("A sale comes back as a whole only."),
            ),
        )

    async def _check_token(self) -> None:
        try:
            path = f"tokens/{quote(self._options.till_token, safe='')}"
            token = await self._link.get(path, partial(wire.read, wire.Token))
        except Refused as no:
            raise Unavailable(str(no), cause=Cause.CREDENTIALS) from no
        if token.active.casefold() != "true":
            raise Unavailable(_("the till's token is not active"), cause=Cause.CREDENTIALS)

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        shown = request.identifier
        users = await self._people.search(shown)
        if not users:
            return ex.NotFound()
        number = shown.value if shown.kind is IdentifierKind.CARD else ""
        cards = tuple(translate.card(one, number) for one in users)
        for one, card in zip(users, cards, strict=True):
            self._people.remember(card.number, one)
        return ex.Found(customer=translate.customer(users), cards=cards)

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """Among those that the customer may use; whether it fits the goods a trial tells."""
        receipt = request.receipt
        user = await self._people.of(receipt.buyer)
        if user is None or not user.coupons_url:
            raise Refused(Reason.WRONG_CUSTOMER, _("only a customer's own coupons are known"))
        found = await self._coupons.find(user, request.code, request.at)
        if translate.lines_of(receipt):
            others = await self._coupons.ids_of(receipt, user, request.at, but=request.code)
            await self._trial(receipt, user, [*others, found.id], tell_document=False)
        return Coupon(found.number, found.offer_name)

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        """A trial purchase. Without a customer there is nobody to ask about."""
        receipt = request.receipt
        user = await self._people.of(receipt.buyer)
        if user is None or not translate.lines_of(receipt):
            return ex.Calculation()
        ids = await self._coupons.ids_of(receipt, user, request.at)
        try:
            return await self._trial(receipt, user, ids, request.spend)
        except Refused:
            if not ids:
                raise
        return await self._with_what_holds(receipt, user, ids, request.spend)

    async def _with_what_holds(
        self, receipt: Receipt, user: User, ids: Sequence[str], spend: int
    ) -> ex.Calculation:
        """One coupon that may not be used here has the whole trial refused. So they are put on
        one by one, and the cashier is told which are of no use."""
        made = await self._trial(receipt, user, (), spend)
        holding: list[str] = []
        news: list[Message] = []
        for one in ids:
            try:
                made = await self._trial(receipt, user, [*holding, one], spend)
                holding.append(one)
            except Refused as no:
                code = self._coupons.code_of(receipt, user, one)
                text = _("Coupon {code}: {why}").format(code=code, why=no.text or str(no))
                news.append(Message(MessageTo.CASHIER, text))
        return made.model_copy(update={"messages": tuple(news)})

    async def _trial(
        self,
        receipt: Receipt,
        user: User,
        coupons: Sequence[str],
        spend: int = 0,
        *,
        tell_document: bool = True,
    ) -> ex.Calculation:
        form = translate.form(
            receipt,
            spend=spend,
            commit=False,
            coupons=coupons,
            redeem_auto=self._options.redeem_auto,
            currency=(self._currency, self._options.currency_code),
            tell_document=tell_document,
        )

        def read(data: Any) -> ex.Calculation:
            told = wire.read(Purchase, data)
            applied = [one.strip() for one in told.coupons.split(",") if one.strip()]
            used = ",".join(dict.fromkeys([*coupons, *applied]))
            return translate.calculation(told, receipt, _PRICED_WITH + used)

        path = self._link.below(user.purchases_url)
        return await self._link.post(path, form, read, changes=False)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        user = await self._people.of(request.receipt.buyer)
        if user is None:
            raise Refused(Reason.NOT_FOUND)
        fresh = await self._people.again(user)
        programme = Programme()
        if fresh.loyalty_url:
            read = partial(wire.read, Programme)
            programme = await self._link.get(self._link.below(fresh.loyalty_url), read)
        try:
            return translate.offer(request.receipt, translate.minor(fresh.bonus), programme)
        except ValueError as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        receipt = request.receipt
        user = await self._people.of(receipt.buyer)
        if user is None or not translate.lines_of(receipt):
            return Settled()
        done = await self._find(user, receipt.receipt_id) if request.again else None
        if done is None:
            late = receipt.applied is None or receipt.applied.offline
            form = translate.form(
                receipt,
                spend=receipt.spend,
                commit=True,
                coupons=[] if late else await self._priced_with(receipt, user, request),
                redeem_auto=self._options.redeem_auto and not late,
                currency=(self._currency, self._options.currency_code),
                date=receipt.closed_at if late else None,
            )
            path = self._link.below(user.purchases_url)
            done = await self._link.post(path, form, partial(wire.read, Purchase), changes=True)
        return await self._settled(done, user)

    async def _priced_with(
        self, receipt: Receipt, user: User, request: ex.SaveSaleRequest
    ) -> list[str]:
        """The coupons that gave the prices; were one of them of no use now, the sale is refused."""
        if receipt.context.startswith(_PRICED_WITH):
            return [one for one in receipt.context.removeprefix(_PRICED_WITH).split(",") if one]
        return await self._coupons.ids_of(receipt, user, request.at)

    async def _settled(self, done: Purchase, user: User) -> Settled:
        """With the new balance; one that does not come leaves the sale as it is."""
        try:
            return translate.settled(done, await self._people.again(user))
        except CashierError:
            return translate.settled(done, None)

    async def _find(self, user: User, doc_id: str) -> Purchase | None:
        read = partial(wire.read, wire.Purchases)
        try:
            told = await self._link.get(self._link.below(user.purchases_url), read, doc_id=doc_id)
        except Refused as no:
            if is_missing(no):
                return None
            raise
        return next((one for one in told.results if one.doc_id == doc_id), None)

    # --- the whole sale comes back

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        user = await self._people.of(request.receipt.buyer)
        done = await self._find(user, request.receipt.receipt_id) if user is not None else None
        if done is not None:
            await self._delete(done)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        of = request.receipt.of
        user = await self._people.of(request.receipt.buyer)
        if user is None or of is None or not translate.lines_of(request.receipt):
            return Settled()
        done = await self._find(user, of.receipt_id)
        if done is None:
            before = self._returns.noted(request.operation_id)
            if before is None:
                text = _("dinect does not know this sale, or it came back")
                raise Refused(Reason.NOT_FOUND, text)
            return await self._taken_back(before, user)
        if translate.is_part(request, await self._goods_of(done)):
            raise Refused(Reason.OTHER, _("dinect takes a sale back as a whole only"))
        self._returns.note(request.operation_id, done)
        await self._delete(done)
        return await self._taken_back(done, user)

    async def _goods_of(self, done: Purchase) -> Sequence[wire.Line]:
        """A list of purchases may leave them out."""
        if done.items or not done.items_url:
            return done.items
        return await self._link.get(self._link.below(done.items_url), _lines)

    async def _taken_back(self, done: Purchase, user: User) -> Settled:
        now = await self._settled(done, user)
        return replace(now, earned=0, spent=0, given_back=now.spent, taken_back=now.earned)

    async def _delete(self, done: Purchase) -> None:
        """Gone already is gone."""
        path = self._link.below(done.url)
        try:
            await self._link.delete(path)
        except Refused as no:
            if not is_missing(no):
                raise


def _lines(told: Any) -> tuple[wire.Line, ...]:
    """Raises ValueError."""
    return tuple(wire.read(wire.Line, one) for one in wire.rows(told))
