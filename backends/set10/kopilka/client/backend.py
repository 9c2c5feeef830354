"""Kopilka behind the exchange.

What it calculates at its place in the chain is unknown: here it gives no discounts, the till works
out what is earned, and points are a payment (*emulated*).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from backends.http import Door
from backends.options import read_options
from backends.set10.bonus.client.accounts import offer
from backends.set10.bonus.client.ledger import Ledger
from backends.set10.bonus.translate import card_of, earned
from backends.set10.kopilka.client import later
from backends.set10.kopilka.client.reserving import Reserving
from backends.set10.kopilka.client.saving import Sales
from backends.set10.kopilka.line import HttpLine, Line
from backends.set10.kopilka.options import KopilkaOptions
from backends.set10.kopilka.translate import Held, cuid_of, point_of
from backends.set10.kopilka.wire import Answer, Said, Word
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import Card, IdentifierKind, Settled
from cashier.sheets.sample import Sample
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
NAME = "Kopilka"


class KopilkaBackend(Uniform):
    """Raises what the exchange says. Repeating is safe: a reservation is known by its ``uid``."""

    def __init__(
        self,
        line: Line,
        options: KopilkaOptions = KopilkaOptions.model_construct(),
        folder: Path | None = None,
    ) -> None:
        """``folder``: where it is kept what sales brought; None: in memory."""
        self._line, self._options = line, options
        self._ledger = Ledger(folder, "kopilka.db")
        self._point = options.point
        self._reserving = Reserving(line, NAME)
        self._sales = Sales(line, options, NAME, self._ledger)

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,
        phone: Callable[[ex.PhoneMessage], None],
    ) -> "KopilkaBackend":
        """As a shop card asks. Without ``url`` an emulated Kopilka is made in this program; its
        data are in memory without a folder. Raises ConfigError."""
        read = read_options(options, KopilkaOptions, card)
        if read.url:
            door = Door(read.url, read.network, clock, beside=card)
            return cls(HttpLine(door, read.path, read.dialect()), read, folder)
        from backends.set10.kopilka.near import near  # who talks to a server needs none

        own = folder / "kopilka" if folder else None
        line = near(read, folder=own, card=card, clock=clock, ids=ids, phone=phone)
        return cls(line, read, folder)

    async def close(self) -> None:
        self._ledger.close()
        await self._line.close()

    def samples(self) -> tuple[Sample, ...]:
        return self._line.samples()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Kopilka cannot do that"))

    async def open(self, opening: ex.Opening) -> ex.System:
        """Nothing is asked: no message for it is known."""
        self._point = self._options.point or point_of(opening.shop, opening.till)
        able = Can.SPEND | Can.RESERVE | Can.HOLD | Can.RETURN | Can.RETURN_PART | Can.FEEDBACK
        note = _("the till works out what is earned: {percent} of what is paid (emulated)")
        return ex.System(
            name=NAME,
            can=able,
            currency=self._options.cur,
            emulated=True,
            notes=(note.format(percent=f"{self._options.earn / 100:g} %"),),
            feedback_seconds=120,
            feedback_batch=5,
        )

    # --- who is the buyer

    async def identify(self, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        """By the number of a card; nobody's name is known here."""
        if request.identifier.kind is not IdentifierKind.CARD:
            return ex.NotFound()
        number = request.identifier.value
        account = await self._account(number)
        if account is None:
            return ex.NotFound()
        card = Card(number, balance=account.balance, available=account.available)
        return ex.Found(customer=None, cards=(card,))

    async def _account(self, number: str, held: Held | None = None) -> Answer | None:
        """What is ``held`` counts as available. None: this card is not known here."""
        cuid = self._cuid(number)
        uid = held.uid if held is not None and held.cuid == cuid else ""
        try:
            return await self._line.ask(Said(Word.BALANCE, cuid, self._point, uid))
        except Refused as no:
            if no.reason is Reason.NOT_FOUND:
                return None
            raise

    def _cuid(self, number: str) -> str:
        return cuid_of(number, self._options.prefix)

    # --- the receipt

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        """No discounts; what it earns, on a card that is known."""
        receipt, number = request.receipt, card_of(request.receipt)
        account = await self._account(number, Held.of(receipt)) if number else None
        if account is None:
            if request.spend:
                raise _unknown()
            return ex.Calculation(context=receipt.context)
        if request.spend > account.available:
            raise Refused(Reason.LIMIT_EXCEEDED, _("there are not so many points to spend"))
        earn = earned(receipt, self._options.earn, request.spend)
        return ex.Calculation(earn=earn, context=receipt.context)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        """What is reserved for this receipt may be spent on it."""
        receipt, number = request.receipt, card_of(request.receipt)
        account = await self._account(number, Held.of(receipt)) if number else None
        if account is None:
            raise _unknown()
        made = offer(receipt, account.available, self._options.most)
        return made.model_copy(update={"balance": account.balance, "must_confirm": True})

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved:
        cuid = self._cuid(card_of(request.receipt))
        return await self._reserving.reserve(request, cuid, self._point)

    async def release(self, request: ex.ReleaseRequest) -> None:
        cuid = self._cuid(card_of(request.receipt))
        await self._reserving.release(request, cuid, self._point)

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await self._sales.sale(request, self._point)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await self._sales.back(request, self._point)

    async def send_feedback(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        return await later.send(request, self._line, self._options.attempts)


def _unknown() -> Refused:
    return Refused(Reason.NOT_FOUND, _("Kopilka does not know this card"))
