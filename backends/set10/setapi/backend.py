"""A pair of plugins behind the exchange."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from backends.options import read_options
from backends.set10.setapi import feedback, plugins, pricing, selling, spending, translate
from backends.set10.setapi.book import Book
from backends.set10.setapi.host import Host
from backends.set10.setapi.options import SetApiOptions
from backends.set10.setapi.saying import said, sense
from cashier import exchange as ex
from cashier.clock import Clock, Ids
from cashier.receipt import Coupon, Receipt, Settled
from cashier.sheets.sample import Sample


class SetApiBackend:
    """Plugins of SetRetail10 as the till sees a loyalty system; alone, or as a link of a chain.

    What it must know of a receipt is in the receipt's context, and what it must not forget (points
    that are written off, sales that may come back) in the till's data folder.
    """

    def __init__(
        self,
        pair: plugins.Plugins,
        book: Book,
        options: SetApiOptions = SetApiOptions.model_construct(),
    ) -> None:
        self._host = Host(pair, book)
        self._options = options

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
    ) -> "SetApiBackend":
        """As a shop card asks. Without a folder everything is in memory. Raises ConfigError."""
        given = read_options(options, SetApiOptions, card)
        own = folder / "set-api" if folder else None
        setup = plugins.Setup(given.settings, own, card, clock, ids, phone)
        pair = plugins.find(given.plugin, card)(setup)
        return cls(pair, Book(own / "till.db" if own else None), given)

    async def open(self, opening: ex.Opening) -> ex.System:  # noqa: ARG002 (any till may ask)
        able = ex.Can.SPEND | ex.Can.RESERVE | ex.Can.RETURN | ex.Can.RETURN_PART | ex.Can.FEEDBACK
        return ex.System(
            name=self._host.name,
            can=able,
            emulated=True,
            feedback_seconds=self._options.feedback_seconds,
            feedback_batch=self._options.feedback_batch,
        )

    async def close(self) -> None:
        self._host.book.close()
        await self._host.plugins.close()

    def samples(self) -> tuple[Sample, ...]:
        """What of the plugin's demo there is to scan."""
        return self._host.plugins.samples()

    # --- the life of a calculation in a chain

    async def chain_started(self, receipt: Receipt, at: datetime) -> None:
        """Before any link. Raises what the plugin raises."""
        await pricing.started(self._host, receipt, at)

    async def chain_finished(self, receipt: Receipt, at: datetime) -> None:
        """After the whole chain, with the final prices: ceilings are corrected."""
        await pricing.finished(self._host, receipt, at)

    # --- who is the buyer

    async def identify(self, request: ex.IdentifyRequest) -> ex.Found | ex.NotFound:
        query = translate.query(request.identifier)
        if query is None:
            return ex.NotFound()
        told = await said(self._host.plugins.cards.search_card(query))
        with sense():
            return translate.found(told)

    async def register(self, request: ex.RegisterRequest) -> ex.Registered:
        """The contract has none of it: never called."""
        raise ex.Refused(ex.Reason.OTHER, request.phone)

    async def attach_card(self, request: ex.AttachCardRequest) -> ex.Found:
        """The contract has none of it: never called."""
        raise ex.Refused(ex.Reason.OTHER, request.customer_id)

    async def upgrade_level(self, request: ex.UpgradeRequest) -> ex.Upgrade:
        """The contract has none of it: never called."""
        raise ex.Refused(ex.Reason.OTHER, request.card)

    # --- the receipt

    async def check_coupon(self, request: ex.CheckCouponRequest) -> Coupon:
        """A coupon is a card of its own kind there, which our example has not: never called."""
        raise ex.Refused(ex.Reason.NOT_FOUND, request.code)

    async def calculate(self, request: ex.CalculateRequest) -> ex.Calculation:
        return await pricing.calculate(self._host, request)

    async def points(self, request: ex.PointsRequest) -> ex.PointsOffer:
        return await pricing.points(self._host, request)

    async def reserve(self, request: ex.ReserveRequest) -> ex.Reserved:
        return await spending.reserve(self._host, request)

    async def release(self, request: ex.ReleaseRequest) -> None:
        await spending.release(self._host, request)

    async def save_sale(self, request: ex.SaveSaleRequest) -> Settled:
        return await selling.save_sale(self._host, request)

    async def cancel_sale(self, request: ex.CancelSaleRequest) -> None:
        """A printed receipt is only returned: never called."""
        raise ex.Refused(ex.Reason.OTHER, request.receipt.receipt_id)

    async def send_feedback(self, request: ex.FeedbackRequest) -> ex.FeedbackLeft:
        host = self._host
        return await feedback.send(request, host.plugins, host.book, host.name)

    async def certificate(self, request: ex.CertificateRequest) -> ex.Certificate:
        """The till keeps gift certificates itself: never called."""
        raise ex.Refused(ex.Reason.NOT_FOUND, request.number)

    # --- returns

    async def find_sale(self, request: ex.FindSaleRequest) -> tuple[ex.FoundSale, ...]:  # noqa: ARG002
        """The till's own journal knows its sales: never called."""
        return ()

    async def save_return(self, request: ex.SaveReturnRequest) -> Settled:
        return await selling.save_return(self._host, request)
