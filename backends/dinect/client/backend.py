"""dinect, as the till sees it. Raises what the exchange says."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from backends.dinect import translate, wire
from backends.dinect.client.link import Link, is_missing
from backends.dinect.client.options import DinectOptions
from backends.dinect.wire import Programme, Purchase, User
from backends.options import read_options
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.errors import CashierError
from cashier.exchange import Can, Cause, Reason, Refused, Unavailable
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Buyer, Coupon, Identifier, IdentifierKind, Receipt, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
_CAN = Can.COUPONS | Can.SPEND | Can.CANCEL_SALE | Can.RETURN
_BY = {
    IdentifierKind.CARD: "card",
    IdentifierKind.PHONE: "phone",
    IdentifierKind.EMAIL: "email",
    IdentifierKind.COUPON: "coupon",
    IdentifierKind.APP: "auto",
}
_REMEMBERED = 1000
_MOST_PAGES = 20


class DinectBackend(Uniform):
    """A sale is repeated by its document: it is looked for first where it may have been said."""

    def __init__(self, link: Link, options: DinectOptions) -> None:
        self._link, self._options = link, options
        self._currency = "RUB"
        self._users: OrderedDict[str, User] = OrderedDict()
        """By the number of the card. Whose it is and where its links lead, never a balance."""
        self._returning: OrderedDict[str, Purchase] = OrderedDict()
        """By operation: what is deleted cannot be asked for, and a repetition tells the same."""

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,  # noqa: ARG003
        card: Path,
        clock: Clock,
        ids: Ids,  # noqa: ARG003
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "DinectBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, DinectOptions, card)
        return cls(Link(given, clock, card), given)

    async def close(self) -> None:
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
            token = await self._link.get(
                f"tokens/{self._options.till_token}", partial(wire.read, wire.Token)
            )
        except Refused as no:
            raise Unavailable(str(no), cause=Cause.CREDENTIALS) from no
        if token.active.casefold() != "true":
            raise Unavailable(_("the till's token is not active"), cause=Cause.CREDENTIALS)

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        shown = request.identifier
        users = await self._search(shown)
        if not users:
            return ex.NotFound()
        number = shown.value if shown.kind is IdentifierKind.CARD else ""
        cards = tuple(translate.card(one, number) for one in users)
        for one, card in zip(users, cards, strict=True):
            self._remember(card.number, one)
        return ex.Found(customer=translate.customer(users[0]), cards=cards)

    async def _search(self, shown: Identifier) -> tuple[User, ...]:
        """Empty: nobody; some answer that with 404. Phones go as digits."""
        value = shown.value.removeprefix("+") if shown.kind is IdentifierKind.PHONE else shown.value
        try:
            return await self._link.get("users/", _users, **{_BY[shown.kind]: value})
        except Refused as no:
            if is_missing(no):
                return ()
            raise

    def _remember(self, number: str, user: User) -> None:
        self._users[number] = user
        if len(self._users) > _REMEMBERED:
            self._users.popitem(last=False)

    async def _user_of(self, buyer: Buyer | None) -> User | None:
        """None: nobody, or somebody whom dinect does not know."""
        if buyer is None or buyer.declined:
            return None
        number = buyer.card.number if buyer.card else ""
        if number in self._users:
            return self._users[number]
        shown = Identifier(IdentifierKind.CARD, number) if number else buyer.identifier
        users = await self._search(shown)
        if users and number:
            self._remember(number, users[0])
        return users[0] if users else None

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """Among those of the customer that may be used."""
        user = await self._user_of(request.receipt.buyer)
        if user is None or not user.coupons_url:
            raise Refused(Reason.WRONG_CUSTOMER, _("only a customer's own coupons are known"))
        for one in await self._coupons(user):
            if one.number.casefold() == request.code.casefold():
                return Coupon(one.number, one.offer_name)
        raise Refused(Reason.NOT_FOUND, _("the customer has no such coupon"))

    async def _coupons(self, user: User) -> list[wire.Coupon]:
        path, found = self._path(user.coupons_url), list[wire.Coupon]()
        for _page in range(_MOST_PAGES):
            told = await self._link.get(path, partial(wire.read, wire.Coupons), status="ACTIVE")
            found += told.results
            if not told.next:
                break
            path = self._path(told.next)
        return found

    async def _ids_of(self, receipt: Receipt, user: User) -> list[str]:
        """Of the coupons on the receipt; those that nobody knows any more are left out."""
        if not receipt.coupons or not user.coupons_url:
            return []
        known = {one.number.casefold(): one.id for one in await self._coupons(user)}
        codes = [one.code.casefold() for one in receipt.coupons]
        return [known[code] for code in codes if code in known]

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        """A trial purchase. Without a customer there is nobody to ask about."""
        receipt = request.receipt
        user = await self._user_of(receipt.buyer)
        if user is None or not translate.lines_of(receipt):
            return ex.Calculation()
        form = await self._form(receipt, user, spend=request.spend)
        return await self._link.post(
            self._path(user.purchases_url),
            form,
            lambda told: translate.calculation(wire.read(Purchase, told), receipt),
            changes=False,
        )

    async def _form(
        self, receipt: Receipt, user: User, *, spend: int, commit: bool = False
    ) -> translate.Form:
        late = commit and (receipt.applied is None or receipt.applied.offline)
        return translate.form(
            receipt,
            spend=spend,
            commit=commit,
            coupons=await self._ids_of(receipt, user),
            redeem_auto=self._options.redeem_auto,
            currency=(self._currency, self._options.currency_code),
            date=receipt.closed_at if late else None,
        )

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        user = await self._user_of(request.receipt.buyer)
        if user is None:
            raise Refused(Reason.NOT_FOUND)
        fresh = await self._again(user)
        programme = Programme()
        if fresh.loyalty_url:
            read = partial(wire.read, Programme)
            programme = await self._link.get(self._path(fresh.loyalty_url), read)
        try:
            return translate.offer(request.receipt, translate.minor(fresh.bonus), programme)
        except ValueError as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error

    async def _again(self, user: User) -> User:
        """As it is now."""
        return await self._link.get(self._path(user.url), partial(wire.read, User))

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        receipt = request.receipt
        user = await self._user_of(receipt.buyer)
        if user is None or not translate.lines_of(receipt):
            return Settled()
        done = await self._find(user, receipt.receipt_id) if request.again else None
        if done is None:
            form = await self._form(receipt, user, spend=receipt.spend, commit=True)
            read = partial(wire.read, Purchase)
            path = self._path(user.purchases_url)
            done = await self._link.post(path, form, read, changes=True)
        return await self._settled(done, user)

    async def _settled(self, done: Purchase, user: User) -> Settled:
        """With the new balance; one that does not come leaves the sale as it is."""
        try:
            return translate.settled(done, await self._again(user))
        except CashierError:
            return translate.settled(done, None)

    async def _find(self, user: User, doc_id: str) -> Purchase | None:
        read = partial(wire.read, wire.Purchases)
        try:
            told = await self._link.get(f"{self._path(user.purchases_url)}", read, doc_id=doc_id)
        except Refused as no:
            if is_missing(no):
                return None
            raise
        return next((one for one in told.results if one.doc_id == doc_id), None)

    # --- the whole sale comes back

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        user = await self._user_of(request.receipt.buyer)
        done = await self._find(user, request.receipt.receipt_id) if user is not None else None
        if done is not None:
            await self._delete(done)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        of = request.receipt.of
        user = await self._user_of(request.receipt.buyer)
        if user is None or of is None:
            return Settled()
        done = await self._find(user, of.receipt_id)
        if done is None:
            before = self._returning.get(request.operation_id)
            if before is None and not request.again:
                text = _("dinect does not know this sale, or it came back")
                raise Refused(Reason.NOT_FOUND, text)
            return await self._taken_back(before or Purchase(), user)
        sold = [translate.minor(one.quantity * 10) for one in done.items]
        back = [one.quantity for one in request.lines]
        if sold and sum(back) < sum(sold):
            raise Refused(Reason.OTHER, _("dinect takes a sale back as a whole only"))
        self._returning[request.operation_id] = done
        if len(self._returning) > _REMEMBERED:
            self._returning.popitem(last=False)
        await self._delete(done)
        return await self._taken_back(done, user)

    async def _taken_back(self, done: Purchase, user: User) -> Settled:
        now = await self._settled(done, user)
        return replace(now, earned=0, spent=0, given_back=now.spent, taken_back=now.earned)

    async def _delete(self, done: Purchase) -> None:
        """Gone already is gone."""
        try:
            await self._link.delete(self._path(done.url))
        except Refused as no:
            if not is_missing(no):
                raise

    def _path(self, link: str) -> str:
        """Raises Unavailable."""
        try:
            return self._link.path(link)
        except ValueError as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error


def _users(told: Any) -> tuple[User, ...]:
    """Raises ValueError."""
    return tuple(wire.read(User, one) for one in wire.rows(told))
