"""The service behind the exchange: a till that earns and spends points against it alone.

The service keeps accounts and knows no rules: what a receipt earns, and how much of it points may
pay, the till works out (*emulated*).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from backends.http import Door
from backends.options import read_options
from backends.set10.bonus import translate
from backends.set10.bonus.client.accounts import Accounts, offer
from backends.set10.bonus.client.ledger import Ledger
from backends.set10.bonus.client.link import Link
from backends.set10.bonus.client.saving import Saving
from backends.set10.bonus.client.writing_off import Before
from backends.set10.bonus.options import BonusOptions
from backends.set10.bonus.translate import Row, card_of
from backends.set10.bonus.wire import ACCOUNT, BLOCK, CARD, UNBLOCK
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.exchange import Can, Cause, Reason, Refused, Unavailable
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Card, IdentifierKind, Receipt, Settled
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")


class BonusBackend(Uniform):
    """Raises what the exchange says. Repeating is safe: ``writing_off`` tells how."""

    def __init__(self, link: Link, options: BonusOptions, ledger: Ledger) -> None:
        self._link, self._options, self._ledger = link, options, ledger
        self._accounts = Accounts(link, options)
        self._saving = Saving(link, self._accounts, options, ledger)
        self._shop, self._cash = options.shop_num, options.cash_num

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
    ) -> "BonusBackend":
        """As a shop card asks. Raises ConfigError."""
        given = read_options(options, BonusOptions, card)
        door = Door(given.url, given.network, clock, beside=card)
        return cls(Link(door, given), given, Ledger(folder))

    async def close(self) -> None:
        self._ledger.close()
        await self._link.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("the bonus account service cannot do that"))

    async def open(self, opening: ex.Opening) -> ex.System:
        await self._link.look()
        self._shop = _number(self._options.shop_num, opening.shop, "shop_num")
        self._cash = _number(self._options.cash_num, opening.till, "cash_num")
        can = Can.SPEND | Can.RETURN | Can.RETURN_PART
        if self._link.has(BLOCK) and self._link.has(UNBLOCK):
            can |= Can.HOLD
        note = _("The till works out what is earned: {percent} of what is paid (emulated).")
        percent = f"{self._options.earn / 100:g} %"
        return ex.System(
            name=_("Bonus accounts of Set10"), can=can, notes=(note.format(percent=percent),)
        )

    # --- who is the buyer

    async def identify(
        self, request: ex.IdentifyRequest
    ) -> ex.Found | ex.NotFound | ex.ConfirmationRequired:
        """By the number of a card; the service knows nobody's name."""
        if request.identifier.kind is not IdentifierKind.CARD:
            return ex.NotFound()
        number = request.identifier.value
        account = await self._accounts.of(number)
        if account is None:
            return ex.NotFound()
        card = Card(number, balance=account.balance, available=max(0, account.balance))
        messages = await self._accounts.burning(number)
        return ex.Found(customer=None, cards=(card,), messages=messages)

    # --- the receipt

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        """No discounts; what it earns. Only where points are spent is the service asked."""
        receipt = request.receipt
        card = card_of(receipt)
        if not card:
            return ex.Calculation()
        earn = translate.earned(receipt, self._options.earn, request.spend)
        if not request.spend:
            return ex.Calculation(earn=earn)
        account = await self._accounts.known(card)
        if account.balance < request.spend:
            raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
        return ex.Calculation(earn=earn, context=Before(account).words())

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        account = await self._accounts.known(card_of(request.receipt))
        return offer(request.receipt, account.balance, self._options.most)

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved | ex.ConfirmationRequired:
        """For a receipt that is put aside."""
        receipt, card = request.receipt, card_of(request.receipt)
        if request.spend and card:
            account = await self._accounts.known(card)
            told = {**_block(receipt), ACCOUNT.name: account.kind, "blockSum": request.spend}
            await self._link.ask(BLOCK, told, changes=True)
        return ex.Reserved(context=receipt.context)

    async def release(self, request: ex.ReleaseRequest) -> None:
        if card_of(request.receipt):
            await self._link.ask(UNBLOCK, _block(request.receipt), changes=True)

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self._saving.sale(request, self._numbers(request.receipt))

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self._saving.back(request, self._numbers(request.receipt))

    def _numbers(self, receipt: Receipt) -> Row:
        """Raises Unavailable for a receipt that cannot be told of."""
        shop = self._shop if self._shop is not None else translate.number_in(receipt.shop)
        cash = self._cash if self._cash is not None else translate.number_in(receipt.till)
        try:
            return translate.numbers(receipt, shop, cash)
        except ValueError as error:
            raise Unavailable(str(error), cause=Cause.PROTOCOL) from error


def _number(given: int | None, text: str, option: str) -> int:
    """Raises Unavailable: the till is to be set up first."""
    number = given if given is not None else translate.number_in(text)
    if number is None:
        words = _("The bonus account service knows shops and tills by numbers: set {option}.")
        raise Unavailable(words.format(option=option), cause=Cause.PROTOCOL, ours=True)
    return number


def _block(receipt: Receipt) -> Row:
    return {CARD.name: card_of(receipt), "blockId": receipt.receipt_id}
