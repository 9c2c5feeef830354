"""Set Machine behind the exchange (*emulated*): alone, or at its place in the chain."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field

from backends.options import read_options
from backends.set10.machine import pricing
from backends.set10.machine.offers import Offer, Offers
from backends.set10.machine.pricing import RULE, Personal
from backends.set10.machine.store import Issued, Store
from cashier import exchange as ex
from cashier import fixtures
from cashier.clock import Clock, Ids
from cashier.config import Settings, load
from cashier.exchange import Can, Reason, Refused
from cashier.i18n import _
from cashier.methods import Method
from cashier.receipt import (
    Card,
    IdentifierKind,
    Message,
    MessageTo,
    PrintedCoupon,
    Receipt,
    Settled,
    Source,
)
from cashier.shop import beside
from cashier.uniform import Uniform

Q = TypeVar("Q", bound=ex.Frozen)
A = TypeVar("A")
DEMO = "chain/offers.toml"


class MachineOptions(Settings):
    """``[loyalty.options]`` of a shop card, or ``options`` of an external system of a chain."""

    offers: str = Field(default="", max_length=500)
    """The offers file, beside the card; empty: that of the demo."""


class SetMachineBackend(Uniform):
    """Offers are used by the sale, given back by a cancel or a whole return. Raises Refused, and
    Unavailable where the data cannot be used: every change is one transaction."""

    def __init__(self, offers: Offers, store: Store, clock: Clock) -> None:
        self._offers, self._store, self._clock = offers, store, clock

    @classmethod
    def from_options(
        cls,
        options: dict[str, Any],
        *,
        folder: Path | None,
        card: Path,
        clock: Clock,
        ids: Ids,  # noqa: ARG003 (ids of offers come of receipts)
        phone: Callable[[ex.PhoneMessage], None],  # noqa: ARG003
    ) -> "SetMachineBackend":
        """As a shop card asks. Without a folder everything is in memory. Raises ConfigError."""
        read = read_options(options, MachineOptions, card)
        file = beside(card, read.offers) if read.offers else fixtures.path(DEMO)
        path = folder / "set-machine.db" if folder else None
        return cls(load(file, Offers), Store(path), clock)

    @property
    def _name(self) -> str:
        return str(self._offers.settings.name)

    async def close(self) -> None:
        self._store.close()

    async def ask(self, method: Method[Q, A], request: Q) -> A:  # noqa: ARG002 - never called
        raise Refused(Reason.OTHER, _("Set Machine cannot do that"))

    async def open(self, opening: ex.Opening) -> ex.System:  # noqa: ARG002 (any till may ask)
        self._store.began(int(self._clock.now().timestamp()))
        able = Can.CANCEL_SALE | Can.RETURN | Can.RETURN_PART
        return ex.System(name=self._name, can=able, emulated=True)

    async def identify(self, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        """By the number of a card that stands in its file; nobody's name is known here."""
        who = request.identifier
        if who.kind is not IdentifierKind.CARD or not self._offers.knows(who.value):
            return ex.NotFound()
        return ex.Found(customer=None, cards=(Card(who.value),))

    # --- the receipt

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        receipt, settings = request.receipt, self._offers.settings
        had = self._had(receipt, request.at)
        if not had:
            return ex.Calculation()
        lines = pricing.prices(receipt.lines, had, settings.no_offers, request.at, self._name)
        used = {one.rule for price in lines for one in price.discounts}
        idle = [one for one in had if f"{RULE}{one.id}" not in used]
        return ex.Calculation(
            lines=lines, messages=tuple(_suggested(one) for one in idle[: settings.suggest])
        )

    def _had(self, receipt: Receipt, at: datetime) -> list[Personal]:
        """Offers that the buyer has and may still use; nobody has any without a verified card."""
        card = _card(receipt)
        if card is None:
            return []
        issued: dict[str, list[Personal]] = {}
        for one in self._store.issued(card.number):
            ends = datetime.fromtimestamp(one.ends, at.tzinfo) if one.ends is not None else None
            offer = self._offer(one.offer)
            if offer is not None:
                issued.setdefault(offer.id, []).append(Personal(one.id, offer, ends))
        had: list[Personal] = []
        for offer in self._offers.offer:
            if offer.off:
                continue
            if offer.issued_after is not None:
                had.extend(issued.get(offer.id, ()))
            elif offer.fits(card):
                had.append(Personal(f"{offer.id}:{card.number}", offer, self._end(offer, at)))
        uses = self._store.uses(card.number, receipt.receipt_id)
        return [one for one in had if _is_good(one, uses.get(one.id, 0), at)]

    def _offer(self, name: str) -> Offer | None:
        """None: it is not in the file any more."""
        return next((one for one in self._offers.offer if one.id == name), None)

    def _end(self, offer: Offer, at: datetime) -> datetime | None:
        if offer.days is None:
            return None
        began = datetime.fromtimestamp(self._store.began(int(at.timestamp())), at.tzinfo)
        return began + timedelta(days=offer.days)

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        """Offers on its lines are used, those that it brings are issued; the receipt is kept."""
        done = self._store.done(request.operation_id)
        if done is not None:
            return done
        receipt, card = request.receipt, _card(request.receipt)
        number = card.number if card else ""
        brought = self._brought(receipt, card, request.at) if card else []
        settled = Settled(
            messages=tuple(_brought_message(one) for one in brought),
            to_print=tuple(_printed(one) for one in brought),
        )
        with self._store.changing() as change:
            change.keep_receipt(receipt, number, request.at)
            for rule in _used(receipt):
                change.use(rule.removeprefix(RULE), receipt.receipt_id, number)
            for one in brought:
                ends = int(one.ends.timestamp()) if one.ends else None
                change.issue(Issued(one.id, one.offer.id, ends), number, receipt.receipt_id)
            change.remember(request.operation_id, settled)
        return settled

    def _brought(self, receipt: Receipt, card: Card, at: datetime) -> list[Personal]:
        """What is the receipt's own has its id: a repetition brings nothing more."""
        brought = []
        for offer in self._offers.offer:
            if not offer.off and offer.fits(card) and offer.is_brought_by(receipt):
                ends = at + timedelta(days=offer.days) if offer.days is not None else None
                brought.append(Personal(f"{offer.id}:{receipt.receipt_id}", offer, ends))
        return brought

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        with self._store.changing() as change:
            change.undo(request.receipt.receipt_id)
            change.cancel(request.receipt.receipt_id)

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        """Only a whole return gives offers back. One of a sale that was never told of is kept."""
        done = self._store.done(request.operation_id)
        if done is not None:
            return done
        receipt, card = request.receipt, _card(request.receipt)
        settled = Settled()
        with self._store.changing() as change:
            change.keep_receipt(receipt, card.number if card else "", request.at)
            if receipt.of and change.bring_back(receipt.of.receipt_id, request.lines):
                change.undo(receipt.of.receipt_id)
            change.remember(request.operation_id, settled)
        return settled


def _card(receipt: Receipt) -> Card | None:
    return receipt.buyer.card if receipt.buyer else None


def _is_good(one: Personal, uses: int, at: datetime) -> bool:
    if one.ends is not None and at >= one.ends:
        return False
    return not one.offer.uses or uses < one.offer.uses


def _used(receipt: Receipt) -> list[str]:
    """Rules of ours on the lines; what stands there as given by hand, or as another system's, has
    another source or name."""
    rules = [
        one.rule
        for line in receipt.lines
        for one in line.discounts
        if one.source is Source.PROMOTION and one.rule.startswith(RULE)
    ]
    return list(dict.fromkeys(rules))


# --- what is said


def _suggested(one: Personal) -> Message:
    text = _("Personal offer: {name}")
    return Message(MessageTo.CASHIER, text.format(name=one.offer.name) + _until(one))


def _brought_message(one: Personal) -> Message:
    text = _("A new personal offer: {name}")
    return Message(MessageTo.CASHIER, text.format(name=one.offer.name) + _until(one))


def _until(one: Personal) -> str:
    if one.ends is None:
        return ""
    return _(", until {day}").format(day=one.ends.strftime("%d.%m.%Y"))


def _printed(one: Personal) -> PrintedCoupon:
    text = str(one.offer.text) if one.offer.text else ""
    return PrintedCoupon("", str(one.offer.name), text, one.ends)
