"""What all steps share: one pair of plugins at one till."""

from dataclasses import dataclass, field
from datetime import datetime

from backends.set10.setapi import contract as api
from backends.set10.setapi import translate
from backends.set10.setapi.book import Book, State, WriteOff
from backends.set10.setapi.feedback import undone
from backends.set10.setapi.life import Lives
from backends.set10.setapi.plugins import Plugins
from backends.set10.setapi.translate import Kept
from cashier.money import Points
from cashier.receipt import Feedback, Receipt


@dataclass
class Host:
    plugins: Plugins
    book: Book
    lives: Lives = field(default_factory=Lives)

    @property
    def name(self) -> str:
        return self.plugins.name

    def written(self, receipt_id: str) -> WriteOff | None:
        """Points that are gone from the card for this receipt."""
        known = self.book.of_receipt(receipt_id)
        return next((one for one in known if one.state is State.WRITTEN), None)

    def seen(
        self, receipt: Receipt, at: datetime, refund: api.Refund | None = None
    ) -> api.PluginReceipt:
        """As the plugin sees it, with what is written off for it."""
        one = self.written(receipt.receipt_id)
        written = (api.WrittenOff(one.card, one.points, one.transaction),) if one else ()
        kept = Kept.of(receipt.context)
        return translate.receipt(
            receipt, at, attributes=kept.attributes, written_off=written, refund=refund
        )

    async def undo(self, one: WriteOff) -> tuple[Feedback, ...]:
        return await undone(one, self.plugins, self.book, self.name)

    async def undo_open(self, receipt_id: str) -> tuple[Feedback, ...]:
        """Nothing that was written off for this receipt stays so; what is left to do."""
        left: list[Feedback] = []
        for one in self.book.of_receipt(receipt_id):
            if one.is_open or one.state is State.UNDO:
                left.extend(await self.undo(one))
        return tuple(left)


def card_of(receipt: Receipt) -> str:
    """Number of the card that was shown; empty: none, or nobody has verified it."""
    return receipt.buyer.card.number if receipt.buyer and receipt.buyer.card else ""


def paid(receipt: Receipt) -> Points:
    """Points on the lines: one is worth one unit of money."""
    return receipt.paid_with_points


def prices_hold(receipt: Receipt) -> str:
    """The operation under which ``cancel_discount`` is said of prices alone."""
    return f"{receipt.receipt_id}:set-api:prices"
